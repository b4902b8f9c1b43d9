import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  advance,
  allPath,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newShopper,
  type OpenChat,
  openChat,
  shopperSays,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const day = 86_400_000;

/** Delivers the order while the clock is frozen; tokens of the next day read it. */
async function delivered(): Promise<{ chat: OpenChat; endedAt: number }> {
  const chat = await openChat(client);
  const { body } = await clock(client, chat.token, { frozen: true });
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  await advance(client, chat.token, chat.batchId, 'completed');
  return { chat, endedAt: Date.parse(body.now) };
}

async function moveTo(chat: OpenChat, at: number): Promise<void> {
  // Two steps, so that the token that moves the clock is never older than a day.
  const half = await clock(client, chat.token, { advance_ms: day / 2 });
  assert.equal(half.status, 200);
  chat.token = await clientToken(client, chat);
  chat.userToken = await userToken(client, chat, chat.userId);
  const moved = await clock(client, chat.token, { now: new Date(at).toISOString() });
  assert.equal(moved.status, 200, moved.text);
}

test('a chat is readable exactly 24 hours after delivery, and empty a millisecond later', async () => {
  const { chat, endedAt } = await delivered();
  await moveTo(chat, endedAt + day);
  const read = () => client.get(chatPath(chat.orderId), { token: chat.userToken });
  const readAll = () => client.get(allPath(chat.orderId), { token: chat.userToken });
  const last = await read();
  assert.equal(last.body.metadata.is_expired, false);
  assert.equal(last.body.chat_messages.length, 1);
  assert.equal((await readAll()).body.chat_messages.length, 1);

  await clock(client, chat.token, { advance_ms: 1 });
  const { status, headers, body } = await client.get(chatPath(chat.orderId), {
    token: chat.userToken,
    headers: { 'if-none-match': last.headers.get('etag')! },
  });
  assert.equal(status, 200, 'the old ETag no longer matches');
  assert.notEqual(headers.get('etag'), last.headers.get('etag'));
  assert.deepEqual(body.chat_messages, []);
  assert.deepEqual(body.metadata, { ...last.body.metadata, is_expired: true });
  const all = (await readAll()).body;
  assert.deepEqual(all.chat_messages, []);
  assert.deepEqual(
    all.lifecycle_messages.map((message: { type: string }) => message.type),
    ['delivery_in_progress', 'delivery_completed'],
    'notices contain no personal data and stay',
  );
  const marked = await client.put(chatPath(chat.orderId), { token: chat.userToken });
  assert.deepEqual(marked.body, { messages_read_count: 0 });
});

test('a cancellation starts the same 24 hours, and a later end does not restart them', async () => {
  const chat = await openChat(client);
  const { body } = await clock(client, chat.token, { frozen: true });
  const endedAt = Date.parse(body.now);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  const cancel = () =>
    client.post(`/v2/fulfillment_sandbox/orders/${chat.orderId}/callbacks`, {
      token: chat.token,
      body: { event_name: 'canceled' },
    });
  assert.equal((await cancel()).status, 200);
  await clock(client, chat.token, { advance_ms: 3_600_000 });
  await cancel();
  await moveTo(chat, endedAt + day + 1);
  const { body: read } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(read.metadata.is_expired, true);
});

test('an order that returns to an earlier state has no end until it ends again', async () => {
  const { chat, endedAt } = await delivered();
  const robert = await newShopper(client, chat.token, 'Robert');
  const batch = await newBatch(client, chat.token, robert, chat.orderId, 'picking');
  await moveTo(chat, endedAt + day + 1);
  const read = async () => (await client.get(chatPath(chat.orderId), { token: chat.userToken })).body;
  assert.equal((await read()).metadata.is_expired, false);
  assert.equal((await read()).chat_messages.length, 1);
  await advance(client, chat.token, batch, 'completed');
  await moveTo(chat, endedAt + 2 * day + 2);
  assert.equal((await read()).metadata.is_expired, true);
});

test('expired messages do not reappear when the order returns to an earlier state', async () => {
  const { chat, endedAt } = await delivered();
  await moveTo(chat, endedAt + day + 1);
  await newBatch(client, chat.token, chat.shopperId, chat.orderId, 'picking');
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.deepEqual(body.chat_messages, []);
  assert.equal(body.metadata.is_expired, false);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi again');
  const again = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(again.body.chat_messages.length, 1);
});

test('moving one retailer’s clock does not move another’s', async () => {
  const { chat } = await delivered();
  const other = await delivered();
  await moveTo(other.chat, other.endedAt + day + 1);
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(body.metadata.is_expired, false);
});

test('in production chats expire by the real clock', async (t) => {
  const time = { value: Date.UTC(2031, 4, 4, 17, 20, 9) };
  const fake = { now: () => time.value };
  const development = await testServer(t, {}, { clock: fake });
  const chat = await openChat(development.client);
  await shopperSays(development.client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  await advance(development.client, chat.token, chat.batchId, 'completed');
  await development.app.stop();

  const production = await testServer(
    t,
    { AISLECHAT_ENV: 'production', ...development.place },
    { clock: fake },
  );
  const expired = async () => {
    const token = await userToken(production.client, chat, chat.userId);
    const { body } = await production.client.get(chatPath(chat.orderId), { token });
    return body.metadata.is_expired;
  };
  time.value += day;
  assert.equal(await expired(), false);
  time.value += 1;
  assert.equal(await expired(), true);
});

test('control: expiry a millisecond early or late would be detected', async () => {
  const { isExpired } = await import('../../src/domain/orders/states.ts');
  assert.equal(isExpired({ expiresAt: 1000 }, 1000), false);
  assert.equal(isExpired({ expiresAt: 1000 }, 1001), true);
  assert.equal(isExpired({ expiresAt: null }, Number.MAX_SAFE_INTEGER), false);
});
