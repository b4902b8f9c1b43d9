/**
 * The kinds of values that the schemas of all features consist of.
 *
 * Bodies are read leniently: a number or a Boolean that arrives as a string, and an integer that arrives where a string
 * belongs, are converted before they are validated, because typed clients of several languages send them so. The
 * schemas name the type that Connect documents.
 */
import { type TProperties, type TSchema, Type } from './json-schema.ts';
import { limits } from './limits.ts';
import { visibleCharacter } from './text.ts';

/** Maps each copy of a schema, which differs in its description or in being optional, to the original. */
const originals = new WeakMap<TSchema, TSchema>();

/** Returns the original of a schema. The OpenAPI document identifies schemas by their original. */
export const originalOf = (schema: TSchema): TSchema => originals.get(schema) ?? schema;

function copyOf<T extends TSchema>(schema: TSchema, copy: T): T {
  originals.set(copy, originalOf(schema));
  return copy;
}

export const text = (description: string, maxLength: number = limits.textCharacters) =>
  Type.String({ description, maxLength });

export const optional = <T extends TSchema>(schema: T) => copyOf(schema, Type.Optional(schema));

/** Copies a schema with a description for the place where it is used. */
export function described<T extends TSchema>(schema: T, description: string): T {
  return copyOf(schema, { ...schema, description });
}

export const choice = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });

/** An integer within the safe range. JSON allows integers that neither JavaScript nor a database column can hold. */
export const SafeInteger = (description: string) =>
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, description });

/** An internal ID in a request, within the safe range. */
export const SafeId = (description: string) =>
  Type.Integer({
    format: 'int64',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
  });

/** The number of an event in the log of its order. */
export const EventNumber = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

/** An internal ID in an answer. */
export const Id = (description: string) => Type.Integer({ format: 'int64', description });

export const Amount = (description: string) =>
  Type.Number({ minimum: 0, maximum: limits.amount, description });

export const Identifier = (description: string) =>
  Type.String({ description, maxLength: limits.identifierCharacters, pattern: visibleCharacter });

/** The name of a person. Connect, "Create user", forbids these characters. */
export const PersonName = (description: string) =>
  Type.String({
    description,
    maxLength: limits.nameCharacters,
    pattern: `^(?=[\\s\\S]*${visibleCharacter})[^/:<>$%?]*$`,
  });

export const HttpsUrl = (description: string) =>
  Type.String({ format: 'uri', description, maxLength: limits.urlCharacters, pattern: '^https://[^\\s]+$' });

/** A URL in an answer. */
export const Url = (description: string) => Type.String({ format: 'uri', description });

export const Timestamp = (description: string) =>
  Type.String({
    format: 'date-time',
    description,
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$',
  });

/** A text in an answer. */
export const Text = (description: string) => Type.String({ description });

export const Flag = (description: string) => Type.Boolean({ description });

export const Integer = (description: string) => Type.Integer({ description });

export const object = <T extends TProperties>(properties: T, description?: string) =>
  Type.Object(properties, description === undefined ? {} : { description });
