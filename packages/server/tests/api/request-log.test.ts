import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import { RequestLog } from '../../src/http/sandbox/request-log.ts';
import { EventSource } from '../support/event-source.ts';
import {
  chatPath,
  clientToken,
  newRetailer,
  newShopper,
  newUser,
  openChat,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const log = '/v1/sandbox/requests';

test('requests and their answers are listed, newest first', async () => {
  const chat = await openChat(client);
  const path = chatPath(chat.orderId);
  await client.post(path, { token: chat.userToken, body: '{ "body" : "as I wrote it" }', headers: json });
  await client.get(path, { token: chat.userToken });
  const { body } = await client.get(log, { token: chat.token });
  const [read, sent] = body.requests;
  assert.deepEqual([read.method, read.path, read.route, read.status], ['GET', path, 'getChat', 200]);
  assert.equal(read.request_body, undefined);
  assert.equal(JSON.parse(read.answer_body).chat_messages[0].body, 'as I wrote it');
  assert.equal(sent.request_body, '{ "body" : "as I wrote it" }');
  assert.equal(JSON.parse(sent.answer_body).type, 'CHAT');
  assert.ok(read.id > sent.id);
});

const json = { 'content-type': 'application/json' };

test('the log includes refusals and malformed bodies, but not its own reading', async () => {
  const { token } = await newRetailer(client);
  const limited = await newRetailer(client);
  await client.post('/v1/sandbox/clock', { token, body: '{"advance_ms": 1', headers: json });
  await client.get(chatPath('nothing'), { token });
  const forbidden = await client.get('/v1/orders', { token });
  assert.equal(forbidden.status, 403);
  await client.get(log, { token });
  const { body } = await client.get(`${log}?status=4xx`, { token });
  const seen = body.requests.map((request: Logged) => [request.route, request.status]);
  assert.deepEqual(seen, [
    ['listOrders', 403],
    ['getChat', 404],
    ['moveClock', 400],
  ]);
  assert.equal(body.requests[2].request_body, '{"advance_ms": 1');
  const other = await client.get(`${log}?status=4xx`, { token: limited.token });
  assert.deepEqual(other.body.requests, [], 'another retailer sees none of it');
});

test('the console’s changes are logged, but not its polling', async () => {
  const { token } = await newRetailer(client);
  const headers = { 'x-aislechat-console': '1' };
  await client.get('/v1/sandbox/clock', { token, headers });
  await client.post('/v1/sandbox/clock', { token, headers, body: { advance_ms: 1 } });
  const { body } = await client.get(log, { token });
  assert.deepEqual(
    body.requests.map(({ route }: Logged) => route),
    ['moveClock', 'createToken'],
  );
});

interface Logged {
  id: number;
  route: string;
  status: number;
}

test('the log can be paged and filtered', async () => {
  const { token } = await newRetailer(client);
  for (let n = 0; n < 5; n++) await client.get('/v1/sandbox/clock', { token });
  await client.get('/v1/sandbox/retailer', { token });
  const pages: number[][] = [];
  let after = '';
  do {
    const { body } = await client.get(`${log}?route=readClock&limit=2${after}`, { token });
    pages.push(body.requests.map(({ id }: Logged) => id));
    after = body.next === null ? '' : `&after=${body.next}`;
  } while (after !== '');
  assert.deepEqual(
    pages.map((page) => page.length),
    [2, 2, 1],
  );
  const ids = pages.flat();
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => b - a),
  );
  assert.equal((await client.get(`${log}?status=404`, { token })).body.requests.length, 0);
  for (const query of ['status=9', 'status=abc', 'limit=0', 'after=!', 'route=nope']) {
    assert.equal((await client.get(`${log}?${query}`, { token })).status, 400, query);
  }
});

test('the log contains no credential, wherever in a request or answer it was', async () => {
  const retailer = await newRetailer(client);
  const { token, clientId, clientSecret } = retailer;
  const userId = await newUser(client, token);
  const user = await userToken(client, retailer, userId);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  await client.post('/v2/oauth/token', { body: form });
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const chat = chatPath('nothing');
  const secrets = [token, clientSecret, user, operator];
  for (const secret of secrets) {
    await client.get(`${chat}?access_token=${secret}&ticket=${secret}`, { token });
    await client.post(chat, { token, body: { body: 'x', nested: [{ client_secret: secret }] } });
    await client.post(chat, { token, body: `{"client\\u005fsecret":"${secret}"}`, headers: json });
    await client.post(chat, { token, body: `{"body": "x", "token": "${secret}"`, headers: json });
    await client.post('/v2/fulfillment_sandbox/shoppers', { token, body: { password: secret } });
  }
  const endpoint = await client.post('/v1/callback-endpoints', {
    token: operator,
    body: {
      name: 'log',
      url: 'http://127.0.0.1:9/',
      events: ['chat_message_created'],
      authentication: {
        type: 'client_credentials',
        token_url: 'http://127.0.0.1:9/',
        client_id: 'x',
        client_secret: user,
      },
    },
  });
  assert.equal(endpoint.status, 200, endpoint.text);
  const shopper = await newShopper(client, token);
  const signedIn = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'urn:aislechat:params:oauth:grant-type:shopper_assertion',
      client_id: clientId,
      client_secret: clientSecret,
      assertion: Buffer.from(JSON.stringify({ shopper_id: shopper })).toString('base64'),
      scope: 'aislechat:shopper,offline_access',
    },
  });
  const { refresh_token: refreshToken } = signedIn.body;
  const renewal = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken });
  await client.post('/v2/oauth/token', { body: renewal });
  await client.post(chat, { token, body: { body: 'x', refreshToken, 'client-secret': clientSecret } });
  await client.post('/v1/push-subscriptions', {
    token: signedIn.body.access_token,
    body: { endpoint: 'https://push.example/capability', keys: { auth: 'YXV0aC1zZWNyZXQ', p256dh: 'x' } },
  });
  const { text, body } = await client.get(log, { token });
  const more = [endpoint.body.signing_secret, refreshToken, 'capability', 'YXV0aC1zZWNyZXQ'];
  for (const secret of [...secrets, ...more]) assert.ok(!text.includes(secret));
  const assertion = Buffer.from(JSON.stringify({ user_id: userId })).toString('base64');
  assert.ok(!text.includes(assertion));
  const routes = new Set(body.requests.map(({ route }: Logged) => route));
  assert.ok(routes.has('createToken') && routes.has('createCallbackEndpoint') && routes.has('getChat'));
  const issued = body.requests.find(({ route }: Logged) => route === 'createToken');
  assert.match(issued.answer_body, /"access_token":"\[masked\]"/);
});

test('the revocation of a token is logged, without the token', async () => {
  const { token, clientId, clientSecret } = await newRetailer(client);
  const revoked = await clientToken(client, { clientId, clientSecret });
  await client.post('/v2/oauth/token/revoke', {
    body: { client_id: clientId, client_secret: clientSecret, token: revoked },
  });
  const { body } = await client.get(`${log}?route=revokeToken`, { token });
  const [{ status, request_body: sent }] = body.requests;
  assert.deepEqual([status, JSON.parse(sent).token], [200, '[masked]']);
});

test('a request without a valid token appears in no retailer’s log', async () => {
  const { token } = await newRetailer(client);
  await client.get('/v1/sandbox/clock', { token: 'x'.repeat(43) });
  await client.get('/v1/sandbox/clock');
  const { body } = await client.get(`${log}?status=401`, { token });
  assert.deepEqual(body.requests, []);
});

test('a long body is truncated, with its original length', async () => {
  const { token } = await newRetailer(client);
  const sent = JSON.stringify({ name: 'y'.repeat(10_000) });
  await client.patch('/v1/sandbox/retailer', { token, body: sent, headers: json });
  const { body } = await client.get(log, { token });
  const kept: string = body.requests[0].request_body;
  assert.ok(kept.startsWith(sent.slice(0, limits.loggedBodyCharacters)));
  assert.ok(kept.endsWith(`... [cut: ${sent.length} characters]`));
});

test('a stream is listed once it has ended, without a body and with how long it was open', async () => {
  const chat = await openChat(client);
  const stream = await EventSource.open(undefined, `${client.url}/v1/orders/${chat.orderId}/stream`, {
    token: chat.userToken,
  });
  const openedMs = performance.now();
  for (let n = 0; n < 3; n++) await client.get('/v1/sandbox/clock', { token: chat.token });
  const openMs = performance.now() - openedMs;
  stream.close();
  let streams: { answer_body?: string; ms: number }[] = [];
  while (streams.length === 0) {
    streams = (await client.get(`${log}?route=streamOrderEvents`, { token: chat.token })).body.requests;
  }
  assert.equal(streams[0]!.answer_body, undefined);
  assert.ok(streams[0]!.ms >= Math.floor(openMs), `${streams[0]!.ms} ms of at least ${openMs}`);
});

test('the log is bounded, and a busy retailer displaces its own requests rather than a quiet one’s', async () => {
  const requests = new RequestLog();
  const page = { after: undefined, limit: 5000 };
  const add = (retailerId: number, body: string) =>
    requests.add(retailerId, {
      at: 0,
      method: 'GET',
      path: '/',
      route: 'getChat',
      status: 200,
      ms: 0,
      requestBody: undefined,
      answerBody: body,
    });
  for (let n = 0; n < 1500; n++) add(1, '');
  const { rows } = await requests.list(1, {}, page);
  assert.deepEqual([rows.length, rows[0]!.id, rows.at(-1)!.id], [1000, 1500, 501]);
  for (let retailer = 2; retailer < 40; retailer++) {
    for (let n = 0; n < 1000; n++) add(retailer, 'z'.repeat(4000));
  }
  assert.equal(
    (await requests.list(1, {}, page)).rows.length,
    1000,
    'the quiet retailer keeps all of its requests',
  );
  const busy = (await requests.list(39, {}, page)).rows.length;
  assert.ok(busy > 150 && busy < 300, `${busy} requests: an even share`);
  let characters = 0;
  for (let retailer = 1; retailer < 40; retailer++) {
    for (const { answerBody } of (await requests.list(retailer, {}, page)).rows)
      characters += answerBody!.length;
  }
  assert.ok(characters < 33 * 1024 * 1024);
});
