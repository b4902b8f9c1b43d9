/**
 * The transactions on one connection, one after the other. Statements are pipelined: each is sent without waiting for earlier results.
 * For row-level security, the retailer a statement concerns is set beforehand.
 */
import type { ClientBase } from 'pg';
import type { Sql, Value } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { prepared, translate } from './connection.ts';

/** Means "no retailer yet" in the tables' policies. */
const noRetailer = 0;
const setRetailer = (id: number) => `SET LOCAL aislechat.retailer_id = '${id}'`;

export class Session {
  readonly #client: ClientBase;
  #begin = 'BEGIN';
  #hasBegun = false;
  #retailerId: number | undefined;
  /** The first error is the cause; after it the server refuses all further statements. */
  #firstError: Error | undefined;

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

  async query<Row>(
    text: string,
    retailerId: number,
    values: Value[],
  ): Promise<{ rows: Row[]; count: number }> {
    if (this.#retailerId !== retailerId) {
      const set = setRetailer(retailerId);
      this.#follow(this.#client.query(this.#hasBegun ? set : `${this.#begin}; ${set}`));
      this.#hasBegun = true;
      this.#retailerId = retailerId;
    }
    try {
      const { rows, rowCount } = await this.#follow(this.#client.query(prepared(text, values)));
      return { rows, count: rowCount ?? 0 };
    } catch (error) {
      throw this.#firstError ?? error;
    }
  }

  /** @throws the first error of the transaction, which is then rolled back */
  async commit(): Promise<void> {
    if (!this.#hasBegun) return;
    const ended = await this.#follow(this.#client.query('COMMIT')).catch(() => undefined);
    if (this.#firstError) throw this.#firstError;
    // After an error, COMMIT is answered with ROLLBACK.
    if (ended?.command !== 'COMMIT') throw new StorageUnavailable('The transaction was rolled back');
  }

  async rollBack(): Promise<void> {
    if (this.#hasBegun) await this.#client.query('ROLLBACK');
  }

  #follow<T>(sent: Promise<T>): Promise<T> {
    sent.catch((error) => {
      this.#firstError ??= translate(error);
    });
    return sent;
  }
}

type Run = <Row>(
  text: string,
  retailerId: number,
  values: Value[],
) => Promise<{ rows: Row[]; count: number }>;

/** Builds all query methods from a single `run`. */
export function statementsOver(run: Run): Omit<Sql, 'send' | 'forUpdate' | 'forShare'> {
  return {
    isInList: (type) => `IN (SELECT value::${type} FROM json_array_elements_text($2::JSON) AS value)`,
    all: async <Row>(text: string, retailerId: number, ...values: Value[]) =>
      (await run<Row>(text, retailerId, [retailerId, ...values])).rows,
    one: async <Row>(text: string, retailerId: number, ...values: Value[]) =>
      (await run<Row>(text, retailerId, [retailerId, ...values])).rows[0],
    run: async (text, retailerId, ...values) => (await run(text, retailerId, [retailerId, ...values])).count,
    acrossRetailers: {
      all: async <Row>(text: string, ...values: Value[]) => (await run<Row>(text, noRetailer, values)).rows,
      one: async <Row>(text: string, ...values: Value[]) =>
        (await run<Row>(text, noRetailer, values)).rows[0],
      run: async (text, ...values) => (await run(text, noRetailer, values)).count,
    },
  };
}

/** `Sql` for the writing transactions of a session. */
export const sqlOf = (session: Session): Sql => ({
  ...statementsOver((text, retailerId, values) => session.query(text, retailerId, values)),
  forUpdate: ' FOR UPDATE',
  forShare: ' FOR SHARE',
  async send(text, retailerId, ...values) {
    // The session keeps the error and reports it to the next statement that waits.
    session.query(text, retailerId, [retailerId, ...values]).catch(() => {});
  },
});
