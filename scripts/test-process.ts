/** A process that runs test files one after another, and is started again if a file ends it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Report } from './test-report.ts';
import type { EndOfFile, TestEvent, TestFile } from './test-worker.ts';

const worker = fileURLToPath(new URL('test-worker.ts', import.meta.url));

/** What the process tells of the file that it runs. */
interface Listener {
  event(event: TestEvent): void;
  output(text: string): void;
  died(): void;
}

export class TestProcess {
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #listener: Listener | undefined;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /**
   * Runs one file and reports what happens in it.
   * @param suffix distinguishes runs of the same file
   * @returns undefined if the process ended before the file did
   */
  run(asked: TestFile, report: Report, suffix: string): Promise<EndOfFile | undefined> {
    const { file } = asked;
    const startedAt = performance.now();
    return new Promise((resolve) => {
      this.#listener = {
        event(event) {
          report.hear(file, suffix, event);
          if (event.kind === 'ended') resolve(event);
        },
        output: (text) => report.hearOutput(file, suffix, text),
        died() {
          report.died(file, suffix, (performance.now() - startedAt) / 1000);
          resolve(undefined);
        },
      };
      this.#child ??= this.#start();
      this.#child.send(asked);
    });
  }

  async stop(): Promise<void> {
    if (this.#child === undefined) return;
    this.#listener = undefined;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    this.#child = undefined;
    await exited;
  }

  #start(): ChildProcess {
    const child = fork(worker, { env: this.#env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    child.on('message', (event: TestEvent) => this.#listener?.event(event));
    for (const output of [child.stdout!, child.stderr!]) {
      output.setEncoding('utf8').on('data', (text: string) => this.#listener?.output(text));
    }
    child.once('close', () => {
      this.#child = undefined;
      this.#listener?.died();
    });
    return child;
  }
}
