/**
 * Looks into the files of a data folder from a process of its own. A server of this process may have the database open:
 * closing a file ends all locks that a process has on it, those of SQLite too, and then other processes could write at the
 * same time as the server.
 */
import { execFileSync } from 'node:child_process';
import { plainEnvironment } from './process.ts';

const search = `
  const { readdirSync, readFileSync } = require('node:fs');
  const { join } = require('node:path');
  const [folder, pattern] = process.argv.slice(1);
  const found = new Set();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    let text = '';
    try {
      text = readFileSync(join(entry.parentPath, entry.name)).toString('latin1');
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    for (const [one] of text.matchAll(new RegExp(pattern, 'g'))) found.add(one);
  }
  process.stdout.write(JSON.stringify([...found]));`;

/** Every match in any file of the folder. */
export function matchesInFiles(folder: string, pattern: RegExp): Set<string> {
  const output = execFileSync(process.execPath, ['-e', search, folder, pattern.source], {
    env: plainEnvironment,
    maxBuffer: 256 * 1024 * 1024,
  });
  return new Set(JSON.parse(output.toString()));
}
