/**
 * What failed comes back later each time, so that it costs those that work little. In memory of this process: after a
 * restart everything is tried at once.
 */
import { LRUCache } from 'lru-cache';

export interface Waits {
  /** After the first failure; each further one doubles it. */
  firstMs: number;
  longestMs: number;
}

/** For work that comes round once a minute. */
const usual: Waits = { firstMs: 45_000, longestMs: 15 * 60_000 };
/** One that is forgotten is only tried earlier. */
const maxKept = 10_000;

export class Backoff {
  readonly #waits: Waits;
  readonly #monotonic: () => number;
  readonly #failed = new LRUCache<string, { waitMs: number; notBeforeMs: number }>({ max: maxKept });

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
