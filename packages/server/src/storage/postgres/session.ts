/**
 * One connection inside one transaction. Statements go out as they come, without waiting for the answers
 * of those before them; the retailer that a statement is about is told to the server ahead of it, for
 * row-level security.
 */
import type { ClientBase } from 'pg';
import type { Sql, Value } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { prepared, translate } from './connection.ts';

/** Stands for "no retailer yet" in the policies of the tables. */
const noRetailer = 0;
const tellRetailer = `SELECT set_config('aislechat.retailer_id', $1, true)`;

export class Session {
  readonly #client: ClientBase;
  readonly #begin: string;
  #hasBegun = false;
  #retailerId: number | undefined;
  /** The first error is the cause; after it the server refuses whatever follows. */
  #firstError: Error | undefined;

  constructor(client: ClientBase, begin: string) {
    this.#client = client;
    this.#begin = begin;
  }

  async query<Row>(
    text: string,
    retailerId: number,
    values: Value[],
  ): Promise<{ rows: Row[]; count: number }> {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#follow(this.#client.query(this.#begin));
    }
    if (this.#retailerId !== retailerId) {
      this.#retailerId = retailerId;
      this.#follow(this.#client.query(prepared(tellRetailer, [String(retailerId)])));
    }
    try {
      const { rows, rowCount } = await this.#follow(this.#client.query(prepared(text, values)));
      return { rows, count: rowCount ?? 0 };
    } catch (error) {
      throw this.#firstError ?? error;
    }
  }

  /** @throws the first error of the transaction; then nothing of it remains */
  async commit(): Promise<void> {
    if (!this.#hasBegun) return;
    const ended = await this.#follow(this.#client.query('COMMIT')).catch(() => undefined);
    if (this.#firstError) throw this.#firstError;
    // An aborted transaction answers COMMIT with ROLLBACK.
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

/** The ways of asking, made of one. */
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

/** `Sql` for one writing transaction. */
export const sqlOf = (session: Session): Sql => ({
  ...statementsOver((text, retailerId, values) => session.query(text, retailerId, values)),
  forUpdate: ' FOR UPDATE',
  forShare: ' FOR SHARE',
  async send(text, retailerId, ...values) {
    // The session keeps the error for whoever waits next.
    session.query(text, retailerId, [retailerId, ...values]).catch(() => {});
  },
});
