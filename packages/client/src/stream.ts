/**
 * Follows an order: yields every event of its log once, in order and without gaps, whatever happens to the network.
 *
 * The only state is the number of the last event that was yielded. Each connection resumes there: repeated events are
 * dropped, and a skipped number causes a reconnection. A connection without traffic for longer than the server's
 * heartbeat is dead. If streams do not get through (a proxy buffers them, or answers itself), the same events are
 * fetched by long polling, and streaming is retried from time to time.
 */
import { type Connection, type IdOptions, inPath } from './connection.ts';
import { AbortedError, ApiError, isPassing, NetworkError } from './errors.ts';
import { getOrderEvents } from './generated/routes.ts';
import type { ChatState, OrderEvent, OrderEvents } from './generated/types.ts';
import { backoffMs, pause } from './pause.ts';
import { serverSentEvents } from './server-sent-events.ts';

/** Reasons after which reconnecting does not help. */
const finalReasons = ['order_out_of_reach', 'chat_expired', 'shopper_pii'] as const;
export type EndReason = (typeof finalReasons)[number];

export type StreamItem =
  | OrderEvent
  /** The other side is typing. Sent only while streaming works. */
  | { type: 'typing'; sender_type: 'user' | 'driver' }
  /** What the chat allows now. Yielded first, and after each change. */
  | ({ type: 'chat' } & ChatState)
  /**
   * The log no longer has all events since the last one. Read the conversation again; the stream continues after `seq`.
   */
  | { type: 'reload'; seq: number }
  /** The last item. */
  | { type: 'end'; reason: EndReason };

/**
 * `connecting`; `live`: streaming; `polling`: long polling; `waiting`: the connection was lost and will be retried;
 * `over`.
 */
export type StreamState = 'connecting' | 'live' | 'polling' | 'waiting' | 'over';

export interface StreamOptions extends IdOptions {
  /** The number of the last known event. 0: from the first event; undefined: from now on. */
  after?: number | undefined;
  onState?: (state: StreamState) => void;
  /**
   * A connection without traffic for this long, in ms, is dead; default 40,000. The server sends a heartbeat every 15
   * s.
   */
  silenceMs?: number;
  /** If a stream sends nothing for this long at its start, in ms, it does not get through. Default: 8,000. */
  firstEventMs?: number;
  /** When to retry streaming after it failed, in ms; default 60,000. Doubles up to ten minutes. */
  streamAgainMs?: number;
  /** The waits between failed attempts, in ms. A stream's `retry` replaces `leastMs`. Default: 1,500 and 30,000. */
  backoff?: { leastMs: number; mostMs: number };
}

const defaults = {
  silenceMs: 40_000,
  firstEventMs: 8_000,
  streamAgainMs: 60_000,
  backoff: { leastMs: 1500, mostMs: 30_000 },
};
const streamAgainMostMs = 600_000;
const pollSeconds = 25;
/** Several events of the page may call `wake` at once. Later calls within this time are ignored. */
const wakeAgainMs = 100;

/** Streaming does not get through, for example because of a proxy. */
class NoStream extends NetworkError {}

/**
 * Follows an order. Iterate over the result to receive its events, and call its `close()`, or abort the signal, to
 * stop.
 * `GET /v1/orders/{order_id}/stream`
 * @throws ApiError, from the iteration, if the server refuses and a retry would not help
 * @example
 * ```ts
 * for await (const item of streamOrderEvents(connection, 'your-order-id', { after: 0 })) {
 *     if (item.type === 'message') console.log(item.message?.body);
 * }
 * ```
 */
export function streamOrderEvents(
  connection: Connection,
  orderId: string | number,
  options: StreamOptions = {},
): OrderStream {
  return new OrderStream(connection, orderId, options);
}

/** The items of an order, as `streamOrderEvents` returns them. Iterate over it once. */
export class OrderStream implements AsyncIterable<StreamItem> {
  readonly #connection: Connection;
  readonly #orderId: string | number;
  readonly #options: StreamOptions & typeof defaults;
  readonly #closing = new AbortController();
  #seq: number | undefined;
  #state: StreamState = 'connecting';
  /** Aborting it ends the current connection or wait. */
  #attempt = new AbortController();
  #isPolling = false;
  #chat: ChatState | undefined;
  /**
   * Failed attempts since the last event that was yielded. An event that cannot be parsed does not count as progress.
   */
  #failures = 0;
  #retryMs: number | undefined;
  #streamAgainAt = 0;
  #streamAgainMs: number;
  #wokenAt = Number.NEGATIVE_INFINITY;
  /** Whether to skip the next wait. */
  #isAtOnce = false;

  constructor(connection: Connection, orderId: string | number, options: StreamOptions) {
    this.#connection = connection;
    this.#orderId = orderId;
    this.#options = { ...defaults, ...options };
    this.#seq = options.after;
    this.#streamAgainMs = this.#options.streamAgainMs;
    const { signal } = options;
    const close = () => this.close();
    signal?.addEventListener('abort', close, { signal: this.#closing.signal });
    if (signal?.aborted) close();
  }

  /** The number of the last event that was yielded. Another stream can resume after it. */
  get seq(): number | undefined {
    return this.#seq;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Catches up at once, for example when the page becomes visible or the network is back. */
  wake(): void {
    const now = Date.now();
    if (now - this.#wokenAt < wakeAgainMs || this.#state === 'over') return;
    this.#wokenAt = now;
    this.#isAtOnce = true;
    this.#attempt.abort();
  }

  /** Ends the iteration. */
  close(): void {
    this.#closing.abort();
    this.#attempt.abort();
  }

  [Symbol.asyncIterator](): AsyncGenerator<StreamItem, void, void> {
    return this.#items();
  }

  /** @throws ApiError if the server refuses and a retry would not help */
  async *#items(): AsyncGenerator<StreamItem, void, void> {
    try {
      while (!this.#closing.signal.aborted) {
        this.#attempt = new AbortController();
        this.#isAtOnce = false;
        let failure: unknown;
        try {
          for await (const item of this.#isPolling ? this.#poll() : this.#stream()) {
            yield item;
            if (item.type === 'end') return;
          }
        } catch (error) {
          failure = error;
        } finally {
          this.#attempt.abort();
        }
        if (this.#closing.signal.aborted) return;
        if (!this.#isAtOnce) await this.#recover(failure);
      }
    } finally {
      this.close();
      this.#become('over');
    }
  }

  /** Decides how to continue after a failure, and waits. @throws the failure if a retry would not help */
  async #recover(failure: unknown): Promise<void> {
    if (failure !== undefined) {
      if (!isPassing(failure)) throw failure;
      this.#failures += 1;
    }
    const { retryAfterMs } = (failure ?? {}) as { retryAfterMs?: number };
    if (this.#switches(failure)) return;
    this.#become('waiting');
    this.#attempt = new AbortController();
    const { leastMs, mostMs } = this.#options.backoff;
    const retryMs = this.#retryMs ?? 0;
    const waitMs = backoffMs({ leastMs: retryMs || leastMs, mostMs }, this.#failures);
    await pause(Math.max(retryMs, waitMs, retryAfterMs ?? 0), this.#attempt.signal);
  }

  /** Switches between streaming and polling. @returns whether to retry at once */
  #switches(failure: unknown): boolean {
    if (this.#isPolling) {
      // Polling fails too, so streaming was not the cause.
      this.#isPolling = false;
      return false;
    }
    if (!(failure instanceof NoStream) && this.#failures < 2) return false;
    this.#isPolling = true;
    this.#streamAgainAt = Date.now() + this.#streamAgainMs;
    return failure instanceof NoStream && this.#failures === 1;
  }

  /** Reads one stream. Returns when the server asks the client to reconnect. */
  async *#stream(): AsyncGenerator<StreamItem, void, void> {
    this.#become('connecting');
    const attempt = this.#attempt;
    let silence: NoStream | NetworkError | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (ms: number, error: NoStream | NetworkError) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        silence = error;
        attempt.abort();
      }, ms);
    };
    let isLive = false;
    const startedAt = Date.now();
    try {
      listen(this.#options.firstEventMs, new NoStream('The stream does not begin'));
      const response = await this.#connection.request('GET', this.#path('stream'), {
        internalIds: this.#options.internalIds,
        signal: attempt.signal,
        headers: {
          accept: 'text/event-stream',
          ...(this.#seq !== undefined && { 'last-event-id': String(this.#seq) }),
        },
      });
      if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
        throw new NoStream('The answer is no stream');
      }
      const events = serverSentEvents(response.body, {
        onBytes: () => {
          // An order without events has only heartbeats. A stream that has delivered them for this long works.
          if (Date.now() - startedAt > this.#options.silenceMs) this.#progress();
          if (isLive) listen(this.#options.silenceMs, new NetworkError('The stream has fallen silent'));
        },
        onRetry: (ms) => {
          this.#retryMs = ms;
        },
      });
      for await (const { event, data: text } of events) {
        // The caller may take any time to process an item.
        clearTimeout(timer);
        const data = JSON.parse(text);
        if (!isLive) {
          isLive = true;
          this.#become('live');
        }
        if (event === 'end') {
          if (!finalReasons.includes(data.reason)) {
            // If only the token was refused, continue with a new one.
            this.#isAtOnce = /^token_/.test(data.reason);
            return;
          }
          yield { type: 'end', reason: data.reason };
        } else if (event === 'cursor') this.#seq ??= data.seq;
        else if (event === 'reload') {
          this.#seq = data.seq;
          this.#progress();
          yield { type: 'reload', seq: data.seq };
        } else if (event === 'chat') yield* this.#chatIfNew(data);
        else if (event === 'typing') yield { type: 'typing', sender_type: data.sender_type };
        else if (this.#isNext(data.seq)) {
          this.#progress();
          yield data;
        }
        listen(this.#options.silenceMs, new NetworkError('The stream has fallen silent'));
      }
      // The stream was cut, for example by a proxy's time-out.
      throw isLive
        ? new NetworkError('The stream was cut')
        : new NoStream('The stream ended before it began');
    } catch (error) {
      if (silence) throw silence;
      if (error instanceof ApiError || error instanceof NetworkError || error instanceof AbortedError)
        throw error;
      throw new NetworkError('The stream broke off', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Polls for the same items. Returns when it is time to retry streaming. */
  async *#poll(): AsyncGenerator<StreamItem, void, void> {
    const { internalIds } = this.#options;
    const { signal } = this.#attempt;
    // No event has a larger number, so the answer only returns the end of the log.
    if (this.#seq === undefined) {
      const after = Number.MAX_SAFE_INTEGER;
      const end = await getOrderEvents(this.#connection, this.#orderId, { internalIds, signal, after });
      this.#seq = end.next_after;
    }
    let isFirst = true;
    while (Date.now() < this.#streamAgainAt) {
      const askedAt = Date.now();
      const asked = this.#seq;
      // The first request does not wait, so that the state of the chat is known from the start.
      const wait = isFirst && this.#chat === undefined ? 0 : pollSeconds;
      isFirst = false;
      const page: OrderEvents = await this.#connection.json('GET', this.#path('events'), {
        internalIds,
        signal,
        query: { after: this.#seq, wait, open: this.#chat?.open },
        timeoutMs: (pollSeconds + 15) * 1000,
      });
      if (!Array.isArray(page.events)) throw new NetworkError('The answer is not a page of the log');
      this.#become('polling');
      if (page.reload) {
        this.#seq = page.next_after;
        yield { type: 'reload', seq: page.next_after };
      }
      for (const event of page.events) {
        if (this.#isNext(event.seq)) yield event;
        if (event.type === 'chat_expired') yield { type: 'end', reason: 'chat_expired' };
      }
      yield* this.#chatIfNew(page.chat);
      // Every event of the page was valid.
      this.#failures = 0;
      // Something between client and server ended the long poll early.
      const isHasty = wait > 0 && this.#seq === asked && Date.now() - askedAt < 1000;
      if (isHasty) await pause(this.#options.backoff.leastMs, signal);
    }
    this.#isPolling = false;
    this.#isAtOnce = true;
    // If the stream fails again, polling continues for longer.
    this.#failures = 1;
    this.#streamAgainMs = Math.min(this.#streamAgainMs * 2, streamAgainMostMs);
  }

  /** Checks and records an event's number. @throws NetworkError if an earlier event is missing */
  #isNext(seq: unknown): boolean {
    if (typeof seq !== 'number') return false;
    const last = this.#seq ?? seq - 1;
    if (seq <= last) return false;
    if (seq > last + 1) throw new NetworkError('An event is missing');
    this.#seq = seq;
    return true;
  }

  *#chatIfNew(state: ChatState | undefined): Generator<StreamItem, void, void> {
    const known = this.#chat;
    // Earlier versions of the server do not send it.
    if (state === undefined) return;
    this.#chat = state;
    if (JSON.stringify(known) !== JSON.stringify(state)) yield { type: 'chat', ...state };
  }

  /** Resets the failures, because streaming works. */
  #progress(): void {
    this.#failures = 0;
    this.#streamAgainMs = this.#options.streamAgainMs;
  }

  #path(of: 'stream' | 'events'): string {
    return `/v1/orders/${inPath(this.#orderId)}/${of}`;
  }

  #become(state: StreamState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
