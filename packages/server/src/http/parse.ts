/**
 * Reads request bodies against the contract. What is wrong becomes Connect's rows: a missing or empty
 * parameter "can't be blank", one outside its list "is not included in the list", and so on, each under
 * the key of its place (`items[0].line_num`). Fields that the contract does not know are dropped.
 */
import type { ParameterProblem } from '@aislechat/contract';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Clean } from 'typebox/value';
import { InvalidParameters, Refusal, refuseProblems } from '../domain/errors.ts';

const maxDepth = 32;
const maxProblems = 20;

type Validator = { Check(value: unknown): boolean; Errors(value: unknown): Iterable<SchemaError> };
interface SchemaError {
  keyword: string;
  instancePath: string;
  params: Record<string, unknown>;
}

const validators = new WeakMap<TSchema, Validator>();

/** @throws InvalidParameters @throws Refusal malformed_request when it is nested too deeply */
export function parse<T extends TSchema>(schema: T, body: unknown): Static<T> {
  const value = tidy(body ?? {}, '', 0);
  let validator = validators.get(schema);
  if (!validator) {
    validator = Compile(schema) as unknown as Validator;
    validators.set(schema, validator);
  }
  if (!validator.Check(value)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Refusal('malformed_request');
    refuseProblems(problemsOf(validator.Errors(value), value));
  }
  return Clean(schema, value) as Static<T>;
}

/**
 * What every engine can store: no NUL, no half of a surrogate pair. A null stands for "not given", as
 * clients that print every field send it.
 */
function tidy(value: unknown, key: string, depth: number): unknown {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new InvalidParameters({ key, problem: 'invalid' });
    return value.toWellFormed();
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth === maxDepth) throw new Refusal('malformed_request');
  if (Array.isArray(value)) return value.map((entry, n) => tidy(entry, `${key}[${n}]`, depth + 1));
  const entries: [string, unknown][] = [];
  for (const [name, entry] of Object.entries(value)) {
    if (entry === null || name === '__proto__') continue;
    entries.push([name, tidy(entry, key === '' ? name : `${key}.${name}`, depth + 1)]);
  }
  return Object.fromEntries(entries);
}

function problemsOf(errors: Iterable<SchemaError>, body: object): ParameterProblem[] {
  const byKey = new Map<string, ParameterProblem>();
  for (const { keyword, instancePath, params } of errors) {
    const path = instancePath.split('/').slice(1).map(unescapePointer);
    if (keyword === 'required') {
      for (const name of params.requiredProperties as string[]) {
        const key = keyOf([...path, name]);
        byKey.set(key, { key, problem: 'blank' });
      }
      continue;
    }
    const key = keyOf(path);
    const problem = problemOf(keyword, params, valueAt(body, path));
    // A union names each branch that failed and then itself: the first word is the clearest.
    if (!byKey.has(key)) byKey.set(key, { key, ...problem });
    if (byKey.size >= maxProblems) break;
  }
  return [...byKey.values()];
}

function problemOf(
  keyword: string,
  params: Record<string, unknown>,
  value: unknown,
): Omit<ParameterProblem, 'key'> {
  const isBlank =
    (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
  if (isBlank) return { problem: 'blank' };
  if (keyword === 'maxLength') return { problem: 'too_long', limit: params.limit as number };
  if (keyword === 'enum' || keyword === 'const') return { problem: 'inclusion' };
  return { problem: 'invalid' };
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

const keyOf = (path: string[]): string =>
  path.map((part, n) => (/^\d+$/.test(part) ? `[${part}]` : n === 0 ? part : `.${part}`)).join('');

const valueAt = (body: unknown, path: string[]): unknown =>
  path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], body);
