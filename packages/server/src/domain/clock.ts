/** Time is passed in as an argument. All times are milliseconds since the epoch, UTC. */
import type { RetailerRow } from '../storage/store.ts';

export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The time on the retailer's clock: the real time, or its virtual time in the development environment. */
export function retailerNow(
  clock: Clock,
  retailer: Pick<RetailerRow, 'clockOffsetMs' | 'clockFrozenAt'>,
): number {
  return retailer.clockFrozenAt ?? clock.now() + retailer.clockOffsetMs;
}
