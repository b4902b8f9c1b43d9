/** The writing transactions: each on a connection of its own, and run again when another interferes. */
import type { PoolClient } from 'pg';
import type { Sql } from '../sql.ts';
import { StorageUnavailable } from '../store.ts';
import { isContention, translate } from './connection.ts';
import { Gate } from './gate.ts';
import { Session, sqlOf } from './session.ts';

/** Writes that may wait before more are refused. */
const maxWaiting = 4096;
/** How often a unit is run when other transactions interfere. */
const maxRuns = 5;

interface Writing {
  session: Session;
  sql: Sql;
}

export class Transactions {
  readonly #connect: () => Promise<PoolClient>;
  readonly #gate: Gate;
  readonly #underWay = new Set<Promise<unknown>>();
  /** One for each connection, because the writers of all tables are made anew for each `Sql`. */
  readonly #writing = new WeakMap<PoolClient, Writing>();
  #isClosed = false;

  /** @param maxUnderWay how many may run at the same time */
  constructor(connect: () => Promise<PoolClient>, maxUnderWay: number) {
    this.#connect = connect;
    this.#gate = new Gate(maxUnderWay, maxWaiting);
  }

  /** @throws StorageUnavailable, and what `unit` throws */
  write<T>(unit: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new StorageUnavailable('The database is closed'));
    const written = this.#gate.pass(() => this.#transact(unit));
    this.#underWay.add(written);
    const forget = () => this.#underWay.delete(written);
    written.then(forget, forget);
    return written;
  }

  /** Waits for the accepted writes, then accepts no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }

  async #transact<T>(unit: (sql: Sql) => Promise<T>): Promise<T> {
    for (let run = 1; ; run++) {
      const client = await this.#client();
      const { session, sql } = this.#writingOn(client);
      session.start('BEGIN');
      try {
        const value = await unit(sql);
        await session.commit();
        client.release();
        return value;
      } catch (error) {
        // A connection in an unknown state is not reused.
        const rollback = await session.rollBack().then(
          () => undefined,
          (cause) => cause as Error,
        );
        client.release(rollback);
        if (!isContention(error) || run === maxRuns) throw error;
      }
    }
  }

  async #client(): Promise<PoolClient> {
    try {
      return await this.#connect();
    } catch (error) {
      // The writes that wait would fail for the same reason.
      const unavailable = translate(error);
      this.#gate.clear(unavailable);
      throw unavailable;
    }
  }

  #writingOn(client: PoolClient): Writing {
    let writing = this.#writing.get(client);
    if (!writing) {
      const session = new Session(client);
      writing = { session, sql: sqlOf(session) };
      this.#writing.set(client, writing);
    }
    return writing;
  }
}
