/**
 * Embedded SQLite. One connection writes and one reads: a read never sees uncommitted data, and a group of writes
 * never waits for a read. One server process owns a data folder; the command line may use it at the same time.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '../make-folder.ts';
import { type ChangeListener, type Engine, StorageUnavailable } from '../store.ts';
import { writeProbe } from '../tables/service-values.ts';
import { errorCode, failWhenLocked, openConnection } from './connection.ts';
import { evidenceTexts } from './evidence-texts.ts';
import { GroupCommit } from './group-commit.ts';
import { messageTexts, reclaim } from './message-texts.ts';
import { migrate } from './migrate.ts';
import { TurnReader } from './turn-reader.ts';

export interface SqliteOptions {
  folder: string;
  /** True for a server, which owns the folder; false for a command. */
  owner: boolean;
}

export const databaseFile = (folder: string) => join(folder, 'aislechat.db');

export const hasDatabase = (folder: string): boolean => existsSync(databaseFile(folder));

/** @throws Error with a message for the operator when the folder is in use or unusable */
export function openSqlite({ folder, owner }: SqliteOptions): Engine {
  makeFolder(folder);
  const release = owner ? takeFolder(folder) : () => {};
  const file = databaseFile(folder);
  if (owner) {
    // The journal copies its mode.
    makePrivate(file);
    restrictToOwner(folder);
  }

  let writer: DatabaseSync;
  let reader: DatabaseSync;
  const wasCut = owner && (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  try {
    writer = openConnection(file);
    if (wasCut) assertUndamaged(writer, file);
    migrate(writer);
    reader = openConnection(file);
    if (owner) {
      failWhenLocked(writer);
      failWhenLocked(reader);
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
    evidence: evidenceTexts,
    keys: undefined,
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

    cleanPages: () => cleanPagesOf(file),

    reclaim: (limit) => group.write((sql) => reclaim(sql, limit)),

    async ping() {
      if (group.closed) throw new StorageUnavailable('The database is closed');
      await turns.sql.acrossRetailers.one('SELECT 1 FROM retailers LIMIT 1');
    },
    time: undefined,
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

const cleanerEntry = fileURLToPath(new URL('./clean-pages-process.ts', import.meta.url));
/** The exit code of a process that others kept waiting. */
const wasBusy = 75;

/** @returns whether all pages are clean @throws StorageUnavailable */
async function cleanPagesOf(file: string): Promise<boolean> {
  const { SystemRoot } = process.env;
  const child = fork(cleanerEntry, [file], {
    // The server's environment is not passed on, because it holds secrets.
    env: SystemRoot === undefined ? {} : { SystemRoot },
    execArgv: [],
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  if (code === 0 || code === wasBusy) return code === 0;
  throw new StorageUnavailable('The pages of the database could not be cleaned');
}

/** Checking a larger file would delay the start; damage in it is caught by checksums when it is read. */
const maxCheckedBytes = 64 * 1024 * 1024;

/** Checks a database that its last server did not close. @throws Error with a message for the operator */
function assertUndamaged(database: DatabaseSync, file: string): void {
  if (statSync(file).size > maxCheckedBytes) return;
  const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (found === 'ok') return;
  throw new Error(`The database ${file} is damaged (${found.trim()}). Restore a backup: aislechat restore.`);
}

/** A number that changes when another connection has written. In this process only this connection writes. */
const versionOf = (connection: DatabaseSync): number =>
  (connection.prepare('PRAGMA data_version').get() as { data_version: number }).data_version;

/**
 * Makes the folder accessible to the server's user only, even if someone else created it.
 * @throws Error with a message for the operator
 */
function restrictToOwner(folder: string): void {
  try {
    chmodSync(folder, 0o700);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isFile()) chmodSync(join(folder, entry.name), 0o600);
    }
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `The folder ${folder} cannot be made private: ${message}. Choose one that belongs to this user, on a file system that can be written.`,
      { cause: error },
    );
  }
}

/** Creates a file that only its owner can read, unless it is there. SQLite would make it readable by everyone. */
function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

const sqliteBusy = 5;

/**
 * Holds a lock on the folder for the life of the process. It is an operating system lock on a separate database
 * file, so it is released however the process ends.
 * @throws Error when another server holds it
 */
export function takeFolder(folder: string): () => void {
  const file = join(folder, 'server.lock');
  try {
    makePrivate(file);
  } catch (error) {
    throw new Error(`The data folder ${folder} cannot be used (${(error as Error).message}).`, {
      cause: error,
    });
  }
  const lock = new DatabaseSync(file);
  try {
    lock.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const { errcode, message } = error as { errcode?: number; message: string };
    if (((errcode ?? 0) & 0xff) !== sqliteBusy) {
      throw new Error(`The data folder ${folder} cannot be used (${message}).`, { cause: error });
    }
    throw new Error(
      `Another aislechat server is using the data folder ${folder}. Stop it first, or choose another folder with DATA_DIR.`,
    );
  }
  return () => lock.close();
}
