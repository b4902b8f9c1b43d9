/**
 * Stores images in a folder as `<retailer>/<order>/<id>-<size>.<ending>`, readable only by the server's user. A file
 * gets its final name once all its bytes are on disk. Before deletion a file is overwritten with zeros.
 */
import { mkdir, open, readdir, readFile, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eraseFile, ifExists, syncFolder } from '../erased-files.ts';
import { StorageUnavailable } from '../store.ts';
import type { ImageEnding, ImageFiles, ImageKey, ImageSize } from './files.ts';

export function localImageFiles(folder: string, ending: ImageEnding = 'jpg'): ImageFiles {
  const folderOf = (key: Omit<ImageKey, 'id'>) => join(folder, String(key.retailerId), String(key.orderId));
  const nameOf = (key: ImageKey, size: ImageSize) => `${key.id}-${size}.${ending}`;

  return {
    put: (key, size, bytes) =>
      translating(async () => {
        const place = folderOf(key);
        const unfinished = join(place, `${nameOf(key, size)}.part`);
        await mkdir(place, { recursive: true, mode: 0o700 });
        // A move that was cut off may have left one.
        const file = await open(unfinished, 'w', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(unfinished, join(place, nameOf(key, size)));
        await syncFolder(place);
      }),

    get: (key, size) => translating(() => ifExists(readFile(join(folderOf(key), nameOf(key, size))))),

    delete: (key) =>
      translating(async () => {
        const place = folderOf(key);
        const names = (await ifExists(readdir(place))) ?? [];
        for (const name of names) if (name.startsWith(`${key.id}-`)) await eraseFile(join(place, name));
        if (names.length === 0) return;
        await syncFolder(place);
        await rmdir(place).catch(() => {});
        const left = (await ifExists(readdir(place))) ?? [];
        if (left.some((name) => name.startsWith(`${key.id}-`))) throw new Error('A deleted file reappeared');
      }),

    count: (order) => translating(async () => ((await ifExists(readdir(folderOf(order)))) ?? []).length),
  };
}

async function translating<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StorageUnavailable('The image folder cannot be used', { cause });
  }
}
