import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  advance,
  allPath,
  chatPath,
  internal,
  internalId,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  type OpenChat,
  openChat,
  shopperPath,
  shopperSays,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

const say = (chat: OpenChat, body: unknown) =>
  client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body } });
const read = async (chat: OpenChat) => {
  const answer = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(answer.status, 200);
  return answer.body;
};

test('a message shows every field, with read_at only once it is read', async () => {
  const chat = await openChat(client);
  const messageId = await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Ripe ones are out');
  const sent = await say(chat, 'Firm ones are fine');
  assert.deepEqual(Object.keys(sent.body), ['id', 'type', 'created_at', 'timezone']);
  assert.equal(sent.body.type, 'CHAT');
  assert.equal(sent.body.timezone, 'UTC');
  await client.put(chatPath(chat.orderId), { token: chat.userToken });

  const { chat_messages: messages, metadata } = await read(chat);
  assert.equal(messages.length, 2);
  const [first, second] = messages;
  assert.deepEqual(first, {
    id: messageId,
    order_id: first.order_id,
    created_at: first.created_at,
    recipient_id: metadata.customer.id,
    recipient_type: 'user',
    sender_id: chat.shopperId,
    sender_type: 'driver',
    read: true,
    read_at: first.read_at,
    body: 'Ripe ones are out',
  });
  assert.deepEqual(second, {
    id: sent.body.id,
    order_id: first.order_id,
    created_at: sent.body.created_at,
    recipient_id: chat.shopperId,
    recipient_type: 'driver',
    sender_id: metadata.customer.id,
    sender_type: 'user',
    read: false,
    body: 'Firm ones are fine',
  });
  assert.match(first.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const shopper = { id: chat.shopperId, display_name: 'Ilse', avatar_url: 'https://img.example/Ilse.png' };
  assert.deepEqual(metadata, {
    customer: { id: metadata.customer.id, display_name: 'Noor', avatar_url: '' },
    current_shopper: shopper,
    shoppers: [shopper],
    is_expired: false,
  });
});

test('an image is shown beside the text, and a message may consist of an image alone', async () => {
  const chat = await openChat(client);
  const image = 'https://img.example/avocado.jpg';
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'This one?', image);
  await client.post(shopperPath(chat.shopperId, chat.orderId), { token: chat.token, body: { image } });
  const { chat_messages } = await read(chat);
  assert.deepEqual(
    chat_messages.map((message: { body: string; image: string }) => [message.body, message.image]),
    [
      ['This one?', image],
      ['', image],
    ],
  );
});

test('without a shopper current_shopper is null and shoppers is empty', async () => {
  const retailer = await newRetailer(client);
  const userId = await newUser(client, retailer.token);
  const orderId = await newOrder(client, retailer.token, userId);
  const token = await userToken(client, retailer, userId);
  const { body } = await client.get(chatPath(orderId), { token });
  assert.deepEqual(body.chat_messages, []);
  assert.equal(body.metadata.current_shopper, null);
  assert.deepEqual(body.metadata.shoppers, []);
  assert.equal(body.metadata.is_expired, false);

  await client.patch('/v1/sandbox/retailer', { token: retailer.token, body: { absent_shopper: 'omit' } });
  const omitted = await client.get(chatPath(orderId), { token });
  assert.equal('current_shopper' in omitted.body.metadata, false);
});

test('a second batch hands the order over, and the first shopper stays first in the list', async () => {
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  const second = await newShopper(client, chat.token, 'Robert');
  const batch = await newBatch(client, chat.token, second, chat.orderId, 'acknowledged');
  const sent = await say(chat, 'Hello Robert');
  assert.equal(sent.status, 200, 'the chat stays open while the order is handed over');

  const { chat_messages, metadata } = await read(chat);
  assert.equal(metadata.current_shopper.id, second);
  assert.deepEqual(
    metadata.shoppers.map((shopper: { id: number }) => shopper.id),
    [chat.shopperId, second],
  );
  assert.equal(chat_messages[0].sender_id, chat.shopperId);
  assert.equal(chat_messages[1].recipient_id, second);

  const former = await client.post(shopperPath(chat.shopperId, chat.orderId), {
    token: chat.token,
    body: { body: 'still here' },
  });
  assert.equal(former.status, 403);
  assert.equal(
    (await client.put(shopperPath(chat.shopperId, chat.orderId), { token: chat.token })).status,
    403,
  );
  const stranger = await newShopper(client, chat.token, 'Pim');
  const never = await client.post(shopperPath(stranger, chat.orderId), {
    token: chat.token,
    body: { body: 'who?' },
  });
  assert.equal(never.status, 404);

  await newBatch(client, chat.token, chat.shopperId, chat.orderId, 'acknowledged');
  const back = await read(chat);
  assert.equal(back.metadata.current_shopper.id, chat.shopperId);
  assert.deepEqual(
    back.metadata.shoppers.map((shopper: { id: number }) => shopper.id),
    [chat.shopperId, second],
    'a shopper who returns is still listed once',
  );
  assert.equal((await advance(client, chat.token, batch, 'checkout')).status, 200);
});

test('marking as read counts the shoppers’ messages once and never moves read_at', async () => {
  const chat = await openChat(client);
  await client.post('/v1/sandbox/clock', { token: chat.token, body: { frozen: true } });
  for (const text of ['one', 'two', 'three']) {
    await shopperSays(client, chat.token, chat.shopperId, chat.orderId, text);
  }
  await say(chat, 'mine');
  const before = await read(chat);
  assert.ok(
    before.chat_messages.every((message: { read: boolean }) => !message.read),
    'reading the chat marks nothing as read',
  );

  const put = () => client.put(chatPath(chat.orderId), { token: chat.userToken });
  assert.deepEqual((await put()).body, { messages_read_count: 3 });
  const first = await read(chat);
  await client.post('/v1/sandbox/clock', { token: chat.token, body: { advance_ms: 60_000 } });
  assert.deepEqual((await put()).body, { messages_read_count: 0 });
  assert.deepEqual((await read(chat)).chat_messages, first.chat_messages);
  assert.equal(first.chat_messages[3].read, false, 'the customer cannot mark their own message as read');

  const shopperReads = await client.put(shopperPath(chat.shopperId, chat.orderId), { token: chat.token });
  assert.deepEqual(shopperReads.body, { messages_read_count: 1 });
  assert.equal((await read(chat)).chat_messages[3].read, true);
});

test('PUT accepts a JSON content type without a body, as Connect’s sample sends it', async () => {
  const chat = await openChat(client);
  const answer = await client.put(chatPath(chat.orderId), {
    token: chat.userToken,
    headers: { 'content-type': 'application/json' },
  });
  assert.deepEqual(answer.body, { messages_read_count: 0 });
});

test('all four operations accept the internal integer with the header', async () => {
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  const id = await internalId(chat);
  const token = chat.userToken;
  for (const value of ['true', 'TRUE', '1']) {
    const headers = { 'x-treat-ids-as-internal': value };
    assert.equal((await client.get(chatPath(id), { token, headers })).status, 200);
    assert.equal((await client.get(allPath(id), { token, headers })).status, 200);
    assert.equal((await client.put(chatPath(id), { token, headers })).status, 200);
    const sent = await client.post(chatPath(id), { token, headers, body: { body: 'by integer' } });
    assert.equal(sent.status, 200);
    assert.equal((await client.get(chatPath(chat.orderId), { token, headers })).status, 404);
    assert.equal((await client.get(chatPath(`0${id}`), { token, headers })).status, 404);
  }
  for (const value of ['false', '0', '', 'yes', 'no']) {
    const headers = { 'x-treat-ids-as-internal': value };
    assert.equal((await client.get(chatPath(chat.orderId), { token, headers })).status, 200);
    assert.equal((await client.get(chatPath(id), { token, headers })).status, 404);
  }
});

test('a retailer’s ID that looks like an internal one never selects another order', async () => {
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'first order');
  const id = await internalId(chat);
  const lookalike = await newOrder(client, chat.token, chat.userId, { order_id: String(id) });
  await newBatch(client, chat.token, chat.shopperId, lookalike);
  const token = chat.userToken;
  const byString = await client.get(chatPath(id), { token });
  assert.deepEqual(byString.body.chat_messages, []);
  const byInteger = await client.get(chatPath(id), { token, headers: internal });
  assert.equal(byInteger.body.chat_messages[0].body, 'first order');
});

test('order IDs may contain any character that a URL can carry', async () => {
  const chat = await openChat(client);
  for (const orderId of ['a b/c?d#e', 'Bestellung №7', '100%', '日本', '.']) {
    await newOrder(client, chat.token, chat.userId, { order_id: orderId });
    if (orderId === '.') continue; // fetch removes a path segment of a single dot before sending
    const { status, body } = await client.get(chatPath(orderId), { token: chat.userToken });
    assert.equal(status, 200, orderId);
    assert.deepEqual(body.chat_messages, []);
  }
});

test('a client-credentials token reads and sends in any order of its retailer', async () => {
  const chat = await openChat(client);
  const sent = await client.post(chatPath(chat.orderId), { token: chat.token, body: { body: 'for Noor' } });
  assert.equal(sent.status, 200);
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.token });
  assert.equal(body.chat_messages[0].sender_type, 'user');
});

test('the limit of 1,000 characters counts code points, and unknown fields are ignored', async () => {
  const chat = await openChat(client);
  for (const text of ['x'.repeat(1000), '🥑'.repeat(1000), ` ${'é'.repeat(998)} `]) {
    const { status } = await client.post(chatPath(chat.orderId), {
      token: chat.userToken,
      body: { body: text, sender_type: 'driver', colour: 'green' },
    });
    assert.equal(status, 200);
  }
  const { chat_messages } = await read(chat);
  assert.equal(chat_messages[1].body, '🥑'.repeat(1000));
  assert.equal(chat_messages[2].body, ` ${'é'.repeat(998)} `, 'text is stored without trimming');
  assert.equal(chat_messages[0].sender_type, 'user');
  for (const text of ['x'.repeat(1001), '🥑'.repeat(1001)]) {
    assert.equal((await say(chat, text)).status, 400);
  }
});

test('a lone surrogate in a message is stored as a replacement character', async () => {
  const chat = await openChat(client);
  const sent = await client.post(chatPath(chat.orderId), {
    token: chat.userToken,
    headers: { 'content-type': 'application/json' },
    body: '{"body":"a\\ud800b"}',
  });
  assert.equal(sent.status, 200);
  assert.equal((await read(chat)).chat_messages[0].body, 'a\ufffdb');
});

test('messages are numbered in the order in which they were sent, and listed oldest first', async () => {
  const chat = await openChat(client);
  await Promise.all(Array.from({ length: 40 }, (_, n) => say(chat, `message ${n}`)));
  const { chat_messages } = await read(chat);
  const ids = chat_messages.map((message: { id: number }) => message.id);
  assert.equal(ids.length, 40);
  assert.deepEqual(
    ids,
    [...ids].sort((a, b) => a - b),
  );
  assert.equal(new Set(ids).size, 40);
});

test('the ETag changes with the content and a matching If-None-Match is answered 304', async () => {
  const chat = await openChat(client);
  const token = chat.userToken;
  const first = await client.get(chatPath(chat.orderId), { token });
  const etag = first.headers.get('etag')!;
  assert.match(etag, /^"[\w-]{22}"$/);
  assert.equal(first.headers.get('cache-control'), 'private, no-cache');
  for (const value of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await client.get(chatPath(chat.orderId), { token, headers: { 'if-none-match': value } });
    assert.equal(again.status, 304, value);
    assert.equal(again.text, '');
    assert.equal(again.headers.get('etag'), etag);
  }
  await say(chat, 'something new');
  const changed = await client.get(chatPath(chat.orderId), { token, headers: { 'if-none-match': etag } });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.get('etag'), etag);
});

test('a customer’s new name appears at once', async () => {
  const chat = await openChat(client);
  await read(chat);
  await client.post('/v2/fulfillment/users', {
    token: chat.token,
    body: { user_id: chat.userId, first_name: 'Nora' },
  });
  assert.equal((await read(chat)).metadata.customer.display_name, 'Nora');
});

test('order_messages includes the automated notices, oldest first and without names', async () => {
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  const item = `/v2/fulfillment_sandbox/shoppers/${chat.shopperId}/orders/${chat.orderId}/items/1`;
  await client.put(item, {
    token: chat.token,
    body: { status: 'replaced', replacement_item: { upc: '999' } },
  });
  await client.post(item, { token: chat.token, body: { status: 'to_refund' } });
  await advance(client, chat.token, chat.batchId, 'completed');
  const { body } = await client.get(allPath(chat.orderId), { token: chat.userToken });
  assert.equal(body.chat_messages.length, 1);
  assert.deepEqual(
    body.lifecycle_messages.map((message: { type: string }) => message.type),
    ['order_item_replacement', 'order_item_refund', 'delivery_in_progress', 'delivery_completed'],
  );
  assert.doesNotMatch(JSON.stringify(body.lifecycle_messages), /Ilse|Noor/);
  assert.equal(body.metadata.is_expired, false);
});

test('messages can be sent from picking to the end, if there is a shopper and the chat is enabled', async () => {
  const retailer = await newRetailer(client);
  const userId = await newUser(client, retailer.token);
  const shopperId = await newShopper(client, retailer.token);
  const orderId = await newOrder(client, retailer.token, userId);
  const chat = { ...retailer, userId, shopperId, orderId } as OpenChat;
  chat.userToken = await userToken(client, retailer, userId);
  const status = async () => (await say(chat, 'hello')).status;

  assert.equal(await status(), 403, 'brand new');
  const batch = await newBatch(client, retailer.token, shopperId, orderId, 'acknowledged');
  assert.equal(await status(), 403, 'acknowledged');
  await client.patch('/v1/sandbox/retailer', {
    token: retailer.token,
    body: { chat_opens_at: 'acknowledged' },
  });
  assert.equal(await status(), 200, 'acknowledged, with the retailer’s setting');
  const states = ['picking', 'verifying_replacements', 'checkout', 'receipt_sanity_check', 'delivering'];
  for (const state of states) {
    await advance(client, retailer.token, batch, state);
    assert.equal(await status(), 200, state);
  }
  await client.patch('/v1/sandbox/retailer', { token: retailer.token, body: { chat_enabled: false } });
  assert.equal(await status(), 403, 'switched off');
  await client.patch('/v1/sandbox/retailer', { token: retailer.token, body: { chat_enabled: true } });
  await advance(client, retailer.token, batch, 'completed');
  assert.equal(await status(), 403, 'delivered');
});

test('the chat of a pickup stays open through staging and the runner until the customer has the order', async () => {
  const retailer = await newRetailer(client);
  const { token } = retailer;
  const userId = await newUser(client, token);
  const orderId = await newOrder(client, token, userId, {}, 'pickup');
  const chat = { ...retailer, orderId, userToken: await userToken(client, retailer, userId) } as OpenChat;
  const picker = await newShopper(client, token, 'Ilse');
  const first = await newBatch(client, token, picker, orderId, 'acknowledged', 'pickup');
  await advance(client, token, first, 'staged');
  assert.equal((await say(chat, 'I am on my way')).status, 200);
  const runner = await newShopper(client, token, 'Robert');
  const second = await newBatch(client, token, runner, orderId, 'brand_new', 'runner_customer');
  await advance(client, token, second, 'bags_verified');
  assert.equal((await say(chat, 'I am here')).status, 200);
  assert.equal((await read(chat)).metadata.current_shopper.id, runner);
  await advance(client, token, second);
  assert.equal((await say(chat, 'thanks')).status, 403);
});

test('the chat of a last-mile order reads as empty and accepts no message unless the retailer enables it', async () => {
  const retailer = await newRetailer(client);
  const { token } = retailer;
  const userId = await newUser(client, token);
  const { body } = await client.post(`/v2/fulfillment/users/${userId}/orders/last_mile`, {
    token,
    body: { order_id: 'LM-1', location_code: '12' },
  });
  const chat = {
    ...retailer,
    orderId: body.id,
    userToken: await userToken(client, retailer, userId),
  } as OpenChat;
  const shopper = await newShopper(client, token);
  await newBatch(client, token, shopper, body.id, 'at_store', 'delivery_only');
  assert.deepEqual((await read(chat)).chat_messages, []);
  assert.equal((await say(chat, 'hello')).status, 403);
  await client.patch('/v1/sandbox/retailer', { token, body: { last_mile_chat: true } });
  assert.equal((await say(chat, 'hello')).status, 200);
});

test('with shopper-information removal reading is refused, while sending and marking as read still work', async () => {
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  await client.patch('/v1/sandbox/retailer', {
    token: chat.token,
    body: { shopper_information_removal: true },
  });
  for (const path of [chatPath(chat.orderId), allPath(chat.orderId)]) {
    const { status, text } = await client.get(path, { token: chat.userToken });
    assert.equal(status, 403);
    assert.doesNotMatch(text, /Ilse/);
  }
  assert.equal((await say(chat, 'hello')).status, 200);
  const marked = await client.put(chatPath(chat.orderId), { token: chat.userToken });
  assert.deepEqual(marked.body, { messages_read_count: 1 });
});
