/** Work that runs by itself, one round at a time, until it is stopped. */
import type { Log } from './log.ts';

export interface Background {
  /** Runs a round soon, without waiting for the interval. */
  wake(): void;
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

export function runInBackground(log: Log, intervalMs: number, round: () => Promise<void>): Background {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWoken = false;
  let isStopped = false;

  async function run(): Promise<void> {
    do {
      isWoken = false;
      await round().catch((error) => log.fault(error));
    } while (isWoken && !isStopped);
    running = undefined;
    schedule(intervalMs);
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => {
      running = run();
    }, delayMs);
    timer.unref();
  }

  schedule(0);
  return {
    wake() {
      isWoken = true;
      if (!running) schedule(0);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
