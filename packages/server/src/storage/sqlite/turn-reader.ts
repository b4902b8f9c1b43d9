/**
 * The reading connection. All reads in one turn of the event loop share a snapshot, so SQLite's read locks are
 * taken once per turn rather than once per query. The snapshot ends with the turn, or at once after a commit by
 * this process, so every later read sees what was acknowledged.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Query, Sql, Value } from '../sql.ts';
import { dialect, Statements } from './connection.ts';

const refuse = () => Promise.reject(new Error('A reader cannot write'));

export class TurnReader {
  readonly #statements: Statements;
  #isOpen = false;

  constructor(database: DatabaseSync) {
    database.exec('PRAGMA query_only = ON');
    this.#statements = new Statements(database);
  }

  readonly #reads = {
    all: async <Row>(text: string, ...values: Value[]) => this.#read(text).all(values) as Row[],
    one: async <Row>(text: string, ...values: Value[]) => this.#read(text).one(values) as Row | undefined,
    run: refuse,
  };

  readonly sql: Sql = { ...dialect, ...this.#reads, acrossRetailers: this.#reads, send: refuse };

  /** Nothing is awaited between the queries, so they share one snapshot. */
  snapshot(queries: Query[]): unknown[][] {
    return queries.map(({ text, values }) => this.#read(text).all(values));
  }

  /** Makes the next read take a new snapshot. */
  endSnapshot(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#statements.get('COMMIT').run();
  }

  #read(text: string) {
    if (!this.#isOpen) {
      this.#statements.get('BEGIN').run();
      this.#isOpen = true;
      setImmediate(() => this.endSnapshot());
    }
    return this.#statements.get(text);
  }
}
