/**
 * Stores the keys of epochs in a folder as `epoch-<number>.key`, readable only by the server's user. A file gets its
 * name once its bytes are on disk, and is overwritten with zeros before it is deleted.
 */
import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eraseFile, ifExists, syncFolder } from '../erased-files.ts';
import { folderId } from '../folder-id.ts';
import { makeFolder } from '../make-folder.ts';
import { epochKeysIn } from './epoch-keys.ts';
import type { EpochKeys } from './epochs.ts';
import { type KeyPlace, keyName, numbersOf } from './place.ts';

export const localEpochKeys = (folder: string): EpochKeys => epochKeysIn(folderOfKeys(folder));

export function folderOfKeys(folder: string): KeyPlace {
  const fileOf = (number: number) => join(folder, keyName(number));

  return {
    read: (number) => ifExists(readFile(fileOf(number))),

    async create(number, key) {
      makeFolder(folder);
      const unfinished = `${fileOf(number)}.${randomUUID()}`;
      const file = await open(unfinished, 'wx', 0o600);
      try {
        await file.writeFile(key);
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
    },

    async destroy(number) {
      const names = (await ifExists(readdir(folder))) ?? [];
      // Includes what an interrupted `create` left.
      for (const name of names) if (name.startsWith(`epoch-${number}.`)) await eraseFile(join(folder, name));
      await syncFolder(folder);
    },

    list: async () => numbersOf((await ifExists(readdir(folder))) ?? []),
    id: (options) => folderId(folder, options),
    isSafe: async () => true,
  };
}
