/** What calls send, which token they carry, and how they classify answers that are not the server’s. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  AbortedError,
  ApiError,
  assignShopper,
  Connection,
  clientCredentials,
  createToken,
  exportUser,
  getChat,
  getOrderEvents,
  getOrderMessages,
  getShopperConversation,
  getSupportConversation,
  health,
  listAudit,
  listOrders,
  listShopperOrders,
  markMessagesRead,
  markReadAsShopper,
  NetworkError,
  putShopper,
  putUser,
  sendAsShopper,
  sendMessage,
  setOrderState,
  shopperAssertion,
  streamOrderEvents,
  thumbnailOf,
  uploadImage,
  userAssertion,
} from '@aislechat/client';
import { createUser, getUser } from '@aislechat/client/fulfillment';
import { moveClock, readClock } from '@aislechat/client/sandbox';
import { errors, oauthErrors } from '@aislechat/contract';
import { pictureBytes } from '../../server/tests/support/pictures.ts';
import { internalId, newOrganization, openChat, openChatOf } from '../../server/tests/support/scenario.ts';
import { testServer } from '../../server/tests/support/server.ts';
import { json, refused, scriptedServer, type Turn } from './support/scripted-server.ts';

const { client } = await testServer({ after });
const { url } = client;
const chat = await openChat(client);
const credentials = { url, clientId: chat.clientId, clientSecret: chat.clientSecret };
const customer = new Connection({ url, token: userAssertion({ ...credentials, user: chat.userId }) });
const shopper = new Connection({ url, token: shopperAssertion({ ...credentials, shopper: chat.shopperId }) });
const retailer = new Connection({ url, token: clientCredentials(credentials) });
const operator = new Connection({
  url,
  token: clientCredentials({ ...credentials, scope: 'aislechat:operate' }),
});

const isRefusal =
  (fields: Partial<ApiError>) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ApiError, String(error));
    for (const [name, value] of Object.entries(fields)) {
      assert.deepEqual(error[name as keyof ApiError], value, name);
    }
    return true;
  };

test('a connection names its banner in every request, and a person’s token is asked of it', async () => {
  const organization = await newOrganization(client, ['north', 'south']);
  const { clientId, clientSecret } = organization;
  const of = { url, clientId, clientSecret };
  const { orderId, userId } = await openChatOf(client.inBanner('south'), organization);
  const token = userAssertion({ ...of, user: userId, retailer: 'south' });
  const there = new Connection({ url, token, retailer: 'south' });
  await sendMessage(there, orderId, { body: 'Are there ripe ones?' });
  const stream = streamOrderEvents(there, orderId, { after: 0 });
  for await (const item of stream) if (item.type === 'message') break;

  const nowhere = new Connection({ url, token });
  await assert.rejects(getChat(nowhere, orderId), isRefusal({ name: 'no_context', code: 4002 }));
  const elsewhere = new Connection({ url, token: clientCredentials(of), retailer: 'north' });
  await assert.rejects(getChat(elsewhere, orderId), isRefusal({ name: 'resource_not_found' }));
  await assert.rejects(
    async () => userAssertion({ ...of, user: userId })(),
    isRefusal({ name: 'invalid_request' }),
  );
});

test('the four Connect operations accept both kinds of IDs', async () => {
  const sent = await sendMessage(customer, chat.orderId, { body: 'Are there ripe ones?' });
  assert.equal(sent.type, 'CHAT');
  await sendAsShopper(shopper, chat.orderId, { body: 'Yes' });
  const { chat_messages: messages, metadata } = await getChat(customer, chat.orderId);
  assert.deepEqual(
    messages.map(({ body, sender_type }) => [body, sender_type]),
    [
      ['Are there ripe ones?', 'user'],
      ['Yes', 'driver'],
    ],
  );
  assert.equal(metadata.is_expired, false);
  assert.deepEqual(await markMessagesRead(customer, chat.orderId), { messages_read_count: 1 });
  const id = await internalId(chat);
  const all = await getOrderMessages(customer, id, { internalIds: true });
  assert.equal(all.chat_messages.length, 2);
  await assert.rejects(getChat(customer, id), isRefusal({ name: 'resource_not_found' }));
});

test('the routes for shoppers, operators, fulfillment and the sandbox work', async () => {
  assert.equal((await listShopperOrders(shopper)).orders[0]?.order_id, chat.orderId);
  assert.equal((await getShopperConversation(shopper, chat.orderId)).chat_open, true);
  await markReadAsShopper(shopper, chat.orderId);
  assert.equal((await putShopper(operator, 'sh/1', { display_name: 'Bo' })).shopper_id, 'sh/1');
  assert.equal((await putUser(operator, 'u 1', { first_name: 'Ada' })).user_id, 'u 1');
  assert.equal((await getUser(retailer, 'u 1')).first_name, 'Ada');
  assert.equal((await listOrders(operator, { active: true, limit: 1 })).orders.length, 1);
  const seen = await getSupportConversation(operator, chat.orderId, { reason: 'asked for', agent: 'Kim' });
  assert.ok(seen.chat_messages.length > 0);
  assert.equal((await listAudit(operator, { order_id: chat.orderId })).entries[0]?.agent, 'Kim');
  assert.equal(
    (await setOrderState(operator, chat.orderId, { workflow_state: 'checkout' })).workflow_state,
    'checkout',
  );
  const given = await assignShopper(operator, chat.orderId, { shopper_id: chat.shopperId });
  assert.equal(given.shopper?.id, chat.shopperId);
  assert.ok((await getOrderEvents(customer, chat.orderId, { after: 1 })).events.every(({ seq }) => seq > 1));
  const { now } = await readClock(retailer);
  assert.ok((await moveClock(retailer, { advance_ms: 1000 })).now > now);
  assert.equal((await health(new Connection({ url, token: 'none is sent' }))).status, 'ok');
});

test('an image can be uploaded, sent in a message, and fetched as a thumbnail', async () => {
  const image = new Blob([new Uint8Array(await pictureBytes('png', 900, 600))]);
  const { image_id: imageId, width } = await uploadImage(customer, chat.orderId, image);
  assert.equal(width, 900);
  await sendMessage(customer, chat.orderId, { body: '', image_id: imageId });
  const { chat_messages: messages } = await getChat(customer, chat.orderId);
  const small = await fetch(thumbnailOf(messages.at(-1)!.image!));
  assert.equal(small.headers.get('content-type'), 'image/jpeg');
  assert.equal(thumbnailOf('https://img.example/a.png'), 'https://img.example/a.png');
});

test('an export is read line by line, and a truncated one is reported as a network failure', async (t) => {
  const lines: string[] = [];
  for await (const line of exportUser(operator, chat.userId)) lines.push(line.type);
  assert.equal(lines[0], 'user');
  assert.ok(lines.includes('message') && !(lines as string[]).includes('end'));
  const cut = await scriptedServer(t, (response) => {
    response.writeHead(200).end('{"type":"user"}\n{"type":"or');
  });
  await assert.rejects(async () => {
    for await (const line of exportUser(new Connection({ url: cut.url, token: 'x' }), 'u')) assert.ok(line);
  }, NetworkError);
});

test('every error of the contract is thrown with its name', async (t) => {
  for (const [name, { status, message: pattern, code }] of Object.entries(errors)) {
    const message = pattern.replace('%s', '12345');
    const { url } = await scriptedServer(t, refused(status, message, code));
    const call = getChat(new Connection({ url, token: 'x' }), 'A-1');
    await assert.rejects(call, isRefusal({ name: name as 'internal', status, message, code }));
  }
  for (const [name, { status, description }] of Object.entries(oauthErrors)) {
    const { url } = await scriptedServer(t, json(status, { error: name, error_description: description }));
    const call = createToken(new Connection({ url, token: 'x' }), {});
    await assert.rejects(call, isRefusal({ name: name as 'invalid_grant', status, message: description }));
  }
});

test('an error names one invalid parameter, and lists several', async () => {
  await assert.rejects(
    sendMessage(customer, chat.orderId, { body: ' ' }),
    isRefusal({ name: 'invalid_parameters', code: 1001, metaKey: 'body', message: "can't be blank" }),
  );
  // Without a `user_id`, as untyped code may send it.
  const bad = { first_name: 'a<b' } as Parameters<typeof createUser>[1];
  await assert.rejects(createUser(retailer, bad), (error) => {
    assert.ok(error instanceof ApiError && error.code === 9999 && error.name === 'invalid_parameters');
    assert.deepEqual(error.problems.map(({ metaKey }) => metaKey).sort(), ['first_name', 'user_id']);
    return true;
  });
});

test('only an answer in the server’s own format is a refusal; anything else is a network failure', async (t) => {
  const page = { 'content-type': 'text/html' };
  const answers: [name: string, turn: Turn][] = [
    ['a proxy’s 403', (response) => response.writeHead(403, page).end('<h1>Forbidden</h1>')],
    ['a proxy’s 404', (response) => response.writeHead(404, page).end('<h1>Not found</h1>')],
    ['a proxy that requires authentication', (response) => response.writeHead(407).end()],
    ['a network that requires signing in', (response) => response.writeHead(511, page).end('<h1>Wi-Fi</h1>')],
    ['a gateway’s error as text', json(404, { error: 'Not Found', message: 'no route' })],
    [
      'a gateway’s OAuth-style error, on a route that does not use that style',
      json(400, { error: 'invalid_request' }),
    ],
    [
      'a gateway’s error as an object',
      json(403, { error: { code: 403, message: 'Forbidden', status: 'DENIED' } }),
    ],
    ['a number', json(418, { error: 5 })],
    ['null', json(400, null)],
    [
      'our envelope with another content type',
      (response) =>
        response.writeHead(404, page).end('{"error":{"message":"Resource not found","code":4000},"meta":{}}'),
    ],
    ['an empty 401', (response) => response.writeHead(401).end()],
    ['an empty 404', (response) => response.writeHead(404, { 'content-type': 'application/json' }).end()],
  ];
  for (const [name, turn] of answers) {
    const { url } = await scriptedServer(t, turn);
    await assert.rejects(health(new Connection({ url, token: 'x' })), NetworkError, name);
  }
  const { url } = await scriptedServer(t, json(404, { error: 'Not Found' }));
  await assert.rejects(createToken(new Connection({ url, token: 'x' }), {}), NetworkError);
  const refusing = new Connection({ url, token: clientCredentials({ ...credentials, url }) });
  await assert.rejects(getChat(refusing, 'A-1'), NetworkError);
});

test('a 401 without a body is a refusal if its header comes from the server', async (t) => {
  const challenge = 'Bearer error="invalid_token", error_description="The access token expired"';
  const { url } = await scriptedServer(t, (response) =>
    response.writeHead(401, { 'www-authenticate': challenge }).end(),
  );
  await assert.rejects(health(new Connection({ url, token: 'x' })), isRefusal({ name: 'token_expired' }));
});

test('a network failure carries the Retry-After of the intermediary that answered', async (t) => {
  const { url } = await scriptedServer(t, (response) =>
    response.writeHead(503, { 'retry-after': '7' }).end('<h1>Busy</h1>'),
  );
  await assert.rejects(health(new Connection({ url, token: 'x' })), {
    name: 'NetworkError',
    retryAfterMs: 7000,
  });
});

test('a missing, truncated, late or non-JSON answer is a network failure', async (t) => {
  const answers: Turn[] = [
    (response) => response.destroy(),
    (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half":');
      setTimeout(() => response.destroy(), 5);
    },
    (response) => response.writeHead(200).end('<p>Welcome to our store’s Wi-Fi!'),
    () => {},
  ];
  const server = await scriptedServer(t, ...answers);
  const bad = new Connection({ url: server.url, token: 'secret-token', timeoutMs: 80 });
  for (const _ of answers) {
    await assert.rejects(getChat(bad, 'A-1'), (error) => {
      assert.ok(error instanceof NetworkError);
      assert.doesNotMatch(error.message, /secret-token|127\.0\.0\.1/);
      return true;
    });
  }
});

test('an aborted call is distinct from a refusal and from a network failure', async (t) => {
  const server = await scriptedServer(t, () => {});
  const slow = new Connection({ url: server.url, token: 'x' });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 10);
  await assert.rejects(getChat(slow, 'A-1', { signal: abort.signal }), AbortedError);
  await assert.rejects(getChat(slow, 'A-1', { signal: AbortSignal.abort() }), AbortedError);
});

test('concurrent calls share one token renewal, and a token is used until shortly before it expires', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const server = await scriptedServer(t, json(200, {}));
  let issued = 0;
  const connection = new Connection({
    url: server.url,
    token: async () => {
      issued += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { access_token: `token-${issued}`, expires_in: 600 };
    },
  });
  const call = () => getChat(connection, 'A-1');
  await Promise.all([call(), call(), call()]);
  assert.equal(issued, 1);
  t.mock.timers.setTime(1_000_000 + 530_000);
  await call();
  assert.equal(issued, 1);
  t.mock.timers.setTime(1_000_000 + 545_000);
  await Promise.all([call(), call()]);
  assert.equal(issued, 2);
  assert.equal(server.requests.at(-1)!.headers.authorization, 'Bearer token-2');
});

test('a failed renewal fails no call while the old token is valid', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 0 });
  const server = await scriptedServer(t, json(200, {}));
  let asked = 0;
  const connection = new Connection({
    url: server.url,
    token: () => {
      asked += 1;
      if (asked > 1) throw new Error('the page’s own server is away');
      return { access_token: 'only', expires_in: 600 };
    },
  });
  await getChat(connection, 'A-1');
  t.mock.timers.setTime(560_000);
  await getChat(connection, 'A-1');
  await getChat(connection, 'A-1');
  assert.equal(asked, 2, 'not requested again immediately');
  t.mock.timers.setTime(600_000);
  await assert.rejects(getChat(connection, 'A-1'), NetworkError);
});

test('a token function that never ends fails its calls after half a minute, and the next call asks it again', async (t) => {
  const server = await scriptedServer(t, json(200, { fine: true }));
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const token = () => (++asked === 1 ? new Promise<never>(() => {}) : 'second');
  const connection = new Connection({ url: server.url, token });
  // The stream opens its request without a time limit of its own.
  const lost = assert.rejects(connection.request('GET', '/'), NetworkError);
  t.mock.timers.tick(30_000);
  await lost;
  assert.deepEqual(await getChat(connection, 'A-1'), { fine: true });
  assert.equal(asked, 2);
});

test('after a 401 the call is retried once with a new token', async (t) => {
  const server = await scriptedServer(
    t,
    refused(401, 'The access token was revoked'),
    json(200, { fine: true }),
    refused(401, 'The access token was revoked'),
  );
  let issued = 0;
  const connection = new Connection({ url: server.url, token: () => `token-${++issued}` });
  assert.deepEqual(await getChat(connection, 'A-1'), { fine: true });
  assert.deepEqual(
    server.requests.map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-2'],
  );
  await assert.rejects(getChat(connection, 'A-1'), isRefusal({ name: 'token_revoked' }));
  assert.equal(server.requests.length, 4);
  const fixed = new Connection({ url: server.url, token: 'fixed' });
  await assert.rejects(getChat(fixed, 'A-1'), isRefusal({ name: 'token_revoked' }));
  assert.equal(server.requests.length, 5);
});

test('a refused grant is a typed error without the secret', async () => {
  const wrong = new Connection({
    url,
    token: clientCredentials({ ...credentials, clientSecret: 'hush-hush' }),
  });
  await assert.rejects(listOrders(wrong), (error) => {
    assert.doesNotMatch(JSON.stringify(error) + String(error), /hush-hush/);
    return isRefusal({ name: 'invalid_client', status: 401 })(error);
  });
});
