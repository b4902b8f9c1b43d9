/**
 * The kinds of values that the schemas of all features are made of.
 *
 * Bodies are read leniently: a number or a Boolean that arrives as a string, and an integer that arrives where a
 * string belongs, are converted before they are checked, because typed clients of several languages send them so. The
 * schemas name the type that Connect documents.
 */
import { type TProperties, type TSchema, Type } from 'typebox';
import Format from 'typebox/format';
import { limits } from './limits.ts';
import { visibleCharacter } from './text.ts';

// A `format` is for readers and generators. Patterns, lengths and the domain decide what is valid.
Format.Clear();

/** Copies that differ in their description or in being optional, each with the schema that it was made of. */
const originals = new WeakMap<TSchema, TSchema>();

/** The OpenAPI document knows a schema by identity, also where a copy of it stands. */
export const originalOf = (schema: TSchema): TSchema => originals.get(schema) ?? schema;

function copyOf<T extends TSchema>(schema: TSchema, copy: T): T {
  originals.set(copy, originalOf(schema));
  return copy;
}

export const text = (description: string, maxLength: number = limits.textCharacters) =>
  Type.String({ description, maxLength });

export const optional = <T extends TSchema>(schema: T) => copyOf(schema, Type.Optional(schema));

/** The same schema, described for the place where it stands. */
export function described<T extends TSchema>(schema: T, description: string): T {
  // What the library knows about a schema is in members that a spread would leave out.
  const copy: T = Object.defineProperties({} as T, Object.getOwnPropertyDescriptors(schema));
  return copyOf(schema, Object.assign(copy, { description }));
}

export const choice = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });

/** JSON allows integers that neither JavaScript nor a database column can hold. */
export const SafeInteger = (description: string) =>
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, description });

/** The same for an ID of ours. */
export const SafeId = (description: string) =>
  Type.Integer({
    format: 'int64',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
  });

/** An ID of ours in an answer. */
export const Id = (description: string) => Type.Integer({ format: 'int64', description });

export const Amount = (description: string) =>
  Type.Number({ minimum: 0, maximum: limits.amount, description });

export const Identifier = (description: string) =>
  Type.String({ description, maxLength: limits.identifierCharacters, pattern: visibleCharacter });

/** Connect: Create user, names may not contain these characters. */
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
