/**
 * The sides of a comparison take turns in short rounds, so that other activity on the machine affects all of them
 * alike. A ratio is computed within each round before the median is taken.
 */
import { drive, type Load, type LoadResult } from './load.ts';
import { type LoopDelay, loopDelayOf } from './loop-delay.ts';
import { processorMicros } from './processor-time.ts';

export interface Side extends Pick<Load, 'port' | 'request' | 'status'> {
  /** The processes of the server. */
  pids: readonly number[];
  /** The database, if that is a process of its own. */
  databasePid?: number;
}

export interface Round extends LoadResult {
  /** Microseconds of processor time that the side's processes used during the round. */
  processorMicros: number;
  /** The same for its database. */
  databaseMicros: number;
}

/** The rounds of a side. */
export interface Result {
  rounds: Round[];
  /** Undefined if the side is no server of ours. */
  loopDelay: LoopDelay | undefined;
}

export type Results<Name extends string> = Record<Name, Result>;

export interface Pace {
  warmUpSeconds: number;
  rounds: number;
  secondsPerRound: number;
  /** See `Load`. */
  awake: boolean;
}

/** Warms up every side, then runs all of them in turn, `rounds` times. */
export async function interleave<Name extends string>(
  sides: Record<Name, Side>,
  { warmUpSeconds, rounds, secondsPerRound, awake }: Pace,
): Promise<Results<Name>> {
  const names = Object.keys(sides) as Name[];
  // Requests are numbered across all rounds, so that "not seen before" stays true in later ones.
  const sent = new Map<Name, number>();
  const run = async (name: Name, seconds: number) => {
    const { port, request, status, pids, databasePid } = sides[name];
    const databasePids = databasePid === undefined ? [] : [databasePid];
    const before = sent.get(name) ?? 0;
    const usedBefore = { server: processorMicros(pids), database: processorMicros(databasePids) };
    const result = await drive({
      port,
      status,
      request: (n) => request(before + n),
      until: { seconds },
      awake,
    });
    sent.set(name, before + result.requests);
    return {
      ...result,
      processorMicros: processorMicros(pids) - usedBefore.server,
      databaseMicros: processorMicros(databasePids) - usedBefore.database,
    };
  };

  for (const name of names) await run(name, warmUpSeconds);
  const portOf = (name: Name) => [sides[name].port].flat()[0]!;
  // Sides may share a server, and each look begins a new measurement.
  const ports = new Set(names.map(portOf));
  for (const port of ports) await loopDelayOf(port);
  const results = Object.fromEntries(
    names.map((name) => [name, { rounds: [], loopDelay: undefined }]),
  ) as unknown as Results<Name>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) results[name].rounds.push(await run(name, secondsPerRound));
  }
  for (const port of ports) {
    const loopDelay = await loopDelayOf(port);
    for (const name of names) if (portOf(name) === port) results[name].loopDelay = loopDelay;
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}
