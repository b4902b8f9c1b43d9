import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder, and those that it is in, for this user only. Node's own `recursive` does not end where the system
 * refuses a folder as if the one above were missing, for example in /proc.
 * @throws Error with a message for the operator
 */
export function makeFolder(folder: string): void {
  try {
    create(resolve(folder));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      `The folder ${folder} cannot be created: ${message}. Choose one in a folder that this user may write.`,
      { cause: error },
    );
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function create(folder: string): void {
  if (isFolder(folder)) return;
  if (dirname(folder) !== folder) create(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been quicker.
    if (!isFolder(folder)) throw error;
  }
}
