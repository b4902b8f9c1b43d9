/** What all commands share: writing output, opening the data folder, and failing. */
import { readSettings } from '../config/settings.ts';
import type { SteadyClock } from '../domain/steady-clock.ts';
import { hasDatabase } from '../storage/sqlite/engine.ts';
import type { RetailerRow, Store } from '../storage/store.ts';
import { visibleField } from '../wire/visible.ts';
import { openClock } from '../wiring/open-clock.ts';
import { openStore } from '../wiring/open-store.ts';

export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
} as const;

/** Ends a command with one sentence on standard error. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface Terminal {
  env: Record<string, string | undefined>;
  out(text: string): void;
  error(text: string): void;
  /** Replaces the last line on the terminal; undefined if standard error is not a terminal. */
  overwrite: ((text: string) => void) | undefined;
}

/**
 * Opens the database, which running servers may have open too, and closes it in any case.
 * @param create whether to create the folder if it does not exist
 */
export async function withStore<T>(
  terminal: Terminal,
  work: (store: Store, clock: SteadyClock) => Promise<T>,
  { create = false } = {},
): Promise<T> {
  const settings = readSettings(terminal.env);
  if (!create && settings.databaseUrl === undefined) assertData(settings.dataDir);
  const store = await openStore(settings, { owner: false });
  try {
    const { clock } = await openClock(store);
    return await work(store, clock);
  } finally {
    await store.close();
  }
}

export function assertData(folder: string): void {
  if (hasDatabase(folder)) return;
  throw new CommandFailure(
    `There is no data in ${folder}. Set DATA_DIR to the server's folder, or create a retailer first with "aislechat retailer create".`,
    exitCodes.notFound,
  );
}

/** npm passes on a Ctrl-C that its terminal has already sent to this process. */
const sameSignalMs = 1000;

/** Resolves when somebody asks the process to end. Who asks again later ends it at once. */
export function askedToEnd(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  return new Promise((resolve) => {
    const hear = (): void => {
      resolve();
      setTimeout(() => {
        for (const signal of signals) process.off(signal, hear);
      }, sameSignalMs).unref();
    };
    for (const signal of signals) process.on(signal, hear);
  });
}

/** Runs work that must clean up when it is interrupted. After an interruption the work throws. */
export async function interruptibly<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new CommandFailure('Interrupted. Nothing was left behind.'));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(interrupted.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** Prints `value` as JSON with `--json`, else as lines of `name: value`. */
export function print(terminal: Terminal, json: boolean | undefined, value: Record<string, unknown>): void {
  if (json) {
    terminal.out(JSON.stringify(value));
    return;
  }
  const width = Math.max(...Object.keys(value).map((name) => name.length));
  for (const [name, field] of Object.entries(value)) {
    terminal.out(`${name.padEnd(width)}  ${visibleField(field ?? '-')}`);
  }
}

/** Prints rows as JSON with `--json`, else as a table. */
export function printTable(
  terminal: Terminal,
  json: boolean | undefined,
  rows: Record<string, unknown>[],
  whenEmpty: string,
): void {
  if (json) {
    terminal.out(JSON.stringify(rows));
    return;
  }
  const [first] = rows;
  if (!first) {
    terminal.out(whenEmpty);
    return;
  }
  const names = Object.keys(first);
  const lines = [names, ...rows.map((row) => names.map((name) => visibleField(row[name] ?? '-')))];
  const widths = names.map((_, n) => Math.max(...lines.map((line) => line[n]!.length)));
  for (const line of lines) {
    terminal.out(
      line
        .map((cell, n) => cell.padEnd(widths[n]!))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** Parses the number of a retailer. */
export function retailerNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new CommandFailure(
      `The retailer must be a number from "aislechat retailer list".`,
      exitCodes.usage,
    );
  }
  return Number(text);
}

/** The retailer of an option that may be left out if there is only one. */
export async function chosenRetailer(store: Store, given: string | undefined): Promise<RetailerRow> {
  if (given !== undefined) return findRetailer(store, given);
  const [only, ...others] = await store.read.retailers.list();
  if (only && others.length === 0) return only;
  throw new CommandFailure(
    `There are ${only ? others.length + 1 : 0} retailers. Choose one with --retailer.`,
    exitCodes.usage,
  );
}

export async function findRetailer(store: Store, text: string) {
  const retailer = await store.read.retailers.find(retailerNumber(text));
  if (!retailer) {
    throw new CommandFailure(
      `There is no retailer ${text}. Run "aislechat retailer list" to see all retailers.`,
      exitCodes.notFound,
    );
  }
  return retailer;
}
