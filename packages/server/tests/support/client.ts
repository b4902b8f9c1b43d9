/**
 * Calls the API and checks every answer against the contract: its status must be documented for the route,
 * and its body must fit the schema, without any field that the schema does not name.
 */
import assert from 'node:assert/strict';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as wholeText } from 'node:stream/consumers';
import {
  commonErrors,
  errors,
  type Method,
  oauthErrors,
  type Route,
  routes,
  schemas,
} from '@aislechat/contract';
import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { plainPath } from '../../src/http/pipeline/paths.ts';

/** What tests use of `Headers`, which loads fetch; that takes longer than some test files. */
class AnswerHeaders {
  readonly #values: Map<string, string>;

  constructor({ headers }: IncomingMessage) {
    this.#values = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  }

  get = (name: string): string | null => this.#values.get(name.toLowerCase()) ?? null;
  has = (name: string): boolean => this.#values.has(name.toLowerCase());
  keys = () => this.#values.keys();
  [Symbol.iterator] = () => this.#values[Symbol.iterator]();
}

export interface Answer {
  status: number;
  headers: AnswerHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what comes from the wire is judged by the test that reads it
  body: any;
}

export interface Call {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

const agent = new Agent({ keepAlive: true });

export class Client {
  readonly url: string;
  /** Sent with every request. */
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.url = url;
    this.#headers = headers;
  }

  /** A client whose requests name a banner. */
  inBanner = (slug: string): Client => new Client(this.url, { 'x-retailer-id': slug });

  get = (path: string, call: Call = {}) => this.call('GET', path, call);
  post = (path: string, call: Call = {}) => this.call('POST', path, call);
  put = (path: string, call: Call = {}) => this.call('PUT', path, call);
  patch = (path: string, call: Call = {}) => this.call('PATCH', path, call);

  async call(method: string, path: string, { token, body, headers: given = {} }: Call): Promise<Answer> {
    const content = encoded(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(content.type !== undefined && { 'content-type': content.type }),
        ...this.#headers,
        ...given,
      };
      request(this.url + path, { agent, method, headers }, resolve)
        .on('error', reject)
        .end(content.body);
    });
    const headers = new AnswerHeaders(response);
    // A stream has no end to wait for.
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (isStream) response.destroy();
    const text = isStream ? '' : await wholeText(response);
    const answer = {
      status: response.statusCode!,
      headers,
      text,
      body: bodyOf(headers.get('content-type'), text),
    };
    assertFitsContract(method, path, answer);
    return answer;
  }
}

function encoded(body: unknown): { body?: string | Uint8Array; type?: string } {
  if (body === undefined) return {};
  if (typeof body === 'string' || body instanceof Uint8Array) return { body };
  if (body instanceof URLSearchParams) {
    return { body: body.toString(), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  return { body: JSON.stringify(body), type: 'application/json' };
}

/** Lines of JSON become an array of values, and plain text stays text. */
export function bodyOf(contentType: string | null | undefined, text: string): unknown {
  if (contentType?.startsWith('text/plain')) return text;
  const isLines = contentType?.startsWith('application/x-ndjson') === true;
  return isLines ? text.trimEnd().split('\n').map(parsed) : parsed(text);
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    assert.fail(`The answer is not JSON: ${text.slice(0, 200)}`);
  }
}

const shapes = Object.values<Route>(routes).map((route) => ({
  route,
  shape: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]*')}$`),
}));

export function routeOf(method: string, path: string): Route | undefined {
  const pathname = plainPath(path);
  const found = shapes.filter(({ shape }) => shape.test(pathname));
  return found.find(({ route }) => route.method === (method as Method))?.route;
}

export function assertFitsContract(method: string, path: string, answer: Omit<Answer, 'headers'>): void {
  const route = routeOf(method, path);
  const { status, body } = answer;
  const where = `${method} ${path} -> ${status} ${answer.text.slice(0, 300)}`;
  if (status === 304) {
    assert.ok(route?.conditional, where);
    return;
  }
  if (status === 200) {
    assert.ok(route, `an unknown route succeeded: ${where}`);
    if (route.stream) return;
    if (route.lines) for (const line of body as unknown[]) assertFits(route.answer, line, where);
    else assertFits(route.answer, body, where);
    return;
  }
  if ([408, 417, 429, 431].includes(status)) {
    assertFits(schemas.ErrorEnvelope, body, where);
    return;
  }
  if (route?.oauthErrors && status < 500) {
    const documented = route.oauthErrors.map((name) => oauthErrors[name].status as number);
    assert.ok([...documented, 404, 413, 415].includes(status), `undocumented status: ${where}`);
    if (status !== 404) assertFits(schemas.OAuthError, body, where);
    return;
  }
  if (route) {
    const documented = [...route.errors, ...commonErrors(route)].map((name) => errors[name].status as number);
    // A route of the development environment is an unknown path in production.
    assert.ok([...documented, 404].includes(status), `undocumented status: ${where}`);
  } else {
    assert.ok([400, 404, 405].includes(status), `undocumented status: ${where}`);
  }
  if (body !== undefined) assertFits(schemas.ErrorEnvelope, body, where);
  else assert.equal(status, 401, where);
}

const ajv = new Ajv({
  strict: false,
  validateFormats: false,
  // Most files use a validator a few times only, so what counts is how soon it is compiled.
  meta: false,
  validateSchema: false,
  code: { optimize: false },
});
const strictly = new Map<TSchema, ValidateFunction>();

/** Asserts that a value fits its schema, without any field that the schema does not name. */
export function assertFits(schema: TSchema, body: unknown, where: string): void {
  let validator = strictly.get(schema);
  if (!validator) {
    validator = ajv.compile(strict(schema) as TSchema);
    strictly.set(schema, validator);
  }
  if (!validator(body)) {
    assert.fail(`${where} does not fit: ${JSON.stringify(validator.errors).slice(0, 800)}`);
  }
}

/** The schema with every object closed, unless it names no property at all. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) copy[key] = strict(value);
  const { properties } = copy;
  if (copy.type === 'object' && properties && Object.keys(properties).length > 0) {
    copy.additionalProperties = false;
  }
  return copy;
}
