/**
 * SQLite, embedded. One connection writes, one reads: a read never sees what is not committed, and a group
 * of writes never waits for a read. One server process owns a data folder; the command line may work
 * beside it.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ChangeListener, type Engine, StorageUnavailable } from '../store.ts';
import { writeProbe } from '../tables/service-values.ts';
import { openConnection, waitForNobody } from './connection.ts';
import { errorCode, GroupCommit } from './group-commit.ts';
import { messageTexts, reclaim } from './message-texts.ts';
import { migrate } from './migrate.ts';
import { TurnReader } from './turn-reader.ts';

export interface SqliteOptions {
  folder: string;
  /** A server owns the folder; a command only visits it. */
  owner: boolean;
}

export const databaseFile = (folder: string) => join(folder, 'aislechat.db');

export const hasDatabase = (folder: string): boolean => existsSync(databaseFile(folder));

/** @throws Error with a sentence for the operator when the folder is taken or unusable */
export function openSqlite({ folder, owner }: SqliteOptions): Engine {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = owner ? takeFolder(folder) : () => {};
  const file = databaseFile(folder);
  if (owner) {
    // Made here, with its mode: SQLite would leave it readable to all, and its journal takes after it.
    if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
    keepToOwner(folder);
  }

  let writer: DatabaseSync;
  let reader: DatabaseSync;
  const wasCut = owner && (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  try {
    writer = openConnection(file);
    if (wasCut) assertSound(writer, file);
    migrate(writer);
    reader = openConnection(file);
    if (owner) {
      waitForNobody(writer);
      waitForNobody(reader);
    }
  } catch (error) {
    release();
    if (errorCode(error) === undefined) throw error;
    const { message } = error as Error;
    throw new Error(
      `The database ${file} cannot be used: ${message}. It must be a file that this user may write.`,
      {
        cause: error,
      },
    );
  }
  const turns = new TurnReader(reader);
  const group = new GroupCommit(writer, () => turns.endSnapshot());

  let othersVersion = versionOf(writer);
  const listeners: ChangeListener[] = [];
  const walIsEmpty = () => (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;

  return {
    sql: turns.sql,
    failed: group.failed,
    write: (unit) => group.write(unit),

    snapshot: async (queries) => turns.snapshot(queries),
    texts: messageTexts,
    isShared: false,
    othersHaveWritten: () =>
      group.between(() => {
        const before = othersVersion;
        othersVersion = versionOf(writer);
        return othersVersion !== before;
      }),
    announce(change) {
      for (const listener of listeners) listener(change, true);
    },
    onChange(listener) {
      listeners.push(listener);
    },

    scrub: () =>
      group.between(() => {
        turns.endSnapshot();
        const result = writer.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
        return result.busy === 0 && walIsEmpty();
      }),

    reclaim: (limit) => group.write((sql) => reclaim(sql, limit)),

    async ping() {
      if (group.closed) throw new StorageUnavailable('The database is closed');
      await turns.sql.acrossRetailers.one('SELECT 1 FROM retailers LIMIT 1');
    },
    probe: () => group.write(writeProbe),

    async close() {
      await group.close();
      turns.endSnapshot();
      reader.close();
      writer.close();
      release();
    },
  };
}

/** Looking through more would hold up the start: damage there is met by checksums, when it is read. */
const maxCheckedBytes = 64 * 1024 * 1024;

/** Looks through a database that was not closed by its last server. @throws Error with a sentence for the operator */
function assertSound(database: DatabaseSync, file: string): void {
  if (statSync(file).size > maxCheckedBytes) return;
  const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (found === 'ok') return;
  throw new Error(`The database ${file} is damaged (${found.trim()}). Restore a backup: aislechat restore.`);
}

/** A number that is another one once a connection other than this has written. Only this one writes in this process. */
const versionOf = (connection: DatabaseSync): number =>
  (connection.prepare('PRAGMA data_version').get() as { data_version: number }).data_version;

/** What rests here is for the user that runs the server, also where somebody made the folder before it. */
function keepToOwner(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(folder, entry.name), 0o600);
  }
}

const sqliteBusy = 5;

/**
 * Holds a lock on the folder for the life of the process. The lock is the operating system's, on a
 * database of its own, so it is gone with the process however that ends.
 * @throws Error when another server has it
 */
export function takeFolder(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, 'server.lock'));
  try {
    lock.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const { errcode, message } = error as { errcode?: number; message: string };
    if (((errcode ?? 0) & 0xff) !== sqliteBusy) {
      throw new Error(`The data folder ${folder} cannot be used (${message}).`, { cause: error });
    }
    throw new Error(
      `Another aislechat server is using the data folder ${folder}. Stop it, or give this one its own DATA_DIR.`,
    );
  }
  return () => lock.close();
}
