/**
 * The kinds of values that the schemas of all features are made of.
 *
 * Bodies are read leniently: a number or a Boolean that arrives as a string, and an integer that arrives where a
 * string belongs, are converted before they are checked, because typed clients of several languages send them so. The
 * schemas name the type that Connect documents.
 */
import { type TProperties, type TSchema, Type } from 'typebox';
import { limits } from './limits.ts';
import { visibleCharacter } from './text.ts';

export const text = (description: string, maxLength: number = limits.textCharacters) =>
  Type.String({ description, maxLength });

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

export const choice = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });

/** JSON allows integers that neither JavaScript nor a database column can hold. */
export const SafeInteger = (description: string) =>
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, description });

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
  Type.String({ description, maxLength: limits.urlCharacters, pattern: '^https://[^\\s]+$' });

export const Timestamp = (description: string) =>
  Type.String({ description, pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' });

export const Integer = (description: string) => Type.Integer({ description });

export const object = <T extends TProperties>(properties: T, description?: string) =>
  Type.Object(properties, description === undefined ? {} : { description });
