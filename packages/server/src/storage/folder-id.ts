/**
 * Servers that share a database must share the folders beside it. Such a folder contains an ID that is also in the
 * database, and a folder with another ID is refused.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifExists } from './erased-files.ts';
import { makeFolder } from './make-folder.ts';

export const idName = 'folder-id';

/** @param make whether to create the folder and its ID if they do not exist */
export async function folderId(folder: string, { make }: { make: boolean }): Promise<string | undefined> {
  const file = join(folder, idName);
  if (make) {
    makeFolder(folder);
    // When two servers start at once, one creates the file and both read it.
    await writeFile(file, randomBytes(16).toString('hex'), { flag: 'wx', mode: 0o600, flush: true }).catch(
      (error) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
  return ifExists(readFile(file, 'utf8'));
}
