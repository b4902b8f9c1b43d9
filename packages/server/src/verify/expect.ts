/** What an answer must be for a check to go on, and what ends it. */
import type { Answer } from './exchange.ts';
import { type Fitting, fits, type Pattern } from './pattern.ts';

export interface Expected {
  readonly status: number;
  readonly body: Pattern;
}

/** The server answered otherwise. */
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

/** Nothing can be said: what the check needs is not there. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}

/** Returns the body, which fits. @throws Different */
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

/** The same for what a check only stands on. @throws CannotTell */
export function need<const P extends Pattern>(what: string, answer: Answer, body: P): Fitting<P> {
  if (answer.status !== 200 || !fits(body, answer.body)) {
    throw new CannotTell(
      `${what} is needed, and ${answer.call} answered ${answer.status} ${answer.text.slice(0, 200)}`,
    );
  }
  return answer.body as Fitting<P>;
}
