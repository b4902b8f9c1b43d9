/**
 * Servers that share a database must share one image folder. Otherwise only some of them could find an image, and
 * the server that runs an erasure could find no file and report the image deleted. The folder therefore contains an
 * ID that is also in the database, and a folder with another ID is refused.
 */
import { folderId } from '../folder-id.ts';
import { StorageUnavailable, type Store } from '../store.ts';
import type { ImageFiles } from './files.ts';

const valueName = 'image_folder';

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
    async count(order) {
      await assertSharedFolder();
      return files.count(order);
    },
  };
}

async function idOf(folder: string, { make }: { make: boolean }): Promise<string | undefined> {
  try {
    return await folderId(folder, { make });
  } catch (cause) {
    throw new StorageUnavailable('The image folder cannot be used', { cause });
  }
}
