/**
 * The tokens that callbacks carry: asked for at the receiver's own token endpoint and kept in memory until they run out.
 * Connect: "Authentication for event callbacks".
 */

import type { SecretBox } from '../domain/access/secret-box.ts';
import { clientSecretOf } from '../domain/callbacks/endpoints.ts';
import type { CallbackEndpointRow } from '../storage/store.ts';
import type { Call, post } from './call.ts';

export class TokenFailed extends Error {
  override readonly name = 'TokenFailed';
}

interface Kept {
  token: Promise<string>;
  /** Of the endpoint's row: another version has another token. */
  version: number;
  expiresAtMs: number;
}

/** A token that runs out on its way is no use. */
const spareMs = 5000;
/** Endpoints whose token is kept; the oldest makes room, and is asked for again. */
const maxKept = 10_000;
const defaultLifetimeMs = 60 * 60_000;
const longestLifetimeMs = 30 * 24 * 60 * 60_000;

export class CallbackTokens {
  readonly #box: SecretBox;
  readonly #post: (call: Call) => ReturnType<typeof post>;
  readonly #monotonic: () => number;
  readonly #kept = new Map<string, Kept>();

  /** @param monotonic milliseconds: receivers live in real time, whatever a retailer's clock shows */
  constructor(
    box: SecretBox,
    send: (call: Call) => ReturnType<typeof post>,
    monotonic = () => performance.now(),
  ) {
    this.#box = box;
    this.#post = send;
    this.#monotonic = monotonic;
  }

  /** @throws TokenFailed @throws Error of the connection */
  tokenFor(endpoint: CallbackEndpointRow, signal: AbortSignal): Promise<string> {
    const key = keyOf(endpoint);
    const kept = this.#kept.get(key);
    if (kept?.version === endpoint.version && this.#monotonic() < kept.expiresAtMs) return kept.token;
    const asked: Kept = {
      token: this.#ask(endpoint, signal).then(({ token, lifetimeMs }) => {
        asked.expiresAtMs = this.#monotonic() + lifetimeMs - spareMs;
        return token;
      }),
      version: endpoint.version,
      // Until it is there everyone waits for this one.
      expiresAtMs: Number.POSITIVE_INFINITY,
    };
    this.#kept.delete(key);
    this.#kept.set(key, asked);
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value!);
    asked.token.catch(() => this.#drop(key, asked));
    return asked.token;
  }

  /** The receiver refused it. */
  async forget(endpoint: CallbackEndpointRow, token: string): Promise<void> {
    const kept = this.#kept.get(keyOf(endpoint));
    // Another call may have got a new one already.
    if (kept && (await kept.token.catch(() => token)) === token) this.#drop(keyOf(endpoint), kept);
  }

  #drop(key: string, kept: Kept): void {
    if (this.#kept.get(key) === kept) this.#kept.delete(key);
  }

  async #ask(
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
      readsAnswer: true,
      signal,
    });
    // RFC 6749 says 200, and some servers create a token with 201.
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
