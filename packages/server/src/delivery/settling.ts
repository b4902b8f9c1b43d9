/** Writes the result of an attempt, however long the database is away. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../wiring/log.ts';

/**
 * Delay before retrying to record an outcome. It doubles each time, up to a limit short enough to wait for on
 * shutdown.
 */
const againMs = 500;
const againAtMostMs = 4000;

/** No other process takes over what this one has claimed while it is alive, so it tries until it is stopped. */
export async function untilSettled(
  settle: () => Promise<void>,
  log: Log,
  isStopped: () => boolean,
): Promise<void> {
  for (let waitMs = againMs; ; waitMs = Math.min(waitMs * 2, againAtMostMs)) {
    try {
      await settle();
      return;
    } catch (error) {
      log.fault(error);
      if (isStopped()) return;
      await sleep(waitMs, undefined, { ref: false });
    }
  }
}
