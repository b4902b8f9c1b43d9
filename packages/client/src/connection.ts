/** A connection to one server with one identity. It sends requests and returns answers or throws typed errors. */
import { AbortedError, ApiError, failureOf, NetworkError } from './errors.ts';
import { unlessAborted } from './pause.ts';
import { type GetToken, TokenKeeper } from './tokens.ts';

export interface ConnectionOptions {
  /** The server's address, for example `https://chat.example`. */
  url: string;
  /** A function that gets a token, or a fixed token that is never renewed. */
  token: string | GetToken;
  /** Slug of the banner, in an organization with several. Sent as `X-Retailer-Id`. */
  retailer?: string | undefined;
  /** The time limit for a whole answer, in ms. Default: 30 s. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}
export interface IdOptions extends CallOptions {
  /** Whether order IDs, in path and body, are the server's integers instead of the retailer's IDs. */
  internalIds?: boolean | undefined;
}
export interface SendOptions extends IdOptions {
  /** Requests with the same key create one message and get the same answer, however often they are sent. */
  idempotencyKey?: string | undefined;
}

export interface Call extends SendOptions {
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON, unless it is a form or a `Blob`. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether the route needs no token. */
  isOpen?: boolean;
  timeoutMs?: number;
}

const defaultTimeoutMs = 30_000;

export const inPath = (id: string | number): string => encodeURIComponent(id);

/**
 * A connection to one server with one identity. It adds the token to each request, and renews it before it expires and
 * once after a 401. Pass it to the functions of this package.
 * @example
 * ```ts
 * const token = async () => (await fetch('/chat-token')).json();
 * const connection = new Connection({ url: 'https://chat.example', token });
 * await sendMessage(connection, 'your-order-id', { body: 'Firm ones are fine' });
 * ```
 */
export class Connection {
  readonly url: string;
  readonly retailer: string | undefined;
  readonly #tokens: TokenKeeper | undefined;
  readonly #fixedToken: string | undefined;
  readonly #timeoutMs: number;
  readonly #fetch: typeof fetch;

  constructor({ url, token, retailer, timeoutMs = defaultTimeoutMs, fetch: given }: ConnectionOptions) {
    this.url = url.replace(/\/+$/, '');
    if (typeof token === 'string') this.#fixedToken = token;
    else this.#tokens = new TokenKeeper(token);
    this.retailer = retailer;
    this.#timeoutMs = timeoutMs;
    // A browser's `fetch` must be called as a method of `window`.
    this.#fetch = given ?? ((input, init) => fetch(input, init));
  }

  /** Sends a request and returns the JSON of the answer. @throws ApiError, NetworkError, AbortedError */
  json<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return this.read(method, path, call, async (response) => JSON.parse(await response.text()));
  }

  /**
   * Sends a request and returns what `take` makes of the answer, within the time limit.
   * @throws ApiError, NetworkError, AbortedError
   */
  async read<T>(
    method: string,
    path: string,
    call: Call,
    take: (response: Response) => Promise<T>,
  ): Promise<T> {
    const abort = new AbortController();
    const give = () => abort.abort();
    const timer = setTimeout(give, call.timeoutMs ?? this.#timeoutMs);
    call.signal?.addEventListener('abort', give);
    try {
      if (call.signal?.aborted) give();
      return await take(await this.request(method, path, { ...call, signal: abort.signal }));
    } catch (error) {
      if (call.signal?.aborted) throw abortedBy(call.signal);
      if (error instanceof ApiError || error instanceof NetworkError) throw error;
      if (abort.signal.aborted) throw new NetworkError('The answer took too long', { cause: error });
      throw new NetworkError('The answer could not be read', { cause: error });
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', give);
    }
  }

  /**
   * Sends a request and returns the response with status 2xx or 304, before its body is read. There is no time limit.
   * @throws ApiError, NetworkError, AbortedError
   */
  async request(method: string, path: string, call: Call = {}): Promise<Response> {
    const token = call.isOpen ? undefined : await this.#token(call.signal);
    const response = await this.#send(method, path, call, token);
    if (response.status !== 401 || this.#tokens === undefined || token === undefined) {
      return this.#accept(response, path, call.signal);
    }
    await response.body?.cancel();
    const again = await this.#send(method, path, call, await this.#token(call.signal, token));
    return this.#accept(again, path, call.signal);
  }

  async #token(signal: AbortSignal | undefined, rejected?: string): Promise<string> {
    if (this.#tokens === undefined) return this.#fixedToken!;
    try {
      return await unlessAborted(this.#tokens.get(rejected), signal);
    } catch (error) {
      throw signal?.aborted ? abortedBy(signal) : error;
    }
  }

  async #send(method: string, path: string, call: Call, token: string | undefined): Promise<Response> {
    const { body, signal } = call;
    const isRaw = body instanceof Blob || body instanceof FormData;
    const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined && !isRaw) headers['content-type'] = 'application/json';
    if (this.retailer !== undefined) headers['x-retailer-id'] = this.retailer;
    if (call.internalIds) headers['x-treat-ids-as-internal'] = 'true';
    if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
    try {
      return await this.#fetch(`${this.url}${path}${queryString(call.query)}`, {
        method,
        headers,
        // Keeps private messages out of the browser's disk cache.
        cache: 'no-store',
        credentials: 'omit',
        ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw abortedBy(signal);
      throw new NetworkError('The server did not answer', { cause: error });
    }
  }

  async #accept(response: Response, path: string, signal: AbortSignal | undefined): Promise<Response> {
    if (response.ok || response.status === 304) return response;
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw abortedBy(signal);
      throw new NetworkError('The answer could not be read', { cause: error });
    }
    throw failureOf(response, text, path.startsWith('/v2/oauth/') ? 'oauth' : 'envelope');
  }
}

const abortedBy = (signal: AbortSignal): AbortedError =>
  new AbortedError('The call was aborted', { cause: signal.reason });

function queryString(query: Call['query'] = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return String(given) && `?${given}`;
}
