/** Files that get their final name only when every byte of them is on disk. */
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** After this the file has its name, also when the machine loses its power. */
export function putInPlace(finished: string, file: string): void {
  sync(finished, 'r+');
  renameSync(finished, file);
  // Windows has no such thing for folders.
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
