/** Gives a file its final name only once all its bytes are on disk. */
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** Afterwards the file keeps its name even if the machine loses power. */
export function putInPlace(finished: string, file: string): void {
  sync(finished, 'r+');
  renameSync(finished, file);
  // Windows cannot sync folders.
  if (process.platform !== 'win32') sync(dirname(file), 'r');
}

function sync(path: string, flags: 'r' | 'r+'): void {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
