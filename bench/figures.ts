/** What a case hands back: one measured figure beside the goal it is held to. */
import { median } from './interleave.ts';
import type { LoadResult } from './load.ts';

export interface Figure {
  /** The work that was measured. */
  work: string;
  /** What it is compared with; null when the goal is a plain limit. */
  comparedWith: string | null;
  unit: '/s' | 'MB' | 's' | 'ms' | 'times' | 'messages';
  /** Medians of the rounds. */
  baseline: number | null;
  ours: number;
  /** `ours` as a multiple of `baseline`, or `ours` itself. */
  result: number;
  /** null: shown for its own sake. */
  goal: { atLeast: number } | { atMost: number } | null;
  isReached: boolean;
  /** Whether a goal of at most so much is one of `result` as a multiple. */
  isRatio?: boolean;
  rounds?: { baseline: number[]; ours: number[] };
  /** The busiest the load generator was in any round, as a share of its time. */
  generatorBusy?: number;
}

/** A share or multiple of what another server, or another data folder, does in the same run. */
export function comparison(
  work: string,
  comparedWith: string,
  ours: LoadResult[],
  baseline: LoadResult[],
  atLeast: number | null,
): Figure {
  const rounds = { baseline: baseline.map(perSecond), ours: ours.map(perSecond) };
  const result = median(rounds.ours.map((rate, round) => rate / rounds.baseline[round]!));
  return {
    work,
    comparedWith,
    unit: '/s',
    baseline: median(rounds.baseline),
    ours: median(rounds.ours),
    result,
    goal: atLeast === null ? null : { atLeast },
    isReached: atLeast === null || result >= atLeast,
    rounds,
    generatorBusy: Math.max(...[...ours, ...baseline].map(({ busy }) => busy)),
  };
}

export const limit = (
  work: string,
  unit: 'MB' | 's' | 'ms' | 'times' | 'messages',
  value: number,
  atMost: number,
): Figure => ({
  work,
  comparedWith: null,
  unit,
  baseline: null,
  ours: value,
  result: value,
  goal: { atMost },
  isReached: value <= atMost,
});

const perSecond = (result: LoadResult): number => result.perSecond;
