/** Formats the figures for people, for machines and for docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure, ProcessorTime } from './figures.ts';
import type { Earlier } from './history.ts';
import type { Machine } from './machine.ts';

export interface Report {
  date: string;
  machine: Machine;
  isQuick: boolean;
  /** Whether the load generator polled without sleeping. */
  isAwake: boolean;
  figures: Figure[];
  /** The results of earlier runs on this machine, in the sequence of `figures`. */
  earlier: (Earlier | undefined)[];
}

const document = new URL('../docs/benchmarks.md', import.meta.url);
const [blockStart, blockEnd] = ['<!-- results -->', '<!-- end of results -->'];

const headings = [
  'work',
  'compared with',
  'it does',
  'aislechat does',
  'CPU each',
  'event loop',
  'result',
  'goal',
  '',
];

export function asText(report: Report): string {
  const rows = [
    [...headings, 'earlier runs'],
    ...report.figures.map((figure, n) => [...cells(figure), earlierRuns(figure, report.earlier[n])]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return `${[...lines, '', ...circumstances(report)].join('\n')}\n`;
}

export const asJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;

/** Writes the report between the two markers in docs/benchmarks.md. */
export function writeToDocument(report: Report): void {
  const text = readFileSync(document, 'utf8');
  const [start, end] = [text.indexOf(blockStart), text.indexOf(blockEnd)];
  if (start === -1 || end < start) throw new Error(`${document.pathname} has no "${blockStart}" block`);
  const block = `${blockStart}\n\n${asMarkdown(report)}\n`;
  writeFileSync(document, text.slice(0, start) + block + text.slice(end));
}

function asMarkdown(report: Report): string {
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const table = [row(headings), row(headings.map(() => '---')), ...report.figures.map((f) => row(cells(f)))];
  return `${table.join('\n')}\n\n${circumstances(report).join('  \n')}\n`;
}

function cells(figure: Figure): string[] {
  const resultUnit = unitOfResult(figure);
  const { goal } = figure;
  const atLeast = (least: number) => `>= ${resultUnit === 'x' ? least.toFixed(2) : least}`;
  const limit = goal && ('atLeast' in goal ? atLeast(goal.atLeast) : `<= ${goal.atMost}`);
  return [
    figure.work,
    figure.comparedWith ?? '-',
    figure.baseline === null ? '-' : amount(figure.baseline, figure.unit),
    amount(figure.ours, figure.unit),
    processorTime(figure),
    loopDelay(figure),
    resultOf(figure, figure.result),
    limit ? `${limit} ${resultUnit}` : '-',
    limit ? (figure.isReached ? 'reached' : 'missed') : '-',
  ];
}

function unitOfResult({ goal, isRatio, comparedWith, unit }: Figure): Figure['unit'] | 'x' {
  const isLimit = goal !== null && 'atMost' in goal && !isRatio;
  return isLimit || comparedWith === null ? unit : 'x';
}

function resultOf(figure: Figure, result: number): string {
  const unit = unitOfResult(figure);
  return unit === 'x' ? `${result.toFixed(2)} x` : amount(result, unit);
}

/** The median of earlier runs, and of how many. */
const earlierRuns = (figure: Figure, earlier: Earlier | undefined): string =>
  earlier ? `${resultOf(figure, earlier.result)} (${earlier.runs})` : '-';

/** Of both sides, per request: of the server, and of its database. */
function processorTime({ processorTime }: Figure): string {
  if (!processorTime || Number.isNaN(processorTime.ours.server)) return '-';
  const { baseline, ours } = processorTime;
  return `${micros(baseline)}, ${micros(ours)} µs`;
}

const micros = ({ server, database }: ProcessorTime): string =>
  Math.round(server) + (database === 0 ? '' : ` + ${Math.round(database)}`);

/** How late it ran: the 99th percentile and the longest. */
const loopDelay = ({ loopDelay }: Figure): string =>
  loopDelay ? `${Math.round(loopDelay.p99)}, ${Math.round(loopDelay.longest)} ms` : '-';

const digits = { '/s': 0, MB: 0, s: 2, ms: 2, times: 2, messages: 0, orders: 0 } as const;

const amount = (value: number, unit: Figure['unit']): string =>
  `${value.toLocaleString('en-US', { minimumFractionDigits: digits[unit], maximumFractionDigits: digits[unit] })} ${unit}`;

function circumstances({ date, machine, isQuick, isAwake, figures }: Report): string[] {
  const { cpu, cores, memoryGb, system, node, fsyncMs } = machine;
  const lines = [
    `${date}, ${isQuick ? 'quick run' : 'full run'}: ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}.`,
    `One durable write takes ${fsyncMs.toFixed(2)} ms here.`,
  ];
  const busy = figures.flatMap((figure) => figure.generatorBusy ?? []);
  if (isAwake) lines.push('The load generator never slept.');
  else if (busy.length > 0) {
    lines.push(`The load generator was busy ${Math.round(Math.max(...busy) * 100)} % of its time at most.`);
  }
  return lines;
}
