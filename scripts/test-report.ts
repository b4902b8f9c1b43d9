/**
 * Prints the progress of a test run: one line per file as it ends, each failure at once and again at the end with
 * the command that runs its file alone, and on a terminal a progress line.
 */
import type { run } from 'node:test';
import { inspect, stripVTControlCharacters } from 'node:util';

export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
}

interface Failure {
  file: string;
  title: string;
  text: string;
}

const isTerminal = process.stdout.isTTY === true;
/** Diagnostics that Node adds for every file. */
const nodeDiagnostics = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

export class Report {
  readonly results: FileResult[] = [];
  readonly #failures: Failure[] = [];
  readonly #notes = new Map<string, string[]>();
  readonly #expected: ReadonlyMap<string, number>;
  readonly #startedAt = performance.now();
  /** Every test that passed, with its time. */
  readonly tests: { file: string; name: string; seconds: number }[] = [];
  #files: number;

  /**
   * @param files how many will run
   * @param expected the seconds that each file took the last time
   */
  constructor(files: number, expected: ReadonlyMap<string, number>) {
    this.#files = files;
    this.#expected = expected;
  }

  /**
   * Reports the events of a run of one file until it ends.
   * @param suffix distinguishes runs of the same file
   */
  async follow(
    stream: ReturnType<typeof run>,
    nameOf: (file: string) => string,
    suffix: string,
  ): Promise<void> {
    stream.on('test:fail', ({ file, name, details }) => {
      // The failure inside the test has already been reported.
      if ((details.error as { failureType?: string }).failureType === 'subtestsFailed') return;
      const failed = nameOf(file ?? '');
      if (nameOf(name) !== failed) this.#fail({ file: failed, title: name, text: errorText(details.error) });
      else this.#failFile(failed, suffix, details.duration_ms / 1000);
    });
    stream.on('test:pass', ({ file, name, nesting, details }) => {
      if (nesting === 0 && file !== undefined) {
        this.tests.push({ file: nameOf(file) + suffix, name, seconds: details.duration_ms / 1000 });
      }
    });
    stream.on('test:diagnostic', ({ file, message }) => {
      if (file !== undefined && !nodeDiagnostics.test(message)) this.#note(nameOf(file), message);
    });
    for (const event of ['test:stdout', 'test:stderr'] as const) {
      stream.on(event, ({ file, message }) => this.#note(`${nameOf(file)} output`, message.trimEnd()));
    }
    let started: string | undefined;
    stream.on('test:enqueue', ({ name, file }) => {
      if (name === file) started = nameOf(file);
    });
    stream.on('test:summary', ({ file, counts, duration_ms }) => {
      // If a test failed and then the process, the file has no summary of its own, but the run has one.
      const ended = file === undefined ? started : nameOf(file);
      const isKnown = this.results.some((result) => result.file === `${ended}${suffix}`);
      if (ended !== undefined && !isKnown) this.#end(ended, suffix, counts, duration_ms / 1000);
    });
    for await (const _ of stream) {
      // The run proceeds only while its events are read.
    }
  }

  /**
   * Prints every failure again, and the closing line.
   * @returns whether all passed
   */
  close(): boolean {
    this.#clear();
    if (this.#failures.length > 0) {
      print('\nFailed:');
      for (const { file, title, text } of this.#failures) {
        print(`\n✖ ${title}\n${indented(text)}\n  npm test -- ${file}`);
      }
      print('');
    }
    const sum = (key: 'passed' | 'failed' | 'skipped') =>
      this.results.reduce((total, result) => total + result[key], 0);
    if (sum('skipped') > 0) print(`${sum('skipped')} skipped`);
    print(`${sum('passed')} passed, ${sum('failed')} failed`);
    return this.#failures.length === 0 && sum('failed') === 0 && sum('passed') > 0;
  }

  #fail(failure: Failure): void {
    this.#failures.push(failure);
    this.#clear();
    print(`✖ ${failure.file}: ${failure.title}\n${indented(failure.text)}`);
    this.#progress();
  }

  /**
   * A file that ended before it reported its tests counts as one failure, and so does one whose tests passed but whose
   * process failed.
   */
  #failFile(file: string, suffix: string, seconds: number): void {
    const result = this.results.find((result) => result.file === file + suffix);
    if (result && result.failed > 0) return;
    const text = this.#notes.get(`${file} output`)?.join('\n') ?? 'It ended without a word.';
    this.#notes.delete(`${file} output`);
    if (result) {
      result.failed = 1;
      this.#fail({ file, title: 'something failed outside of the tests', text });
    } else {
      this.#fail({ file, title: 'the file could not be run to its end', text });
      this.#end(file, suffix, { passed: 0, tests: 1, skipped: 0 }, seconds);
    }
  }

  #note(key: string, text: string): void {
    this.#notes.set(key, [...(this.#notes.get(key) ?? []), text]);
  }

  #end(
    file: string,
    suffix: string,
    counts: { passed: number; tests: number; skipped: number },
    seconds: number,
  ): void {
    const { passed, skipped } = counts;
    const failed = counts.tests - passed - skipped;
    this.results.push({ file: `${file}${suffix}`, passed, failed, skipped, seconds });
    this.#clear();
    const outcome = failed > 0 ? `${passed} passed, ${failed} failed` : `${passed} passed`;
    print(`${failed > 0 ? '✖' : '✔'} ${file}${suffix}  ${outcome}  ${seconds.toFixed(1)} s`);
    for (const text of this.#notes.get(file) ?? []) print(`    ${text}`);
    this.#notes.delete(file);
    if (failed > 0) {
      for (const text of this.#notes.get(`${file} output`) ?? []) print(indented(text));
      this.#notes.delete(`${file} output`);
    }
    this.#progress();
  }

  #progress(): void {
    if (!isTerminal) return;
    const failed = this.results.filter(({ failed }) => failed > 0).length;
    const done = this.results.length;
    process.stdout.write(`${done}/${this.#files} files, ${failed} failed${this.#timeLeft()}`);
  }

  /** Estimated from the seconds that the finished files took now and the last time. */
  #timeLeft(): string {
    const of = (file: string) => this.#expected.get(file) ?? 0;
    const all = [...this.#expected.values()].reduce((sum, seconds) => sum + seconds, 0);
    const known = this.results.reduce((sum, { file }) => sum + of(file), 0);
    if (known === 0) return '';
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    const minutes = (elapsed * Math.max(0, all - known)) / known / 60;
    return minutes < 1 ? ', less than a minute left' : `, about ${Math.ceil(minutes)} min left`;
  }

  #clear(): void {
    if (isTerminal) process.stdout.write('\r\u001b[2K');
  }
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const indented = (text: string): string => text.replaceAll(/^/gm, '    ');

function errorText(error: Error): string {
  const cause = error.cause ?? error;
  return stripVTControlCharacters(cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause));
}
