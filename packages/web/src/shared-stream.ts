/**
 * One stream for all tabs that show the same order. A browser opens six connections to a server over HTTP/1.1, for all its
 * tabs together: with a stream in each, the seventh tab would wait for ever.
 *
 * Who holds the Web Lock leads: it streams, and passes on what comes over a BroadcastChannel. The others follow. A tab that
 * is closed gives the lock up, and the next one leads from where it stands; one that is frozen does not answer, and the
 * lock is taken from it. A follower that has missed something leaves, reads the log itself, and comes back.
 *
 * The end of a stream is passed on to nobody: each of the others leads in its turn, and is told by the server itself.
 */
import { type Connection, type StreamItem, type StreamState, streamOrderEvents } from '@aislechat/client';

/** What was missed is in the pages of the log: read them, and come back. */
export interface Behind {
  type: 'behind';
}

export interface SharedStreamOptions {
  connection: Connection;
  orderId: string;
  /** The same for all that see the same: server, side, order. */
  name: string;
  /** The last event that is known. */
  after: number;
  onState: (state: StreamState) => void;
}

type Chat = Extract<StreamItem, { type: 'chat' }>;
type Passed =
  | { kind: 'item'; item: StreamItem }
  /** Where the leader stands: an answer to `hello` and `wake`, and now and then. */
  | { kind: 'here'; seq: number; state: StreamState; chat: Chat | undefined }
  | { kind: 'hello' }
  | { kind: 'wake' };
/** What happens to this tab itself. */
type Turn = 'lead' | 'alone' | 'behind' | 'closed';

/** A leader that is awake answers within milliseconds. */
const answerMs = 5_000;
const hereEveryMs = 30_000;
/** Timers of tabs in the background may run once a minute. */
const silenceMs = 150_000;

export class SharedStream implements AsyncIterable<StreamItem | Behind> {
  readonly #options: SharedStreamOptions;
  readonly #closing = new AbortController();
  #seq: number;
  #channel: BroadcastChannel | undefined;
  #stream: ReturnType<typeof streamOrderEvents> | undefined;
  #state: StreamState = 'connecting';
  #chat: Chat | undefined;
  /** Gives the lock up. */
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
        // Held or asked for, either would keep a browser from keeping the page for the way back.
        addEventListener('pagehide', hide);
        this.#join();
      }
      for (;;) {
        const next = await this.#next();
        if (next === 'closed') return;
        // When it no longer leads, what comes next says why.
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
      // It was taken away from this tab, which was asleep; or locks are forbidden here.
      if (this.#release) this.#stream?.close();
      this.#give(this.#release ? 'behind' : 'alone');
    });
  }

  /** Whoever leads answers, or leads no longer. */
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

  /** The page goes; if it is kept and shown again, it comes back from where it stood. */
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
