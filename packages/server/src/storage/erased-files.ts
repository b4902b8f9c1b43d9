/** Destroys files whose content must not survive on the disk, and makes changes to folders durable. */
import { open, rm } from 'node:fs/promises';

const blankBytes = new Uint8Array(64 * 1024);

/**
 * Overwrites a file with zeros before deleting it, so that the disk blocks do not keep it; on a file system that
 * writes elsewhere instead (copy-on-write, or an SSD's own wear leveling), this has no effect.
 */
export async function eraseFile(path: string): Promise<void> {
  const file = await ifExists(open(path, 'r+'));
  if (!file) return;
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size; at += blankBytes.length) {
      await file.write(blankBytes, 0, Math.min(blankBytes.length, size - at), at);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path, { force: true });
}

export async function syncFolder(path: string): Promise<void> {
  // Windows cannot sync folders.
  if (process.platform === 'win32') return;
  const folder = await ifExists(open(path, 'r'));
  await folder?.sync().finally(() => folder.close());
}

export async function ifExists<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
