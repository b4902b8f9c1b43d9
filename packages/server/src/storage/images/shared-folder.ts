/**
 * Several servers on one database keep their images in one folder, or an image would be there for some and
 * not for others, and the server that erases would find nothing to delete and call it done. So the folder
 * carries an ID that the database knows; another folder is refused, not used.
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

/** @param files those in the folder */
export function inSharedFolder(files: ImageFiles, folder: string, store: Store): ImageFiles {
  let isTheOne = false;

  async function assertTheOne(): Promise<void> {
    if (isTheOne) return;
    let known = await store.read.serviceValues.find(valueName);
    if (known === undefined) {
      const id = await idOf(folder, { make: true });
      await store.write((tx) => tx.serviceValues.insertIfAbsent(valueName, id!));
      known = await store.read.serviceValues.find(valueName);
    }
    if ((await idOf(folder, { make: false })) !== known) {
      const cause = new FolderNotShared('DATA_DIR/images is not the folder that the database knows');
      throw new StorageUnavailable('The images are in another folder', { cause });
    }
    isTheOne = true;
  }

  return {
    async put(key, size, bytes) {
      await assertTheOne();
      await files.put(key, size, bytes);
    },
    async get(key, size) {
      await assertTheOne();
      return files.get(key, size);
    },
    async delete(key) {
      await assertTheOne();
      await files.delete(key);
    },
  };
}

async function idOf(folder: string, { make }: { make: boolean }): Promise<string | undefined> {
  const file = join(folder, fileName);
  try {
    if (make) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Two servers that start at once: one makes it, both read it.
      await writeFile(file, randomBytes(16).toString('hex'), { flag: 'wx', mode: 0o600, flush: true }).catch(
        (error) => {
          if (error.code !== 'EEXIST') throw error;
        },
      );
    }
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StorageUnavailable('The folder of the images cannot be used', { cause });
  }
}
