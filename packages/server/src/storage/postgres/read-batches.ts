/**
 * Sends all reads requested in one turn of the event loop together: one transaction, one snapshot, one round trip.
 * While all reading connections are busy, further reads collect for the next batch.
 */
import type { PoolClient } from 'pg';
import type { Query, Sql, Value } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { translate } from './connection.ts';
import { Session, statementsOver } from './session.ts';

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
/** Limits the reads in one transaction, so that the first does not wait for the last of a long queue. */
const maxBatch = 64;
const maxWaiting = 8192;

interface Read {
  retailerId: number;
  queries: { text: string; values: Value[] }[];
  resolve(rows: unknown[][]): void;
  reject(error: Error): void;
}

/**
 * Several queries as one statement, with the rows of each as JSON: a statement costs both sides more than its rows.
 * The parameters of each query must be the first of those of the longest.
 */
function inOne(queries: Query[]): Query {
  const { values } = queries.reduce((longest, query) =>
    query.values.length > longest.values.length ? query : longest,
  );
  const key = queries.map(({ text }) => text).join();
  let text = combined.get(key);
  if (text === undefined) {
    const parts = queries.map((query, n) => `(SELECT json_agg(q) FROM (${query.text}) q) AS rows${n}`);
    text = `SELECT ${parts.join(', ')}`;
    combined.set(key, text);
  }
  return { text, values };
}

/** The statements made so far; there are as many as reads that need several queries. */
const combined = new Map<string, string>();

export class ReadBatches {
  readonly #connect: () => Promise<PoolClient>;
  readonly #maxUnderWay: number;
  #waiting: Read[] = [];
  #underWay = 0;
  #isScheduled = false;

  /** @param maxUnderWay how many connections may read at the same time */
  constructor(connect: () => Promise<PoolClient>, maxUnderWay: number) {
    this.#connect = connect;
    this.#maxUnderWay = maxUnderWay;
  }

  readonly sql: Sql = {
    ...statementsOver(async <Row>(text: string, retailerId: number, values: Value[]) => {
      const [rows] = await this.#read(retailerId, [{ text, values }]);
      return { rows: rows as Row[], count: 0 };
    }),
    forUpdate: '',
    forShare: '',
    send: () => Promise.reject(new Error('A reader cannot write')),
  };

  async snapshot(queries: Query[]): Promise<unknown[][]> {
    const { text, values } = inOne(queries);
    const [[row]] = (await this.#read(values[0], [{ text, values }])) as [[Record<string, unknown[] | null>]];
    return queries.map((_, n) => row[`rows${n}`] ?? []);
  }

  #read(retailerId: number, queries: Read['queries']): Promise<unknown[][]> {
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new StorageUnavailable('Too many reads are waiting'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ retailerId, queries, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // Runs after all promises settled in this turn, so that their reads are included.
      process.nextTick(() => {
        this.#isScheduled = false;
        this.#sendBatches();
      });
    });
  }

  #sendBatches(): void {
    while (this.#waiting.length > 0 && this.#underWay < this.#maxUnderWay) {
      const batch = this.#waiting.splice(0, maxBatch);
      this.#underWay += 1;
      this.#run(batch).finally(() => {
        this.#underWay -= 1;
        this.#sendBatches();
      });
    }
  }

  async #run(batch: Read[]): Promise<void> {
    let client: PoolClient;
    try {
      client = await this.#connect();
    } catch (error) {
      // Waiting reads would fail for the same reason.
      for (const read of [...batch, ...this.#waiting.splice(0)]) read.reject(translate(error));
      return;
    }
    // Sorted, so that the retailer is set once for all its reads.
    batch.sort((a, b) => a.retailerId - b.retailerId);
    const session = new Session(client);
    session.start(begin);
    const unanswered = new Set(batch);
    const answers = batch.map(async (read) => {
      const results = await Promise.all(
        read.queries.map(({ text, values }) => session.query(text, read.retailerId, values)),
      );
      unanswered.delete(read);
      read.resolve(results.map(({ rows }) => rows));
    });
    await Promise.allSettled(answers);
    const failure = await session.commit().then(
      () => undefined,
      (error: Error) => error,
    );
    client.release(failure);
    if (unanswered.size === 0) return;
    const error = failure ?? new StorageUnavailable('The database did not answer');
    for (const read of unanswered) {
      // A read that the server refuses must not fail the others in its batch.
      if (unanswered.size > 1 && !(error instanceof StorageUnavailable)) await this.#run([read]);
      else read.reject(error);
    }
  }
}
