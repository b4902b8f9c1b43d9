/** The files of a folder from which a server may be deleting some. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The paths of all files, also in folders below. */
export function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    // A folder below is gone.
    if (isMissing(error) && existsSync(folder)) return pathsIn(folder);
    throw error;
  }
}

/** What is in them, one file after the other. A file that is deleted before its turn is left out. */
export function* contentsIn(folder: string): Generator<Buffer> {
  for (const path of pathsIn(folder)) {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if (isMissing(error)) continue;
      throw error;
    }
    yield bytes;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
