/**
 * Delays the retry of failing work, longer after each failure, so that it costs working items little. Kept in
 * memory: after a restart everything is retried at once.
 */
import { boundedCache } from './bounded-cache.ts';

export interface Waits {
  /** Delay after the first failure; each further failure doubles it. */
  firstMs: number;
  longestMs: number;
}

/** For work that runs once a minute. */
const usual: Waits = { firstMs: 45_000, longestMs: 15 * 60_000 };
/** An entry that is evicted is merely retried earlier. */
const maxKept = 10_000;

export class Backoff {
  readonly #waits: Waits;
  readonly #monotonic: () => number;
  readonly #failed = boundedCache<string, { waitMs: number; notBeforeMs: number }>(maxKept);

  /** @param monotonic milliseconds that never jump */
  constructor(waits: Waits = usual, monotonic: () => number = () => performance.now()) {
    this.#waits = waits;
    this.#monotonic = monotonic;
  }

  isDue(key: string): boolean {
    const failed = this.#failed.get(key);
    return failed === undefined || this.#monotonic() >= failed.notBeforeMs;
  }

  failed(key: string): void {
    const before = this.#failed.get(key);
    const { firstMs, longestMs } = this.#waits;
    const waitMs = before ? Math.min(before.waitMs * 2, longestMs) : firstMs;
    this.#failed.set(key, { waitMs, notBeforeMs: this.#monotonic() + waitMs });
  }

  succeeded(key: string): void {
    this.#failed.delete(key);
  }
}
