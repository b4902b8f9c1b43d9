/**
 * Looks into the files of a data folder from a process of its own. A server of this process may have the database open:
 * closing a file ends all locks that a process has on it, those of SQLite too, and then other processes could write at the
 * same time as the server.
 */
import { execFileSync } from 'node:child_process';
import { plainEnvironment } from './process.ts';

const search = `
  import { contentsIn } from ${JSON.stringify(import.meta.resolve('./folder-files.ts'))};
  const [folder, pattern] = process.argv.slice(1);
  const found = new Set();
  for (const bytes of contentsIn(folder)) {
    for (const [one] of bytes.toString('latin1').matchAll(new RegExp(pattern, 'g'))) found.add(one);
  }
  process.stdout.write(JSON.stringify([...found]));`;

/** Every match in any file of the folder. */
export function matchesInFiles(folder: string, pattern: RegExp): Set<string> {
  const output = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', search, folder, pattern.source],
    {
      env: plainEnvironment,
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  return new Set(JSON.parse(output.toString()));
}
