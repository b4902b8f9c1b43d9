/**
 * Sends messages reliably. A message is stored before anything else happens, and is sent until the server acknowledges
 * it, always with the same `Idempotency-Key`. Only then is it removed. It is therefore neither lost nor duplicated,
 * however unreliable the network is and however often the page is reloaded.
 *
 * pending -> sending -> acknowledged and removed
 *                |-> pending   no answer, or a temporary error: retried with growing waits
 *                '-> failed    refused: kept until it is retried or discarded; later messages are sent
 *
 * One message of an order is sent at a time, the oldest first. A message that `stepsAside` lets later ones pass while
 * it waits. Tabs that share a storage take turns with a Web Lock, held for one attempt. Without Web Locks two tabs may
 * send the same message, and its key prevents a duplicate.
 */
import type { Connection, SendOptions } from './connection.ts';
import { AbortedError, ApiError, type ApiErrorFields, isPassing, NetworkError } from './errors.ts';
import { sendMessage } from './generated/routes.ts';
import type { SendMessageRequest, SentMessage } from './generated/types.ts';
import { backoffMs, pause } from './pause.ts';
import type { OutboxStorage } from './storage.ts';

export interface OutboxMessage {
  /** The message's `Idempotency-Key`. */
  readonly key: string;
  readonly orderId: string;
  readonly body: SendMessageRequest;
  readonly internalIds: boolean;
  /** When the message was added, in ms since the epoch. */
  readonly addedAt: number;
  readonly state: 'pending' | 'sending' | 'failed';
  /** Why the server refused the message, if it failed. */
  readonly error?: ApiErrorFields;
}

/** A function that sends a message: `sendMessage` or `sendAsShopper`. */
export type Send = (
  connection: Connection,
  orderId: string,
  body: SendMessageRequest,
  options: SendOptions,
) => Promise<SentMessage>;

/** The part of `navigator.locks` that the outbox uses. */
export interface Locks {
  request<T>(name: string, options: { signal?: AbortSignal }, held: () => Promise<T>): Promise<T>;
}

export interface OutboxOptions {
  storage: OutboxStorage;
  /** Prefix of the storage entries, default `aislechat`. Use a different name for each person. */
  name?: string;
  send?: Send;
  /**
   * Called after the server has acknowledged a message: at most once, and not at all if the page was reloaded
   * meanwhile.
   */
  onSent?: (message: OutboxMessage, answer: SentMessage) => void;
  /** Whether later messages may pass this one after an attempt without an answer, for example a large upload. */
  stepsAside?: (message: OutboxMessage) => boolean;
  /** Default: `navigator.locks`, if available. */
  locks?: Locks | undefined;
  /** The waits between attempts, in ms. Default: 500 and 30,000. */
  backoff?: { leastMs: number; mostMs: number };
}

interface Stored extends Omit<OutboxMessage, 'state' | 'error'> {
  /** Determines the order in which an order's messages are sent. */
  position: number;
  error?: ApiErrorFields;
}

/** The state of sending for one order. */
interface Line {
  failures: number;
  /** Messages that let others pass, with the number of failures and the end of the wait in ms since the epoch. */
  aside: Map<string, { failures: number; until: number }>;
  /** Aborting it ends the current wait. */
  wait: AbortController;
}

/**
 * Stores messages and sends them until the server acknowledges them.
 * @example
 * ```ts
 * const outbox = new Outbox(connection, { storage: webStorage(localStorage), name: 'your-user-id' });
 * outbox.subscribe(() => show(outbox.messages('your-order-id')));
 * outbox.add('your-order-id', 'Are there any ripe ones?');
 * ```
 */
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
  /** Messages that are being sent, with the controller that aborts the attempt. */
  readonly #sending = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();

  /** Starts to send the messages that are already stored. */
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

  /**
   * Stores a message and starts to send it.
   * @param orderId the retailer's ID, or the server's integer with `internalIds`
   * @throws the storage's error if the message cannot be stored; the message is then not accepted
   */
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

  /** Returns the messages that the server has not acknowledged, oldest first. */
  messages(orderId?: string): OutboxMessage[] {
    return this.#stored(orderId).map((stored) => this.#shown(stored));
  }

  /** Sends a failed message again, after those that are waiting. @returns false if there is no such failed message */
  retry(key: string): boolean {
    const stored = this.#find(key);
    if (stored?.error === undefined) return false;
    const { error: _, ...again } = stored;
    this.#keep({ ...again, position: this.#nextPosition(stored.orderId) });
    // Removed only now, after the message is stored at its new position.
    this.#storage.remove(this.#entry(stored));
    this.#changed();
    this.#drain(stored.orderId);
    return true;
  }

  /**
   * Discards a message. If an attempt was made, the server may have received the message already; it is then in the
   * log.
   * @returns false if there is no such message
   */
  discard(key: string): boolean {
    const stored = this.#find(key);
    if (stored === undefined) return false;
    this.#storage.remove(this.#entry(stored));
    this.#sending.get(key)?.abort();
    this.#lines.get(stored.orderId)?.wait.abort();
    this.#changed();
    return true;
  }

  /** Calls `listener` after each change. @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Retries waiting messages at once, and sends those that other tabs have stored. */
  wake(): void {
    for (const line of this.#lines.values()) {
      line.aside.clear();
      line.wait.abort();
    }
    for (const orderId of new Set(this.#stored().map((stored) => stored.orderId))) this.#drain(orderId);
    this.#changed();
  }

  /** Stops sending. Stored messages stay, and the next outbox with this name sends them. */
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
      // A message may have been added since the last check.
      if (this.#waiting(orderId).length > 0) this.#drain(orderId);
    });
  }

  async #sendAll(orderId: string, line: Line): Promise<void> {
    while (!this.#closing.signal.aborted) {
      // Created before the attempt: a call of `wake` during the attempt must also skip the wait after it.
      line.wait = new AbortController();
      // The storage may throw, temporarily or not. The message is still stored.
      const waitMs = await this.#alone(orderId, () => this.#attempt(orderId, line)).catch(() =>
        this.#later(line),
      );
      if (waitMs === undefined) return;
      if (waitMs > 0) await pause(waitMs, line.wait.signal);
    }
  }

  /** Sends one message once. @returns ms to wait before the next attempt, or undefined if no message is left */
  async #attempt(orderId: string, line: Line): Promise<number | undefined> {
    // Read again, because another tab may have sent it in the meantime.
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
      // Captive portals answer every request with their own page.
      if (typeof answer?.id !== 'number') throw new NetworkError('The answer is not that of a sent message');
      this.#storage.remove(this.#entry(stored));
      line.failures = 0;
      this.#sending.delete(stored.key);
      // Called in a microtask, so that an error of the page does not affect the outbox.
      queueMicrotask(() => this.#onSent?.(this.#shown(stored), answer));
      return 0;
    } catch (error) {
      // The outbox was closed, or the message was discarded.
      if (error instanceof AbortedError) return this.#closing.signal.aborted ? undefined : 0;
      if (error instanceof ApiError && !isPassing(error)) {
        // Skipped if another tab has removed the message: it was acknowledged or discarded there.
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

  /** Runs `act` while no other tab sends for the order. */
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

  /** Reads the storage each time, because other tabs change it. */
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
