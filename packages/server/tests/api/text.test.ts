/** Where bytes are decoded to text, and which texts are refused. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  chatPath,
  clientToken,
  newRetailer,
  newUser,
  openChat,
  unique,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const chat = await openChat(client);
const { token } = chat;
const latin = (text: string) => Buffer.from(text, 'latin1');
const as = (type: string) => ({ 'content-type': type });
const send = (body: Uint8Array | string, type = 'application/json') =>
  client.post(chatPath(chat.orderId), { token: chat.userToken, body, headers: as(type) });

async function latest(): Promise<string> {
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  return body.chat_messages.at(-1).body;
}

test('a body that is not UTF-8 is refused, and none of it is stored', async () => {
  await send('{"body":"before"}');
  const broken = [
    latin('{"body":"caf\u00e9"}'),
    Buffer.from([0x7b, 0x22, 0x62, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
  ];
  for (const body of broken) {
    const answer = await send(body);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error.message, 'The request could not be read');
  }
  assert.equal(await latest(), 'before');
});

test('a declared charset is honored, an unknown one refused, and a byte order mark removed', async () => {
  const taken: [type: string, body: Uint8Array][] = [
    ['application/json; charset=iso-8859-1', latin('{"body":"caf\u00e9"}')],
    ['application/json;charset="windows-1252"', latin('{"body":"caf\u00e9"}')],
    ['application/json; charset=UTF-16LE', Buffer.from('{"body":"caf\u00e9"}', 'utf16le')],
    ['application/json; charset=UTF-8', Buffer.from('\ufeff{"body":"caf\u00e9"}')],
    ['APPLICATION/JSON; CHARSET=utf-8', Buffer.from('{"body":"caf\u00e9"}')],
  ];
  for (const [type, body] of taken) {
    const answer = await send(body, type);
    assert.equal(answer.status, 200, `${type}: ${answer.text}`);
    assert.equal(await latest(), 'caf\u00e9', type);
  }
  assert.equal((await send('{"body":"x"}', 'application/json; charset=klingon')).status, 415);
  assert.equal((await send(latin('{"body":"caf\u00e9"}'), 'application/json; charset=utf-8')).status, 400);
});

test('two users whose IDs differ only in bytes that are not UTF-8 are never the same user', async () => {
  for (const name of ['Zo\u00eb', 'Zo\u00e9']) {
    const body = latin(`{"user_id":"${name}","first_name":"Noor"}`);
    const answer = await client.post('/v2/fulfillment/users', {
      token,
      body,
      headers: as('application/json'),
    });
    assert.equal(answer.status, 400);
  }
  const path = '/v2/fulfillment/users/Zo%EF%BF%BD';
  assert.equal((await client.get(path, { token })).body.error.message, 'User Not Found');
});

test('a lone surrogate in an ID or a name is refused', async () => {
  for (const body of [
    '{"user_id":"a\\ud800","first_name":"Noor"}',
    '{"user_id":"b","first_name":"No\\udc00r"}',
  ]) {
    const answer = await client.post('/v2/fulfillment/users', {
      token,
      body,
      headers: as('application/json'),
    });
    assert.equal(answer.status, 400, body);
    assert.equal(answer.body.error.message, 'is invalid');
  }
});

test('an assertion that is not UTF-8 identifies no user, not even one with U+FFFD in the ID', async () => {
  const known = 'Zo\ufffd';
  await client.post('/v2/fulfillment/users', { token, body: { user_id: known, first_name: 'Noor' } });
  const ask = (assertion: string) =>
    client.post('/v2/oauth/token', {
      body: {
        grant_type: 'fulfillment_user_assertion',
        client_id: chat.clientId,
        client_secret: chat.clientSecret,
        assertion,
      },
    });
  assert.equal((await ask(Buffer.from(`{"user_id":"${known}"}`).toString('base64'))).status, 200);
  const wrong = [
    latin('{"user_id":"Zo\u00eb"}'),
    Buffer.from('{"user_id":"Zo\\ud800"}'),
    latin('{user_id:Zo\u00eb}'),
  ];
  for (const bytes of wrong) {
    const answer = await ask(bytes.toString('base64'));
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error, 'invalid_grant');
  }
});

test('a form or HTTP Basic credentials that are not UTF-8 are refused', async () => {
  const form = (body: string | Uint8Array) =>
    client.post('/v2/oauth/token', { body, headers: as('application/x-www-form-urlencoded') });
  for (const body of [
    'grant_type=client_credentials&client_id=caf%E9',
    latin('client_id=caf\u00e9'),
    'client_id=%zz',
  ]) {
    const answer = await form(body);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error, 'invalid_request');
  }
  const authorization = `Basic ${latin('caf\u00e9:x').toString('base64')}`;
  const answer = await client.post('/v2/oauth/token', {
    headers: { authorization },
    body: { grant_type: 'client_credentials' },
  });
  assert.equal(answer.status, 401);
});

test('a query string that is not percent-encoded UTF-8 is refused', async () => {
  const operator = await clientToken(client, chat, 'aislechat:operate');
  for (const query of ['user_id=caf%E9', 'user_id=%ED%A0%80', 'user_id=%', 'user_id=%u00e9']) {
    assert.equal((await client.get(`/v1/orders?${query}`, { token: operator })).status, 400, query);
  }
  assert.equal((await client.get('/v1/orders?user_id=caf%C3%A9', { token: operator })).status, 200);
});

const invisible = [
  '\u200b',
  '\u2800',
  '\u3164',
  '\u00ad\u200d\ufe0f',
  ' \u2060\u180e\n',
  '\u{e0020}',
  '\u0007',
];

test('a message of invisible characters only is blank', async () => {
  for (const text of invisible) {
    const answer = await send(JSON.stringify({ body: text }));
    assert.deepEqual(answer.body, {
      error: { message: "can't be blank", code: 1001 },
      meta: { key: 'body' },
    });
  }
  for (const text of ['\u200bx', '\u{1f469}\u200d\u{1f467}', '.', '\u00a0\u0301']) {
    assert.equal((await send(JSON.stringify({ body: text }))).status, 200, JSON.stringify(text));
  }
});

test('an ID or a name of invisible characters only is blank', async () => {
  for (const text of invisible) {
    const user = { user_id: text, first_name: text };
    const { body } = await client.post('/v2/fulfillment/users', { token, body: user });
    const keys = body.error.errors.map((one: { meta: { key: string } }) => one.meta.key);
    assert.deepEqual(keys, ['user_id', 'first_name']);
  }
});

test('a NUL makes any ID unknown, also while faults are set', async () => {
  const rules = [{ name: 'any', route: 'getChat', effect: 'delay', delay_ms: 1 }];
  assert.equal((await client.put('/v1/sandbox/faults', { token, body: { rules } })).status, 200);
  const odd = 'a\u0000b';
  for (const credentials of [{ client_id: odd }, { client_id: odd, client_secret: odd }]) {
    const answer = await client.post('/v2/oauth/token', {
      body: { grant_type: 'client_credentials', ...credentials },
    });
    assert.equal(answer.status, 401, answer.text);
  }
  const authorization = `Basic ${Buffer.from(`${odd}:x`).toString('base64')}`;
  const basic = await client.post('/v2/oauth/token', {
    headers: { authorization },
    body: { grant_type: 'client_credentials' },
  });
  assert.equal(basic.status, 401);
  const revoked = await client.post('/v2/oauth/token/revoke', {
    body: { client_id: chat.clientId, client_secret: chat.clientSecret, token: odd },
  });
  assert.equal(revoked.status, 200);
  const assertion = Buffer.from(JSON.stringify({ user_id: odd })).toString('base64');
  const asserted = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'fulfillment_user_assertion',
      client_id: chat.clientId,
      client_secret: chat.clientSecret,
      assertion,
    },
  });
  assert.equal(asserted.body.error, 'invalid_grant');
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const paths: [path: string, token: string, status: number][] = [
    [chatPath(odd), chat.userToken, 404],
    [`/v2/fulfillment/users/${encodeURIComponent(odd)}`, token, 400],
    [`/v2/fulfillment/users/${encodeURIComponent(odd)}/orders/x`, token, 400],
    [`/v1/orders?user_id=${encodeURIComponent(odd)}`, operator, 400],
    [`/v1/audit?order_id=${encodeURIComponent(odd)}`, operator, 400],
    [`/v1/images/${encodeURIComponent(odd)}?expires=1&signature=${encodeURIComponent(odd)}`, token, 404],
    [`/v1/callback-deliveries?order_id=${encodeURIComponent(odd)}`, operator, 400],
    [`/v1/sandbox/scenarios/${encodeURIComponent(odd)}`, token, 404],
  ];
  for (const [path, bearer, status] of paths) {
    const answer = await client.get(path, { token: bearer });
    assert.equal(answer.status, status, path);
  }
  const application = await client.patch(`/v1/applications/${encodeURIComponent(odd)}`, {
    token: operator,
    body: {},
  });
  assert.equal(application.status, 404);
});

test('a time zone is stored under its canonical name', async () => {
  const zoneOf = async (timezone: string) => {
    const retailer = await newRetailer(client, { timezone });
    return (await client.get('/v1/sandbox/retailer', { token: retailer.token })).body.timezone;
  };
  assert.equal(await zoneOf('america/denver'), 'America/Denver');
  assert.equal(await zoneOf('EUROPE/PARIS'), 'Europe/Paris');
  assert.equal(await zoneOf('utc'), 'UTC');
  assert.equal(await zoneOf('Asia/Kolkata'), 'Asia/Kolkata');
  const unknown = await client.post('/v1/sandbox/retailers', { body: { timezone: 'Mars/Olympus' } });
  assert.deepEqual(unknown.body.meta, { key: 'timezone' });
});

test('a user with an emoji in the ID can read their own chat', async () => {
  const userId = unique('\u{1f951}');
  await client.post('/v2/fulfillment/users', { token, body: { user_id: userId, first_name: 'Noor' } });
  assert.ok(await userToken(client, chat, userId));
  assert.notEqual(await newUser(client, token), userId);
});
