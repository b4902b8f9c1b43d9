/**
 * The tokens that callbacks carry: requested from the receiver's own token endpoint and cached in memory until they
 * expire. Connect: "Authentication for event callbacks".
 */

import type { SecretBox } from '../domain/access/secret-box.ts';
import { clientSecretOf } from '../domain/callbacks/endpoints.ts';
import type { CallbackEndpointRow } from '../storage/store.ts';
import type { Call, post } from './call.ts';

export class TokenFailed extends Error {
  override readonly name = 'TokenFailed';
}

interface CachedToken {
  token: Promise<string>;
  /** Version of the endpoint's row; another version needs another token. */
  version: number;
  expiresAtMs: number;
}

/** Safety margin, so that a token does not expire in transit. */
const spareMs = 5000;
/** Maximum number of cached tokens; the oldest is evicted and requested again when needed. */
const maxCached = 10_000;
const defaultLifetimeMs = 60 * 60_000;
const longestLifetimeMs = 30 * 24 * 60 * 60_000;

export class CallbackTokens {
  readonly #box: SecretBox;
  readonly #post: (call: Call) => ReturnType<typeof post>;
  readonly #monotonic: () => number;
  readonly #cached = new Map<string, CachedToken>();

  /** @param monotonic milliseconds: receivers use real time, whatever the retailer's clock shows */
  constructor(
    box: SecretBox,
    send: (call: Call) => ReturnType<typeof post>,
    monotonic = () => performance.now(),
  ) {
    this.#box = box;
    this.#post = send;
    this.#monotonic = monotonic;
  }

  /** @throws TokenFailed @throws the connection's Error */
  tokenFor(endpoint: CallbackEndpointRow, signal: AbortSignal): Promise<string> {
    const key = keyOf(endpoint);
    const cached = this.#cached.get(key);
    if (cached?.version === endpoint.version && this.#monotonic() < cached.expiresAtMs) return cached.token;
    const requested: CachedToken = {
      token: this.#request(endpoint, signal).then(({ token, lifetimeMs }) => {
        requested.expiresAtMs = this.#monotonic() + lifetimeMs - spareMs;
        return token;
      }),
      version: endpoint.version,
      // Until the token arrives, all callers wait for this request.
      expiresAtMs: Number.POSITIVE_INFINITY,
    };
    this.#cached.delete(key);
    this.#cached.set(key, requested);
    if (this.#cached.size > maxCached) this.#cached.delete(this.#cached.keys().next().value!);
    requested.token.catch(() => this.#drop(key, requested));
    return requested.token;
  }

  /** Drops a token the receiver refused. */
  async forget(endpoint: CallbackEndpointRow, token: string): Promise<void> {
    const cached = this.#cached.get(keyOf(endpoint));
    // Another call may already have replaced it.
    if (cached && (await cached.token.catch(() => token)) === token) this.#drop(keyOf(endpoint), cached);
  }

  #drop(key: string, cached: CachedToken): void {
    if (this.#cached.get(key) === cached) this.#cached.delete(key);
  }

  async #request(
    endpoint: CallbackEndpointRow,
    signal: AbortSignal,
  ): Promise<{ token: string; lifetimeMs: number }> {
    const source = endpoint.tokenSource!;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: source.clientId,
      client_secret: clientSecretOf(this.#box, endpoint),
      ...(source.scope !== null && { scope: source.scope }),
      ...(source.resource !== null && { resource: source.resource }),
    });
    const { status, text } = await this.#post({
      url: new URL(source.url),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      reads: 'all',
      signal,
    });
    // RFC 6749 says 200, but some servers answer 201.
    if (status < 200 || status > 299) throw new TokenFailed();
    const { access_token: token, expires_in: expiresIn } = parsed(text);
    if (typeof token !== 'string' || !/^[\x21-\x7e]{1,4096}$/.test(token)) throw new TokenFailed();
    const seconds = source.lifetimeS ?? Number(expiresIn);
    const lifetimeMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : defaultLifetimeMs;
    return { token, lifetimeMs: Math.min(lifetimeMs, longestLifetimeMs) };
  }
}

const keyOf = ({ retailerId, id }: CallbackEndpointRow) => `${retailerId}:${id}`;

function parsed(text: string): { access_token?: unknown; expires_in?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new TokenFailed();
  }
}
