/**
 * The reading connection. All reads of one turn of the event loop share one snapshot, so the locks that
 * SQLite takes for a read are paid once a turn and not once a query. The snapshot ends with the turn, and
 * at once after a commit of this process: what was acknowledged is in every later read.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Query, Sql, Value } from '../sql.ts';
import { dialect, Statements } from './connection.ts';

const refuse = () => Promise.reject(new Error('A reader does not write'));

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

  /** Nothing is awaited between the queries, so they see one moment. */
  snapshot(queries: Query[]): unknown[][] {
    return queries.map(({ text, values }) => this.#read(text).all(values));
  }

  /** The next read takes a new snapshot. */
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
