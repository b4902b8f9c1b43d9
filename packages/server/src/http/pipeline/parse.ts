/**
 * Reads request bodies and query strings against the contract, leniently, because typed clients of several languages
 * send values that the schemas do not allow: `null` for an absent member, `"5"` or `5.0` for an integer, an integer for
 * a string, `"true"` for a Boolean. Unknown members are dropped unread. Problems become Connect's errors: a missing or
 * empty parameter "can't be blank", one outside its list "is not included in the list", and so on, each with the key of
 * its place (`items[0].line_num`).
 */
import { isVisible, type ParameterProblem } from '@aislechat/contract';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { InvalidParameters, Refusal, refuseProblems } from '../../domain/errors.ts';
import { canBeStored } from '../../storage/store.ts';

const maxDepth = 32;
const maxProblems = 20;

/** The keywords of a schema that determine how a value is read. */
interface Shape {
  type?: string;
  properties?: Readonly<Record<string, Shape>>;
  items?: Shape;
  maxItems?: number;
  maxLength?: number;
  anyOf?: readonly Shape[];
}

const ajv = new Ajv({
  allErrors: true,
  // The schemas have what only readers and generators use, such as examples, and `format`: patterns, lengths and the
  // domain decide what is valid.
  strict: false,
  validateFormats: false,
  // Reading the meta-schema and checking against it takes as long as compiling; a test checks the whole document.
  meta: false,
  validateSchema: false,
});
const validators = new WeakMap<TSchema, ValidateFunction>();

/**
 * @param body the result of parsing JSON or a form; none and an empty string count as an empty object
 * @throws InvalidParameters @throws Refusal malformed_request if the body is not an object, or is nested too deeply
 */
export function parse<T extends TSchema>(schema: T, body: unknown): Static<T> {
  const given = body === undefined || body === null || body === '' ? {} : body;
  if (!isRecord(given)) throw new Refusal('malformed_request');
  const value = read(schema as Shape, given, '') as object;
  let validator = validators.get(schema);
  if (!validator) {
    validator = ajv.compile(schema);
    validators.set(schema, validator);
  }
  if (!validator(value)) refuseProblems(problemsOf(validator.errors!, value));
  return value as Static<T>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Converts a value as the schema allows. A value that does not fit stays unchanged, so that the validator reports it.
 */
function read(shape: Shape, value: unknown, key: string): unknown {
  const { properties, items, maxItems = Number.POSITIVE_INFINITY, maxLength } = shape;
  // An integer or a word.
  const type = shape.anyOf?.[0]?.type === 'integer' ? 'integer' : shape.type;
  if (type === 'object' && properties && isRecord(value)) {
    const members: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(properties)) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      if (given === undefined || given === null) continue;
      members[name] = read(member, given, key === '' ? name : `${key}.${name}`);
    }
    return members;
  }
  if (type === 'array' && items && Array.isArray(value)) {
    if (value.length > maxItems) throw new InvalidParameters({ key, problem: 'invalid' });
    return value.map((entry, n) => read(items, entry, `${key}[${n}]`));
  }
  // Checked before any pattern runs. A character may take two code units, so the validator reports texts that are only
  // slightly too long.
  if (typeof value === 'string' && maxLength !== undefined && value.length > 2 * maxLength) {
    throw new InvalidParameters({ key, problem: 'too_long', limit: maxLength });
  }
  return assertStorable(converted(type, value), key, 0);
}

const numberText = /^-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,9})?$/;
const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false };

function converted(type: string | undefined, value: unknown): unknown {
  if (type === 'string') return Number.isSafeInteger(value) ? String(value) : value;
  if (type === 'integer' || type === 'number') {
    return typeof value === 'string' && numberText.test(value) ? Number(value) : value;
  }
  if (type === 'boolean') return booleans[String(value).toLowerCase()] ?? value;
  return value;
}

/** @throws InvalidParameters for a string that cannot be stored @throws Refusal malformed_request */
function assertStorable(value: unknown, key: string, depth: number): unknown {
  if (typeof value === 'string') {
    if (!canBeStored(value)) throw new InvalidParameters({ key, problem: 'invalid' });
  } else if (typeof value === 'object' && value !== null) {
    if (depth === maxDepth) throw new Refusal('malformed_request');
    for (const [name, member] of Object.entries(value)) {
      const place = Array.isArray(value) ? `${key}[${name}]` : `${key}.${name}`;
      if (!canBeStored(name)) throw new InvalidParameters({ key, problem: 'invalid' });
      assertStorable(member, place, depth + 1);
    }
  }
  return value;
}

function problemsOf(errors: ErrorObject[], body: object): ParameterProblem[] {
  const byKey = new Map<string, ParameterProblem>();
  for (const { keyword, instancePath, params } of errors) {
    const path = instancePath.split('/').slice(1).map(unescapePointer);
    if (keyword === 'required') {
      const key = keyOf([...path, params.missingProperty as string]);
      byKey.set(key, { key, problem: 'blank' });
      continue;
    }
    const key = keyOf(path);
    const problem = problemOf(keyword, params, valueAt(body, path));
    // For a union, the validator reports each branch that failed and then the union. The first report is the clearest.
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
    (typeof value === 'string' && !isVisible(value)) || (Array.isArray(value) && value.length === 0);
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
