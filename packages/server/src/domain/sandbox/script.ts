/** Checks on a scenario's script that its schema cannot express. */
import type { ParameterProblem, schemas } from '@aislechat/contract';
import { refuseProblems } from '../errors.ts';
import { seededRandom } from './random.ts';

export type ScenarioScript = schemas.ScenarioScript;
export type ScenarioStep = schemas.ScenarioStep;

/** The step's action; the image of a `shopper_says` step does not count as one. */
export const actionOf = (step: ScenarioStep): Action => actionsOf(step)[0]!;
export type Action = Exclude<keyof ScenarioStep, 'image'>;

const actionsOf = (step: ScenarioStep): Action[] =>
  (Object.keys(step) as (keyof ScenarioStep)[]).filter((name) => name !== 'image');

/** Each step does one thing. @throws InvalidParameters */
export function assertScript({ steps, repeat_from }: ScenarioScript, place: string): void {
  const problems: ParameterProblem[] = [];
  steps.forEach((step, n) => {
    const key = `${place}.steps[${n}]`;
    const { length } = actionsOf(step);
    if (length !== 1) problems.push({ key, problem: length === 0 ? 'blank' : 'invalid' });
    else if (step.image !== undefined && step.shopper_says === undefined) {
      problems.push({ key: `${key}.image`, problem: 'invalid' });
    } else if (step.await_customer?.otherwise !== undefined && step.await_customer.within === undefined) {
      problems.push({ key: `${key}.await_customer.within`, problem: 'blank' });
    }
  });
  if (repeat_from !== undefined && !waitsForCustomer(steps.slice(repeat_from - 1))) {
    problems.push({ key: `${place}.repeat_from`, problem: 'invalid' });
  }
  refuseProblems(problems);
}

/** Whether the repeated part waits for the customer to write, so that it cannot trigger itself. */
function waitsForCustomer([first, ...rest]: readonly ScenarioStep[]): boolean {
  return (
    first?.await_customer !== undefined &&
    first.await_customer.within === undefined &&
    rest.some((step) => step.shopper_answers !== undefined) &&
    rest.every((step) => step.customer_says === undefined && step.await_customer === undefined)
  );
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Parses `90s`, `5m` and the like, already validated by the schema. */
export function durationMs(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m|h)$/.exec(text)!;
  return Number(number) * unitMs[unit as keyof typeof unitMs];
}

/** Picks one of several texts by the seed and the place, and fills in the names. */
export function textOf(
  said: string | string[],
  names: Record<'customer' | 'shopper', string>,
  seed: number,
  place: number,
): string {
  const chosen =
    typeof said === 'string' ? said : seededRandom(seed ^ Math.imul(place, 0x9e3779b1)).pick(said);
  return chosen.replaceAll(/\{(customer|shopper)\}/g, (_, who: 'customer' | 'shopper') => names[who]);
}

/**
 * The first answer that has one of its words in the text, ignoring case; an answer without words matches anything.
 */
export function answerTo(
  answers: NonNullable<ScenarioStep['shopper_answers']>,
  text: string,
): string | string[] | undefined {
  const words = wordsOf(text);
  return answers.find(({ when }) => when === undefined || when.some((word) => words.includes(wordsOf(word))))
    ?.say;
}

/** Each word has a space on either side, so that only whole words match. */
const wordsOf = (text: string): string =>
  ` ${
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}']+/gu)
      ?.join(' ') ?? ''
  } `;
