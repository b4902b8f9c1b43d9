/**
 * One SQLite connection with all the settings that durability and erasure depend on, and the shared `Sql` over it.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Sql, Value } from '../sql.ts';

/** How long a connection waits for another process (the command line) to finish its write. */
const busyTimeoutMs = 5000;
const pageCacheKiB = 4 * 1024;

const settings: [pragma: string, value: string | number, readBack: string | number][] = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['secure_delete', 'ON', 1],
  ['foreign_keys', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
  ['cache_size', -pageCacheKiB, -pageCacheKiB],
  ['busy_timeout', busyTimeoutMs, busyTimeoutMs],
];

/**
 * From now on the connection does not wait for locks, which would block the whole process; its user retries
 * instead.
 */
export function failWhenLocked(database: DatabaseSync): void {
  database.exec('PRAGMA busy_timeout = 0');
}

/** SQLite's error code; undefined for any other error. */
export const errorCode = (error: unknown) => (error as { errcode?: number }).errcode;

/** @throws Error naming the setting that was not accepted: defaults differ between builds of SQLite */
export function openConnection(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  // Comes first, so that the settings below also wait for a writer.
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  for (const [pragma, value] of settings) database.exec(`PRAGMA ${pragma} = ${value}`);
  for (const [pragma, , expected] of settings) {
    const actual = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
    if (actual !== expected) {
      database.close();
      throw new Error(`SQLite did not accept ${pragma} = ${expected}; it reports ${actual}`);
    }
  }
  return database;
}

/**
 * One statement. SQLite numbers its parameters `?1` where our texts say `$1`. Rows are read as arrays and turned
 * into plain objects here, because the driver's own objects cost twice as much to create and to copy.
 */
class Statement {
  readonly #statement: StatementSync;
  readonly #columns: string[];

  constructor(database: DatabaseSync, text: string) {
    this.#statement = database.prepare(text.replaceAll(/\$(\d+)/g, '?$1'));
    this.#statement.setReturnArrays(true);
    this.#columns = this.#statement.columns().map(({ name }) => name);
  }

  all(values: Value[]): unknown[] {
    return (this.#statement.all(...values) as unknown as Value[][]).map((row) => this.#object(row));
  }

  one(values: Value[]): unknown {
    const row = this.#statement.get(...values) as unknown as Value[] | undefined;
    return row && this.#object(row);
  }

  run(values: Value[] = []): number {
    return Number(this.#statement.run(...values).changes);
  }

  #object(row: Value[]): Record<string, Value> {
    const object: Record<string, Value> = {};
    for (let n = 0; n < row.length; n++) object[this.#columns[n]!] = row[n]!;
    return object;
  }
}

/** The statements of a connection, each prepared once. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, Statement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(text: string): Statement {
    let statement = this.#prepared.get(text);
    if (!statement) {
      statement = new Statement(this.#database, text);
      this.#prepared.set(text, statement);
    }
    return statement;
  }
}

export const dialect = {
  forUpdate: '',
  forShare: '',
  isInList: () => 'IN (SELECT value FROM json_each($2))',
} as const;

export const sqlOver = (statements: Statements): Sql => {
  const plain = {
    all: async <Row>(text: string, ...values: Value[]) => statements.get(text).all(values) as Row[],
    one: async <Row>(text: string, ...values: Value[]) => statements.get(text).one(values) as Row | undefined,
    run: async (text: string, ...values: Value[]) => statements.get(text).run(values),
  };
  return {
    ...dialect,
    ...plain,
    async send(text, ...values) {
      statements.get(text).run(values);
    },
    acrossRetailers: plain,
  };
};
