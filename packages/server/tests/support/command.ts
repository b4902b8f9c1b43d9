/** A command in a process of its own, as an operator runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mainFile } from './process.ts';

export interface CommandResult {
  /** Null after a signal. */
  code: number | null;
  out: string;
  error: string;
}

export interface RunningCommand {
  child: ChildProcess;
  /** What it wrote to standard output and standard error so far. */
  output(): Pick<CommandResult, 'out' | 'error'>;
  ended: Promise<CommandResult>;
}

export function startCommand(env: Record<string, string>, ...args: string[]): RunningCommand {
  const child = spawn(process.execPath, [mainFile, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    error += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, out, error }));
  return { child, output: () => ({ out, error }), ended };
}

export const runCommand = (env: Record<string, string>, ...args: string[]): Promise<CommandResult> =>
  startCommand(env, ...args).ended;
