/**
 * Runs test files one after another, as the runner names them. They share the process, since loading and compiling the
 * server again for each file took half of its processor time. What a file must not leave to the next one is checked
 * here: an uncaught error fails the file, even if its test has ended, and so does a connection or a timer that it
 * leaves behind.
 */
import asyncHooks from 'node:async_hooks';
import { flushCompileCache } from 'node:module';
import { inspect, stripVTControlCharacters } from 'node:util';
import { type Cost, costOfFile } from '../packages/server/tests/support/cost.ts';

/** What the runner asks for. */
export interface TestFile {
  file: string;
  /** A test that takes longer fails; 0 for no limit. */
  hungAfterMs: number;
  /** How long the file may leave something open after its tests. */
  idleMs: number;
}

export interface Counts {
  tests: number;
  passed: number;
  skipped: number;
}

export interface EndOfFile {
  kind: 'ended';
  counts: Counts;
  seconds: number;
  /** What went wrong outside of the tests. */
  troubles: string[];
  cost: Cost;
}

/** What the runner is told of the file. */
export type TestEvent =
  | { kind: 'passed'; name: string; nesting: number; seconds: number }
  | { kind: 'failed'; name: string; text: string }
  | { kind: 'note'; text: string }
  | EndOfFile;

/** Diagnostics that Node adds for every file. */
const nodeDiagnostics = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

// Node's test runner would follow every asynchronous operation to find the test that an uncaught error comes from,
// which takes a fifth of the processor time. It is loaded afterwards, since it takes the function when it loads.
const { createHook } = asyncHooks;
asyncHooks.createHook = () => {
  const hook = createHook({});
  // Enabling a hook without callbacks would still make Node call into JavaScript for every promise.
  hook.enable = () => hook;
  return hook;
};
const { run } = await import('node:test');

// Taken now, because tests replace them with fakes.
const { setTimeout, clearTimeout } = globalThis;

let uncaught: string[] = [];
const keep = (error: unknown): void => {
  uncaught.push(`Uncaught: ${error instanceof Error ? error.stack : String(error)}`);
};
process.on('uncaughtExceptionMonitor', keep);
process.on('unhandledRejection', keep);

process.on('message', runFile);
process.on('disconnect', () => process.exit());

async function runFile({ file, hungAfterMs, idleMs }: TestFile): Promise<void> {
  // The file has ended when nothing keeps the process alive, so the runner must not.
  process.channel!.unref();
  process.once('beforeExit', () => process.channel!.ref());
  const whileIdle = new IdleTimer(idleMs, file);
  const cost = costOfFile();
  const listeners = runnersListeners();
  uncaught = [];
  let counts: Counts = { tests: 0, passed: 0, skipped: 0 };
  let seconds = 0;
  const timeout = hungAfterMs === 0 ? Number.POSITIVE_INFINITY : hungAfterMs;
  const events = run({ files: [file], isolation: 'none', timeout });
  for await (const { type, data } of events) {
    whileIdle.hear(type);
    if (type === 'test:pass') {
      const { name, nesting, details } = data;
      tell({ kind: 'passed', name, nesting, seconds: details.duration_ms / 1000 });
    } else if (type === 'test:fail') {
      const { failureType } = data.details.error as { failureType?: string };
      const name = data.name === file ? 'the file could not be run to its end' : data.name;
      // The failure inside the test has already been reported.
      if (failureType !== 'subtestsFailed')
        tell({ kind: 'failed', name, text: errorText(data.details.error) });
    } else if (type === 'test:diagnostic' && !nodeDiagnostics.test(data.message)) {
      tell({ kind: 'note', text: data.message });
    } else if (type === 'test:summary') {
      counts = data.counts;
      seconds = data.duration_ms / 1000;
    }
  }
  whileIdle.stop();
  for (const [event, listener] of runnersListeners()) {
    if (!listeners.some(([, known]) => known === listener)) process.removeListener(event, listener);
  }
  process.exitCode = undefined;
  // Later processes need not compile again what this one has compiled; otherwise it is kept only at its end.
  flushCompileCache();
  tell({ kind: 'ended', counts, seconds, troubles: uncaught, cost: cost() });
}

const tell = (event: TestEvent): void => {
  process.send!(event);
};

/** Node's test runner adds these for each run, and leaves them to the end of the process. */
const runnersListeners = () =>
  (['uncaughtException', 'unhandledRejection', 'beforeExit', 'SIGINT', 'SIGTERM'] as const).flatMap((event) =>
    process.listeners(event as 'beforeExit').map((listener) => [event, listener] as const),
  );

/** Ends the process if no test has run for a time and something keeps it alive. */
class IdleTimer {
  readonly #idleMs: number;
  readonly #file: string;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(idleMs: number, file: string) {
    this.#idleMs = idleMs;
    this.#file = file;
  }

  hear(type: string): void {
    if (type === 'test:dequeue') this.#running += 1;
    if (type === 'test:complete') this.#running -= 1;
    this.stop();
    if (this.#running > 0) return;
    this.#timer = setTimeout(() => {
      const open = process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap');
      process.stderr.write(`${this.#file} has ended its tests, but leaves open: ${open.join(', ')}\n`);
      process.exit(1);
    }, this.#idleMs).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function errorText(error: Error): string {
  const cause = error.cause ?? error;
  return stripVTControlCharacters(cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause));
}
