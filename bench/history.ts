/**
 * The figures of earlier full runs on this machine, one line of JSON for each run, so that a change can be compared with
 * the last ten. The file stays on the machine: figures of others mean nothing here.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Figure } from './figures.ts';
import { median } from './interleave.ts';
import type { Machine } from './machine.ts';

const runsCompared = 10;

interface Run {
  date: string;
  machine: Pick<Machine, 'cpu' | 'cores' | 'node'>;
  /** By work and what it is compared with. */
  results: Record<string, number>;
}

export interface Earlier {
  /** The median result of earlier runs. */
  result: number;
  runs: number;
}

const keyOf = ({ work, comparedWith }: Figure): string => `${work} / ${comparedWith ?? '-'}`;

/** Appends the figures of a run. */
export function keep(file: string, date: string, { cpu, cores, node }: Machine, figures: Figure[]): void {
  const results = Object.fromEntries(figures.map((figure) => [keyOf(figure), figure.result]));
  const run: Run = { date, machine: { cpu, cores, node }, results };
  appendFileSync(file, `${JSON.stringify(run)}\n`);
}

/** What the last ten runs with this figure on the same machine, with any version of Node.js, found. */
export function earlier(file: string, { cpu, cores }: Machine, figure: Figure): Earlier | undefined {
  if (!existsSync(file)) return undefined;
  const results = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Run => JSON.parse(line))
    .filter(({ machine }) => machine.cpu === cpu && machine.cores === cores)
    .flatMap(({ results }) => results[keyOf(figure)] ?? [])
    .slice(-runsCompared);
  return results.length === 0 ? undefined : { result: median(results), runs: results.length };
}
