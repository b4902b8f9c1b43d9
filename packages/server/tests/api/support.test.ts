/** Support agents: links that work once, and tokens with limited reach that carry the agent's name. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Route, routes } from '@aislechat/contract';
import { runCommand } from '../support/command.ts';
import { agentToken, clientToken, clock, newOrder, openChat, shopperSays } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client, place } = await testServer({ after });

async function shop() {
  const chat = await openChat(client);
  return { ...chat, operator: await clientToken(client, chat, 'aislechat:operate') };
}
type Shop = Awaited<ReturnType<typeof shop>>;

async function newCode({ operator }: Pick<Shop, 'operator'>, agent = 'Dana'): Promise<string> {
  const { body } = await client.post('/v1/support-links', { token: operator, body: { agent } });
  return body.support_code;
}
const exchange = (code: string) => client.post('/v1/support-sessions', { body: { support_code: code } });
const conversation = (order: string, token: string, more = '') =>
  client.get(`/v1/orders/${order}/conversation?reason=complaint${more}`, { token });
const auditOf = async ({ orderId, operator }: Shop) =>
  (await client.get(`/v1/audit?order_id=${orderId}`, { token: operator })).body.entries;

test('a link works once; an unknown, a used and an expired one get the same answer', async () => {
  const one = await shop();
  const code = await newCode(one);
  const { status, body } = await exchange(code);
  assert.equal(status, 200);
  assert.equal(body.scope, 'aislechat:support');
  assert.equal(body.expires_in, 8 * 3600);
  assert.equal(body.agent, 'Dana');
  const used = await exchange(code);
  const unknown = await exchange('x'.repeat(43));
  await clock(client, one.token, { frozen: true });
  const [last, old] = [await newCode(one), await newCode(one)];
  await clock(client, one.token, { advance_ms: 15 * 60_000 - 1 });
  assert.equal((await exchange(last)).status, 200);
  // Exactly at its expiry: a moment later the link would be deleted, and therefore unknown.
  await clock(client, one.token, { advance_ms: 1 });
  const late = await exchange(old);
  assert.equal(used.status, 401);
  assert.deepEqual([used.text, unknown.text], [late.text, late.text]);
  assert.deepEqual([used.headers.get('www-authenticate')], [late.headers.get('www-authenticate')]);
});

test('of twenty simultaneous exchanges of one code, one succeeds', async () => {
  const code = await newCode(await shop());
  const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(code)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(401)]);
});

test('a link of an application that has been disabled since is refused', async () => {
  const one = await shop();
  const scopes = ['aislechat:operate'];
  const made = await client.post('/v1/applications', { token: one.operator, body: { name: 'desk', scopes } });
  const { client_id: clientId, client_secret: clientSecret } = made.body;
  const operator = await clientToken(client, { clientId, clientSecret }, 'aislechat:operate');
  const code = await newCode({ operator });
  await client.patch(`/v1/applications/${clientId}`, { token: one.operator, body: { state: 'disabled' } });
  assert.equal((await exchange(code)).status, 401);
});

test('the audit log takes the agent from the token, whatever the query says', async () => {
  const one = await shop();
  await shopperSays(client, one.token, one.shopperId, one.orderId, 'hello');
  const dana = await agentToken(client, one.operator, 'Dana');
  const read = await conversation(one.orderId, dana, '&agent=Mallory');
  assert.equal(read.body.chat_messages[0].body, 'hello');
  await conversation(one.orderId, one.operator, '&agent=Robin');
  const agents = (await auditOf(one)).map((entry: { agent: string }) => entry.agent);
  assert.deepEqual(agents, ['Robin', 'Dana']);
  const { body } = await client.get('/v1/audit', { token: one.operator });
  const kinds = body.entries.map((entry: { action: string; agent: string }) => [entry.action, entry.agent]);
  assert.deepEqual(kinds.slice(2), [
    ['support_session', 'Dana'],
    ['support_link', 'Dana'],
  ]);
});

/** Reads as an agent does, and continues the reading of an earlier answer. */
const follow = (order: string, token: string, etag: string | null, more = '?reason=complaint') =>
  client.get(`/v1/orders/${order}/conversation${more}`, {
    token,
    headers: etag === null ? {} : { 'if-none-match': etag },
  });

test('who follows a conversation sees new messages, and the audit log has an entry for every quarter of an hour', async () => {
  const one = await shop();
  await clock(client, one.token, { frozen: true });
  const dana = await agentToken(client, one.operator, 'Dana');
  const readings = async () =>
    (await auditOf(one)).filter(({ action }: { action: string }) => action === 'conversation_read').length;
  const first = await follow(one.orderId, dana, null);
  const etag = first.headers.get('etag');
  for (let n = 0; n < 5; n++) assert.equal((await follow(one.orderId, dana, etag)).status, 304);
  assert.equal(await readings(), 1);
  await shopperSays(client, one.token, one.shopperId, one.orderId, 'hello');
  const changed = await follow(one.orderId, dana, etag);
  assert.equal(changed.status, 200);
  assert.equal(changed.body.chat_messages[0].body, 'hello');
  assert.equal((await follow(one.orderId, dana, changed.headers.get('etag'))).status, 304);
  assert.equal(await readings(), 1);

  await clock(client, one.token, { advance_ms: 15 * 60_000 - 1 });
  const last = await follow(one.orderId, dana, changed.headers.get('etag'));
  assert.equal(last.status, 200, 'the links to images are new');
  assert.equal(await readings(), 1);
  await clock(client, one.token, { advance_ms: 1 });
  const later = await follow(one.orderId, dana, last.headers.get('etag'));
  assert.equal(later.status, 200, 'an entry is written before anything is known to be unchanged');
  assert.equal(await readings(), 2);
  assert.equal((await follow(one.orderId, dana, later.headers.get('etag'))).status, 304);
  assert.equal(await readings(), 2);
  // Control: without the tag each reading is recorded.
  assert.equal((await follow(one.orderId, dana, null)).status, 200);
  assert.equal(await readings(), 3);
});

test('nobody continues the reading of somebody else, of another order or for another reason', async () => {
  const [one, foreign] = [await shop(), await shop()];
  const dana = await agentToken(client, one.operator, 'Dana');
  const etag = (await follow(one.orderId, dana, null)).headers.get('etag')!;
  const other = { ...one, orderId: await newOrder(client, one.token, one.userId) };
  const lee = await agentToken(client, one.operator, 'Lee');
  const abroad = await agentToken(client, foreign.operator, 'Dana');
  const second = await client.post('/v1/applications', {
    token: one.operator,
    body: { name: 'desk', scopes: ['aislechat:operate'] },
  });
  const { client_id: clientId, client_secret: clientSecret } = second.body;
  const desk = await clientToken(client, { clientId, clientSecret }, 'aislechat:operate');
  for (const [shopOfOrder, token, more] of [
    [one, lee, '?reason=complaint'],
    [one, dana, '?reason=another'],
    [one, one.operator, '?reason=complaint&agent=Lee'],
    [one, desk, '?reason=complaint&agent=Dana'],
    [other, dana, '?reason=complaint'],
    [foreign, abroad, '?reason=complaint'],
  ] as const) {
    const before = (await auditOf(shopOfOrder)).length;
    const { status } = await follow(shopOfOrder.orderId, token, etag, more);
    assert.equal(status, 200, more);
    assert.equal((await auditOf(shopOfOrder)).length, before + 1, more);
  }
  for (const wrong of ['"1.1-1-0-1"', 'W/"x"', '*', `"${'9'.repeat(15)}.1"`]) {
    assert.equal((await follow(one.orderId, dana, wrong)).status, 200, wrong);
  }
  // Control: the reader's own reading goes on.
  assert.equal((await follow(one.orderId, dana, etag)).status, 304);
  assert.equal((await follow(other.orderId, abroad, etag)).status, 404);
});

test('an agent reaches only the routes meant for agents, and only their own retailer', async () => {
  const [one, foreign] = [await shop(), await shop()];
  const token = await agentToken(client, one.operator);
  const meant = Object.entries<Route>(routes).filter(([, { identity }]) => identity === 'client_or_support');
  assert.deepEqual(
    meant.map(([name]) => name),
    [
      'listOrders',
      'searchOrders',
      'getOrderOverview',
      'getOrderTimeline',
      'getSupportConversation',
      'endSession',
      'listReports',
      'getEvidence',
      'listAudit',
    ],
  );
  const { body } = await client.get('/v1/orders', { token });
  assert.deepEqual(
    body.orders.map((order: { order_id: string }) => order.order_id),
    [one.orderId],
  );
  assert.equal((await conversation(foreign.orderId, token)).status, 404);
  assert.equal((await client.get('/v1/audit', { token })).status, 403, 'the whole log is for operators only');
  assert.equal((await client.get(`/v1/audit?order_id=${one.orderId}`, { token })).status, 200);
  assert.equal(await conversation(one.orderId, token, '').then(({ status }) => status), 200);
  assert.equal((await client.get(`/v1/orders/${one.orderId}/conversation`, { token })).status, 400);
});

test('no application can get the scope of agents', async () => {
  const one = await shop();
  const asked = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'client_credentials',
      client_id: one.clientId,
      client_secret: one.clientSecret,
      scope: 'aislechat:support',
    },
  });
  assert.equal(asked.body.error, 'invalid_scope');
  const body = { name: 'sly', scopes: ['aislechat:support'] };
  assert.equal((await client.post('/v1/applications', { token: one.operator, body })).status, 400);
});

test('an agent’s token expires after eight hours, and is revoked when they sign out', async () => {
  const one = await shop();
  await clock(client, one.token, { frozen: true });
  const token = await agentToken(client, one.operator);
  const other = await agentToken(client, one.operator);
  assert.equal((await client.call('DELETE', '/v1/session', { token: other })).status, 200);
  const revoked = await client.get('/v1/orders', { token: other });
  assert.equal(revoked.body.error.message, 'The access token was revoked');
  await clock(client, one.token, { advance_ms: 8 * 3_600_000 - 1 });
  assert.equal((await client.get('/v1/orders', { token })).status, 200);
  await clock(client, one.token, { advance_ms: 1 });
  assert.equal((await client.get('/v1/orders', { token })).body.error.message, 'The access token expired');
});

test('the timeline lists events in order, and contains no texts and no names', async () => {
  const one = await shop();
  await shopperSays(client, one.token, one.shopperId, one.orderId, 'canary-text');
  const token = await agentToken(client, one.operator);
  const timeline = async (query = '') => client.get(`/v1/orders/${one.orderId}/timeline${query}`, { token });
  const { body, text } = await timeline();
  const types = body.events.map(({ type }: { type: string }) => type);
  assert.deepEqual(types, ['state_changed', 'shopper_assigned', 'state_changed', 'state_changed', 'message']);
  assert.deepEqual(
    body.events.map(({ seq }: { seq: number }) => seq),
    [1, 2, 3, 4, 5],
  );
  assert.equal(body.events[1].shopper_id, one.shopperId);
  assert.doesNotMatch(text, /canary-text|Noor|Ilse/);
  assert.deepEqual((await timeline('?after=4')).body.events, [body.events[4]]);
  assert.deepEqual((await timeline('?after=5')).body, { events: [], next_after: 5 });
  assert.equal((await timeline('?after=x')).status, 400);
});

test('the command line can create a link too', async () => {
  const one = await shop();
  const args = ['--client-id', one.clientId, '--agent', 'Dana', '--json'];
  const { out } = await runCommand(place, 'support-link', ...args);
  const { link, agent } = JSON.parse(out);
  assert.equal(agent, 'Dana');
  assert.equal((await exchange(link.split('#support_code=')[1])).status, 200);
  const nobody = await runCommand(place, 'support-link', '--client-id', 'nothing', '--agent', 'Dana');
  assert.equal(nobody.code, 3);
});

test('the sandbox’s request log does not show the code', async () => {
  const one = await shop();
  const code = await newCode(one);
  await exchange(code);
  const { text } = await client.get('/v1/sandbox/requests', { token: one.token });
  assert.match(text, /support-links/);
  assert.doesNotMatch(text, new RegExp(code));
});
