/**
 * Overwrites what SQLite left in the gaps of pages (page-gaps.ts), in the file itself. Nobody may write to the file
 * meanwhile, and no connection may keep an old copy of a page:
 *
 * - A write lock on the database keeps writers and checkpoints away. The journal is empty, so every page is in the file.
 * - Each slice commits a row of its own, so every connection forgets the pages that it remembers.
 * - Only bytes that no row uses are written, so a power cut in the middle leaves a database that is as good as before.
 *
 * This must be a process of its own: closing a file ends all locks that a process has on it, those of SQLite too. It ends
 * without closing the database: a connection that takes itself for the last one would remove the journal.
 */
import { fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { errorCode, failWhenLocked, openConnection } from './connection.ts';
import { clearGaps, fileHeaderBytes, gapsOf, mostPages } from './page-gaps.ts';

/** Pages of one slice: 4 MiB. Writers wait for its end. */
const pagesPerSlice = 1024;
/** How often a slice is tried while others write. */
const tries = 200;
const betweenTriesMs = 5;
const busyCode = 5;

/** @returns how many pages had something in their gaps; undefined if others kept the database busy */
export function cleanPages(file: string): number | undefined {
  const database = openConnection(file);
  failWhenLocked(database);
  const setting = (pragma: string) => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get()!)[0]);
  const pageBytes = setting('page_size');
  // Its bookkeeping pages could look like others.
  if (setting('auto_vacuum') !== 0) throw new Error('The database must not use auto_vacuum');
  // Never closed: the process ends after this.
  const descriptor = openSync(file, 'r+');
  let cleaned = 0;
  for (let first = 1; ; first += pagesPerSlice) {
    if (!begin(database, file)) return undefined;
    const pages = Math.floor(statSync(file).size / pageBytes);
    if (pages > mostPages) throw new Error('The database is too large to overwrite the gaps of its pages');
    const last = Math.min(first + pagesPerSlice - 1, pages);
    const found = cleanSlice(descriptor, {
      first,
      last,
      pageBytes,
      usableBytes: pageBytes - reservedBytes(descriptor),
    });
    if (found > 0) {
      fsyncSync(descriptor);
      cleaned += found;
    }
    // A commit of any change makes the other connections forget their pages.
    database.exec(
      found > 0
        ? `INSERT OR REPLACE INTO service_values (name, value) VALUES ('pages_cleaned', '${cleaned}'); COMMIT`
        : 'ROLLBACK',
    );
    if (last >= pages) break;
    pause();
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return cleaned;
}

/** Locks the database while its journal is empty. */
function begin(database: DatabaseSync, file: string): boolean {
  for (let n = 0; n < tries; n++) {
    const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
    if (busy === 0 && lock(database)) {
      if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return true;
      database.exec('ROLLBACK');
    }
    pause();
  }
  return false;
}

function lock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (((errorCode(error) ?? 0) & 0xff) !== busyCode) throw error;
    return false;
  }
}

/** Bytes at the end of each page that are not SQLite's own. */
function reservedBytes(descriptor: number): number {
  const header = Buffer.alloc(fileHeaderBytes);
  readSync(descriptor, header, 0, header.length, 0);
  return header[20]!;
}

interface Slice {
  first: number;
  last: number;
  pageBytes: number;
  usableBytes: number;
}

function cleanSlice(descriptor: number, { first, last, pageBytes, usableBytes }: Slice): number {
  const slice = Buffer.alloc((last - first + 1) * pageBytes);
  const start = (first - 1) * pageBytes;
  readSync(descriptor, slice, 0, slice.length, start);
  let cleaned = 0;
  for (let number = first; number <= last; number++) {
    const offset = (number - first) * pageBytes;
    const page = slice.subarray(offset, offset + pageBytes);
    const full = clearGaps(page, gapsOf(page, number, usableBytes) ?? []);
    for (const { from, to } of full) writeSync(descriptor, page, from, to - from, start + offset + from);
    if (full.length > 0) cleaned += 1;
  }
  return cleaned;
}

/** Lets others write. */
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, betweenTriesMs);
