/**
 * Servers that share a database must share one image folder. Otherwise only some of them could find an image, and
 * the server that runs an erasure could find no file and report the image deleted. The folder therefore contains an
 * ID that is also in the database, and a folder with another ID is refused.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageUnavailable, type Store } from '../store.ts';
import type { ImageFiles } from './files.ts';

const valueName = 'image_folder';
const fileName = 'folder-id';

export class FolderNotShared extends Error {
  override readonly name = 'FolderNotShared';
}

/** @param files the files in the folder */
export function inSharedFolder(files: ImageFiles, folder: string, store: Store): ImageFiles {
  let isVerified = false;

  async function assertSharedFolder(): Promise<void> {
    if (isVerified) return;
    let known = await store.read.serviceValues.find(valueName);
    if (known === undefined) {
      const id = await idOf(folder, { make: true });
      await store.write((tx) => tx.serviceValues.insertIfAbsent(valueName, id!));
      known = await store.read.serviceValues.find(valueName);
    }
    if ((await idOf(folder, { make: false })) !== known) {
      const cause = new FolderNotShared(
        'DATA_DIR/images is not the image folder that belongs to this database',
      );
      throw new StorageUnavailable('The image folder belongs to another database', { cause });
    }
    isVerified = true;
  }

  return {
    async put(key, size, bytes) {
      await assertSharedFolder();
      await files.put(key, size, bytes);
    },
    async get(key, size) {
      await assertSharedFolder();
      return files.get(key, size);
    },
    async delete(key) {
      await assertSharedFolder();
      await files.delete(key);
    },
  };
}

async function idOf(folder: string, { make }: { make: boolean }): Promise<string | undefined> {
  const file = join(folder, fileName);
  try {
    if (make) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // When two servers start at once, one creates the file and both read it.
      await writeFile(file, randomBytes(16).toString('hex'), { flag: 'wx', mode: 0o600, flush: true }).catch(
        (error) => {
          if (error.code !== 'EEXIST') throw error;
        },
      );
    }
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StorageUnavailable('The image folder cannot be used', { cause });
  }
}
