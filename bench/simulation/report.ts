/** Formats the simulated day for people and for machines. */
import { type Day, daySeconds } from './day.ts';
import { type Load, loadOf, peakSecond, useOf } from './load.ts';
import type { Parameters, Rates } from './parameters.ts';

export interface Cost {
  name: string;
  rates: Rates;
  /** Use in the peak second, as a multiple of the capacity of one process or database. */
  used: number;
  /** How many processes or databases keep each within the target. */
  needed: number;
  /** Orders per day that one can handle within the target. */
  ordersOfOne: number;
}

/** One machine that runs the servers and PostgreSQL. */
export interface Machine {
  cores: number;
  /** How many of the cores the servers use; PostgreSQL uses the others. */
  processes: number;
  /** Orders per day that it can handle within the target. */
  orders: number;
}

export interface Report {
  parameters: Parameters;
  totals: {
    orders: number;
    getUnchanged: number;
    getNew: number;
    post: number;
    put: number;
    requests: number;
    bytesIn: number;
    bytesOut: number;
    databaseWrites: number;
    walBytes: number;
    rowBytes: number;
  };
  hours: Load[];
  peak: Load & { second: number };
  costs: Cost[];
  machines: Machine[];
}

const sizes = [4, 8, 16];

export function reportOf(day: Day, parameters: Parameters): Report {
  const whole = loadOf(day, parameters, 0, daySeconds);
  const total = (perSecond: number) => Math.round(perSecond * daySeconds);
  const second = peakSecond(day);
  const peak = { second, ...loadOf(day, parameters, second, second + 1) };
  const { rates, targetUse, orders } = parameters;
  const cost = (name: string, measured: Rates): Cost => {
    const used = useOf(peak, measured);
    const needed = Math.ceil(used / targetUse);
    return { name, rates: measured, used, needed, ordersOfOne: Math.floor((orders * targetUse) / used) };
  };
  const sqlite = cost('SQLite: processes (it has one)', rates.sqlite.perProcess);
  const processes = cost('PostgreSQL: processes', rates.postgres.perProcess);
  const database = cost('PostgreSQL: cores of the database', rates.postgres.database);
  const both = processes.used + database.used;
  const machine = (cores: number): Machine => ({
    cores,
    processes: Math.max(1, Math.round((cores * processes.used) / both)),
    orders: Math.floor((orders * targetUse * cores) / both),
  });
  return {
    parameters,
    totals: {
      orders,
      getUnchanged: total(whole.getUnchanged),
      getNew: total(whole.getNew),
      post: total(whole.post),
      put: total(whole.put),
      requests: total(whole.requests),
      bytesIn: total(whole.bytesIn),
      bytesOut: total(whole.bytesOut),
      databaseWrites: total(whole.databaseWrites),
      walBytes: total(whole.walBytes),
      rowBytes: total(whole.rowBytes),
    },
    hours: Array.from({ length: 24 }, (_, hour) => loadOf(day, parameters, hour * 3600, (hour + 1) * 3600)),
    peak,
    costs: [sqlite, processes, database],
    machines: sizes.map(machine),
  };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const mega = (value: number): string => (value / 1e6).toFixed(1);
const giga = (value: number): string => `${(value / 1e9).toFixed(1)} GB`;
const twoDigits = (value: number): string => String(value).padStart(2, '0');
const clock = (second: number): string =>
  [second / 3600, (second / 60) % 60, second % 60].map((part) => twoDigits(Math.floor(part))).join(':');

const columns: [heading: string, cell: (load: Load) => string][] = [
  ['requests/s', ({ requests }) => whole(requests)],
  ['GET unchanged', ({ getUnchanged }) => whole(getUnchanged)],
  ['GET new', ({ getNew }) => whole(getNew)],
  ['POST', ({ post }) => whole(post)],
  ['PUT', ({ put }) => whole(put)],
  ['open chats', ({ openChats }) => whole(openChats)],
  ['connections', ({ connections }) => whole(connections)],
  ['MB/s in', ({ bytesIn }) => mega(bytesIn)],
  ['MB/s out', ({ bytesOut }) => mega(bytesOut)],
  ['db writes/s', ({ databaseWrites }) => whole(databaseWrites)],
  ['WAL MB/s', ({ walBytes }) => mega(walBytes)],
];

export function asText({ parameters, totals, hours, peak, costs, machines }: Report): string {
  const rows = [
    ['hour', ...columns.map(([heading]) => heading)],
    ...hours.map((load, hour) => [twoDigits(hour), ...columns.map(([, cell]) => cell(load))]),
    [clock(peak.second), ...columns.map(([, cell]) => cell(peak))],
  ];
  const share = Math.round(parameters.targetUse * 100);
  return `${[
    `${whole(totals.orders)} orders, ${parameters.messagesPerOrder} messages each, both sides poll every ${parameters.pollSeconds} s. Seed ${parameters.seed}.`,
    'Means of each hour; the last line is the second with the most requests.',
    '',
    ...aligned(rows),
    '',
    `The day: ${whole(totals.requests)} requests (${whole(totals.getUnchanged)} GET unchanged, ${whole(totals.getNew)} GET new, ${whole(totals.post)} POST, ${whole(totals.put)} PUT),`,
    `${giga(totals.bytesIn)} in, ${giga(totals.bytesOut)} out; ${whole(totals.databaseWrites)} transactions that write, ${giga(totals.walBytes)} of WAL, ${giga(totals.rowBytes)} of rows and indexes (PostgreSQL).`,
    '',
    ...aligned([
      ['at the peak second', 'in use', `needed at ${share} %`, `orders a day that one carries at ${share} %`],
      ...costs.map(({ name, used, needed, ordersOfOne }) => [
        name,
        used.toFixed(2),
        String(needed),
        whole(ordersOfOne),
      ]),
    ]),
    '',
    ...aligned([
      ['one machine for the servers and PostgreSQL', 'processes', `orders a day at ${share} %`],
      ...machines.map(({ cores, processes, orders }) => [`${cores} cores`, String(processes), whole(orders)]),
    ]),
  ].join('\n')}\n`;
}

/** Aligns the first column to the left and all others to the right. */
function aligned(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, n) => Math.max(...rows.map((row) => row[n]!.length)));
  return rows.map((row) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join('  '),
  );
}

export const asJson = (report: Report): string => `${JSON.stringify(report)}\n`;
