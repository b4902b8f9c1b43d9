/**
 * The transactions on one connection, one after the other. The statements of one turn of the event loop travel together.
 * For row-level security, the retailer a statement concerns is set beforehand.
 */
import type { ClientBase } from 'pg';
import type { Sql, Value } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { translate } from './connection.ts';
import { type Result, roundTrip, type Statement } from './round-trip.ts';

/** Means "no retailer yet" in the tables' policies. */
const noRetailer = 0;

/** Who waits for the results of some of a trip's statements. */
interface Waiting {
  from: number;
  to: number;
  resolve(results: Result[]): void;
  reject(error: Error): void;
}

export class Session {
  readonly #client: ClientBase;
  #begin = 'BEGIN';
  #hasBegun = false;
  #retailerId: number | undefined;
  /** The first error is the cause; after it the server refuses all further statements. */
  #firstError: Error | undefined;
  /** The statements of the next trip, and who waits for the result of one. */
  #statements: Statement[] = [];
  #waiting: Waiting[] = [];

  constructor(client: ClientBase) {
    this.#client = client;
  }

  /** Makes the next statement the first of a new transaction. */
  start(begin: string): void {
    this.#begin = begin;
    this.#hasBegun = false;
    this.#retailerId = undefined;
    this.#firstError = undefined;
  }

  /** Adds a statement whose result nobody waits for. If it fails, so does the transaction. */
  send(text: string, retailerId: number, values: readonly Value[]): void {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#add(this.#begin, []);
    }
    if (this.#retailerId !== retailerId) {
      this.#retailerId = retailerId;
      this.#add("SELECT set_config('aislechat.retailer_id', $1, true)", [retailerId]);
    }
    this.#add(text, values);
  }

  async query(text: string, retailerId: number, values: Value[]): Promise<Result> {
    const [result] = await this.queryAll(retailerId, [{ text, values }]);
    return result!;
  }

  queryAll(retailerId: number, statements: readonly Statement[]): Promise<Result[]> {
    for (const { text, values } of statements) this.send(text, retailerId, values);
    return this.#results(statements.length);
  }

  /** @throws the first error of the transaction, which is then rolled back */
  async commit(): Promise<void> {
    if (!this.#hasBegun) return;
    this.#add('COMMIT', []);
    const [ended] = await this.#results(1);
    if (this.#firstError) throw this.#firstError;
    // After an error, COMMIT is answered with ROLLBACK.
    if (ended!.tag !== 'COMMIT') throw new StorageUnavailable('The transaction was rolled back');
  }

  async rollBack(): Promise<void> {
    // What has not been sent would run after the rollback, outside of any transaction.
    [this.#statements, this.#waiting] = [[], []];
    if (this.#hasBegun) await this.#client.query('ROLLBACK');
  }

  #add(text: string, values: readonly Value[]): void {
    this.#statements.push({ text, values });
    // Runs after all promises settled in this turn, so that the statements that follow from them travel along.
    if (this.#statements.length === 1) process.nextTick(() => this.#travel());
  }

  /** Of the last `count` statements. */
  #results(count: number): Promise<Result[]> {
    const to = this.#statements.length;
    return new Promise((resolve, reject) => this.#waiting.push({ from: to - count, to, resolve, reject }));
  }

  #travel(): void {
    if (this.#statements.length === 0) return;
    const [statements, waiting] = [this.#statements, this.#waiting];
    [this.#statements, this.#waiting] = [[], []];
    roundTrip(this.#client, statements).then(
      (results) => {
        for (const { from, to, resolve } of waiting) resolve(results.slice(from, to));
      },
      (error) => {
        this.#firstError ??= translate(error);
        for (const { reject } of waiting) reject(this.#firstError);
      },
    );
  }
}

type Run = (text: string, retailerId: number, values: Value[]) => Promise<Result>;

const rowsOf = <Row>({ rows }: Result) => rows as Row[];
const firstOf = <Row>({ rows }: Result) => rows[0] as Row | undefined;
/** The number of changed rows ends the tag. */
const countOf = ({ tag }: Result) => Number(tag.slice(tag.lastIndexOf(' ') + 1));

/** Builds all query methods from a single `run`. */
export function statementsOver(run: Run): Omit<Sql, 'send' | 'forUpdate' | 'forShare'> {
  return {
    isInList: (type) => `IN (SELECT value::${type} FROM json_array_elements_text($2::JSON) AS value)`,
    all: (text, ...values) => run(text, values[0], values).then(rowsOf<never>),
    one: (text, ...values) => run(text, values[0], values).then(firstOf<never>),
    run: (text, ...values) => run(text, values[0], values).then(countOf),
    acrossRetailers: {
      all: (text, ...values) => run(text, noRetailer, values).then(rowsOf<never>),
      one: (text, ...values) => run(text, noRetailer, values).then(firstOf<never>),
      run: (text, ...values) => run(text, noRetailer, values).then(countOf),
    },
  };
}

/** `Sql` for the writing transactions of a session. */
export const sqlOf = (session: Session): Sql => ({
  ...statementsOver((text, retailerId, values) => session.query(text, retailerId, values)),
  forUpdate: ' FOR UPDATE',
  forShare: ' FOR SHARE',
  // The session keeps an error and reports it to the next statement that waits.
  send: async (text, ...values) => session.send(text, values[0], values),
});
