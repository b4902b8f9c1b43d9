/** A server in a process of its own, as an operator runs it, to be stopped or killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from './client.ts';
import { timed } from './cost.ts';
import { withKeys } from './key-folders.ts';

/** What a child process needs from this environment. Compiling the code would take half of its start. */
export const plainEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  ...(process.env.TMPDIR !== undefined && { TMPDIR: process.env.TMPDIR }),
  ...(process.env.NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
};

/** The bundle for the whole run, which `TEST_SERVER` names. */
const bundle = process.env.TEST_SERVER;
const server = fileURLToPath(new URL('../../', import.meta.url));
/** The entry of the command line. */
export const mainFile = bundle ?? join(server, 'bin/aislechat.js');
/**
 * The environment of a process that runs the command line or one of the tests' programs. A bundle's compiled code is kept
 * beside the bundle, so that both go together.
 */
export const mainEnvironment: NodeJS.ProcessEnv = {
  ...plainEnvironment,
  ...(bundle !== undefined && { NODE_COMPILE_CACHE: join(dirname(bundle), 'compiled') }),
};
/** The file to start for one of the tests' programs: the bundle has them too. */
export const programFile = (program: string): string =>
  bundle === undefined
    ? program
    : join(dirname(bundle), '..', relative(server, program).replace(/\.ts$/, '.js'));

const startWithinMs = 120_000;

export interface ServerProcess {
  client: Client;
  child: ChildProcess;
  /** The address that it listens on. */
  url: string;
  /** Its standard error so far, which is its log. */
  log(): string;
  /** Its standard output so far. */
  output(): string;
  /** Resolves with the exit code, or null after a signal. */
  exited: Promise<number | null>;
  kill(): Promise<void>;
}

export interface ServerProcessOptions {
  /** The data folder, unless `env` names another place. */
  folder?: string;
  env?: Record<string, string>;
  /** The server to run instead, one of the programs in `programs`. */
  entry?: string;
  /** The largest file that it may write, in blocks of 512 bytes. */
  fileSizeLimit?: number;
}

/** @throws Error with the log if the ready line does not come */
export function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  return timed('server process', () => started(options));
}

async function started(options: ServerProcessOptions): Promise<ServerProcess> {
  const entry = options.entry === undefined ? mainFile : programFile(options.entry);
  const command = [process.execPath, entry, 'serve'];
  if (options.fileSizeLimit !== undefined) {
    command.unshift('sh', '-c', `ulimit -f ${options.fileSizeLimit}; exec "$0" "$@"`);
  }
  const child = spawn(command[0]!, command.slice(1), {
    env: {
      ...mainEnvironment,
      PORT: '0',
      ...(options.folder !== undefined && { DATA_DIR: options.folder }),
      AISLECHAT_DEMO: 'false',
      ...withKeys(options.env ?? {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let log = '';
  child.stderr.on('data', (data) => {
    log += data;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve, reject) => {
    const fail = () => {
      clearTimeout(timer);
      reject(new Error(`The server did not start: ${output}${log}`));
    };
    const timer = setTimeout(fail, startWithinMs);
    child.stdout.on('data', (data) => {
      output += data;
      const ready = /^aislechat listening on (http:\S+)$/m.exec(output);
      if (ready) {
        clearTimeout(timer);
        resolve(ready[1]!);
      }
    });
    // Its output may arrive after its end.
    child.once('close', fail);
  });
  return {
    client: new Client(url),
    child,
    url,
    log: () => log,
    output: () => output,
    exited,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
