/**
 * Sends all reads requested in one turn of the event loop together: one transaction, one snapshot, one round trip.
 * While all reading connections are busy, further reads collect for the next batch.
 */
import type { PoolClient } from 'pg';
import type { Query, Sql } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { translate } from './connection.ts';
import type { Result, Statement } from './round-trip.ts';
import { Session, statementsOver } from './session.ts';

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
/** Limits the reads in one transaction, so that the first does not wait for the last of a long queue. */
const maxBatch = 64;
const maxWaiting = 8192;

interface Read {
  retailerId: number;
  statements: Statement[];
  resolve(results: Result[]): void;
  reject(error: Error): void;
}

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
    ...statementsOver(async (text, retailerId, values) => {
      const [result] = await this.#read(retailerId, [{ text, values }]);
      return result!;
    }),
    forUpdate: '',
    forShare: '',
    send: () => Promise.reject(new Error('A reader cannot write')),
  };

  async snapshot(queries: Query[]): Promise<unknown[][]> {
    const results = await this.#read(queries[0]!.values[0], queries);
    return results.map(({ rows }) => rows);
  }

  #read(retailerId: number, statements: Statement[]): Promise<Result[]> {
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new StorageUnavailable('Too many reads are waiting'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ retailerId, statements, resolve, reject });
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
    const answers = Promise.all(
      batch.map(({ retailerId, statements }) => session.queryAll(retailerId, statements)),
    );
    const [read, committed] = await Promise.allSettled([answers, session.commit()]);
    client.release(committed.status === 'rejected' ? committed.reason : undefined);
    if (read.status === 'fulfilled') {
      for (const [n, { resolve }] of batch.entries()) resolve(read.value[n]!);
      return;
    }
    // A read that the server refuses must not fail the others in its batch.
    const isRefused = !(read.reason instanceof StorageUnavailable);
    for (const one of batch) {
      if (isRefused && batch.length > 1) await this.#run([one]);
      else one.reject(read.reason);
    }
  }
}
