/** Reports about a chat: who may report what, and what an operator does about it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits, reportReasons } from '@aislechat/contract';
import { EventSource } from '../support/event-source.ts';
import { startReceiver } from '../support/receiver.ts';
import {
  advance,
  agentToken,
  chatPath,
  clientToken,
  clock,
  newUser,
  type OpenChat,
  openChat,
  shopperSays,
  shopperToken,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

interface Watched extends OpenChat {
  operator: string;
}

async function watched(): Promise<Watched> {
  const chat = await openChat(client);
  return { ...chat, operator: await clientToken(client, chat, 'aislechat:operate') };
}

const report = (chat: OpenChat, token: string, body: unknown) =>
  client.post(`/v1/orders/${chat.orderId}/reports`, { token, body });
const listed = async ({ operator: token }: Watched, query = '') =>
  (await client.get(`/v1/reports${query}`, { token })).body.reports;
const act = ({ orderId, operator: token }: Watched, what: string, method = 'POST') =>
  client.call(method, `/v1/orders/${orderId}/${what}`, { token });
const say = ({ orderId }: OpenChat, token: string) =>
  client.post(chatPath(orderId), { token, body: { body: 'Hello' } });

test('either side reports a chat with messages of it, and the queue holds no text', async () => {
  const chat = await watched();
  const id = await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'A rude word');
  const shopper = await shopperToken(client, chat, chat.shopperId);
  const mine = await say(chat, chat.userToken);
  const byCustomer = { reason: 'abusive_language', message_ids: [id] };
  assert.deepEqual((await report(chat, chat.userToken, byCustomer)).body, { success: true });
  const byShopper = { reason: 'asked_for_payment', message_ids: [mine.body.id] };
  assert.equal((await report(chat, shopper, byShopper)).status, 200);
  const reports = await listed(chat);
  assert.deepEqual(
    reports.map((one: Record<string, unknown>) => [
      one.order_id,
      one.reported_by,
      one.reason,
      one.message_ids,
    ]),
    [
      [chat.orderId, 'driver', 'asked_for_payment', [mine.body.id]],
      [chat.orderId, 'user', 'abusive_language', [id]],
    ],
  );
  assert.ok(!JSON.stringify(reports).includes('rude'));
});

test('a report names a reason of the list and at most ten messages of its own order', async () => {
  const chat = await watched();
  const other = await watched();
  const foreign = await shopperSays(client, other.token, other.shopperId, other.orderId, 'Hi');
  for (const [body, key] of [
    [{}, 'reason'],
    [{ reason: 'ugly' }, 'reason'],
    [{ reason: 'spam', message_ids: [foreign + 2 ** 30] }, 'message_ids'],
    [{ reason: 'spam', message_ids: [1] }, 'message_ids'],
    [{ reason: 'spam', message_ids: Array(11).fill(1) }, 'message_ids'],
  ] as const) {
    const refused = await report(chat, chat.userToken, body);
    assert.equal(refused.status, 400, JSON.stringify(body));
    assert.deepEqual(refused.body.meta, { key });
  }
  const stranger = await userToken(client, chat, await newUser(client, chat.token));
  assert.equal((await report(chat, stranger, { reason: 'spam' })).status, 404);
});

test('a repeated report adds its messages to the open one, without a second event', async () => {
  const chat = await watched();
  const say = (body: string) => shopperSays(client, chat.token, chat.shopperId, chat.orderId, body);
  const ids: number[] = [];
  for (let n = 0; n <= limits.messagesPerOpenReport; n++) ids.push(await say(`Buy ${n}`));
  const noted = async () => {
    const { body } = await client.get(`/v1/orders/${chat.orderId}/timeline`, { token: chat.operator });
    return body.events.filter(({ type }: { type: string }) => type === 'noted').length;
  };
  await report(chat, chat.userToken, { reason: 'spam', message_ids: ids.slice(0, 2) });
  const events = await noted();
  const most = limits.messagesPerOpenReport;
  for (let from = 1; from < most; from += limits.messagesPerReport) {
    const message_ids = ids.slice(from, Math.min(from + limits.messagesPerReport, most));
    const repeated = await report(chat, chat.userToken, { reason: 'spam', message_ids });
    assert.deepEqual(repeated.body, { success: true });
  }
  const tooMany = await report(chat, chat.userToken, { reason: 'spam', message_ids: ids.slice(most) });
  assert.deepEqual(
    [tooMany.status, tooMany.body.error.message],
    [403, 'No more additions to this report can be made'],
  );
  const [one, ...others] = await listed(chat);
  assert.deepEqual(one.message_ids, ids.slice(0, most));
  assert.deepEqual(others, []);
  assert.equal(await noted(), events);

  // What was dealt with does not count.
  await act(chat, 'reports/resolution');
  await report(chat, chat.userToken, { reason: 'spam' });
  assert.equal((await listed(chat)).length, 2);
  assert.equal((await listed(chat, '?resolved=false')).length, 1);
});

test('neither side can keep the other from reporting', async () => {
  const chat = await watched();
  const shopper = await shopperToken(client, chat, chat.shopperId);
  for (let n = 0; n < 4; n++) {
    for (const reason of reportReasons) {
      assert.equal((await report(chat, chat.userToken, { reason })).status, 200);
    }
  }
  assert.equal((await report(chat, shopper, { reason: 'spam' })).status, 200);
  const reports = await listed(chat);
  assert.equal(reports.length, reportReasons.length + 1);
  assert.equal(reports[0].reported_by, 'driver');
});

test('the other side learns nothing of a report', async (t) => {
  const chat = await watched();
  const shopper = await shopperToken(client, chat, chat.shopperId);
  const address = `${client.url}/v1/orders/${chat.orderId}/stream`;
  const stream = await EventSource.open(t, address, { token: shopper });
  await stream.until(({ event }) => event === 'cursor');
  await report(chat, chat.userToken, { reason: 'harassment' });
  await say(chat, chat.userToken);
  await stream.until(({ event }) => event === 'message');
  assert.ok(!/report|harassment|reason/.test(JSON.stringify(stream.events)));
});

test('a closed chat refuses both sides with a notice, and can be opened again', async (t) => {
  const chat = await watched();
  const shopper = await shopperToken(client, chat, chat.shopperId);
  const address = `${client.url}/v1/orders/${chat.orderId}/stream`;
  const stream = await EventSource.open(t, address, { token: chat.userToken });
  await stream.until(({ event }) => event === 'chat');
  assert.equal((await act(chat, 'chat/closing')).status, 200);
  const notice = await stream.until(({ event }) => event === 'lifecycle_message');
  assert.equal(notice.data.body, 'The store has closed this chat.');
  await stream.until(({ event, data }) => event === 'chat' && data.open === false);
  const answers = [
    await say(chat, chat.userToken),
    await client.post(`/v1/shopper/orders/${chat.orderId}/messages`, {
      token: shopper,
      body: { body: 'Hi' },
    }),
  ];
  for (const { status, body } of answers) {
    assert.equal(status, 403);
    assert.equal(body.error.message, 'Sending a message is not allowed at this time');
  }
  assert.equal((await client.get(chatPath(chat.orderId), { token: chat.userToken })).status, 200);
  await act(chat, 'chat/closing', 'DELETE');
  assert.equal((await say(chat, chat.userToken)).status, 200);
});

test('the queue has the time until the text is gone, and forgets what was dealt with', async () => {
  const chat = await watched();
  await report(chat, chat.userToken, { reason: 'other' });
  const [active] = await listed(chat);
  assert.equal(active.text_until, undefined);
  await clock(client, chat.token, { frozen: true });
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: 3_600_000 });
  const [ended] = await listed(chat);
  assert.equal(ended.text_seconds_left, 23 * 3600);
  const agent = await agentToken(client, chat.operator);
  assert.equal((await client.get('/v1/reports', { token: agent })).body.reports.length, 1);
  assert.equal((await act(chat, 'reports/resolution')).status, 200);
  assert.deepEqual(await listed(chat, '?resolved=false'), []);
  assert.equal((await listed(chat, '?resolved=true')).length, 1);
});

test('the retailer’s systems hear of a report, and of two people to keep apart', async (t) => {
  const chat = await watched();
  const receiver = await startReceiver(t);
  const events = ['aislechat.chat_reported', 'aislechat.keep_apart'];
  await client.post('/v1/callback-endpoints', {
    token: chat.operator,
    body: { name: 'safety', url: receiver.url, events },
  });
  await client.put('/v1/shoppers/ilse-1', { token: chat.operator, body: { display_name: 'Ilse' } });
  const assigned = await client.post(`/v1/orders/${chat.orderId}/assignment`, {
    token: chat.operator,
    body: { shopper_id: 'ilse-1' },
  });
  assert.equal(assigned.status, 200);
  await report(chat, chat.userToken, { reason: 'harassment' });
  assert.equal((await act(chat, 'keep-apart')).status, 200);
  const [reported, apart] = (await receiver.until(2)).map(({ body }) => body);
  assert.equal(reported.event_name, 'aislechat.chat_reported');
  assert.deepEqual(reported.event_metadata, { order_id: chat.orderId, reason: 'harassment' });
  assert.equal(apart.event_name, 'aislechat.keep_apart');
  const { order_id, user_id, shopper_id } = apart.event_metadata;
  assert.deepEqual([order_id, user_id, shopper_id], [chat.orderId, chat.userId, 'ilse-1']);
  const audit = await client.get(`/v1/audit?order_id=${chat.orderId}`, { token: chat.operator });
  assert.ok(audit.body.entries.some(({ action }: { action: string }) => action === 'keep_apart'));
});
