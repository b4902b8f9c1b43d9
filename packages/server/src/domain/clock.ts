/** Time is handed in. Everything counts in milliseconds since the epoch, UTC. */
import type { RetailerRow } from '../storage/store.ts';

export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** What the retailer's clock shows: the real time, or its virtual time in the development environment. */
export function retailerNow(
  clock: Clock,
  retailer: Pick<RetailerRow, 'clockOffsetMs' | 'clockFrozenAt'>,
): number {
  return retailer.clockFrozenAt ?? clock.now() + retailer.clockOffsetMs;
}
