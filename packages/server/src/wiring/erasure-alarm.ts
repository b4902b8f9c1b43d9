/**
 * Whether expired chats are erased in time. Asked of the database, whatever the process that erases says of itself: one that
 * hangs or fails is noticed by every other.
 */
import type { Clock } from '../domain/clock.ts';
import { erasedWithinMs, longestDueMs } from '../domain/erasure/erasure.ts';
import type { Store } from '../storage/store.ts';
import type { Log } from './log.ts';

/** How often the database is asked at most, however often somebody asks here. */
const askEveryMs = 10_000;

export class ErasureAlarm {
  readonly #store: Store;
  readonly #clock: Clock;
  #asked: { atMs: number; answer: Promise<number> } | undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** How long the expired chat that has waited longest for its erasure has waited; 0 when none waits. */
  longestDueMs(): Promise<number> {
    const nowMs = performance.now();
    if (!this.#asked || nowMs - this.#asked.atMs >= askEveryMs) {
      this.#asked = { atMs: nowMs, answer: longestDueMs(this.#store, this.#clock) };
    }
    return this.#asked.answer;
  }

  /** The same in seconds, where it is longer than it may be; undefined where that is not so, or not known. */
  async lateSeconds(): Promise<number | undefined> {
    const waitedMs = await this.longestDueMs().catch(() => 0);
    return waitedMs > erasedWithinMs ? Math.round(waitedMs / 1000) : undefined;
  }

  /** Something was erased, or should have been. */
  forget(): void {
    this.#asked = undefined;
  }

  async warn(log: Log): Promise<void> {
    const oldest_due_seconds = await this.lateSeconds();
    if (oldest_due_seconds !== undefined) log.warn('erasure_late', { oldest_due_seconds });
  }
}
