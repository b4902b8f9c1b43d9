/**
 * One stream for all tabs that show the same order. Over HTTP/1.1 a browser opens at most six connections to a server
 * for all its tabs. With a stream in each tab, the seventh tab would never load.
 *
 * The tab that holds the Web Lock is the leader: it streams, and forwards the items over a BroadcastChannel to the
 * others, the followers. When the leading tab is closed, its lock is released, and the next tab leads from its own
 * position. A frozen leader does not answer, and a follower takes the lock from it. A follower that has missed an item
 * leaves, reads the log itself, and joins again.
 *
 * The end of a stream is not forwarded: each follower leads in turn, and the server ends its stream too.
 */
import { type Connection, type StreamItem, type StreamState, streamOrderEvents } from '@aislechat/client';

/** Items were missed. Read the pages of the log, and iterate again. */
export interface Behind {
  type: 'behind';
}

export interface SharedStreamOptions {
  connection: Connection;
  orderId: string;
  /** The same for all tabs with the same view: server, side and order. */
  name: string;
  /** The number of the last known event. */
  after: number;
  onState: (state: StreamState) => void;
}

type Chat = Extract<StreamItem, { type: 'chat' }>;
type Passed =
  | { kind: 'item'; item: StreamItem }
  /** The leader's position, sent in answer to `hello` and `wake`, and periodically. */
  | { kind: 'here'; seq: number; state: StreamState; chat: Chat | undefined }
  | { kind: 'hello' }
  | { kind: 'wake' };
/** Changes of this tab's own role. */
type Turn = 'lead' | 'alone' | 'behind' | 'closed';

/** How long to wait for an answer. An active leader answers within milliseconds. */
const answerMs = 5_000;
const hereEveryMs = 30_000;
/** How long a leader may be silent. In background tabs, timers may run only once a minute. */
const silenceMs = 150_000;

export class SharedStream implements AsyncIterable<StreamItem | Behind> {
  readonly #options: SharedStreamOptions;
  readonly #closing = new AbortController();
  #seq: number;
  #channel: BroadcastChannel | undefined;
  #stream: ReturnType<typeof streamOrderEvents> | undefined;
  #state: StreamState = 'connecting';
  #chat: Chat | undefined;
  /** Releases the lock. */
  #release: (() => void) | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  readonly #waiting: (Turn | StreamItem)[] = [];
  #arrived: (() => void) | undefined;

  constructor(options: SharedStreamOptions) {
    this.#options = options;
    this.#seq = options.after;
  }

  /** Catches up at once. */
  wake(): void {
    if (this.#stream) this.#stream.wake();
    else this.#ask('wake');
  }

  close(): void {
    this.#give('closed');
    this.#closing.abort();
    this.#stream?.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamItem | Behind, void, void> {
    const hide = () => this.#hide();
    try {
      if (!globalThis.navigator.locks || !globalThis.BroadcastChannel) this.#give('alone');
      else {
        // A held or requested lock would keep the browser from storing the page in its back-forward cache.
        addEventListener('pagehide', hide);
        this.#join();
      }
      for (;;) {
        const next = await this.#next();
        if (next === 'closed') return;
        // If this tab stops leading, the next turn has the reason.
        if (next === 'lead' || next === 'alone') yield* this.#lead();
        else if (next === 'behind') return yield { type: 'behind' };
        else yield next;
      }
    } finally {
      removeEventListener('pagehide', hide);
      this.#leave();
    }
  }

  #join(): void {
    this.#channel = new BroadcastChannel(this.#options.name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#lock({ signal: this.#closing.signal });
    this.#ask('hello');
  }

  #lock(options: LockOptions): void {
    const held = () =>
      new Promise<void>((resolve) => {
        this.#release = resolve;
        clearTimeout(this.#patience);
        if (this.#closing.signal.aborted) resolve();
        else this.#give('lead');
      });
    navigator.locks.request(this.#options.name, options, held).catch(() => {
      if (this.#closing.signal.aborted) return;
      // Another tab took the lock because this tab was frozen, or locks are forbidden here.
      if (this.#release) this.#stream?.close();
      this.#give(this.#release ? 'behind' : 'alone');
    });
  }

  /** Asks the leader. If it does not answer, this tab takes the lock. */
  #ask(kind: 'hello' | 'wake'): void {
    if (this.#release || !this.#channel) return;
    this.#post({ kind });
    this.#expect(answerMs);
  }

  #expect(withinMs: number): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#lock({ steal: true }), withinMs);
  }

  #hear(passed: Passed): void {
    if (this.#release) {
      if (passed.kind === 'wake') this.#stream?.wake();
      if (passed.kind === 'wake' || passed.kind === 'hello') this.#sayHere();
      return;
    }
    if (passed.kind === 'hello' || passed.kind === 'wake') return;
    this.#expect(silenceMs);
    if (passed.kind === 'here') {
      this.#become(passed.state);
      if (passed.seq > this.#seq) this.#give('behind');
      else if (passed.chat) this.#give(passed.chat);
    } else if (!('seq' in passed.item)) this.#give(passed.item);
    else if (passed.item.seq === this.#seq + 1) {
      this.#seq = passed.item.seq;
      this.#give(passed.item);
    } else if (passed.item.seq > this.#seq) this.#give('behind');
  }

  async *#lead(): AsyncGenerator<StreamItem, void, void> {
    const { connection, orderId } = this.#options;
    this.#stream = streamOrderEvents(connection, orderId, {
      after: this.#seq,
      signal: this.#closing.signal,
      onState: (state) => {
        this.#become(state);
        this.#sayHere();
      },
    });
    const timer = setInterval(() => this.#sayHere(), hereEveryMs);
    try {
      for await (const item of this.#stream) {
        if ('seq' in item) this.#seq = item.seq;
        if (item.type === 'chat') this.#chat = item;
        if (item.type !== 'end' && item.type !== 'reload') this.#post({ kind: 'item', item });
        yield item;
      }
    } finally {
      clearInterval(timer);
    }
  }

  #sayHere(): void {
    this.#post({ kind: 'here', seq: this.#seq, state: this.#state, chat: this.#chat });
  }

  #post(passed: Passed): void {
    this.#channel?.postMessage(passed);
  }

  /** The page is hidden. If the browser keeps it and shows it again, it resumes at its position. */
  #hide(): void {
    this.#leave();
    this.#stream?.close();
    addEventListener('pageshow', () => this.#give('behind'), { once: true });
  }

  #leave(): void {
    clearTimeout(this.#patience);
    this.#closing.abort();
    this.#channel?.close();
    this.#channel = undefined;
    this.#release?.();
  }

  #become(state: StreamState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state !== 'over') this.#options.onState(state);
  }

  #give(next: Turn | StreamItem): void {
    this.#waiting.push(next);
    this.#arrived?.();
  }

  async #next(): Promise<Turn | StreamItem> {
    while (this.#waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#waiting.shift()!;
  }
}
