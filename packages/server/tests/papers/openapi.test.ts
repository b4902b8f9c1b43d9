import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Route, routes, schemas } from '@aislechat/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { TSchema } from 'typebox';
import { parse } from '../../src/http/pipeline/parse.ts';
import { assertFits } from '../support/client.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Json = any;
const { body: written } = await client.get('/openapi.json');
const operationOf = ({ path, method }: Route): Json => written.paths[path][method.toLowerCase()];

/** The target of a reference, or the part itself. */
function resolved(part: Json): Json {
  if (part?.$ref === undefined) return part;
  const [root, ...path] = part.$ref.split('/');
  assert.equal(root, '#', part.$ref);
  return path.reduce((at: Json, name: string) => at?.[name], written);
}

/** Every object of the document, with its place. */
function* partsOf(part: Json, place = '#'): Generator<[place: string, part: Json]> {
  if (typeof part !== 'object' || part === null) return;
  yield [place, part];
  for (const [name, member] of Object.entries(part)) yield* partsOf(member, `${place}/${name}`);
}

test('an independent validator accepts the OpenAPI document as valid 3.1', async () => {
  const { body } = await client.get('/openapi.json');
  const { valid, errors } = await new Validator().validate(body);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(body.openapi, '3.1.0');
});

test('control: the validator refuses a damaged document', async () => {
  const { body } = await client.get('/openapi.json');
  body.paths['/healthz'].get.responses = [];
  assert.equal((await new Validator().validate(body)).valid, false);
});

test('the document contains every route with its answers', () => {
  let operations = 0;
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operation = operationOf(route);
    assert.equal(operation.operationId, name);
    assert.ok(operation.responses['200']);
    operations += 1;
  }
  const all = Object.values(written.paths as Record<string, object>).flatMap((path) => Object.keys(path));
  assert.equal(all.length, operations);
});

test('a query parameter is required exactly if the route refuses requests without it', () => {
  const required = (path: string, method = 'get') =>
    written.paths[path][method].parameters
      .map(resolved)
      .filter(
        (parameter: { in: string; required: boolean }) => parameter.in === 'query' && parameter.required,
      )
      .map(({ name }: { name: string }) => name);
  assert.deepEqual(required('/v1/orders/{order_id}/conversation'), ['reason']);
  assert.deepEqual(required('/v1/orders/{order_id}/reports/evidence'), ['reason']);
  assert.deepEqual(required('/v1/images/{image}'), ['expires', 'signature']);
  for (const [path, methods] of Object.entries<Record<string, unknown>>(written.paths)) {
    if (/\/(conversation|evidence)$/.test(path) || path === '/v1/images/{image}') continue;
    for (const method of Object.keys(methods)) assert.deepEqual(required(path, method), [], path);
  }
});

test('a query parameter states its type if it is more than text', () => {
  const typeOf = (path: string, name: string) =>
    written.paths[path].get.parameters.find((parameter: { name?: string }) => parameter.name === name).schema;
  assert.equal(typeOf('/v1/orders', 'limit').type, 'integer');
  assert.equal(typeOf('/v1/orders', 'after').type, 'string');
  assert.equal(typeOf('/v1/orders/{order_id}/events', 'after').type, 'integer');
  assert.equal(typeOf('/v1/orders', 'workflow_state').$ref, '#/components/schemas/WorkflowState');
});

test('each path parameter has an example, and each operation that takes a token says so', () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operation = operationOf(route);
    for (const parameter of operation.parameters.map(resolved)) {
      assert.ok(parameter.description, `${name}: ${parameter.name}`);
      if (parameter.in === 'path') assert.ok(parameter.example, `${name}: ${parameter.name}`);
    }
    assert.deepEqual(operation.security, route.identity === 'anyone' ? [] : [{ bearer: [] }], name);
    assert.equal(operation['x-callers'].length > 0, route.identity !== 'anyone', name);
    if (route.scope && route.identity !== 'anyone') {
      assert.ok(operation.description.includes(`\`${route.scope}\``), name);
    }
  }
  assert.equal(written.components.securitySchemes.bearer.scheme, 'bearer');
});

/** Operations that clients of Connect use although its documentation has no page for them. */
const withoutPage = ['getUser', 'listUserOrders', 'previewCartOptions'];

test('summaries are short and unique, and each of Connect’s operations names its page', () => {
  const seen = new Set<string>();
  for (const [name, route] of Object.entries<Route>(routes)) {
    assert.ok(route.summary.length < 60, `${name}: ${route.summary}`);
    assert.match(route.summary, /^[A-Z][a-z]+,? .*[^.]$/, name);
    assert.ok(!seen.has(route.summary), `${name}: ${route.summary}`);
    seen.add(route.summary);
    assert.match(route.description, /^[A-Z].*\.$/s, name);
    const hasPage = route.surface === 'connect' && !withoutPage.includes(name);
    assert.equal(route.connectPage !== undefined, hasPage, name);
  }
});

test('a named schema is referenced wherever it occurs, and every reference resolves', () => {
  const used = new Set<string>();
  for (const [place, part] of partsOf(written)) {
    if (part.$ref !== undefined) {
      used.add(part.$ref);
      assert.ok(resolved(part), `${place} -> ${part.$ref}`);
    }
    // Inline schemas are plain values, or small parts of one body.
    if (/^#\/paths\/.*\/schema$/.test(place)) assert.notEqual(part.type, 'object', place);
  }
  for (const [kind, components] of Object.entries<object>(written.components)) {
    if (kind === 'securitySchemes') continue;
    for (const name of Object.keys(components)) {
      assert.ok(used.has(`#/components/${kind}/${name}`), `nothing refers to ${name}`);
      if (kind === 'schemas') assert.ok(name in schemas, name);
    }
  }
  const message = { $ref: '#/components/schemas/Message' };
  assert.deepEqual(written.components.schemas.ChatMessages.properties.chat_messages.items, message);
  assert.deepEqual(written.components.schemas.OrderEvent.properties.message.anyOf[0], message);
});

test('every member of a body is described', () => {
  for (const [name, schema] of Object.entries<Json>(written.components.schemas)) {
    assert.ok(schema.description, name);
    for (const [member, property] of Object.entries<Json>(schema.properties ?? {})) {
      const described = property.description ?? resolved(property).description;
      const isPlain = property.const !== undefined || ['error', 'meta'].includes(member);
      const isList = property.type === 'array' && property.items.$ref;
      assert.ok(described || isPlain || isList, `${name}.${member}`);
    }
  }
});

/** The example of a content, if it has one. */
const exampleIn = (content: Json): unknown => resolved(content?.examples?.example)?.value;

test('each operation has valid examples of its request and its answer', () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operation = operationOf(route);
    const [[type, content]] = Object.entries<Json>(operation.responses['200'].content) as [[string, Json]];
    if (type !== 'image/jpeg') {
      const example = exampleIn(content);
      assert.notEqual(example, undefined, `${name}: answer`);
      assertFits(route.answer, example, `${name}: answer`);
    }
    if (route.body === undefined || route.body === schemas.ImageForm) continue;
    for (const sent of Object.values(operation.requestBody.content)) {
      const example = exampleIn(sent);
      assertFits(route.body, example, `${name}: request`);
      // Parsed as the server does: nothing is converted or dropped.
      assert.deepEqual(parse(route.body, example), example, `${name}: request`);
    }
  }
});

test('each refusal has a valid example', () => {
  for (const [name, response] of Object.entries<Json>(written.components.responses)) {
    if (name === 'NotModified') continue;
    const { schema, examples } = response.content['application/json'];
    const kind = schema.$ref.split('/').at(-1) as 'ErrorEnvelope' | 'OAuthError';
    assert.ok(Object.keys(examples).length > 0, name);
    for (const { value } of Object.values<{ value: unknown }>(examples)) {
      assertFits(schemas[kind], value, name);
    }
  }
});

test('control: an invalid example is detected', () => {
  const { value } = written.components.examples.SentMessage;
  const damaged: TSchema = schemas.SentMessage;
  assert.throws(() => assertFits(damaged, { ...value, id: 'x' }, 'damaged'), /does not fit/);
  assert.throws(() => assertFits(damaged, { ...value, more: 1 }, 'damaged'), /does not fit/);
});

test('formats inform readers without restricting which values are valid', () => {
  const product = { upc: '1', image_url: 'https://img.example/äpfel[1].jpg' };
  assert.deepEqual(parse(schemas.Product, product), product);
  assert.equal(written.components.schemas.Product.properties.image_url.format, 'uri');
  assert.equal(written.components.schemas.Message.properties.id.format, 'int64');
  assert.equal(written.components.schemas.Message.properties.created_at.format, 'date-time');
});
