/** The server's OpenAPI document, as far as the reference shows it. */

export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: string;
}

interface Reference {
  $ref: string;
}

export interface Content {
  schema: Schema;
  examples?: Record<string, Reference | { value: unknown }>;
}

export interface Answer {
  description: string;
  content?: Record<string, Content>;
}

/** A kind of token. */
export type Caller = 'client' | 'user' | 'shopper' | 'link' | 'agent';

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  deprecated?: boolean;
  parameters: (Parameter | Reference)[];
  requestBody?: { description: string; content: Record<string, Content> };
  responses: Record<string, Answer | Reference>;
  'x-callers': Caller[];
  'x-development-only'?: boolean;
}

export interface Description {
  info: { version: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

/** An operation with the address that it has. */
export interface Located {
  method: string;
  path: string;
  operation: Operation;
}

export function operationsOf({ paths }: Description): Located[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** Follows a reference within the document. */
export function resolved<T extends object>({ components }: Description, value: T | Reference): T {
  if (!('$ref' in value) || typeof value.$ref !== 'string') return value as T;
  const [, , kind, name] = value.$ref.split('/');
  return components[kind!]![name!] as T;
}

export const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/** The examples of a content, each with its name. */
export function examplesOf(description: Description, { examples = {} }: Content): [string, unknown][] {
  return Object.entries(examples).map(([name, example]) => [
    name,
    (resolved(description, example) as { value: unknown }).value,
  ]);
}

export const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
