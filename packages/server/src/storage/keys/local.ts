/**
 * Stores the keys of epochs in a folder as `epoch-<number>.key`, readable only by the server's user. A file gets its
 * name once its bytes are on disk, and is overwritten with zeros before it is deleted.
 */
import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eraseFile, ifExists, syncFolder } from '../erased-files.ts';
import { folderId } from '../folder-id.ts';
import { StorageUnavailable } from '../store.ts';
import type { Epoch, EpochKeys } from './epochs.ts';
import { keyBytes } from './sealing.ts';

const nameOfKey = /^epoch-(\d{1,15})\.key$/;

export function localEpochKeys(folder: string): EpochKeys {
  const known = new Map<number, KeyObject>();
  /** Until `list` finds another, or fails: a process that cannot see the folder must not use an epoch that ends. */
  let latest: Epoch | undefined;
  const fileOf = (number: number) => join(folder, `epoch-${number}.key`);

  async function find(number: number): Promise<KeyObject | undefined> {
    const cached = known.get(number);
    if (cached) return cached;
    const bytes = await ifExists(readFile(fileOf(number)));
    if (bytes?.length !== keyBytes) return undefined;
    const key = createSecretKey(bytes);
    bytes.fill(0);
    known.set(number, key);
    return key;
  }

  async function list(): Promise<number[]> {
    const before = latest;
    latest = undefined;
    const names = (await ifExists(readdir(folder))) ?? [];
    const numbers = names.flatMap((name) => {
      const number = nameOfKey.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
    for (const number of known.keys()) if (!numbers.includes(number)) known.delete(number);
    numbers.sort((a, b) => a - b);
    if (before?.number === numbers.at(-1)) latest = before;
    return numbers;
  }

  async function newest(): Promise<Epoch> {
    if (latest) return latest;
    const number = (await list()).at(-1);
    const key = number === undefined ? undefined : await find(number);
    if (number === undefined || !key) throw new Error('The folder has no key');
    latest = { number, key };
    return latest;
  }

  async function create(number: number): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const unfinished = `${fileOf(number)}.${randomUUID()}`;
    const file = await open(unfinished, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(keyBytes));
      await file.sync();
    } finally {
      await file.close();
    }
    // Unlike renaming, this never replaces a key that another process made and may have used.
    const isOurs = await link(unfinished, fileOf(number)).then(
      () => true,
      (error) => {
        if (error.code !== 'EEXIST') throw error;
        return false;
      },
    );
    // A second name of the same bytes is only removed; overwriting it would destroy the key.
    await (isOurs ? rm(unfinished) : eraseFile(unfinished));
    await syncFolder(folder);
    latest = undefined;
  }

  async function destroy(number: number): Promise<void> {
    known.delete(number);
    if (latest?.number === number) latest = undefined;
    const names = (await ifExists(readdir(folder))) ?? [];
    // Includes what an interrupted `create` left.
    for (const name of names) if (name.startsWith(`epoch-${number}.`)) await eraseFile(join(folder, name));
    await syncFolder(folder);
  }

  return {
    newest: () => translating(newest),
    find: (number) => translating(() => find(number)),
    create: (number) => translating(() => create(number)),
    destroy: (number) => translating(() => destroy(number)),
    list: () => translating(list),
    id: (options) => translating(() => folderId(folder, options)),
  };
}

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StorageUnavailable('The key folder cannot be used', { cause });
  }
}
