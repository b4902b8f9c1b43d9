import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Route, routes } from '@aislechat/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

test('the OpenAPI document is valid 3.1 by an independent validator', async () => {
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

test('it holds every route with its answers', async () => {
  const { body } = await client.get('/openapi.json');
  let operations = 0;
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operation = body.paths[route.path][route.method.toLowerCase()];
    assert.equal(operation.operationId, name);
    assert.ok(operation.responses['200']);
    operations += 1;
  }
  const written = Object.values(body.paths as Record<string, object>).flatMap((path) => Object.keys(path));
  assert.equal(written.length, operations);
});

test('a query parameter without which a route refuses is required, and no other', async () => {
  const { body } = await client.get('/openapi.json');
  const required = (path: string, method = 'get') =>
    body.paths[path][method].parameters
      .filter(
        (parameter: { in: string; required: boolean }) => parameter.in === 'query' && parameter.required,
      )
      .map(({ name }: { name: string }) => name);
  assert.deepEqual(required('/v1/orders/{order_id}/conversation'), ['reason']);
  assert.deepEqual(required('/v1/images/{image}'), ['expires', 'signature']);
  for (const [path, methods] of Object.entries<Record<string, unknown>>(body.paths)) {
    if (path.endsWith('/conversation') || path === '/v1/images/{image}') continue;
    for (const method of Object.keys(methods)) assert.deepEqual(required(path, method), [], path);
  }
});

test('each parameter of a path has an example, and each operation that takes a token says so', async () => {
  const { body } = await client.get('/openapi.json');
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operation = body.paths[route.path][route.method.toLowerCase()];
    for (const parameter of operation.parameters) {
      if (parameter.in === 'path') assert.ok(parameter.example, `${name}: ${parameter.name}`);
    }
    assert.deepEqual(operation.security, route.identity === 'anyone' ? [] : [{ bearer: [] }], name);
  }
  assert.equal(body.components.securitySchemes.bearer.scheme, 'bearer');
});
