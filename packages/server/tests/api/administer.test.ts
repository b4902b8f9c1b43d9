/** What an operator administers for their own retailer: settings, applications, receipts, figures. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { EventSource } from '../support/event-source.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace } from '../support/place.ts';
import {
  advance,
  agentToken,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newRetailer,
  openChat,
  shopperSays,
  shopperToken,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

async function shop() {
  const retailer = await newRetailer(client, { name: 'Shop' });
  return { ...retailer, operator: await clientToken(client, retailer, 'aislechat:operate') };
}

const audited = async (operator: string): Promise<string[]> => {
  const { body } = await client.get('/v1/audit', { token: operator });
  return body.entries.map((entry: { action: string; subject: { type: string } }) =>
    [entry.action, entry.subject.type].join(' '),
  );
};

async function newApplication(token: string, scopes: string[], name = 'till') {
  const { status, body, text } = await client.post('/v1/applications', { token, body: { name, scopes } });
  assert.equal(status, 200, text);
  const credentials = { clientId: body.client_id as string, clientSecret: body.client_secret as string };
  return { ...credentials, body };
}
const rotate = (token: string, clientId: string) =>
  client.post(`/v1/applications/${clientId}/secret`, { token });
const change = (token: string, clientId: string, body: object) =>
  client.patch(`/v1/applications/${clientId}`, { token, body });

test('a retention is a number of days within its limits, or forever; nothing else turns it off', async () => {
  const { operator } = await shop();
  const patch = (body: object) => client.patch('/v1/retailer', { token: operator, body });
  for (const [given, taken] of [
    [{ order_retention_days: 1 }, 1],
    [{ order_retention_days: '45' }, 45],
    [{ order_retention_days: 'forever' }, 'forever'],
    [{ order_retention_days: null }, 'forever'],
    [{}, 'forever'],
  ] as const) {
    const { status, body } = await patch(given);
    assert.equal(status, 200);
    assert.equal(body.order_retention_days, taken);
  }
  for (const wrong of [0, -1, 1.5, 36_501, 'never', 'Forever', '', true]) {
    const { status, body } = await patch({ person_retention_days: wrong });
    assert.equal(status, 400, String(wrong));
    assert.equal(body.meta.key, 'person_retention_days');
  }
  assert.equal((await patch({ audit_retention_days: 29 })).status, 400);
  assert.equal((await patch({ audit_retention_days: 30 })).status, 200);
  const { body } = await client.get('/v1/audit', { token: operator });
  assert.equal(body.entries[0].detail, 'audit_retention_days: 30');
});

test('settings can be read and changed, take effect at once, and only real changes are audited', async () => {
  const { operator, token } = await shop();
  const before = await client.get('/v1/retailer', { token: operator });
  assert.equal(before.body.name, 'Shop');
  const body = { name: 'Corner shop', privacy_masks: true };
  const { body: changed } = await client.patch('/v1/retailer', { token: operator, body });
  assert.deepEqual(changed, { ...before.body, ...body });
  assert.deepEqual((await client.get('/v1/sandbox/retailer', { token })).body, changed);
  await client.patch('/v1/retailer', { token: operator, body: {} });
  const wrong = await client.patch('/v1/retailer', { token: operator, body: { timezone: 'Mars' } });
  assert.equal(wrong.status, 400);
  assert.deepEqual(await audited(operator), ['settings_change retailer']);
  const log = await client.get('/v1/audit', { token: operator });
  assert.equal(log.body.entries[0].detail, 'name: Corner shop, privacy_masks: true');
});

test('an application can be created, used, given a new secret, disabled and enabled', async () => {
  const { operator } = await shop();
  const made = await newApplication(operator, ['connect:post_checkout', 'aislechat:operate']);
  assert.deepEqual(made.body.scopes, ['connect:post_checkout', 'aislechat:operate']);
  assert.ok(await clientToken(client, made));
  const { body } = await rotate(operator, made.clientId);
  assert.notEqual(body.client_secret, made.clientSecret);
  assert.equal(await clientToken(client, made), undefined);
  const renewed = { clientId: made.clientId, clientSecret: body.client_secret };
  assert.ok(await clientToken(client, renewed));
  const disabled = await change(operator, made.clientId, { state: 'disabled', name: 'old till' });
  assert.deepEqual([disabled.body.state, disabled.body.name], ['disabled', 'old till']);
  assert.equal(await clientToken(client, renewed), undefined);
  await change(operator, made.clientId, { state: 'enabled' });
  await change(operator, made.clientId, { state: 'enabled' });
  assert.ok(await clientToken(client, renewed));
  const list = await client.get('/v1/applications', { token: operator });
  assert.deepEqual(
    list.body.applications.map((row: { name: string; is_own: boolean }) => [row.name, row.is_own]),
    [
      ['default', true],
      ['old till', false],
    ],
  );
  assert.doesNotMatch(list.text, /secret/);
  const { body: log } = await client.get('/v1/audit', { token: operator });
  assert.equal(log.entries[1].detail, 'name: old till, state: disabled');
  assert.doesNotMatch(JSON.stringify(log), new RegExp(`${made.clientSecret}|${renewed.clientSecret}`));
  assert.deepEqual(await audited(operator), [
    'application_change application',
    'application_change application',
    'secret_rotation application',
    'application_creation application',
  ]);
});

/** The status or refusal that each token gets on a path where it had access before. */
const statusOf = (token: string, path: string) =>
  client.get(path, { token }).then(({ status, body }) => body.error?.message ?? status);

test('disabling an application permanently revokes its tokens and its people’s, and ends their streams', async () => {
  const one = await openChat(client);
  const operator = await clientToken(client, one, 'aislechat:operate');
  const till = await newApplication(operator, [
    'connect:fulfillment',
    'connect:post_checkout',
    'aislechat:operate',
    'aislechat:shopper',
  ]);
  const log = `/v1/orders/${one.orderId}/events`;
  const theirs = {
    operator: [await clientToken(client, till, 'aislechat:operate'), '/v1/applications'],
    user: [await userToken(client, till, one.userId), log],
    shopper: [await shopperToken(client, till, one.shopperId), log],
  } as Record<string, [string, string]>;
  theirs.agent = [await agentToken(client, theirs.operator![0]), '/v1/orders'];
  const statuses = () => Promise.all(Object.values(theirs).map(([token, path]) => statusOf(token, path)));
  assert.deepEqual(await statuses(), [200, 200, 200, 200]);
  const streams = await Promise.all(
    [theirs.user![0], theirs.shopper![0], one.userToken].map((token) =>
      EventSource.open({ after }, `${client.url}/v1/orders/${one.orderId}/stream`, { token }),
    ),
  );
  for (const stream of streams) await stream.until(({ event }) => event === 'cursor');

  await change(operator, till.clientId, { state: 'disabled' });
  assert.deepEqual(await statuses(), Array(4).fill('The access token was revoked'));
  for (const stream of streams.slice(0, 2)) {
    const { data } = await stream.until(({ event }) => event === 'end');
    assert.equal(data.reason, 'token_revoked');
  }
  assert.equal(
    await statusOf(one.userToken, log),
    200,
    'the same user’s token from another application still works',
  );
  assert.equal((await change(theirs.operator![0], till.clientId, { state: 'enabled' })).status, 401);
  assert.equal((await rotate(theirs.operator![0], till.clientId)).status, 401);

  await change(operator, till.clientId, { state: 'enabled' });
  assert.deepEqual(await statuses(), Array(4).fill('The access token was revoked'));
  assert.ok(await clientToken(client, till), 'new tokens work');
});

test('a new secret revokes existing tokens if the request asks for it', async () => {
  const { operator } = await shop();
  const till = await newApplication(operator, ['aislechat:operate']);
  const token = await clientToken(client, till, 'aislechat:operate');
  const path = `/v1/applications/${till.clientId}/secret`;
  await client.post(path, { token: operator, body: { revoke_tokens: false } });
  assert.equal(await statusOf(token, '/v1/applications'), 200);
  const { body } = await client.post(path, { token: operator, body: { revoke_tokens: true } });
  assert.equal(await statusOf(token, '/v1/applications'), 'The access token was revoked');
  const renewed = { clientId: till.clientId, clientSecret: body.client_secret };
  assert.ok(await clientToken(client, renewed, 'aislechat:operate'));
  const wrong = await client.post(path, { token: operator, body: { revoke_tokens: 'perhaps' } });
  assert.equal(wrong.status, 400);
});

test('tokens of an application, a user, a shopper and an agent can be revoked, and the audit log records it', async () => {
  const one = await openChat(client);
  const operator = await clientToken(client, one, 'aislechat:operate');
  const till = await newApplication(operator, ['connect:post_checkout', 'aislechat:operate']);
  const log = `/v1/orders/${one.orderId}/events`;
  const cases: [revoke: string, token: string, path: string][] = [
    [
      `/v1/applications/${till.clientId}`,
      await clientToken(client, till, 'aislechat:operate'),
      '/v1/applications',
    ],
    [`/v1/users/${one.userId}`, await userToken(client, till, one.userId), log],
    [`/v1/shoppers/${one.shopperId}`, await shopperToken(client, one, one.shopperId), log],
    ['/v1/support-agents/Dana%20%26%20Co', await agentToken(client, operator, 'Dana & Co'), '/v1/orders'],
  ];
  const unused = await client.post('/v1/support-links', { token: operator, body: { agent: 'Dana & Co' } });
  const other = await agentToken(client, operator, 'Robin');
  const isInternal = { 'x-treat-ids-as-internal': 'true' };
  const counts: number[] = [];
  for (const [revoke, token, path] of cases) {
    assert.equal(
      await statusOf(token, path),
      revoke.includes('/users/') ? 'The access token was revoked' : 200,
    );
    const headers = revoke.includes('/shoppers/') ? isInternal : {};
    const { body } = await client.post(`${revoke}/revoke-tokens`, { token: operator, headers });
    counts.push(body.revoked);
    assert.equal(await statusOf(token, path), 'The access token was revoked', revoke);
  }
  // The user's token from this application was revoked with the application's; the remaining one is from
  // openChat.
  assert.deepEqual(counts, [2, 1, 1, 1]);
  assert.equal(await statusOf(other, '/v1/orders'), 200, 'another agent');
  const { support_code } = unused.body;
  assert.equal((await client.post('/v1/support-sessions', { body: { support_code } })).status, 401);
  const entries = (await audited(operator)).filter((entry) => entry.startsWith('token_revocation'));
  assert.deepEqual(entries, [
    'token_revocation retailer',
    'token_revocation shopper',
    'token_revocation user',
    'token_revocation application',
  ]);
  const weak = await newApplication(operator, ['aislechat:operate']);
  const token = await clientToken(client, weak, 'aislechat:operate');
  assert.equal((await client.post(`/v1/applications/${one.clientId}/revoke-tokens`, { token })).status, 403);
});

test('every change of a callback endpoint is audited, with its current address and without secrets', async () => {
  const { operator } = await shop();
  const path = '/v1/callback-endpoints';
  const made = await client.post(path, {
    token: operator,
    body: { name: 'till', url: 'http://127.0.0.1:9/hook/SECRET', events: ['chat_message_created'] },
  });
  const own = `${path}/${made.body.id}`;
  await client.patch(own, { token: operator, body: { url: 'http://127.0.0.1:8/hook/SECRET' } });
  await client.patch(own, { token: operator, body: { state: 'disabled' } });
  await client.patch(own, { token: operator, body: { state: 'disabled' } });
  await client.post(`${own}/secret`, { token: operator });
  await client.call('DELETE', own, { token: operator });
  const { body, text } = await client.get('/v1/audit', { token: operator });
  const entries = body.entries.map(
    (entry: { action: string; subject: { type: string }; detail?: string }) => [
      entry.action,
      entry.subject.type,
      entry.detail,
    ],
  );
  const detail = (port: number, state: string) =>
    `name: till, url: http://127.0.0.1:${port}, state: ${state}, events: chat_message_created, authentication: none`;
  assert.deepEqual(entries, [
    ['callback_endpoint_deletion', 'callback_endpoint', detail(8, 'disabled')],
    ['secret_rotation', 'callback_endpoint', undefined],
    ['callback_endpoint_change', 'callback_endpoint', 'state: disabled'],
    ['callback_endpoint_change', 'callback_endpoint', 'url: http://127.0.0.1:8'],
    ['callback_endpoint_creation', 'callback_endpoint', detail(9, 'enabled')],
  ]);
  assert.doesNotMatch(text, /SECRET|whsec_/);
});

test('an application can neither grant a scope that it lacks nor change an application with more scopes', async () => {
  const { operator, clientId } = await shop();
  const weak = await newApplication(operator, ['aislechat:operate', 'connect:post_checkout']);
  const token = await clientToken(client, weak, 'aislechat:operate');
  const grab = (scopes: string[]) =>
    client.post('/v1/applications', { token, body: { name: 'more', scopes } });
  assert.equal((await grab(['connect:fulfillment'])).status, 403);
  assert.equal((await grab(['connect:post_checkout', 'aislechat:shopper'])).status, 403);
  assert.equal((await rotate(token, clientId)).status, 403);
  assert.equal((await change(token, clientId, { state: 'disabled' })).status, 403);
  assert.equal((await grab(['connect:post_checkout'])).status, 200);
  assert.equal((await rotate(token, weak.clientId)).status, 200, 'its own');
  const foreign = await shop();
  const [theirs, nobodys] = [await rotate(operator, foreign.clientId), await rotate(operator, 'nothing')];
  assert.deepEqual([theirs.status, theirs.text], [404, nobodys.text]);
});

test('an application cannot disable itself', async () => {
  const { operator, clientId } = await shop();
  const { status, body } = await change(operator, clientId, { state: 'disabled' });
  assert.deepEqual([status, body.meta.key], [400, 'state']);
  assert.equal((await change(operator, clientId, { name: 'mine' })).status, 200);
});

test('a retailer has at most 100 applications', async () => {
  const { operator } = await shop();
  const make = () =>
    client.post('/v1/applications', {
      token: operator,
      body: { name: 'one of many', scopes: ['connect:post_checkout'] },
    });
  const answers: Awaited<ReturnType<typeof make>>[] = [];
  for (let n = 0; n < 3; n++) answers.push(...(await Promise.all(Array.from({ length: 34 }, make))));
  const made = answers.filter(({ status }) => status === 200).length;
  assert.equal(made, 99);
  assert.equal(answers.find(({ status }) => status !== 200)!.status, 403);
});

test('receipts are listed newest first, page by page, and only those of the operator’s retailer', async () => {
  const chat = await openChat(client);
  const orders = [chat.orderId];
  await advance(client, chat.token, chat.batchId, 'completed');
  for (let n = 0; n < 4; n++) {
    const orderId = await newOrder(client, chat.token, chat.userId);
    const batch = await newBatch(client, chat.token, chat.shopperId, orderId);
    await advance(client, chat.token, batch, 'completed');
    orders.push(orderId);
  }
  await clock(client, chat.token, { advance_ms: 90_000_000 });
  const token = await clientToken(client, chat, 'aislechat:operate');
  const list = (query = '') => client.get(`/v1/erasure-receipts${query}`, { token });
  type Receipts = { order_id: string; verified_at?: string }[];
  await eventually(list, ({ body: { receipts } }: { body: { receipts: Receipts } }) => {
    return receipts.length === orders.length && receipts.every((row) => row.verified_at !== undefined);
  });
  const all = (await list()).body.receipts;
  // Both times follow the retailer's clock, which is a day ahead here.
  for (const { erased_at, verified_at } of all)
    assert.ok(verified_at >= erased_at, `${erased_at} ${verified_at}`);
  assert.deepEqual(all.map((row: { order_id: string }) => row.order_id).sort(), orders.sort());
  const pages: unknown[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const { body } = await list(`?limit=2${next && `&after=${next}`}`);
    pages.push(...body.receipts);
    next = body.next;
  }
  assert.deepEqual(pages, all);
  const { operator: foreign } = await shop();
  assert.deepEqual((await client.get('/v1/erasure-receipts', { token: foreign })).body.receipts, []);
  assert.equal((await list('?after=bm90aGluZw')).status, 400);
});

test('figures count sent messages and pending callbacks of the operator’s retailer only', async () => {
  const chat = await openChat(client);
  const token = await clientToken(client, chat, 'aislechat:operate');
  const figures = async () => (await client.get('/v1/figures', { token })).body;
  const none = await figures();
  assert.equal(none.sends.per_second.length, 60);
  assert.equal(none.sends.latency_ms, undefined);
  assert.deepEqual(
    [none.streams, none.callbacks, none.erasures],
    [0, { pending: 0, dead: 0 }, { unverified: 0 }],
  );
  await client.post('/v1/callback-endpoints', {
    token,
    body: { name: 'deaf', url: 'http://127.0.0.1:9/', events: ['chat_message_created'] },
  });
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'one');
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'two' } });
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: '' } });
  const some = await figures();
  const sum = some.sends.per_second.reduce((total: number, count: number) => total + count, 0);
  assert.equal(sum, 2, 'refused messages are not counted');
  assert.equal(some.sends.per_minute.length, 60);
  const inHour = some.sends.per_minute.reduce(
    (total: number, minute: { sends: number }) => total + minute.sends,
    0,
  );
  assert.equal(inHour, 2);
  assert.ok(some.sends.per_minute.some(({ latency_ms }: { latency_ms?: { p99: number } }) => latency_ms));
  assert.ok(some.sends.latency_ms.p50 > 0 && some.sends.latency_ms.p99 >= some.sends.latency_ms.p50);
  assert.equal(some.callbacks.pending, 2);
  assert.ok(some.callbacks.oldest_pending_seconds >= 0);
  const { operator } = await shop();
  const foreign = (await client.get('/v1/figures', { token: operator })).body;
  assert.equal(foreign.sends.latency_ms, undefined);
  assert.equal(foreign.callbacks.pending, 0);
});

test('without the console its route does not exist, and in production it is off unless enabled', async (t) => {
  const console = (url: string) => fetch(`${url}/v1/console`).then(({ status }) => status);
  assert.equal(await console(client.url), 200);
  const off = await testServer(t, { AISLECHAT_CONSOLE: 'false' });
  assert.equal(await console(off.client.url), 404);
  const production = await testServer(t, { AISLECHAT_ENV: 'production', ...(await newPlace(t)).env });
  assert.equal(await console(production.client.url), 404);
  const on = await testServer(t, {
    AISLECHAT_ENV: 'production',
    AISLECHAT_CONSOLE: 'true',
    ...(await newPlace(t)).env,
  });
  const answer = await on.client.get('/v1/console');
  assert.deepEqual(answer.body, { environment: 'production', demo: false });
});
