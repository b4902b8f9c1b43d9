/** Time is passed in as an argument. All times are milliseconds since the epoch, UTC. */
import type { RetailerRow } from '../storage/store.ts';

export interface Clock {
  now(): number;
  /**
   * The time that has certainly come, which is never after `now`. What is due at `now` is hidden; only what is due at
   * this time is destroyed. The same as `now` if undefined.
   */
  certain?(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

type RetailerClock = Pick<RetailerRow, 'clockOffsetMs' | 'clockFrozenAt'>;

/** The time on the retailer's clock: the real time, or its virtual time in the development environment. */
export function retailerNow(clock: Clock, retailer: RetailerClock): number {
  return retailer.clockFrozenAt ?? clock.now() + retailer.clockOffsetMs;
}

/** The time that has certainly come on the retailer's clock. */
export function retailerCertain(clock: Clock, retailer: RetailerClock): number {
  const certain = clock.certain?.() ?? clock.now();
  return retailer.clockFrozenAt ?? certain + retailer.clockOffsetMs;
}
