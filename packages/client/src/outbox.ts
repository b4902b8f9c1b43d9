/**
 * Messages on their way. One that was added is stored before anything else happens, is sent until the server has
 * acknowledged it, under one `Idempotency-Key` all its life, and is forgotten only then: so it is neither lost nor
 * doubled, whatever the network does and however often the page is reloaded.
 *
 * pending -> sending -> acknowledged and gone
 *               |-> pending   no answer, or one that may change: it is tried again, with growing waits; one that `stepsAside`
 *               |             meanwhile lets the others pass
 *               '-> failed    refused: it stays until it is retried or discarded, and lets the others pass
 *
 * Of an order one message is under way at a time, the oldest. Tabs that share a storage take turns at an order by a
 * Web Lock, held for one attempt; where there are none, the key makes their doubles harmless.
 */
import type { Connection, SendOptions } from './connection.ts';
import { AbortedError, ApiError, type ApiErrorFields, isPassing, NetworkError } from './errors.ts';
import { sendMessage } from './generated/routes.ts';
import type { SendMessageRequest, SentMessage } from './generated/types.ts';
import { backoffMs, pause } from './pause.ts';
import type { OutboxStorage } from './storage.ts';

export interface OutboxMessage {
  /** Its `Idempotency-Key`. */
  readonly key: string;
  readonly orderId: string;
  readonly body: SendMessageRequest;
  readonly internalIds: boolean;
  /** When it was added, ms of the epoch. */
  readonly addedAt: number;
  readonly state: 'pending' | 'sending' | 'failed';
  /** Of a failed one: what the server refused it with. */
  readonly error?: ApiErrorFields;
}

/** `sendMessage` or `sendAsShopper`. */
export type Send = (
  connection: Connection,
  orderId: string,
  body: SendMessageRequest,
  options: SendOptions,
) => Promise<SentMessage>;

/** The part of `navigator.locks` that is used. */
export interface Locks {
  request<T>(name: string, options: { signal?: AbortSignal }, held: () => Promise<T>): Promise<T>;
}

export interface OutboxOptions {
  storage: OutboxStorage;
  /** What its entries begin with. Different people need different names. */
  name?: string;
  send?: Send;
  /** The server has the message. Called once at most; after a reload in between, not at all. */
  onSent?: (message: OutboxMessage, answer: SentMessage) => void;
  /** Whether the others need not wait when an attempt at this one brought no answer, as with a large upload. */
  stepsAside?: (message: OutboxMessage) => boolean;
  /** `navigator.locks` where there are any. */
  locks?: Locks | undefined;
  backoff?: { leastMs: number; mostMs: number };
}

interface Stored extends Omit<OutboxMessage, 'state' | 'error'> {
  /** Orders the messages of an order. */
  position: number;
  error?: ApiErrorFields;
}

/** One order's sending. */
interface Line {
  failures: number;
  /** Those that let others pass: since how many failures, and until when. */
  aside: Map<string, { failures: number; until: number }>;
  /** Ends a wait. */
  wait: AbortController;
}

export class Outbox {
  readonly #connection: Connection;
  readonly #storage: OutboxStorage;
  readonly #prefix: string;
  readonly #send: Send;
  readonly #onSent: OutboxOptions['onSent'];
  readonly #locks: Locks | undefined;
  readonly #backoff: { leastMs: number; mostMs: number };
  readonly #closing = new AbortController();
  readonly #lines = new Map<string, Line>();
  readonly #stepsAside: OutboxOptions['stepsAside'];
  /** Those that are under way, and what ends their attempt. */
  readonly #sending = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();

  /** Sends at once what the storage holds. */
  constructor(connection: Connection, options: OutboxOptions) {
    this.#connection = connection;
    this.#storage = options.storage;
    this.#prefix = `${options.name ?? 'aislechat'}:outbox:`;
    this.#send = options.send ?? sendMessage;
    this.#onSent = options.onSent;
    this.#stepsAside = options.stepsAside;
    this.#locks = 'locks' in options ? options.locks : globalThis.navigator?.locks;
    this.#backoff = options.backoff ?? { leastMs: 500, mostMs: 30_000 };
    this.wake();
  }

  /** @throws what the storage throws when it cannot keep the message: then it was not taken */
  add(orderId: string, body: SendMessageRequest | string, { internalIds = false } = {}): OutboxMessage {
    const stored: Stored = {
      key: randomKey(),
      orderId,
      body: typeof body === 'string' ? { body } : body,
      internalIds,
      addedAt: Date.now(),
      position: this.#nextPosition(orderId),
    };
    this.#keep(stored);
    this.#changed();
    this.#drain(orderId);
    return this.#shown(stored);
  }

  /** Those that the server has not acknowledged, oldest first. */
  messages(orderId?: string): OutboxMessage[] {
    return this.#stored(orderId).map((stored) => this.#shown(stored));
  }

  /** Tries a failed message again, after those that are waiting. */
  retry(key: string): boolean {
    const stored = this.#find(key);
    if (stored?.error === undefined) return false;
    const { error: _, ...again } = stored;
    this.#keep({ ...again, position: this.#nextPosition(stored.orderId) });
    // Under its new position it is stored: now, and not before, the old entry may go.
    this.#storage.remove(this.#entry(stored));
    this.#changed();
    this.#drain(stored.orderId);
    return true;
  }

  /** Takes a message back. One that was tried already may have reached the server: then the log has it. */
  discard(key: string): boolean {
    const stored = this.#find(key);
    if (stored === undefined) return false;
    this.#storage.remove(this.#entry(stored));
    this.#sending.get(key)?.abort();
    this.#lines.get(stored.orderId)?.wait.abort();
    this.#changed();
    return true;
  }

  /** @returns ends it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tries at once what waits, and looks at what another tab has stored. */
  wake(): void {
    for (const line of this.#lines.values()) {
      line.aside.clear();
      line.wait.abort();
    }
    for (const orderId of new Set(this.#stored().map((stored) => stored.orderId))) this.#drain(orderId);
    this.#changed();
  }

  /** Stops sending. What is stored stays for the next one. */
  close(): void {
    this.#closing.abort();
    for (const line of this.#lines.values()) line.wait.abort();
    this.#listeners.clear();
  }

  #drain(orderId: string): void {
    if (this.#lines.has(orderId) || this.#closing.signal.aborted) return;
    const line: Line = { failures: 0, aside: new Map(), wait: new AbortController() };
    this.#lines.set(orderId, line);
    this.#sendAll(orderId, line).finally(() => {
      this.#lines.delete(orderId);
      // One may have been added between the last look and now.
      if (this.#waiting(orderId).length > 0) this.#drain(orderId);
    });
  }

  async #sendAll(orderId: string, line: Line): Promise<void> {
    while (!this.#closing.signal.aborted) {
      // Before the attempt: whoever wakes while it is under way wants no wait after it.
      line.wait = new AbortController();
      // What the storage throws passes, or does not: the message is still there.
      const waitMs = await this.#alone(orderId, () => this.#attempt(orderId, line)).catch(() =>
        this.#later(line),
      );
      if (waitMs === undefined) return;
      if (waitMs > 0) await pause(waitMs, line.wait.signal);
    }
  }

  /** One message, once. @returns how long to wait before the next attempt; undefined when nothing is left */
  async #attempt(orderId: string, line: Line): Promise<number | undefined> {
    // Read anew: another tab may have sent it while this one waited for its turn.
    const now = Date.now();
    const isAside = ({ key }: Stored) => (line.aside.get(key)?.until ?? 0) > now;
    const waiting = this.#waiting(orderId);
    const stored =
      waiting.find(({ key }) => !line.aside.has(key)) ?? waiting.find((message) => !isAside(message));
    if (waiting.length === 0 || this.#closing.signal.aborted) return undefined;
    if (stored === undefined) return Math.min(...waiting.map(({ key }) => line.aside.get(key)!.until)) - now;
    const attempt = new AbortController();
    const end = () => attempt.abort();
    this.#closing.signal.addEventListener('abort', end);
    this.#sending.set(stored.key, attempt);
    this.#changed();
    try {
      const answer = await this.#send(this.#connection, orderId, stored.body, {
        internalIds: stored.internalIds,
        idempotencyKey: stored.key,
        signal: attempt.signal,
      });
      // Some networks answer everything with a page of their own.
      if (typeof answer?.id !== 'number') throw new NetworkError('The answer is not that of a sent message');
      this.#storage.remove(this.#entry(stored));
      line.failures = 0;
      this.#sending.delete(stored.key);
      // What the page throws is the page's own.
      queueMicrotask(() => this.#onSent?.(this.#shown(stored), answer));
      return 0;
    } catch (error) {
      // Closed, or this one was taken back.
      if (error instanceof AbortedError) return this.#closing.signal.aborted ? undefined : 0;
      if (error instanceof ApiError && !isPassing(error)) {
        // Unless another tab knows more: it was acknowledged there, or discarded.
        if (this.#storage.get(this.#entry(stored)) !== null)
          this.#keep({ ...stored, error: fieldsOf(error) });
        return 0;
      }
      if (this.#stepsAside?.(this.#shown(stored))) {
        const failures = (line.aside.get(stored.key)?.failures ?? 0) + 1;
        line.aside.set(stored.key, { failures, until: Date.now() + backoffMs(this.#backoff, failures) });
        return 0;
      }
      return Math.max(this.#later(line), (isPassing(error) && error.retryAfterMs) || 0);
    } finally {
      this.#closing.signal.removeEventListener('abort', end);
      this.#sending.delete(stored.key);
      this.#changed();
    }
  }

  #later(line: Line): number {
    line.failures += 1;
    return backoffMs(this.#backoff, line.failures);
  }

  /** While no other tab sends for the order. */
  async #alone<T>(orderId: string, act: () => Promise<T>): Promise<T | undefined> {
    if (this.#locks === undefined) return act();
    try {
      return await this.#locks.request(`${this.#prefix}${orderId}`, { signal: this.#closing.signal }, act);
    } catch (error) {
      if (this.#closing.signal.aborted) return undefined;
      throw error;
    }
  }

  #waiting(orderId: string): Stored[] {
    return this.#stored(orderId).filter(({ error }) => error === undefined);
  }

  #find(key: string): Stored | undefined {
    return this.#stored().find((stored) => stored.key === key);
  }

  /** The storage is asked each time: it is shared. */
  #stored(orderId?: string): Stored[] {
    const prefix = orderId === undefined ? this.#prefix : this.#prefixOf(orderId);
    return this.#storage
      .keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => parsed(this.#storage.get(key)))
      .filter((stored) => stored !== undefined)
      .sort((a, b) => a.position - b.position || (a.key < b.key ? -1 : 1));
  }

  #nextPosition(orderId: string): number {
    const last = this.#stored(orderId).at(-1)?.position ?? 0;
    // A clock that was set back must not put a message before an earlier one.
    return Math.max(Date.now(), last + 1);
  }

  #keep(stored: Stored): void {
    this.#storage.set(this.#entry(stored), JSON.stringify(stored));
  }

  #prefixOf(orderId: string): string {
    return `${this.#prefix}${encodeURIComponent(orderId)}:`;
  }

  #entry({ orderId, position, key }: Stored): string {
    return `${this.#prefixOf(orderId)}${position}:${key}`;
  }

  #shown({ position: _, ...stored }: Stored): OutboxMessage {
    const state = stored.error ? 'failed' : this.#sending.has(stored.key) ? 'sending' : 'pending';
    return { ...stored, state };
  }

  #changed(): void {
    for (const listener of this.#listeners) queueMicrotask(listener);
  }
}

function parsed(text: string | null): Stored | undefined {
  if (text === null) return undefined;
  try {
    const stored = JSON.parse(text);
    return typeof stored.key === 'string' && typeof stored.orderId === 'string' ? stored : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf({
  status,
  code,
  message,
  metaKey,
  name,
  problems,
  retryAfterMs,
}: ApiError): ApiErrorFields {
  return { status, code, message, metaKey, name, problems, retryAfterMs };
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
