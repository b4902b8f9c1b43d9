/** Runs Python examples with the host's Python. Where it is not installed, they are not run. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

export const hasPython = spawnSync('python3', ['--version']).status === 0;

/**
 * Runs a program.
 * @returns its output
 * @throws Error with its trace
 */
export async function runPython(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)('python3', ['-c', program], {
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return stdout;
}
