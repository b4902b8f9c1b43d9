/**
 * Prints the progress of a test run: one line per file as it ends, each failure at once and again at the end with
 * the command that runs its file alone, and on a terminal a progress line.
 */
import type { Counts, EndOfFile, TestEvent } from './test-worker.ts';

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
   * Reports what happens in one file.
   * @param file its path, as the command takes it
   * @param suffix distinguishes runs of the same file
   */
  hear(file: string, suffix: string, event: TestEvent): void {
    if (event.kind === 'failed') this.#fail({ file, title: event.name, text: event.text });
    else if (event.kind === 'note') this.#note(file + suffix, event.text);
    else if (event.kind === 'ended') this.#ended(file, suffix, event);
    else if (event.nesting === 0) this.tests.push({ file: file + suffix, ...event });
  }

  /** What a file prints is shown if it fails. */
  hearOutput(file: string, suffix: string, text: string): void {
    this.#note(`${file}${suffix} output`, text.trimEnd());
  }

  /** A file that ended before it reported its tests counts as one failure. */
  died(file: string, suffix: string, seconds: number): void {
    const text = this.#outputOf(file + suffix) ?? 'It ended without a word.';
    this.#fail({ file, title: 'the file could not be run to its end', text });
    this.#end(file, suffix, { passed: 0, tests: 1, skipped: 0 }, seconds);
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

  #ended(file: string, suffix: string, { counts, seconds, troubles }: EndOfFile): void {
    const failed = counts.tests - counts.passed - counts.skipped;
    // Whatever else went wrong may follow from the failure.
    if (failed > 0 || troubles.length === 0) {
      this.#end(file, suffix, counts, seconds);
      return;
    }
    this.#fail({ file, title: 'something failed outside of the tests', text: troubles.join('\n') });
    this.#end(file, suffix, { ...counts, tests: counts.tests + 1 }, seconds);
  }

  #note(key: string, text: string): void {
    this.#notes.set(key, [...(this.#notes.get(key) ?? []), text]);
  }

  #outputOf(name: string): string | undefined {
    const text = this.#notes.get(`${name} output`)?.join('\n');
    this.#notes.delete(`${name} output`);
    return text;
  }

  #end(file: string, suffix: string, { tests, passed, skipped }: Counts, seconds: number): void {
    const name = file + suffix;
    const failed = tests - passed - skipped;
    this.results.push({ file: name, passed, failed, skipped, seconds });
    this.#clear();
    const outcome = failed > 0 ? `${passed} passed, ${failed} failed` : `${passed} passed`;
    print(`${failed > 0 ? '✖' : '✔'} ${name}  ${outcome}  ${seconds.toFixed(1)} s`);
    for (const text of this.#notes.get(name) ?? []) print(`    ${text}`);
    this.#notes.delete(name);
    const output = this.#outputOf(name);
    if (failed > 0 && output !== undefined) print(indented(output));
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
