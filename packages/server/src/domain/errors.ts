/** How the domain refuses a request. The contract defines every name and its wire format. */
import type { ErrorName, OAuthErrorName, ParameterProblem } from '@aislechat/contract';

type Refusable = Exclude<ErrorName, 'invalid_parameters'>;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: Refusable;
  /** What the message names, if anything. */
  readonly subject: string;
  /** When to retry, if that is far off. */
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: Refusable, subject = '', retryAfterSeconds?: number) {
    super(reason);
    this.reason = reason;
    this.subject = subject;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class InvalidParameters extends Error {
  override readonly name = 'InvalidParameters';
  readonly problems: readonly [ParameterProblem, ...ParameterProblem[]];

  constructor(...problems: [ParameterProblem, ...ParameterProblem[]]) {
    super('invalid_parameters');
    this.problems = problems;
  }
}

export function refuseProblems(problems: ParameterProblem[]): void {
  const [first, ...rest] = problems;
  if (first) throw new InvalidParameters(first, ...rest);
}

export class OAuthRefusal extends Error {
  override readonly name = 'OAuthRefusal';
  readonly reason: OAuthErrorName;

  constructor(reason: OAuthErrorName) {
    super(reason);
    this.reason = reason;
  }
}
