/** The assertions of checks, and the errors that end a check. */
import type { Answer } from './exchange.ts';
import { type Fitting, fits, type Pattern } from './pattern.ts';

export interface Expected {
  readonly status: number;
  readonly body: Pattern;
}

/** The server's answer differed from the expected one. */
export class Different extends Error {
  override readonly name = 'Different';
  readonly expected: Expected;
  readonly answer: Answer;

  constructor(expected: Expected, answer: Answer) {
    super(`${answer.call} answered otherwise`);
    this.expected = expected;
    this.answer = answer;
  }
}

/** The check cannot run, because something that it needs is missing. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}

/** Asserts the status and the shape of an answer, and returns its body. @throws Different */
export function expect<const P extends Pattern>(answer: Answer, status: number, body: P): Fitting<P> {
  expectRefusal(answer, { status, body });
  return answer.body as Fitting<P>;
}

/** @throws Different */
export function expectRefusal(answer: Answer, expected: Expected): void {
  if (answer.status !== expected.status || !fits(expected.body, answer.body)) {
    throw new Different(expected, answer);
  }
}

/** Asserts the answer to a preparatory request. @throws CannotTell */
export function need<const P extends Pattern>(what: string, answer: Answer, body: P): Fitting<P> {
  if (answer.status !== 200 || !fits(body, answer.body)) {
    throw new CannotTell(
      `${what} is needed, and ${answer.call} answered ${answer.status} ${answer.text.replaceAll(/\s+/g, ' ').slice(0, 100)}`,
    );
  }
  return answer.body as Fitting<P>;
}
