/**
 * SQLite, embedded. One connection writes, one reads: a read never sees what is not committed, and a group
 * of writes never waits for a read. One server process owns a data folder; the command line may work
 * beside it.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Sql } from '../sql.ts';
import { type Engine, type ErasedTexts, StorageUnavailable } from '../store.ts';
import { openConnection } from './connection.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { TurnReader } from './turn-reader.ts';

/** Erased texts next to living ones are left alone: removing rows may move their neighbours. */
const reclaimMargin = 4096;

export interface SqliteOptions {
  folder: string;
  /** A server owns the folder; a command only visits it. */
  owner: boolean;
}

const databaseFile = (folder: string) => join(folder, 'aislechat.db');

export const hasDatabase = (folder: string): boolean => existsSync(databaseFile(folder));

/** @throws Error with a sentence for the operator when the folder is taken or unusable */
export function openSqlite({ folder, owner }: SqliteOptions): Engine {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = owner ? takeFolder(folder) : () => {};
  const file = databaseFile(folder);

  let writer: DatabaseSync;
  let reader: DatabaseSync;
  try {
    writer = openConnection(file);
    migrate(writer);
    reader = openConnection(file);
  } catch (error) {
    release();
    throw error;
  }
  const turns = new TurnReader(reader);
  const group = new GroupCommit(writer, () => turns.endSnapshot());

  const walIsEmpty = () => (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;

  return {
    sql: turns.sql,
    failed: group.failed,
    write: (unit) => group.write(unit),

    snapshot: async (queries) => turns.snapshot(queries),

    eraseTexts,

    scrub: () =>
      group.between(() => {
        turns.endSnapshot();
        const result = writer.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
        return result.busy === 0 && walIsEmpty();
      }),

    reclaim: (limit) => group.write((sql) => reclaim(sql, limit)),

    async ping() {
      if (group.closed) throw new StorageUnavailable('The database is closed');
      await turns.sql.one('SELECT 1 FROM retailers LIMIT 1');
    },

    async close() {
      await group.close();
      turns.endSnapshot();
      reader.close();
      writer.close();
      release();
    },
  };
}

/**
 * Overwrites each text in place with as many zeros. A row of the same length stays where it is, so the
 * bytes on disk are replaced, not abandoned.
 */
async function eraseTexts(sql: Sql, retailerId: number, orderId: number): Promise<ErasedTexts> {
  const texts = 'SELECT text_id FROM messages WHERE retailer_id = $1 AND order_id = $2';
  const images = await sql.one<{ count: number }>(
    `SELECT COUNT(image) AS count FROM message_texts WHERE id IN (${texts})`,
    retailerId,
    orderId,
  );
  await sql.run(
    `UPDATE message_texts
     SET body = zeroblob(octet_length(body)),
         image = CASE WHEN image IS NULL THEN NULL ELSE zeroblob(octet_length(image)) END
     WHERE id IN (${texts})`,
    retailerId,
    orderId,
  );
  const messages = await sql.run(
    'UPDATE messages SET text_id = NULL WHERE retailer_id = $1 AND order_id = $2 AND text_id IS NOT NULL',
    retailerId,
    orderId,
  );
  await sql.run('DELETE FROM idempotency_keys WHERE retailer_id = $1 AND order_id = $2', retailerId, orderId);
  return { messages, images: images!.count };
}

/** Deletes erased texts from the old end of the table, where every neighbour is erased too. */
async function reclaim(sql: Sql, limit: number): Promise<number> {
  const living = await sql.one<{ id: number }>(
    `SELECT id
     FROM (SELECT id, body FROM message_texts ORDER BY id LIMIT $1)
     WHERE typeof(body) = 'text'
     ORDER BY id
     LIMIT 1`,
    limit + reclaimMargin,
  );
  const bounds = await sql.one<{ first: number | null; last: number | null }>(
    'SELECT (SELECT MIN(id) FROM message_texts) AS first, (SELECT MAX(id) FROM message_texts) AS last',
  );
  if (bounds?.first == null || bounds.last == null) return 0;
  const end = Math.min(living?.id ?? bounds.first + limit + reclaimMargin, bounds.last) - reclaimMargin;
  return end > bounds.first ? sql.run('DELETE FROM message_texts WHERE id < $1', end) : 0;
}

/**
 * Holds a lock on the folder for the life of the process. The lock is the operating system's, on a
 * database of its own, so it is gone with the process however that ends.
 * @throws Error when another server has it
 */
function takeFolder(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, 'server.lock'));
  try {
    lock.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(
      `Another aislechat server is using the data folder ${folder}. Stop it, or give this one its own DATA_DIR.`,
    );
  }
  return () => lock.close();
}
