/**
 * Follows an order: every event of its log once, in its order, without a gap, over whatever the network does.
 *
 * The number of the last event that was handed over is all there is to know. A connection goes on from there, and
 * what comes twice is dropped; a number that was jumped over is a reason to come back. A connection that brings
 * nothing for longer than the server's heartbeat is dead. Where streams do not come through (a proxy gathers them,
 * or answers something else) the same events come by long poll, and streaming is tried again now and then.
 */
import { type Connection, type IdOptions, inPath } from './connection.ts';
import { AbortedError, ApiError, isPassing, NetworkError } from './errors.ts';
import { getOrderEvents } from './generated/routes.ts';
import type { ChatState, OrderEvent, OrderEvents } from './generated/types.ts';
import { backoffMs, pause } from './pause.ts';
import { serverSentEvents } from './server-sent-events.ts';

/** Nothing more will come, and coming back does not help. */
const finalReasons = ['order_out_of_reach', 'chat_expired', 'shopper_pii'] as const;
export type EndReason = (typeof finalReasons)[number];

export type StreamItem =
  | OrderEvent
  /** The other side is typing. Only where streaming works. */
  | { type: 'typing'; sender_type: 'user' | 'driver' }
  /** What the chat allows: first of all, and whenever it changes. */
  | ({ type: 'chat' } & ChatState)
  /** The log does not reach to where the reader stood: read the conversation anew. It goes on from `seq`. */
  | { type: 'reload'; seq: number }
  /** The last one. */
  | { type: 'end'; reason: EndReason };

/**
 * `connecting`: on the way; `live`: events come as they happen; `polling`: they come by long poll; `waiting`:
 * the connection was lost, and is tried again in a moment; `over`.
 */
export type StreamState = 'connecting' | 'live' | 'polling' | 'waiting' | 'over';

export interface StreamOptions extends IdOptions {
  /** The last event that is known; 0 = from the first; left out = from now on. */
  after?: number | undefined;
  onState?: (state: StreamState) => void;
  /** No byte for so long is a dead connection. The server says something every 15 seconds. */
  silenceMs?: number;
  /** A stream that has said nothing after so long does not come through. */
  firstEventMs?: number;
  /** How soon streaming is tried again where it did not work; doubles up to ten minutes. */
  streamAgainMs?: number;
  /** Waits between failures; a stream's `retry` goes before the least. */
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
/** Seen again, shown again and online again come together, and ask for one thing. */
const wakeAgainMs = 100;

/** What is on the way does not come through as a stream. */
class NoStream extends NetworkError {}

/** Follows an order. `GET /v1/orders/{order_id}/stream` */
export function streamOrderEvents(
  connection: Connection,
  orderId: string | number,
  options: StreamOptions = {},
): OrderStream {
  return new OrderStream(connection, orderId, options);
}

export class OrderStream implements AsyncIterable<StreamItem> {
  readonly #connection: Connection;
  readonly #orderId: string | number;
  readonly #options: StreamOptions & typeof defaults;
  readonly #closing = new AbortController();
  #seq: number | undefined;
  #state: StreamState = 'connecting';
  /** Ends the connection, or the wait, that is under way. */
  #attempt = new AbortController();
  #isPolling = false;
  #chat: ChatState | undefined;
  /** Failed attempts since the reader last moved on: an event that cannot be read is no progress, however well it begins. */
  #failures = 0;
  #retryMs: number | undefined;
  #streamAgainAt = 0;
  #streamAgainMs: number;
  #wokenAt = Number.NEGATIVE_INFINITY;
  /** Whether to go on without a wait. */
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

  /** The last event that was handed over: where another stream may go on from. */
  get seq(): number | undefined {
    return this.#seq;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Catches up at once, as when a page is seen again or the network is back. */
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

  /** @throws ApiError when the server refuses for good */
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

  /** Decides how to go on, and waits until then. @throws what will not pass */
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

  /** Between streaming and polling. @returns whether it is worth a try at once */
  #switches(failure: unknown): boolean {
    if (this.#isPolling) {
      // Nothing comes through, so it was not the streaming.
      this.#isPolling = false;
      return false;
    }
    if (!(failure instanceof NoStream) && this.#failures < 2) return false;
    this.#isPolling = true;
    this.#streamAgainAt = Date.now() + this.#streamAgainMs;
    return failure instanceof NoStream && this.#failures === 1;
  }

  /** One connection. Returns when the server asks to come back. */
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
          // In a quiet order heartbeats are all there is: a stream that has brought them for so long works.
          if (Date.now() - startedAt > this.#options.silenceMs) this.#progress();
          if (isLive) listen(this.#options.silenceMs, new NetworkError('The stream has fallen silent'));
        },
        onRetry: (ms) => {
          this.#retryMs = ms;
        },
      });
      for await (const { event, data: text } of events) {
        // Whoever is handed an event may take their time.
        clearTimeout(timer);
        const data = JSON.parse(text);
        if (!isLive) {
          isLive = true;
          this.#become('live');
        }
        if (event === 'end') {
          if (!finalReasons.includes(data.reason)) {
            // With a new token it goes on where it was.
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
      // Cut, or a proxy's patience was over.
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

  /** The same by long poll. Returns when it is time to try a stream again. */
  async *#poll(): AsyncGenerator<StreamItem, void, void> {
    const { internalIds } = this.#options;
    const { signal } = this.#attempt;
    // Nothing is after this number, so the answer tells where the log ends.
    if (this.#seq === undefined) {
      const after = Number.MAX_SAFE_INTEGER;
      const end = await getOrderEvents(this.#connection, this.#orderId, { internalIds, signal, after });
      this.#seq = end.next_after;
    }
    let isFirst = true;
    while (Date.now() < this.#streamAgainAt) {
      const askedAt = Date.now();
      const asked = this.#seq;
      // What the chat allows is known first, and only then waited for to change.
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
      // Every event of the page was one that could be handed over.
      this.#failures = 0;
      // Whatever stands between does not let it wait.
      const isHasty = wait > 0 && this.#seq === asked && Date.now() - askedAt < 1000;
      if (isHasty) await pause(this.#options.backoff.leastMs, signal);
    }
    this.#isPolling = false;
    this.#isAtOnce = true;
    // If the stream fails again, it is back to this, for longer.
    this.#failures = 1;
    this.#streamAgainMs = Math.min(this.#streamAgainMs * 2, streamAgainMostMs);
  }

  /** Takes an event's number. @throws NetworkError when one before it is missing */
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
    // A server of an earlier version does not tell.
    if (state === undefined) return;
    this.#chat = state;
    const { open, expired, timezone } = state;
    if (known?.open === open && known.expired === expired && known.timezone === timezone) return;
    yield { type: 'chat', open, expired, timezone };
  }

  /** Streaming works. */
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
