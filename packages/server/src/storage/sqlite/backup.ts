/**
 * Copies the database while servers and commands are using it. One read transaction pins the snapshot being copied:
 * writers continue, and their commits neither enter the copy nor restart it. Its texts are then encrypted. The copy
 * has a temporary name until it is complete and checked.
 */
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Epoch } from '../keys/epochs.ts';
import { openConnection } from './connection.ts';
import { databaseFile } from './engine.ts';
import { assertIntact } from './intact.ts';
import { putInPlace } from './place.ts';
import { sealTexts } from './sealed-texts.ts';

/** Pages copied between two checks for cancellation: 4 MiB. */
const pagesPerStep = 1024;

export interface BackupOptions {
  folder: string;
  file: string;
  /** The epoch whose key the texts are encrypted with. */
  epoch: Epoch;
  /** Aborts the backup and removes what was written. */
  signal: AbortSignal;
  onProgress(step: { doing: 'copy' | 'encrypt'; done: number; total: number }): void;
}

/** @throws Error with a message for the operator */
export async function backUp({
  folder,
  file,
  epoch,
  signal,
  onProgress,
}: BackupOptions): Promise<{ bytes: number }> {
  assertUnused(file);
  const unfinished = `${file}.part`;
  makePrivate(unfinished);
  try {
    await copy(databaseFile(folder), unfinished, signal, onProgress);
    await sealTexts(unfinished, epoch, {
      signal,
      onProgress: (done, total) => onProgress({ doing: 'encrypt', done, total }),
    });
    withoutJournal(unfinished);
    assertIntact(unfinished, 'The copy');
    assertUnused(file);
    putInPlace(unfinished, file);
  } catch (error) {
    for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(unfinished + ending, { force: true });
    throw error;
  }
  return { bytes: statSync(file).size };
}

function assertUnused(file: string): void {
  if (existsSync(file))
    throw new Error(`${file} is there already. Name a new file: no backup replaces another.`);
}

async function copy(
  source: string,
  target: string,
  signal: AbortSignal,
  onProgress: BackupOptions['onProgress'],
): Promise<void> {
  const database = openConnection(source);
  try {
    database.exec('PRAGMA query_only = ON; BEGIN');
    // The first read takes the snapshot.
    database.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
    const pages = await backup(database, target, {
      rate: pagesPerStep,
      progress({ totalPages, remainingPages }) {
        signal.throwIfAborted();
        onProgress({ doing: 'copy', done: totalPages - remainingPages, total: totalPages });
      },
    });
    signal.throwIfAborted();
    onProgress({ doing: 'copy', done: pages, total: pages });
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** Makes the backup a single file, which can be opened without a journal and without creating one. */
function withoutJournal(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
  } finally {
    database.close();
  }
}

/** Created empty with its mode, so that nobody else can ever read it. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new Error(
        `${file} is there: another backup is under way, or one was broken off. If none is, remove it and try again.`,
      );
    }
    throw new Error(`The backup cannot be written (${message}). Name a file in a folder that exists.`);
  }
}
