/**
 * When a failed callback is retried: exponential backoff with full jitter, within the day a callback has. The
 * jitter spreads the load on a receiver that comes back.
 */
import { limits } from '@aislechat/contract';

const firstWaitMs = 2000;
const longestWaitMs = 60 * 60_000;

export interface FailedTry {
  /** Consecutive failures, this one included. */
  failures: number;
  failedAt: number;
  giveUpAt: number;
  /** The delay the receiver asked for, up to the limit. */
  retryAfterMs?: number | undefined;
}

/**
 * The last attempt is made exactly at the deadline.
 * @param random from 0 to 1
 * @returns undefined once the deadline has passed
 */
export function nextTry(
  { failures, failedAt, giveUpAt, retryAfterMs = 0 }: FailedTry,
  random: number,
): number | undefined {
  if (failedAt >= giveUpAt) return undefined;
  const ceilingMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 30));
  const receiverDelayMs = Math.min(retryAfterMs, limits.callbackRetryAfterMs);
  const waitMs = Math.max(1, Math.ceil(random * ceilingMs), receiverDelayMs);
  return Math.min(failedAt + waitMs, giveUpAt);
}
