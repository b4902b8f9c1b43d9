import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type BatchType, batchChains, limits } from '@aislechat/contract';
import {
  advance,
  allPath,
  chatPath,
  clientToken,
  clock,
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
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';
import { initialOnWire } from '../support/settings.ts';

const { client } = await testServer({ after });
const sandbox = '/v2/fulfillment_sandbox';

async function orderStatus(chat: Pick<OpenChat, 'token' | 'userId' | 'orderId'>): Promise<string> {
  const { body } = await client.get(`/v2/fulfillment/users/${chat.userId}/orders/${chat.orderId}`, {
    token: chat.token,
  });
  return body.status;
}

test('shoppers can have optional fields, and invalid ones are refused with the published error rows', async () => {
  const { token } = await newRetailer(client);
  const create = (body: unknown) => client.post(`${sandbox}/shoppers`, { token, body });
  const { body } = await create({ email: 'a@example.com', phone: '+1 303 555 0100', password: 'x' });
  assert.ok(Number.isInteger(body.id));
  assert.equal((await create({})).status, 200);
  assert.equal((await client.post(`${sandbox}/shoppers`, { token })).status, 200, 'without any body');
  const row = async (body: unknown) => {
    const answer = await create(body);
    assert.equal(answer.status, 400);
    return [answer.body.error.message, answer.body.error.code, answer.body.meta.key];
  };
  assert.deepEqual(await row({ phone: '(+1) 303-555-0100' }), [
    'An account already exists with this number',
    1001,
    'phone',
  ]);
  assert.deepEqual(await row({ phone: 'abc' }), ['Invalid phone number', 1001, 'phone']);
  assert.deepEqual(await row({ email: 'nobody' }), ['Invalid email', 1001, 'email']);
});

for (const type of Object.keys(batchChains) as BatchType[]) {
  test(`a ${type} batch passes through its states one by one, then refuses to advance`, async () => {
    const retailer = await newRetailer(client);
    const { token } = retailer;
    const userId = await newUser(client, token);
    const orderId = await newOrder(client, token, userId, {}, type === 'delivery' ? 'delivery' : 'pickup');
    const chain = batchChains[type];
    const batch = await newBatch(client, token, await newShopper(client, token), orderId, chain[0], type);
    for (const state of chain.slice(1)) {
      const { status, body } = await advance(client, token, batch);
      assert.equal(status, 200);
      assert.deepEqual(body, { id: batch, workflow_state: state });
      const expected =
        state === 'completed' ? 'delivered' : state === 'receipt_sanity_check' ? 'checkout' : state;
      assert.equal(await orderStatus({ token, userId, orderId }), expected);
    }
    const past = await advance(client, token, batch);
    assert.deepEqual(past.body, {
      error: { message: 'is invalid', code: 1001 },
      meta: { key: 'workflow_state' },
    });
  });
}

test('a batch can be created with a string shopper_id and is acknowledged by default', async () => {
  const retailer = await newRetailer(client);
  const { token } = retailer;
  const userId = await newUser(client, token);
  const orderId = await newOrder(client, token, userId);
  const shopperId = await newShopper(client, token);
  const { body } = await client.post(`${sandbox}/batches`, {
    token,
    body: { shopper_id: String(shopperId), orders: [{ id: orderId, user_id: userId }] },
  });
  assert.equal(body.workflow_state, 'acknowledged');
  assert.equal(await orderStatus({ token, userId, orderId }), 'acknowledged');
});

test('a batch advances to an explicit later state, ignores its current one, and refuses earlier and unknown ones', async () => {
  const chat = await openChat(client);
  const refused = async (state: string) => {
    const answer = await advance(client, chat.token, chat.batchId, state);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error.code, 1001);
    assert.deepEqual(answer.body.meta, { key: 'workflow_state' });
  };
  assert.equal((await advance(client, chat.token, chat.batchId, 'checkout')).body.workflow_state, 'checkout');
  assert.equal((await advance(client, chat.token, chat.batchId, 'checkout')).status, 200);
  await refused('picking');
  await refused('nonsense');
  await refused('staged');
  for (const id of ['0', '999999', 'abc', '9007199254740993']) {
    const answer = await client.post(`${sandbox}/batches/${id}/advance`, { token: chat.token, body: {} });
    assert.equal(answer.status, 404);
  }
});

test('a batch with an unknown shopper, order or user, or a wrong state, is refused', async () => {
  const chat = await openChat(client);
  const foreign = await openChat(client);
  const make = (body: Record<string, unknown>) =>
    client.post(`${sandbox}/batches`, {
      token: chat.token,
      body: { shopper_id: chat.shopperId, orders: [{ id: chat.orderId }], ...body },
    });
  assert.equal((await make({ shopper_id: 999_999 })).status, 404);
  assert.equal((await make({ orders: [{ id: 'nothing' }] })).status, 404);
  assert.equal((await make({ orders: [{ id: foreign.orderId }] })).status, 404);
  assert.equal((await make({ orders: [{ id: chat.orderId, user_id: 'nobody' }] })).status, 404);
  assert.deepEqual((await make({ workflow_state: 'nonsense' })).body.meta, { key: 'workflow_state' });
  assert.deepEqual((await make({ batch_type: 'nonsense' })).body.meta, { key: 'batch_type' });
  assert.deepEqual((await make({ shopper_id: 'seven' })).body.meta, { key: 'shopper_id' });
  assert.deepEqual((await make({ orders: [] })).body.meta, { key: 'orders' });
});

test('orders of a batch may be named by our integers', async () => {
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  const id = await internalId(chat);
  const robert = await newShopper(client, chat.token, 'Robert');
  const { status } = await client.post(`${sandbox}/batches`, {
    token: chat.token,
    headers: internal,
    body: { shopper_id: robert, orders: [{ id }] },
  });
  assert.equal(status, 200);
});

test('several orders of a batch advance together', async () => {
  const chat = await openChat(client);
  const second = await newOrder(client, chat.token, chat.userId);
  const { body } = await client.post(`${sandbox}/batches`, {
    token: chat.token,
    body: { shopper_id: chat.shopperId, orders: [{ id: chat.orderId }, { id: second }] },
  });
  await advance(client, chat.token, body.id, 'delivering');
  assert.equal(await orderStatus(chat), 'delivering');
  assert.equal(await orderStatus({ ...chat, orderId: second }), 'delivering');
});

test('simulated callbacks change the order, and late_delivery only its log', async () => {
  const simulate = (chat: OpenChat, event: unknown, orderId = chat.orderId) =>
    client.post(`${sandbox}/orders/${orderId}/callbacks`, { token: chat.token, body: { event_name: event } });
  const chat = await openChat(client);
  assert.deepEqual((await simulate(chat, 'late_delivery')).body, { success: true });
  assert.equal(await orderStatus(chat), 'picking');
  await simulate(chat, 'rescheduled');
  assert.equal(await orderStatus(chat), 'rescheduled');
  const refused = await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'x' } });
  assert.equal(refused.status, 403);
  await newBatch(client, chat.token, chat.shopperId, chat.orderId, 'picking');
  assert.equal(await orderStatus(chat), 'picking');
  await simulate(chat, 'canceled');
  assert.equal(await orderStatus(chat), 'canceled');
  const { body } = await client.get(allPath(chat.orderId), { token: chat.userToken });
  assert.deepEqual(
    body.lifecycle_messages.map((message: { type: string }) => message.type),
    ['order_rescheduled', 'order_canceled'],
  );
  const unknown = await simulate(chat, 'canceled', 'nothing');
  assert.deepEqual(unknown.body, { error: { message: 'Resource not found', code: 4000 }, meta: {} });
  assert.equal((await simulate(chat, undefined)).body.error.message, "can't be blank");
  assert.equal((await simulate(chat, 'exploded')).body.error.message, 'is not included in the list');
});

test('the shopper who has the order can add and update items', async () => {
  const chat = await openChat(client);
  const base = `${sandbox}/shoppers/${chat.shopperId}/orders/${chat.orderId}/items`;
  const add = (body: unknown) => client.post(base, { token: chat.token, body });
  const update = (line: string, body: unknown) => client.put(`${base}/${line}`, { token: chat.token, body });
  assert.deepEqual((await add({ item: { rrc: '5' }, delivered_count: 2 })).body, { success: true });
  assert.deepEqual((await add({ delivered_count: 2 })).body, {
    error: { message: "can't be blank", code: 1001 },
    meta: { key: 'item' },
  });
  assert.equal((await add({ item: {} })).status, 400);
  for (const status of ['not_found', 'found', 'to_refund']) {
    assert.deepEqual((await update('2', { status, scans: [{ scanned_string: '1' }] })).body, {
      success: true,
    });
  }
  assert.deepEqual((await update('1', { status: 'replaced' })).body.meta, { key: 'replacement_item' });
  assert.equal((await update('1', { status: 'eaten' })).body.error.message, 'is not included in the list');
  assert.equal((await update('7', { status: 'found' })).status, 404);
  const stranger = await newShopper(client, chat.token);
  const foreign = await client.post(`${sandbox}/shoppers/${stranger}/orders/${chat.orderId}/items`, {
    token: chat.token,
    body: { item: { upc: '1' } },
  });
  assert.equal(foreign.status, 404);
});

test('an order accepts no more items than its limit, whoever adds them', async () => {
  const { token } = await newRetailer(client);
  const orderId = await newOrder(client, token, await newUser(client, token), {
    items: Array.from({ length: limits.itemsPerOrder - 1 }, (_, n) => ({
      line_num: `line-${n}`,
      count: 1,
      item: { upc: '1' },
    })),
  });
  const shopperId = await newShopper(client, token);
  await newBatch(client, token, shopperId, orderId, 'picking');
  const add = () =>
    client.post(`${sandbox}/shoppers/${shopperId}/orders/${orderId}/items`, {
      token,
      body: { item: { upc: '1' } },
    });
  assert.equal((await add()).status, 200);
  const refused = await add();
  assert.deepEqual(
    [refused.status, refused.body.error.message],
    [403, 'No more items of this order can be made'],
  );
});

test('a found item is an event of the order, so that a page that shows its items learns of it', async () => {
  const chat = await openChat(client);
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const lastEvent = async () =>
    (await client.get(`/v1/orders/${chat.orderId}`, { token: operator })).body.last_event_at;
  const item = `${sandbox}/shoppers/${chat.shopperId}/orders/${chat.orderId}/items/1`;
  const before = await lastEvent();
  await clock(client, chat.token, { advance_ms: 3_600_000 });
  assert.equal((await client.put(item, { token: chat.token, body: { status: 'found' } })).status, 200);
  assert.ok(Date.parse(await lastEvent()) - Date.parse(before) >= 3_600_000);
  const { body } = await client.get(`/v1/orders/${chat.orderId}/timeline`, { token: operator });
  assert.equal(body.events.at(-1).type, 'item_changed');
});

test('a shopper’s message needs a text or an image, and an image needs an https address', async () => {
  const chat = await openChat(client);
  const send = (body: unknown) =>
    client.post(shopperPath(chat.shopperId, chat.orderId), { token: chat.token, body });
  assert.equal((await send({})).body.error.message, "can't be blank");
  assert.equal((await send({ body: 'x'.repeat(1001) })).status, 400);
  for (const image of [
    'http://img.example/a.jpg',
    'javascript:alert(1)',
    'https://',
    'a',
    5,
    'https://a b',
  ]) {
    const answer = await send({ body: 'look', image });
    assert.deepEqual(answer.body.meta, { key: 'image' }, String(image));
  }
  for (const shopperId of ['0', 'abc', '999999']) {
    const path = `${sandbox}/shoppers/${shopperId}/orders/${chat.orderId}/messages`;
    assert.equal((await client.post(path, { token: chat.token, body: { body: 'x' } })).status, 404);
    assert.equal((await client.put(path, { token: chat.token })).status, 404);
  }
});

test('a retailer’s settings can be read and changed, and invalid ones are named', async () => {
  const settings = { name: 'CI run', timezone: 'America/Denver', chat_enabled: false };
  const retailer = await newRetailer(client, settings);
  const read = await client.get('/v1/sandbox/retailer', { token: retailer.token });
  assert.deepEqual(read.body, {
    retailer_id: retailer.retailerId,
    ...initialOnWire,
    ...settings,
  });
  const change = (body: unknown) => client.patch('/v1/sandbox/retailer', { token: retailer.token, body });
  assert.equal((await change({ chat_enabled: true })).body.chat_enabled, true);
  const quick_replies = ['On it, {customer}!', 'At the checkout'];
  assert.deepEqual((await change({ quick_replies })).body.quick_replies, quick_replies);
  assert.deepEqual((await change({ quick_replies: [] })).body.quick_replies, []);
  for (const wrong of ['On it', Array(21).fill('x'), ['x'.repeat(201)], [' ']]) {
    const { status, body } = await change({ quick_replies: wrong });
    assert.deepEqual([status, body.meta.key.startsWith('quick_replies')], [400, true]);
  }
  for (const body of [
    { timezone: 'Mars/Olympus' },
    { timezone: '+01:00' },
    { chat_enabled: 'yes' },
    { name: '' },
  ]) {
    const answer = await change(body);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body.meta, { key: Object.keys(body)[0] });
  }
});

test('a retailer’s time zone appears in its messages', async () => {
  const chat = await openChat(client, { timezone: 'America/Denver' });
  const { body } = await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'x' } });
  assert.equal(body.timezone, 'America/Denver');
});

test('the clock can be frozen, moved ahead and resumed, but never set back', async () => {
  const { token } = await newRetailer(client);
  const read = async () => (await client.get('/v1/sandbox/clock', { token })).body;
  assert.ok(Math.abs(Date.parse((await read()).now) - Date.now()) < 5000);
  assert.equal((await read()).frozen, false);
  const frozen = (await clock(client, token, { frozen: true })).body;
  assert.equal(frozen.frozen, true);
  assert.deepEqual(await read(), frozen);
  const target = new Date(Date.parse(frozen.now) + 3_600_123).toISOString();
  assert.deepEqual((await clock(client, token, { now: target })).body, { now: target, frozen: true });
  const ahead = (await clock(client, token, { advance_ms: 7 })).body;
  assert.equal(Date.parse(ahead.now), Date.parse(target) + 7);
  for (const body of [
    { now: frozen.now },
    { now: 'tomorrow' },
    { now: '2031-02-30' },
    { advance_ms: -1 },
    { advance_ms: 1.5 },
    { frozen: 'yes' },
  ]) {
    const answer = await clock(client, token, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.equal(answer.body.error.code, 1001);
  }
  assert.deepEqual(await read(), ahead, 'a refused move changes nothing');
  const running = (await clock(client, token, { frozen: false })).body;
  assert.ok(Date.parse(running.now) >= Date.parse(ahead.now));
});

test('no simulated message appears in an order unless it is requested', async () => {
  const chat = await openChat(client);
  await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'anyone?' } });
  await clock(client, chat.token, { advance_ms: 3_600_000 });
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(body.chat_messages.length, 1);
  assert.equal(body.chat_messages[0].read, false);
});

test('IDs of users, shoppers, orders and batches never coincide within a retailer', async () => {
  const chat = await openChat(client);
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'Hi');
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  const ids = [chat.shopperId, chat.batchId, body.chat_messages[0].order_id, body.metadata.customer.id];
  assert.equal(new Set(ids).size, ids.length);
});
