/** The result of a case: one measured figure and its goal. */
import { median, type Result, type Round } from './interleave.ts';
import type { LoopDelay } from './loop-delay.ts';

/** In microseconds. */
export interface ProcessorTime {
  server: number;
  /** 0 if the server has none of its own. */
  database: number;
}

export interface Figure {
  /** What was measured. */
  work: string;
  /** What it is compared with; null when the goal is an absolute limit. */
  comparedWith: string | null;
  unit: '/s' | 'MB' | 's' | 'ms' | 'times' | 'messages' | 'orders';
  /** Medians over the rounds. */
  baseline: number | null;
  ours: number;
  /** `ours` as a multiple of `baseline`, or `ours` itself. */
  result: number;
  /** null: informative only, without a goal. */
  goal: { atLeast: number } | { atMost: number } | null;
  isReached: boolean;
  /** Whether an `atMost` goal applies to the ratio to `baseline`. */
  isRatio?: boolean;
  rounds?: { baseline: number[]; ours: number[] };
  /** Processor time per request, in all rounds together; absent where nothing tells. */
  processorTime?: { baseline: ProcessorTime; ours: ProcessorTime };
  /** How late our event loop ran during all rounds. */
  loopDelay?: LoopDelay | undefined;
  /** The load generator's highest utilization in any round. */
  generatorBusy?: number;
}

/** Compares with another server, or another data folder, in the same run. */
export function comparison(
  work: string,
  comparedWith: string,
  { rounds: ours, loopDelay }: Result,
  { rounds: baseline }: Result,
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
    processorTime: { baseline: perRequest(baseline), ours: perRequest(ours) },
    loopDelay,
    generatorBusy: Math.max(...[...ours, ...baseline].map(({ busy }) => busy)),
  };
}

export const limit = (
  work: string,
  unit: 'MB' | 's' | 'ms' | 'times' | 'messages' | 'orders',
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

/** Compares two sides of one run by what should be small. */
export const ratio = (
  work: string,
  comparedWith: string,
  unit: 'ms',
  { ours, baseline }: { ours: number; baseline: number },
  atMost: number,
): Figure => ({
  ...limit(work, unit, ours, atMost),
  comparedWith,
  baseline,
  result: ours / baseline,
  isRatio: true,
  isReached: ours / baseline <= atMost,
});

const perSecond = (result: Round): number => result.perSecond;

const sum = (rounds: Round[], of: (round: Round) => number) => rounds.reduce((all, one) => all + of(one), 0);
const perRequest = (rounds: Round[]): ProcessorTime => {
  const requests = sum(rounds, (round) => round.requests);
  return {
    server: sum(rounds, (round) => round.processorMicros) / requests,
    database: sum(rounds, (round) => round.databaseMicros) / requests,
  };
};
