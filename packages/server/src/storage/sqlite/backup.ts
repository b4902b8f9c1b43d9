/**
 * A copy of the database while servers and commands use it. One read transaction holds what is copied to
 * one moment: writers go on beside it, and their commits neither get into the copy nor make it start over.
 * Until the copy is whole and checked it has a name of its own.
 */
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { openConnection } from './connection.ts';
import { databaseFile } from './engine.ts';
import { assertIntact } from './intact.ts';
import { putInPlace } from './place.ts';

/** Pages between two looks at whether to go on: 4 MiB. */
const pagesPerStep = 1024;

export interface BackupOptions {
  folder: string;
  file: string;
  /** Ends the backup; nothing of it remains. */
  signal: AbortSignal;
  onProgress(pages: number, total: number): void;
}

/** @throws Error with a sentence for the operator */
export async function backUp({
  folder,
  file,
  signal,
  onProgress,
}: BackupOptions): Promise<{ bytes: number }> {
  assertUnused(file);
  const unfinished = `${file}.part`;
  makePrivate(unfinished);
  try {
    await copy(databaseFile(folder), unfinished, signal, onProgress);
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
    // The snapshot is taken by the first read.
    database.prepare('SELECT COUNT(*) FROM sqlite_schema').get();
    const pages = await backup(database, target, {
      rate: pagesPerStep,
      progress({ totalPages, remainingPages }) {
        signal.throwIfAborted();
        onProgress(totalPages - remainingPages, totalPages);
      },
    });
    signal.throwIfAborted();
    onProgress(pages, pages);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  withoutJournal(target);
}

/** One file is the whole backup: whoever opens it needs no journal beside it, and makes none. */
function withoutJournal(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = DELETE');
  } finally {
    database.close();
  }
}

/** Made before anything is in it, so that nobody else ever reads it. */
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
