/**
 * PostgreSQL: several server processes on one database. Each write is its own transaction, and PostgreSQL flushes
 * concurrent commits together. An order's row is locked while an event takes its number, so an order's events
 * become visible in sequence. Reads go to the same primary.
 */
import pg from 'pg';
import type { Sql } from '../sql.ts';
import { type Change, type ChangeListener, type Engine, StorageUnavailable } from '../store.ts';
import { writeProbe } from '../tables/service-values.ts';
import { Announcements } from './announcements.ts';
import { Client, onPrimary } from './client.ts';
import {
  assertFit,
  clientConfig,
  DatabaseUnfit,
  type EngineOptions,
  isContention,
  translate,
} from './connection.ts';
import { Gate } from './gate.ts';
import { sealedTexts } from './message-texts.ts';
import { orderKeys } from './order-keys.ts';
import { ReadBatches } from './read-batches.ts';
import { Session, sqlOf } from './session.ts';

/** Writes that may wait before more are refused. */
const maxWaiting = 4096;
/** How often a unit is run when other transactions interfere. */
const maxRuns = 5;

/** @throws DatabaseUnfit @throws StorageUnavailable */
export async function openPostgres(options: EngineOptions): Promise<Engine> {
  const config = clientConfig(options);
  let isServing = false;
  const pool = new pg.Pool({
    ...config,
    // The driver's type omits the options, which the pool passes.
    Client: Client as unknown as new () => pg.ClientBase,
    max: options.connections,
    onConnect: (client) => assertFit(client, isServing),
  });
  // A connection that breaks while it is unused is replaced by the pool.
  pool.on('error', () => {});

  // Reads are batched, so they need few connections; writes wait for the disk in parallel.
  const readConnections = Math.max(1, Math.floor(options.connections / 4));
  const reads = new ReadBatches(() => onPrimary(config, () => pool.connect()), readConnections);
  const gate = new Gate(options.connections - readConnections, maxWaiting);
  const listeners: ChangeListener[] = [];
  const hear = (change: Change | undefined, isOurs: boolean) => {
    for (const listener of listeners) listener(change, isOurs);
  };

  try {
    (await onPrimary(config, () => pool.connect())).release();
    isServing = true;
  } catch (error) {
    await pool.end();
    throw error instanceof DatabaseUnfit ? error : translate(error);
  }
  const announcements = new Announcements(config, pool, (change) => hear(change, false));
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await onPrimary(config, () => pool.connect());
    } catch (error) {
      const unavailable = translate(error);
      gate.clear(unavailable);
      throw unavailable;
    }
  }

  /** One for each connection, because the writers of all tables are made anew for each `Sql`. */
  const writing = new WeakMap<pg.PoolClient, { session: Session; sql: Sql }>();
  function writingOn(client: pg.PoolClient): { session: Session; sql: Sql } {
    let both = writing.get(client);
    if (!both) {
      const session = new Session(client);
      both = { session, sql: sqlOf(session) };
      writing.set(client, both);
    }
    return both;
  }

  async function transact<T>(unit: (sql: Sql) => Promise<T>): Promise<T> {
    for (let run = 1; ; run++) {
      const client = await connect();
      const { session, sql } = writingOn(client);
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

  const write: Engine['write'] = (unit) => {
    if (isClosed) return Promise.reject(new StorageUnavailable('The database is closed'));
    const written = gate.pass(() => transact(unit));
    underWay.add(written);
    const forget = () => underWay.delete(written);
    written.then(forget, forget);
    return written;
  };

  return {
    sql: reads.sql,
    texts: sealedTexts(options.keys),
    keys: orderKeys(options.keys, reads.sql, write),
    isShared: true,
    othersHaveWritten: async () => true,
    // Never resolves, because the server may come back.
    failed: new Promise(() => {}),
    snapshot: (queries) => reads.snapshot(queries),
    write,
    // What is left in pages and logs is encrypted with keys that die.
    scrub: async () => true,
    cleanPages: async () => true,
    reclaim: async () => 0,
    async ping() {
      await reads.sql.acrossRetailers.one('SELECT 1 AS one');
    },
    async time() {
      const row = await reads.sql.acrossRetailers.one<{ ms: number }>(
        'SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::FLOAT8 AS ms',
      );
      return row!.ms;
    },
    probe: () => write(writeProbe),
    announce(change) {
      hear(change, true);
      announcements.announce(change);
    },
    onChange(listener) {
      listeners.push(listener);
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
      await announcements.stop();
      await pool.end();
    },
  };
}
