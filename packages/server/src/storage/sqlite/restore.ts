/**
 * Restores a backup into an empty data folder. All work happens in a folder inside it; the database is moved into
 * place last, after it is checked, migrated and rid of expired texts. If the process is interrupted before that,
 * there is no database for a server to open.
 */
import type { KeyObject } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { Engine } from '../store.ts';
import { databaseFile, openSqlite, takeFolder } from './engine.ts';
import { assertIntact } from './intact.ts';
import { putInPlace } from './place.ts';
import { sealOf, unsealTexts, type Work } from './sealed-texts.ts';

const journals = ['-wal', '-shm', '-journal'];
const magic = 'SQLite format 3\0';

export interface RestoreOptions {
  folder: string;
  file: string;
  /** The key of an epoch, if it still exists. */
  epochKey(number: number): Promise<KeyObject | undefined>;
  /** Whether to restore without texts if their key is gone. */
  withoutTexts: boolean;
  /** Aborts the restore and removes what was written. */
  signal: AbortSignal;
  onProgress: Work['onProgress'];
}

/** The key of the backup's texts is not in the key folder. */
export class KeyGone extends Error {
  override readonly name = 'KeyGone';
  readonly epoch: number;

  constructor(epoch: number) {
    super(`There is no key of epoch ${epoch}`);
    this.epoch = epoch;
  }
}

/**
 * @param prepare works on the database before it is moved into place; if it throws, the folder stays empty
 * @throws KeyGone @throws Error with a message for the operator
 */
export async function restore<T>(
  { folder, file, epochKey, withoutTexts, signal, onProgress }: RestoreOptions,
  prepare: (engine: Engine) => Promise<T>,
): Promise<T> {
  assertPlausible(file);
  makeFolder(folder);
  const release = takeFolder(folder);
  const workshop = join(folder, 'restoring');
  try {
    assertEmpty(folder);
    // Left by a restore that was killed.
    rmSync(workshop, { recursive: true, force: true });
    mkdirSync(workshop, { mode: 0o700 });
    const database = databaseFile(workshop);
    await copyFile(file, database);
    chmodSync(database, 0o600);
    signal.throwIfAborted();
    assertIntact(database, file);
    const made = sealOf(file);
    if (made) {
      const key = await epochKey(made.epoch);
      if (!key && !withoutTexts) throw new KeyGone(made.epoch);
      await unsealTexts(file, database, made, key, { signal, onProgress });
    }

    const engine = openSqlite({ folder: workshop, owner: false });
    const prepared = await prepare(engine).finally(() => engine.close());
    assertClosed(database);
    signal.throwIfAborted();
    assertEmpty(folder);
    putInPlace(database, databaseFile(folder));
    return prepared;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
    release();
  }
}

/** Checks what can be checked without copying, so that a typing error costs no time. */
function assertPlausible(file: string): void {
  const start = Buffer.alloc(magic.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  if (start.toString('latin1') !== magic) {
    throw new Error(`${file} is not a database. Use a file created by "aislechat backup".`);
  }
  const journal = journals.map((ending) => file + ending).find((name) => sizeOf(name) > 0);
  if (journal !== undefined) {
    throw new Error(
      `${journal} holds part of the database, so ${file} alone is incomplete. Use a file created by "aislechat backup".`,
    );
  }
}

/** A stray journal would be taken for the new database's own. */
function assertEmpty(folder: string): void {
  const file = databaseFile(folder);
  const found = ['', ...journals].map((ending) => file + ending).find((name) => existsSync(name));
  if (found !== undefined) {
    throw new Error(
      `There is a database already: ${found}. Set DATA_DIR to an empty folder, or move it away.`,
    );
  }
}

function assertClosed(file: string): void {
  if (sizeOf(`${file}-wal`) > 0)
    throw new Error('The journal of the restored database could not be emptied.');
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
