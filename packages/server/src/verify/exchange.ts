/** One request to the server under test, and its answer. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait for an answer. */
const patienceMs = 15_000;
/** How often to wait and retry after a 429. */
const maxWaits = 10;

export interface Request {
  token?: string | undefined;
  /** Sent as JSON; a string is sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Whether to return a 429 at once, without waiting and retrying. */
  impatient?: boolean;
}

export interface Answer {
  /** For example `POST /v2/oauth/token`. */
  readonly call: string;
  readonly sent: unknown;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined if the text is not JSON. */
  readonly body: unknown;
}

export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export class Server {
  readonly #url: URL;
  readonly #signal: AbortSignal;

  /** @param url may have a path, if a proxy in front of the server needs one */
  constructor(url: URL, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** @throws NoAnswer */
  async call(method: string, path: string, request: Request = {}): Promise<Answer> {
    for (let waits = 0; ; waits += 1) {
      const answer = await this.#once(method, path, request);
      if (answer.status !== 429 || request.impatient || waits === maxWaits) return answer;
      const seconds = Number(answer.headers.get('retry-after')) || 1;
      await sleep(Math.min(seconds, 30) * 1000, undefined, { signal: this.#signal });
    }
  }

  async #once(method: string, path: string, { token, body, headers }: Request): Promise<Answer> {
    this.#signal.throwIfAborted();
    const url = `${this.#url.href.replace(/\/$/, '')}${path}`;
    try {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)]),
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        call: `${method} ${path}`,
        sent: body,
        status: response.status,
        headers: response.headers,
        text,
        body: parsed(text),
      };
    } catch (error) {
      this.#signal.throwIfAborted();
      const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
      throw new NoAnswer(`${method} ${path} got no answer (${cause})`);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
