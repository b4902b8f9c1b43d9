/** Opens the clock of the server and of the commands: steady, and common to all processes that share a database. */
import { randomUUID } from 'node:crypto';
import { type ClockMark, SteadyClock, type TimeSource } from '../domain/steady-clock.ts';
import type { Store } from '../storage/store.ts';
import { runInBackground } from './background.ts';
import type { Log } from './log.ts';

const systemTime: TimeSource = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/** How often the mark is stored, and the database asked for its time. */
const keepEveryMs = 60_000;
/** An answer that took longer says too little about the time. */
const maxRoundTripMs = 5_000;

/** Processes that share a database take its time, so that one with a wrong system clock is right nevertheless. */
class DatabaseTime implements TimeSource {
  readonly #ask: () => Promise<number>;
  /** What to add to the monotonic time to get the time of day. */
  #offsetMs = 0;

  constructor(ask: () => Promise<number>) {
    this.#ask = ask;
  }

  async look(): Promise<void> {
    const before = performance.now();
    const time = await this.#ask();
    const after = performance.now();
    if (after - before <= maxRoundTripMs) this.#offsetMs = time - (before + after) / 2;
  }

  wallMs(): number {
    return Math.round(performance.now() + this.#offsetMs);
  }

  monotonicMs(): number {
    return performance.now();
  }
}

/** In `service_values`. */
const markName = 'clock_mark';
const confirmationName = 'clock_confirmation';

interface KeptMark extends ClockMark {
  /** The last confirmation that the clock has followed. */
  confirmation: string | undefined;
}

export interface OpenClock {
  clock: SteadyClock;
  /** Stores how far the clock has come, and follows the operator's confirmation. */
  keep(): Promise<void>;
}

/** @param source the system's clock, or the database's if others share it; tests have their own */
export async function openClock(store: Store, source?: TimeSource): Promise<OpenClock> {
  const database = store.time && !source ? new DatabaseTime(store.time) : undefined;
  await database?.look();
  const [kept, confirmation] = await Promise.all([
    store.read.serviceValues.find(markName),
    store.read.serviceValues.find(confirmationName),
  ]);
  const mark: KeptMark | undefined = kept === undefined ? undefined : JSON.parse(kept);
  const isConfirmed = mark !== undefined && mark.confirmation !== confirmation;
  const clock = new SteadyClock(source ?? database ?? systemTime, isConfirmed ? undefined : mark);
  let followed = confirmation;
  return {
    clock,
    async keep() {
      await database?.look();
      const current = await store.read.serviceValues.find(confirmationName);
      if (current !== followed) clock.confirm();
      followed = current;
      const value = JSON.stringify({ ...clock.mark, confirmation: followed } satisfies KeptMark);
      await store.write((tx) => tx.serviceValues.set(markName, value));
    },
  };
}

/** Makes running servers, and the next to start, take the system's time as right. */
export const confirmClock = (store: Store): Promise<void> =>
  store.write((tx) => tx.serviceValues.set(confirmationName, randomUUID()));

/** @returns stops it */
export function startKeepingTime({ clock, keep }: OpenClock, log: Log): () => Promise<void> {
  const keeper = runInBackground(log, keepEveryMs, async () => {
    await keep();
    const { leadMs, doubtMs } = clock.state;
    if (leadMs > 0) log.warn('clock_ahead_of_system', { seconds: Math.round(leadMs / 1000) });
    if (doubtMs > 0) log.warn('clock_jumped', { seconds: Math.round(doubtMs / 1000) });
  });
  return async () => {
    await keeper.stop();
    await keep().catch((error) => log.fault(error));
  };
}
