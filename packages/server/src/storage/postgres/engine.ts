/**
 * PostgreSQL: several server processes on one database. Each write is its own transaction, and PostgreSQL flushes
 * concurrent commits together. An order's row is locked while an event takes its number, so an order's events
 * become visible in sequence. Reads go to the same primary.
 */
import pg from 'pg';
import type { Change, ChangeListener, Engine } from '../store.ts';
import { writeProbe } from '../tables/service-values.ts';
import { Announcements } from './announcements.ts';
import { Client, onPrimary } from './client.ts';
import { assertFit, clientConfig, DatabaseUnfit, type EngineOptions, translate } from './connection.ts';
import { sealedEvidence } from './evidence-texts.ts';
import { sealedTexts } from './message-texts.ts';
import { orderKeys } from './order-keys.ts';
import { ReadBatches } from './read-batches.ts';
import { Transactions } from './transactions.ts';

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

  const connect = () => onPrimary(config, () => pool.connect());
  // Reads are batched, so they need few connections; writes wait for the disk in parallel.
  const readConnections = Math.max(1, Math.floor(options.connections / 4));
  const reads = new ReadBatches(connect, readConnections);
  const transactions = new Transactions(connect, options.connections - readConnections);
  const listeners: ChangeListener[] = [];
  const hear = (change: Change | undefined, isOurs: boolean) => {
    for (const listener of listeners) listener(change, isOurs);
  };

  try {
    (await connect()).release();
    isServing = true;
  } catch (error) {
    await pool.end();
    throw error instanceof DatabaseUnfit ? error : translate(error);
  }
  const announcements = new Announcements(config, pool, (change) => hear(change, false));
  const write: Engine['write'] = (unit) => transactions.write(unit);
  return {
    sql: reads.sql,
    texts: sealedTexts(options.keys),
    evidence: sealedEvidence(options.keys),
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
      await transactions.close();
      await announcements.stop();
      await pool.end();
    },
  };
}
