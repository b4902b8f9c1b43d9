/**
 * The sides of a comparison take turns in short rounds, so that other activity on the machine affects all of them
 * alike. A ratio is computed within each round before the median is taken.
 */
import { drive, type Load, type LoadResult } from './load.ts';
import { processorMicros } from './processor-time.ts';

export interface Side extends Pick<Load, 'port' | 'request' | 'status'> {
  /** The processes that do the work: the server, and its database if that is another one. */
  pids: readonly number[];
}

export interface Round extends LoadResult {
  /** Microseconds of processor time that the side's processes used during the round. */
  processorMicros: number;
}

export type Rounds<Name extends string> = Record<Name, Round[]>;

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
): Promise<Rounds<Name>> {
  const names = Object.keys(sides) as Name[];
  // Requests are numbered across all rounds, so that "not seen before" stays true in later ones.
  const sent = new Map<Name, number>();
  const run = async (name: Name, seconds: number) => {
    const { port, request, status, pids } = sides[name];
    const before = sent.get(name) ?? 0;
    const usedBefore = processorMicros(pids);
    const result = await drive({
      port,
      status,
      request: (n) => request(before + n),
      until: { seconds },
      awake,
    });
    sent.set(name, before + result.requests);
    return { ...result, processorMicros: processorMicros(pids) - usedBefore };
  };

  for (const name of names) await run(name, warmUpSeconds);
  const results = Object.fromEntries(names.map((name) => [name, [] as Round[]])) as Rounds<Name>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) results[name].push(await run(name, secondsPerRound));
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}
