/** Every error row of the chat operations, the envelope and the status table, by name. */
import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { errors } from '@aislechat/contract';
import { answerUnreadable } from '../../src/http/pipeline/unreadable.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore, StorageUnavailable, type Store } from '../../src/storage/store.ts';
import { type Answer, Client } from '../support/client.ts';
import {
  advance,
  allPath,
  assertionOf,
  chatPath,
  newOrder,
  newUser,
  openChat,
  unique,
} from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const { client, app } = await testServer({ after });
const chat = await openChat(client);
const token = chat.userToken;
const json = { 'content-type': 'application/json' };

function assertEnvelope(answer: Answer, name: keyof typeof errors, meta: Record<string, string> = {}): void {
  const { status, code, message } = errors[name];
  assert.equal(answer.status, status);
  assert.deepEqual(answer.body, { error: { message, code }, meta });
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
}

const send = (body: unknown, path = chatPath(chat.orderId)) => client.post(path, { token, body });

const secondVersion = await newOrder(client, chat.token, chat.userId, { fulfillment_version: 2 });

test('GET, POST, PUT and order_messages row 4001: v2 order, client-credentials token', async () => {
  const path = chatPath(secondVersion);
  assertEnvelope(await client.get(path, { token: chat.token }), 'user_id_not_found');
  assertEnvelope(await client.put(path, { token: chat.token }), 'user_id_not_found');
  assertEnvelope(await client.post(path, { token: chat.token, body: { body: 'x' } }), 'user_id_not_found');
  assertEnvelope(await client.get(allPath(secondVersion), { token: chat.token }), 'user_id_not_found');
  assert.equal((await client.get(path, { token })).status, 200, 'the user’s own token identifies the user');
});

test('GET and order_messages row 403: Shopper PII', async () => {
  const other = await openChat(client, { shopper_information_removal: true });
  for (const path of [chatPath(other.orderId), allPath(other.orderId)]) {
    assertEnvelope(await client.get(path, { token: other.userToken }), 'shopper_pii');
    assertEnvelope(await client.get(path, { token: other.token }), 'shopper_pii');
  }
});

test('GET, POST, PUT and order_messages row 404: order not found', async () => {
  const path = chatPath('no-such-order');
  assertEnvelope(await client.get(path, { token }), 'resource_not_found');
  assertEnvelope(await send({ body: 'x' }, path), 'resource_not_found');
  assertEnvelope(await client.put(path, { token }), 'resource_not_found');
  assertEnvelope(await client.get(allPath('no-such-order'), { token }), 'resource_not_found');
});

test('an internal ID that is unknown or not an integer is an unknown order', async () => {
  for (const id of [
    'abc',
    '1.5',
    '-1',
    '0',
    '99999999',
    '9007199254740993',
    '99999999999999999999',
    '1e3',
    '0x10',
  ]) {
    const headers = { 'x-treat-ids-as-internal': 'true' };
    assertEnvelope(await client.get(chatPath(id), { token, headers }), 'resource_not_found');
  }
});

test('POST row 400: body longer than the limit', async () => {
  const answer = await send({ body: 'x'.repeat(1001) });
  assert.equal(answer.status, 400);
  assert.deepEqual(answer.body, {
    error: { message: 'is too long (maximum is 1000 characters)', code: 1001 },
    meta: { key: 'body' },
  });
});

test('POST: a missing, empty, blank or non-string body is refused as blank', async () => {
  const expected = { error: { message: "can't be blank", code: 1001 }, meta: { key: 'body' } };
  const wrong = [
    {},
    { body: '' },
    { body: ' \n\t ' },
    { body: null },
    { body: 5 },
    { body: ['x'] },
    { body: {} },
  ];
  for (const body of [...wrong, [], 'null', '"text"']) {
    const answer = await client.post(chatPath(chat.orderId), { token, body, headers: json });
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body, expected);
  }
  assert.deepEqual((await client.post(chatPath(chat.orderId), { token })).body, expected);
  const nul = await send({ body: 'a\u0000b' });
  assert.deepEqual(nul.body, { error: { message: 'is invalid', code: 1001 }, meta: { key: 'body' } });
});

test('POST rows 403: chat action disabled, shopper not available', async () => {
  const disabled = await openChat(client, { chat_enabled: false });
  const answer = await client.post(chatPath(disabled.orderId), {
    token: disabled.userToken,
    body: { body: 'x' },
  });
  assertEnvelope(answer, 'sending_not_allowed');
  const unassigned = await newOrder(client, chat.token, chat.userId);
  assertEnvelope(await send({ body: 'x' }, chatPath(unassigned)), 'sending_not_allowed');
});

test('another user’s and another retailer’s order get byte for byte the answer of an unknown one', async () => {
  const otherUser = await newUser(client, chat.token);
  const theirs = await newOrder(client, chat.token, otherUser);
  const foreign = await openChat(client);
  for (const method of ['GET', 'POST', 'PUT'] as const) {
    const answers = [];
    for (const orderId of [unique('unknown'), theirs, foreign.orderId]) {
      const body = method === 'POST' ? { body: 'x' } : undefined;
      answers.push(await client.call(method, chatPath(orderId), { token, body }));
    }
    const seen = answers.map(({ status, text, headers }) => {
      const kept = [...headers].filter(([name]) => name !== 'date');
      return JSON.stringify([status, text, kept]);
    });
    assert.equal(new Set(seen).size, 1, method);
  }
});

test('precedence: 401, scope, 404, 4001, Shopper PII, body, sending refused', async () => {
  const removal = await openChat(client, { shopper_information_removal: true, chat_enabled: false });
  const v2 = await newOrder(client, removal.token, removal.userId, { fulfillment_version: 2 });
  const narrow = (
    await client.post('/v2/oauth/token', {
      body: {
        grant_type: 'client_credentials',
        client_id: removal.clientId,
        client_secret: removal.clientSecret,
        scope: 'connect:fulfillment',
      },
    })
  ).body.access_token;
  const blank = { body: '' };
  assertEnvelope(await client.post(chatPath('unknown'), { token: 'wrong', body: blank }), 'token_invalid');
  assertEnvelope(
    await client.post(chatPath('unknown'), { token: narrow, body: blank }),
    'insufficient_scope',
  );
  const full = removal.token;
  assertEnvelope(await client.post(chatPath('unknown'), { token: full, body: blank }), 'resource_not_found');
  assertEnvelope(await client.post(chatPath(v2), { token: full, body: blank }), 'user_id_not_found');
  assertEnvelope(await client.get(chatPath(v2), { token: full }), 'user_id_not_found');
  assertEnvelope(await client.get(chatPath('unknown'), { token: full }), 'resource_not_found');
  const invalid = await client.post(chatPath(removal.orderId), { token: removal.userToken, body: blank });
  assert.equal(invalid.body.error.code, 1001);
  const refused = await client.post(chatPath(removal.orderId), {
    token: removal.userToken,
    body: { body: 'x' },
  });
  assertEnvelope(refused, 'sending_not_allowed');
});

test('401: no token, a wrong scheme, an unknown token', async () => {
  const path = chatPath(chat.orderId);
  const wrong = [
    {},
    { authorization: 'Basic x' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer a b' },
  ];
  for (const headers of wrong as Record<string, string>[]) {
    const answer = await client.get(path, { headers });
    assertEnvelope(answer, 'token_invalid');
    assert.equal(
      answer.headers.get('www-authenticate'),
      'Bearer error="invalid_token", error_description="The access token is invalid"',
    );
  }
  assertEnvelope(await client.get(path, { token: 'x'.repeat(43) }), 'token_invalid');
  assert.equal((await client.get(path, { headers: { authorization: `bearer ${token}` } })).status, 200);
});

test('401 without a body, if the setting says so', async (t) => {
  const server = await testServer(t, { AISLECHAT_UNAUTHORIZED_BODY: 'empty' });
  const answer = await server.client.get(chatPath('x'));
  assert.equal(answer.status, 401);
  assert.equal(answer.text, '');
});

test('400: malformed JSON and malformed path encoding', async () => {
  for (const body of ['{', '{"body":}', 'body=x', '\u0000', '{"body":"x"} trailing']) {
    const answer = await client.post(chatPath(chat.orderId), { token, body, headers: json });
    assertEnvelope(answer, 'malformed_request');
  }
  assertEnvelope(
    await client.get('/v2/post_checkout/chat/%E0%A4%A/messages', { token }),
    'malformed_request',
  );
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
  const nested = await client.post(`/v2/fulfillment/users/${chat.userId}/service_options/cart/delivery`, {
    token: chat.token,
    body: `{"items":[{"line_num":"1","item":{"upc":"1"},"replacement_items":[${deep}]}]}`,
    headers: json,
  });
  assertEnvelope(nested, 'malformed_request');
});

test('404 for unknown paths, 405 with Allow for unknown methods', async () => {
  for (const path of ['/', '/v2', '/v2/post_checkout/chat//messages', '/v2/oauth/revoke_access_token']) {
    assertEnvelope(await client.get(path, { token }), 'resource_not_found');
  }
  const answer = await client.call('DELETE', chatPath(chat.orderId), { token });
  assertEnvelope(answer, 'method_not_allowed');
  assert.equal(answer.headers.get('allow'), 'GET, HEAD, POST, PUT');
  assertEnvelope(await client.call('GET', '/v2/oauth/token', {}), 'method_not_allowed');
});

test('413 and 415', async () => {
  const large = JSON.stringify({ body: 'x'.repeat(1024 * 1024) });
  assertEnvelope(
    await client.post(chatPath(chat.orderId), { token, body: large, headers: json }),
    'payload_too_large',
  );
  const empty = await client.put(chatPath(chat.orderId), {
    token,
    headers: { 'content-type': 'text/plain' },
  });
  assert.equal(empty.status, 200, 'an empty body counts as no body, whatever its content type');
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense']) {
    const answer = await client.post(chatPath(chat.orderId), {
      token,
      body: 'body=x',
      headers: { 'content-type': type },
    });
    assertEnvelope(answer, 'unsupported_media_type');
  }
});

test('a token that exceeds its requests per second gets 429 with Retry-After', async (t) => {
  const server = await testServer(t, { AISLECHAT_RATE_LIMIT: '20' });
  const limited = await openChat(server.client);
  const other = limited.token;
  const read = () => server.client.get(chatPath(limited.orderId), { token: limited.userToken });
  const second = () => Math.floor(performance.now() / 1000);
  let answers: Answer[];
  let began: number;
  // If sixty requests span at most two of the server's seconds, at least twenty exceed the limit.
  do {
    began = second();
    answers = await Promise.all(Array.from({ length: 60 }, read));
  } while (second() > began + 1);
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 20, `${refused.length} refused`);
  assertEnvelope(refused[0]!, 'too_many_requests');
  assert.equal(refused[0]!.headers.get('retry-after'), '1');
  const reads = await server.client.get(chatPath(limited.orderId), { token: other });
  assert.equal(reads.status, 200, 'another token is not affected');
});

test('one problem is reported as itself, two or more as code 9999 with each inside', async () => {
  const one = await client.post('/v2/fulfillment/users', { token: chat.token, body: { user_id: 'u' } });
  assert.deepEqual(one.body, {
    error: { message: "can't be blank", code: 1001 },
    meta: { key: 'first_name' },
  });
  const two = await client.post('/v2/fulfillment/users', { token: chat.token, body: { first_name: 'a<b' } });
  assert.deepEqual(two.body, {
    error: {
      message: 'There were issues with your request',
      code: 9999,
      errors: [
        { error: { message: "can't be blank", code: 1001 }, meta: { key: 'user_id' } },
        { error: { message: 'is invalid', code: 1001 }, meta: { key: 'first_name' } },
      ],
    },
    meta: {},
  });
});

test('an unforeseen error is answered with 500 and code 5000, without details', async (t) => {
  const server = await testServer(t);
  const broken = await openChat(server.client);
  const { Access } = await import('../../src/domain/access/access.ts');
  t.mock.method(Access.prototype, 'find', () => {
    throw new TypeError('secret detail');
  });
  t.mock.method(Access.prototype, 'recall', () => undefined);
  const answer = await server.client.get(chatPath(broken.orderId), { token: broken.userToken });
  assertEnvelope(answer, 'internal');
  assert.doesNotMatch(answer.text, /secret/);
});

/** Sends bytes that fetch would refuse to send. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

test('invalid HTTP is answered with an envelope and the connection is closed', async () => {
  const answers = {
    '400': await raw('NONSENSE\r\n\r\n'),
    '431': await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
  };
  for (const [status, text] of Object.entries(answers)) {
    assert.ok(text.startsWith(`HTTP/1.1 ${status} `), text);
    const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
    assert.equal(body.error.code, null);
  }
});

test('a request that takes too long to arrive is answered with 408 before the connection is closed', async (t) => {
  const server = createServer((socket) => answerUnreadable({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(response.status, 408);
  const body = JSON.parse(await response.text());
  assert.equal(body.error.message, errors.request_timeout.message);
});

test('when storage refuses a write the answer is 503 with Retry-After, and reads still work', async (t) => {
  const store = createStore(openSqlite({ folder: temporaryFolder(t), owner: true }));
  let refuses = false;
  const failing: Store = {
    ...store,
    write: (unit) => (refuses ? Promise.reject(new StorageUnavailable('full')) : store.write(unit)),
  };
  const server = await testServer(t, {}, { store: failing });
  const open = await openChat(server.client);
  refuses = true;
  const answer = await server.client.post(chatPath(open.orderId), {
    token: open.userToken,
    body: { body: 'x' },
  });
  assertEnvelope(answer, 'unavailable');
  assert.equal(answer.headers.get('retry-after'), '1');
  assert.equal((await server.client.get(chatPath(open.orderId), { token: open.userToken })).status, 200);
});

test('a chunked body without a content length is accepted', async () => {
  const body = '{"body":"in chunks"}';
  const text = await raw(
    `POST ${chatPath(chat.orderId)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
  assert.ok(text.startsWith('HTTP/1.1 200 '), text);
});

test('sandbox routes are unknown paths in production', async (t) => {
  const server = await testServer(t, { AISLECHAT_ENV: 'production' });
  const production = new Client(server.client.url);
  const paths = ['/v1/sandbox/retailers', '/v2/fulfillment_sandbox/shoppers', '/v1/sandbox/clock'];
  for (const path of paths) assertEnvelope(await production.post(path, { body: {} }), 'resource_not_found');
  const unknown = await production.post('/v1/no/such/path', { body: {} });
  assert.equal((await production.post(paths[0]!, { body: {} })).text, unknown.text);
  assertEnvelope(await production.get('/v1/sandbox/retailer'), 'resource_not_found');
  const demo = await production.post('/v2/oauth/token', {
    body: {
      grant_type: 'fulfillment_user_assertion',
      client_id: 'demo-client',
      client_secret: 'demo-secret',
      assertion: assertionOf('demo-customer'),
    },
  });
  assert.equal(demo.status, 401);
  const document = await production.get('/openapi.json');
  assert.doesNotMatch(document.text, /sandbox/);
});

test('a message to a delivered order is refused, and the chat stays readable', async () => {
  const ended = await openChat(client);
  await advance(client, ended.token, ended.batchId, 'completed');
  const answer = await client.post(chatPath(ended.orderId), { token: ended.userToken, body: { body: 'x' } });
  assertEnvelope(answer, 'sending_not_allowed');
  assert.equal((await client.get(chatPath(ended.orderId), { token: ended.userToken })).status, 200);
});
