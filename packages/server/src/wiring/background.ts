/** Work that runs in the background, one round at a time, until it is stopped. */
import type { Log } from './log.ts';

export interface Background {
  /** Runs a round soon, without waiting for the interval: for one retailer, or for all. */
  wake(retailerId?: number): void;
  /** Stops after the current round. */
  stop(): Promise<void>;
}

/** @param round receives the retailers it was woken for; undefined = all */
export function runInBackground(
  log: Log,
  intervalMs: number,
  round: (only: ReadonlySet<number> | undefined) => Promise<void>,
): Background {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const woken = new Set<number>();
  let isAllWoken = false;
  let isStopped = false;
  /** When the next round for all retailers is due, even if single ones are woken before. */
  let allDueMs = performance.now();

  const isDueForAll = () => isAllWoken || performance.now() >= allDueMs;

  async function run(): Promise<void> {
    // A timer may fire a moment early, when nothing is due yet.
    while ((woken.size > 0 || isDueForAll()) && !isStopped) {
      const only = isDueForAll() ? undefined : new Set(woken);
      woken.clear();
      isAllWoken = false;
      if (!only) allDueMs = performance.now() + intervalMs;
      await round(only).catch((error) => log.fault(error));
    }
    running = undefined;
    schedule(allDueMs - performance.now());
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(
      () => {
        running = run();
      },
      Math.max(0, delayMs),
    );
    timer.unref();
  }

  schedule(0);
  return {
    wake(retailerId) {
      if (retailerId === undefined) isAllWoken = true;
      else woken.add(retailerId);
      if (!running) schedule(0);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
