/**
 * Commands as an operator runs them: each in a process of its own, or one after the other in a process for
 * all.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { timed } from './cost.ts';
import { withKeys } from './key-folders.ts';
import { mainEnvironment, mainFile, programFile } from './process.ts';

export interface CommandResult {
  /** Null after a signal. */
  code: number | null;
  out: string;
  error: string;
}

export interface RunningCommand {
  child: ChildProcess;
  /** Its standard output and standard error so far. */
  output(): Pick<CommandResult, 'out' | 'error'>;
  ended: Promise<CommandResult>;
}

/** Starts a command in a process of its own, to be watched, interrupted or killed. */
export function startCommand(env: Record<string, string>, ...args: string[]): RunningCommand {
  const child = spawn(process.execPath, [mainFile, ...args], {
    env: { ...mainEnvironment, ...withKeys(env) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    error += text;
  });
  const ended = timed('command process', () => once(child, 'close')).then(([code]) => ({ code, out, error }));
  return { child, output: () => ({ out, error }), ended };
}

const commandRunner = fileURLToPath(new URL('./programs/command-runner.ts', import.meta.url));
let runner: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs a command in a shared process, which is quicker, since most of a command's time is its start. */
export function runCommand(env: Record<string, string>, ...args: string[]): Promise<CommandResult> {
  const result = last.then(async () => {
    runner ??= fork(programFile(commandRunner), {
      // The options of the test process are not meant for its children.
      execArgv: [],
      env: mainEnvironment,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [child, channel] = [runner, runner.channel!];
    child.ref();
    channel.ref();
    child.send({ env: { PATH: process.env.PATH, ...withKeys(env) }, args });
    const heard = new AbortController();
    const { signal } = heard;
    const [answer] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => {
        runner = undefined;
        throw new Error(`The process that runs commands ended with ${code}: ${args.join(' ')}`);
      }),
    ]);
    heard.abort();
    child.unref();
    channel.unref();
    return answer as CommandResult;
  });
  last = result.catch(() => {});
  return result;
}
