/**
 * Checks whether expired chats are erased in time. It asks the database instead of trusting the eraser, so every
 * other process notices one that hangs or fails.
 */
import type { Clock } from '../domain/clock.ts';
import { erasedWithinMs, longestDueMs } from '../domain/erasure/erasure.ts';
import type { Store } from '../storage/store.ts';
import type { Log } from './log.ts';

/** The database is queried at most this often. */
const cacheMs = 10_000;

export class ErasureAlarm {
  readonly #store: Store;
  readonly #clock: Clock;
  #cached: { atMs: number; answer: Promise<number> } | undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** How long the most overdue erasure has been waiting; 0 when none is due. */
  longestDueMs(): Promise<number> {
    const nowMs = performance.now();
    if (!this.#cached || nowMs - this.#cached.atMs >= cacheMs) {
      this.#cached = { atMs: nowMs, answer: longestDueMs(this.#store, this.#clock) };
    }
    return this.#cached.answer;
  }

  /** The same in seconds if it exceeds the limit; undefined if it does not, or if it is unknown. */
  async lateSeconds(): Promise<number | undefined> {
    const waitedMs = await this.longestDueMs().catch(() => 0);
    return waitedMs > erasedWithinMs ? Math.round(waitedMs / 1000) : undefined;
  }

  /** Drops the cached answer after an erasure, or when one has become due. */
  forget(): void {
    this.#cached = undefined;
  }

  async warn(log: Log): Promise<void> {
    const oldest_due_seconds = await this.lateSeconds();
    if (oldest_due_seconds !== undefined) log.warn('erasure_late', { oldest_due_seconds });
  }
}
