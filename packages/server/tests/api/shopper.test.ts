import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  advance,
  chatPath,
  newBatch,
  newOrder,
  type OpenChat,
  openChat,
  shopperToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

const says = (chat: OpenChat, body: string) =>
  client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body } });
const messagesPath = (orderId: string) => `/v1/shopper/orders/${encodeURIComponent(orderId)}/messages`;

test('a shopper sees their orders with unread count, preview and the customer’s first name', async () => {
  const chat = await openChat(client);
  const second = await newOrder(client, chat.token, chat.userId);
  await newBatch(client, chat.token, chat.shopperId, second);
  const token = await shopperToken(client, chat, chat.shopperId);
  await says(chat, 'one');
  await says(chat, `two ${'x'.repeat(200)}`);
  const { body } = await client.get('/v1/shopper/orders', { token });
  type Listed = { order_id: string; unread: number };
  const orders: Listed[] = body.orders;
  assert.deepEqual(orders.map(({ order_id }) => order_id).sort(), [chat.orderId, second].sort());
  const talked = body.orders.find(({ order_id }: Listed) => order_id === chat.orderId);
  assert.equal(talked.unread, 2);
  assert.equal(talked.last_message.sender_type, 'user');
  assert.equal(talked.last_message.preview.length, 80);
  assert.deepEqual(talked.customer, { first_name: 'Noor' });
  assert.equal(talked.chat_open, true);
  const quiet = body.orders.find(({ order_id }: Listed) => order_id === second);
  assert.equal(quiet.unread, 0);
  assert.ok(!('last_message' in quiet));
});

test('unread counts the other side’s messages, drops to zero when they are read, and counts again afterwards', async () => {
  const chat = await openChat(client);
  const token = await shopperToken(client, chat, chat.shopperId);
  const unread = async () => (await client.get('/v1/shopper/orders', { token })).body.orders[0].unread;
  await says(chat, 'one');
  await says(chat, 'two');
  await client.post(messagesPath(chat.orderId), {
    token,
    body: { body: 'the shopper’s own messages do not count' },
  });
  assert.equal(await unread(), 2);
  assert.deepEqual((await client.put(messagesPath(chat.orderId), { token })).body, {
    messages_read_count: 2,
  });
  assert.equal(await unread(), 0);
  await says(chat, 'three');
  assert.equal(await unread(), 1);
});

test('the conversation shows what was delivered and what was read', async () => {
  const chat = await openChat(client);
  const token = await shopperToken(client, chat, chat.shopperId);
  await says(chat, 'hello');
  const sent = await client.post(messagesPath(chat.orderId), { token, body: { body: 'hi' } });
  const read = async () => (await client.get(messagesPath(chat.orderId), { token })).body.messages;
  await read();
  const [hello, hi] = await read();
  assert.ok(hello.delivered_at, 'the shopper’s device has received it');
  assert.equal(hello.read, false);
  assert.equal(hi.id, sent.body.id);
  assert.ok(!('delivered_at' in hi));
  await client.get(`/v1/orders/${chat.orderId}/events`, { token: chat.userToken });
  assert.ok((await read())[1].delivered_at, 'the customer’s device has received it now');
  await client.put(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal((await read())[1].read, true);
});

test('messages read through Connect’s routes have none of our own fields', async () => {
  const chat = await openChat(client);
  const token = await shopperToken(client, chat, chat.shopperId);
  await client.post(messagesPath(chat.orderId), { token, body: { body: 'hi' } });
  await client.get(`/v1/orders/${chat.orderId}/events`, { token: chat.userToken });
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  const ours = ['delivered_at', 'seq', 'image_id'];
  assert.deepEqual(
    Object.keys(body.chat_messages[0]).filter((name) => ours.includes(name)),
    [],
  );
});

test('a repeated send with the same key stores no second message', async () => {
  const chat = await openChat(client);
  const token = await shopperToken(client, chat, chat.shopperId);
  const headers = { 'idempotency-key': 'k1' };
  const send = () => client.post(messagesPath(chat.orderId), { token, body: { body: 'once' }, headers });
  assert.equal((await send()).text, (await send()).text);
  const { body } = await client.get(messagesPath(chat.orderId), { token });
  assert.equal(body.messages.length, 1);
});

test('after the end a shopper can still read, but not send', async () => {
  const chat = await openChat(client);
  const token = await shopperToken(client, chat, chat.shopperId);
  await says(chat, 'thanks');
  await advance(client, chat.token, chat.batchId, 'completed');
  const { body } = await client.get(messagesPath(chat.orderId), { token });
  assert.equal(body.chat_open, false);
  assert.equal(body.messages.length, 1);
  const { status } = await client.post(messagesPath(chat.orderId), { token, body: { body: 'bye' } });
  assert.equal(status, 403);
});

test('a shopper token is issued only for a shopper of the same retailer', async () => {
  const chat = await openChat(client);
  const grant = (assertion: string) =>
    client.post('/v2/oauth/token', {
      body: {
        grant_type: 'urn:aislechat:params:oauth:grant-type:shopper_assertion',
        client_id: chat.clientId,
        client_secret: chat.clientSecret,
        assertion,
      },
    });
  const of = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const good = await grant(of({ shopper_id: chat.shopperId }));
  assert.equal(good.body.scope, 'aislechat:shopper');
  for (const assertion of [
    'x',
    of({}),
    of({ shopper_id: 'nobody' }),
    of({ shopper_id: 999_999 }),
    of({ shopper_id: String(chat.shopperId) }),
    of({ shopper_id: 'a\u0000' }),
    of({ shopper_id: null }),
    of({ user_id: chat.userId }),
  ]) {
    const { status, body } = await grant(assertion);
    assert.equal(status, 400, assertion);
    assert.equal(body.error, 'invalid_grant');
  }
});
