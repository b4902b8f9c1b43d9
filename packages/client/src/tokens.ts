/**
 * Tokens. A page is given one by its own server (a function that fetches it); a server gets them with its client
 * secret, which never belongs in a browser. A token is kept, renewed shortly before it runs out and after a
 * 401, by one renewal at a time.
 */
import { ApiError, failureOf, NetworkError } from './errors.ts';
import type { AccessToken } from './generated/types.ts';

/** The answer of the token endpoint as it is, or the token alone. */
export type Token = string | { access_token: string; expires_in?: number };
export type GetToken = () => Token | Promise<Token>;

/** Renewed so long before it runs out, or in the last tenth of a shorter life. */
const marginMs = 60_000;
/** While an old token still works, a renewal that failed is not tried again for so long. */
const againMs = 5_000;
const timeoutMs = 30_000;

interface Kept {
  text: string;
  renewAt: number;
  expiresAt: number;
}

export class TokenKeeper {
  readonly #getToken: GetToken;
  #kept: Kept | undefined;
  #renewal: Promise<Kept> | undefined;

  constructor(getToken: GetToken) {
    this.#getToken = getToken;
  }

  /** @param rejected a token that a server has refused */
  async get(rejected?: string): Promise<string> {
    const kept = this.#kept;
    const now = Date.now();
    if (kept === undefined || kept.text === rejected || now >= kept.expiresAt) {
      return (await this.#renew()).text;
    }
    if (now < kept.renewAt) return kept.text;
    try {
      return (await this.#renew()).text;
    } catch {
      kept.renewAt = now + againMs;
      return kept.text;
    }
  }

  #renew(): Promise<Kept> {
    this.#renewal ??= this.#fetch().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #fetch(): Promise<Kept> {
    let token: Token;
    try {
      token = await this.#getToken();
    } catch (error) {
      if (error instanceof ApiError || error instanceof NetworkError) throw error;
      throw new NetworkError('No access token could be had', { cause: error });
    }
    const { access_token: text, expires_in = Number.POSITIVE_INFINITY } =
      typeof token === 'string' ? { access_token: token } : token;
    const expiresAt = Date.now() + expires_in * 1000;
    const renewAt =
      expiresAt === Number.POSITIVE_INFINITY ? expiresAt : expiresAt - Math.min(marginMs, expires_in * 100);
    this.#kept = { text, renewAt, expiresAt };
    return this.#kept;
  }
}

export interface Credentials {
  /** Where the server is, such as `https://chat.example`. */
  url: string;
  clientId: string;
  clientSecret: string;
  /** Comma-separated; left out = all that the grant and the application allow. */
  scope?: string;
  fetch?: typeof fetch;
}

/** Who the token is for: an ID, or a function that signs an assertion, which serves once. */
export type Assertion<Id> = Id | (() => string | Promise<string>);

/** The retailer's own token. On servers only. */
export function clientCredentials(credentials: Credentials): GetToken {
  return () => createTokenOf(credentials, { grant_type: 'client_credentials' });
}

/** A customer's token. On servers only. */
export function userAssertion(credentials: Credentials & { user: Assertion<string> }): GetToken {
  return async () =>
    createTokenOf(credentials, {
      grant_type: 'fulfillment_user_assertion',
      assertion: await assertionOf('user_id', credentials.user),
    });
}

/** A shopper's token, by the retailer's own ID (a string) or ours (a number). On servers only. */
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
  const { url, clientId, clientSecret, scope } = credentials;
  let response: Response;
  let text: string;
  try {
    response = await (credentials.fetch ?? fetch)(`${url.replace(/\/+$/, '')}/v2/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
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
    // Said below.
  }
  throw new NetworkError('The token endpoint gave no token');
}
