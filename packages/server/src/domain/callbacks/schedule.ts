/**
 * When a callback that was not taken is tried again: exponential backoff with full jitter, so that receivers that come
 * back are not met by everything at once, within the day that a callback has.
 */
import { limits } from '@aislechat/contract';

const firstWaitMs = 2000;
const longestWaitMs = 60 * 60_000;

export interface FailedTry {
  /** In a row, this one included. */
  failures: number;
  failedAt: number;
  giveUpAt: number;
  /** What the receiver asked for; no more of it counts than the limit. */
  retryAfterMs?: number | undefined;
}

/**
 * The last try is at the very end of the time.
 * @param random from 0 to 1
 * @returns undefined when its time is over
 */
export function nextTry(
  { failures, failedAt, giveUpAt, retryAfterMs = 0 }: FailedTry,
  random: number,
): number | undefined {
  if (failedAt >= giveUpAt) return undefined;
  const ceilingMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 30));
  const askedMs = Math.min(retryAfterMs, limits.callbackRetryAfterMs);
  const waitMs = Math.max(1, Math.ceil(random * ceilingMs), askedMs);
  return Math.min(failedAt + waitMs, giveUpAt);
}
