/**
 * Access tokens. A page gets one from its own server, through a function that fetches it. A server gets tokens with its
 * client secret, which must never reach a browser. The client caches a token, and renews it shortly before it expires
 * and after a 401, with one renewal at a time.
 */
import { ApiError, failureOf, NetworkError } from './errors.ts';
import type { AccessToken } from './generated/types.ts';
import { unlessAborted } from './pause.ts';

/** The answer of the token endpoint unchanged, or only the token. `expires_in` is in seconds. */
export type Token = string | { access_token: string; expires_in?: number };
/**
 * A function that gets a token. A call whose token takes longer than 30 seconds fails with a `NetworkError`. After any
 * failure the next call runs the function again.
 */
export type GetToken = () => Token | Promise<Token>;

/** How long before its expiry a token is renewed. A token with a short lifetime is renewed in its last tenth. */
const marginMs = 60_000;
/** How long to wait after a failed renewal while the old token is still valid. */
const againMs = 5_000;
/** How long a token may take to come. */
const timeoutMs = 30_000;

interface Kept {
  text: string;
  renewAt: number;
  expiresAt: number;
}

export class TokenKeeper {
  readonly #getToken: GetToken;
  #kept: Kept | undefined;
  #renewal: Promise<string> | undefined;

  constructor(getToken: GetToken) {
    this.#getToken = getToken;
  }

  /** @param rejected a token that the server has refused */
  async get(rejected?: string): Promise<string> {
    const kept = this.#kept;
    const now = Date.now();
    if (kept === undefined || kept.text === rejected || now >= kept.expiresAt) {
      return this.#renew();
    }
    if (now < kept.renewAt) return kept.text;
    try {
      return await this.#renew();
    } catch {
      kept.renewAt = now + againMs;
      return kept.text;
    }
  }

  #renew(): Promise<string> {
    this.#renewal ??= this.#fetch().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #fetch(): Promise<string> {
    let token: Token;
    // A function that never ends, such as a request that a phone lost, must not keep later calls from asking again.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    try {
      token = await unlessAborted(this.#getToken(), late.signal);
    } catch (error) {
      if (error instanceof ApiError || error instanceof NetworkError) throw error;
      throw new NetworkError('Could not get an access token', { cause: error });
    } finally {
      clearTimeout(timer);
    }
    const { access_token: text, expires_in = Number.POSITIVE_INFINITY } =
      typeof token === 'string' ? { access_token: token } : token;
    const expiresAt = Date.now() + expires_in * 1000;
    const renewAt = expiresAt - Math.min(marginMs, expires_in * 100);
    this.#kept = { text, renewAt, expiresAt };
    return text;
  }
}

export interface Credentials {
  /** The server's address, for example `https://chat.example`. */
  url: string;
  clientId: string;
  clientSecret: string;
  /** Comma-separated scopes; by default all that the grant and the application allow. */
  scope?: string;
  /** Slug of the banner of the person, in an organization with several. The retailer’s own token is for all of them. */
  retailer?: string | undefined;
  fetch?: typeof fetch;
}

/** The person that the token is for: an ID, or a function that returns a signed assertion, which can be used once. */
export type Assertion<Id> = Id | (() => string | Promise<string>);

/**
 * Creates a function that gets the retailer's own token. Use it only on servers, because it needs the client secret.
 * The returned function throws ApiError or NetworkError.
 * @example
 * ```ts
 * const url = 'https://chat.example';
 * const token = clientCredentials({ url, clientId, clientSecret, scope: 'connect:post_checkout' });
 * const connection = new Connection({ url, token });
 * ```
 */
export function clientCredentials(credentials: Credentials): GetToken {
  return () => createTokenOf(credentials, { grant_type: 'client_credentials' });
}

/**
 * Creates a function that gets a customer's token. Use it only on servers, because it needs the client secret.
 * The returned function throws ApiError or NetworkError.
 * @example
 * ```ts
 * const getToken = userAssertion({ url, clientId, clientSecret, user: 'your-user-id' });
 * response.json(await getToken());
 * ```
 */
export function userAssertion(credentials: Credentials & { user: Assertion<string> }): GetToken {
  return async () =>
    createTokenOf(credentials, {
      grant_type: 'fulfillment_user_assertion',
      assertion: await assertionOf('user_id', credentials.user),
    });
}

/**
 * Creates a function that gets a shopper's token. Use it only on servers, because it needs the client secret.
 * The returned function throws ApiError or NetworkError.
 * @param credentials `shopper` is the retailer's ID as a string, or the server's as a number
 * @example
 * ```ts
 * const getToken = shopperAssertion({ url, clientId, clientSecret, shopper: 'your-shopper-id' });
 * response.json(await getToken());
 * ```
 */
export function shopperAssertion(
  credentials: Credentials & { shopper: Assertion<string | number> },
): GetToken {
  return async () =>
    createTokenOf(credentials, {
      grant_type: 'urn:aislechat:params:oauth:grant-type:shopper_assertion',
      assertion: await assertionOf('shopper_id', credentials.shopper),
    });
}

async function assertionOf(key: string, whom: Assertion<string | number>): Promise<string> {
  if (typeof whom === 'function') return whom();
  const bytes = new TextEncoder().encode(JSON.stringify({ [key]: whom }));
  return btoa(String.fromCharCode(...bytes));
}

async function createTokenOf(credentials: Credentials, grant: Record<string, string>): Promise<AccessToken> {
  const { url, clientId, clientSecret, scope, retailer } = credentials;
  let response: Response;
  let text: string;
  try {
    response = await (credentials.fetch ?? fetch)(`${url.replace(/\/+$/, '')}/v2/oauth/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(retailer !== undefined && { 'x-retailer-id': retailer }),
      },
      body: JSON.stringify({
        ...grant,
        client_id: clientId,
        client_secret: clientSecret,
        ...(scope !== undefined && { scope }),
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw new NetworkError('The token endpoint did not answer', { cause: error });
  }
  if (!response.ok) throw failureOf(response, text, 'oauth');
  try {
    const body = JSON.parse(text);
    if (typeof body.access_token === 'string') return body;
  } catch {
    // Not JSON: handled below.
  }
  throw new NetworkError('The token endpoint returned no token');
}
