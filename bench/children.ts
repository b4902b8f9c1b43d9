/** Child processes, all of which end with this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Node options as in `npm start` and the image. */
const boundMemory = ['--max-semi-space-size=16', '--heap-growing-percent=40'];
const readyWithinMs = 30_000;
const stopWithinMs = 10_000;
const running = new Set<ChildProcess>();

export interface Server extends AsyncDisposable {
  port: number;
  pid: number;
}

/** Starts a server that prints a line ending in `http://host:port` once it is listening. */
export async function startServer(
  script: URL,
  args: string[],
  env: Record<string, string> = {},
): Promise<Server> {
  const child = start(script, args, env);
  const port = await listeningPort(child);
  child.once('exit', reportDeath);
  return {
    port,
    pid: child.pid!,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.off('exit', reportDeath);
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Without this, a crash would show only as a broken connection. */
function reportDeath(code: number | null, signal: string | null): void {
  process.stderr.write(`bench: a server exited unexpectedly (${signal ?? `exit code ${code}`})\n`);
}

/** Runs a program to its end; returns its standard output. */
export async function runToEnd(
  script: URL,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const child = start(script, args, env);
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${script.pathname} ${args.join(' ')} ended with ${code}`);
  return output;
}

export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

function start(script: URL, args: string[], env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [...boundMemory, script.pathname, ...args], {
    env: { ...foreignVariables(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Removes the server's settings from the caller's environment, so that they do not affect the benchmark. */
function foreignVariables(): NodeJS.ProcessEnv {
  const ours = /^(AISLECHAT_\w+|HOST|PORT|DATA_DIR|DATABASE_URL)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

async function listeningPort(child: ChildProcess): Promise<number> {
  const timer = setTimeout(() => child.kill('SIGKILL'), readyWithinMs);
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      const port = /http:\/\/\S+:(\d+)$/.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
  } finally {
    clearTimeout(timer);
    child.stdout!.resume();
  }
  throw new Error('A server exited before it was listening');
}
