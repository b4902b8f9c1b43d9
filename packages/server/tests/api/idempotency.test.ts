import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createStore } from '../../src/storage/store.ts';
import { newPlace } from '../support/place.ts';
import { advance, chatPath, type OpenChat, openChat, openChatOf, shopperPath } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

const send = (chat: OpenChat, key: string, body: string, token = chat.userToken) =>
  chat.client.post(chatPath(chat.orderId), { token, body: { body }, headers: { 'idempotency-key': key } });
const bodies = async (chat: OpenChat) => {
  const { body } = await chat.client.get(chatPath(chat.orderId), { token: chat.userToken });
  return body.chat_messages.map((message: { body: string }) => message.body);
};

test('the same key gives the same answer and one message', async () => {
  const chat = await openChat(client);
  const first = await send(chat, 'key-1', 'once');
  for (let n = 0; n < 5; n++) assert.deepEqual((await send(chat, 'key-1', 'once')).body, first.body);
  assert.deepEqual(await bodies(chat), ['once']);
});

test('simultaneous requests with the same key get the same answer and store one message', async () => {
  const chat = await openChat(client);
  const answers = await Promise.all(Array.from({ length: 30 }, () => send(chat, 'twin', 'hello')));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.deepEqual(await bodies(chat), ['hello']);
});

test('a different body with the same key is refused with 422 and stores nothing', async () => {
  const chat = await openChat(client);
  await send(chat, 'key', 'first');
  const answer = await send(chat, 'key', 'second');
  assert.equal(answer.status, 422);
  assert.deepEqual(await bodies(chat), ['first']);
});

test('a repeated request gets its earlier answer even if the chat has closed meanwhile', async () => {
  const chat = await openChat(client);
  const first = await send(chat, 'key', 'just in time');
  await advance(client, chat.token, chat.batchId, 'completed');
  assert.deepEqual((await send(chat, 'key', 'just in time')).body, first.body);
  assert.equal((await send(chat, 'other', 'too late')).status, 403);
});

test('a refused send does not use up its key', async () => {
  const chat = await openChat(client);
  await client.patch('/v1/sandbox/retailer', { token: chat.token, body: { chat_enabled: false } });
  assert.equal((await send(chat, 'key', 'hello')).status, 403);
  await client.patch('/v1/sandbox/retailer', { token: chat.token, body: { chat_enabled: true } });
  assert.equal((await send(chat, 'key', 'hello')).status, 200);
});

test('keys belong to their order, sender and retailer', async () => {
  const chat = await openChat(client);
  const sameRetailer = await openChatOf(client, chat);
  const otherRetailer = await openChat(client);
  const shopper = () =>
    client.post(shopperPath(chat.shopperId, chat.orderId), {
      token: chat.token,
      body: { body: 'from the shopper' },
      headers: { 'idempotency-key': 'key' },
    });
  const ids = [
    (await send(chat, 'key', 'a')).body.id,
    (await send(sameRetailer, 'key', 'b')).body.id,
    (await shopper()).body.id,
  ];
  assert.equal(new Set(ids).size, 3);
  assert.equal((await send(otherRetailer, 'key', 'c')).status, 200);
  assert.equal((await shopper()).body.id, ids[2]);
  const asClient = await send(chat, 'key', 'a', chat.token);
  assert.equal(asClient.body.id, ids[0], 'tokens of the same customer share keys');
});

test('an empty or overlong key is refused', async () => {
  const chat = await openChat(client);
  assert.deepEqual((await send(chat, 'x'.repeat(256), 'hello')).body.meta, { key: 'Idempotency-Key' });
  assert.deepEqual((await send(chat, ' ', 'hello')).body.meta, { key: 'Idempotency-Key' });
  assert.equal((await send(chat, 'x'.repeat(255), 'hello')).status, 200);
});

test('keys survive a restart', async (t) => {
  const server = await testServer(t);
  const chat = await openChat(server.client);
  const first = await send(chat, 'key', 'hello');
  await server.app.stop();
  const again = await testServer(t, server.place);
  chat.client = again.client;
  assert.deepEqual((await send(chat, 'key', 'hello')).body, first.body);
});

test('control: without the record of keys a repetition would store a second message', async (t) => {
  const place = await newPlace(t);
  const store = createStore(await place.open());
  const forgetful: typeof store = {
    ...store,
    write: (unit) =>
      store.write((tx) =>
        unit({
          ...tx,
          idempotencyKeys: { ...tx.idempotencyKeys, find: async () => undefined, insert: async () => {} },
        }),
      ),
  };
  const server = await testServer(t, place.env, { store: forgetful });
  const chat = await openChat(server.client);
  await send(chat, 'key', 'once');
  await send(chat, 'key', 'once');
  assert.deepEqual(await bodies(chat), ['once', 'once']);
});
