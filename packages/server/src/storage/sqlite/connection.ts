/** One SQLite connection with every setting the promises rest on, and the shared `Sql` over it. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Sql, Value } from '../sql.ts';

/** How long a connection waits for another process (the command line) to finish its write. */
const busyTimeoutMs = 5000;
const pageCacheKiB = 16 * 1024;

const settings: [pragma: string, value: string | number, readBack: string | number][] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['secure_delete', 'ON', 1],
  ['foreign_keys', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
  ['cache_size', -pageCacheKiB, -pageCacheKiB],
  ['busy_timeout', busyTimeoutMs, busyTimeoutMs],
];

/** @throws Error naming the setting that did not take: defaults differ between builds of SQLite */
export function openConnection(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  // First, so that the settings below wait for a writer too.
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  for (const [pragma, value] of settings) database.exec(`PRAGMA ${pragma} = ${value}`);
  for (const [pragma, , expected] of settings) {
    const actual = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    if (actual !== expected) {
      database.close();
      throw new Error(`SQLite did not accept ${pragma} = ${expected}: it answers ${actual}`);
    }
  }
  return database;
}

/** Statements of a connection, prepared once. SQLite numbers its parameters `?1` where the texts say `$1`. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(text: string): StatementSync {
    let statement = this.#prepared.get(text);
    if (!statement) {
      statement = this.#database.prepare(text.replaceAll(/\$(\d)/g, '?$1'));
      this.#prepared.set(text, statement);
    }
    return statement;
  }
}

export const sqlOver = (statements: Statements): Sql => ({
  forUpdate: '',
  all: async <Row>(text: string, ...values: Value[]) => statements.get(text).all(...values) as Row[],
  one: async <Row>(text: string, ...values: Value[]) =>
    statements.get(text).get(...values) as Row | undefined,
  run: async (text: string, ...values: Value[]) => Number(statements.get(text).run(...values).changes),
});
