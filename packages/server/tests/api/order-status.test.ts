/**
 * What an order status page is built from: the order, its handling, its items, and the answer to a
 * replacement.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  advance,
  allPath,
  clientToken,
  clock,
  internal,
  newBatch,
  newOrder,
  newShopper,
  newUser,
  openChat,
  unique,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const shop = await openChat(client);
const { token, userId } = shop;
const mine = shop.userToken;

const orderPath = (orderId: string | number, part = '') => `/v2/post_checkout/orders/${orderId}${part}`;
const get = async (orderId: string, part = '', bearer = mine) => {
  const { status, text, body } = await client.get(orderPath(orderId, part), { token: bearer });
  assert.equal(status, 200, text);
  return body;
};
const eggs = { upc: '1', name: 'Eggs', image_url: 'https://img.example/eggs.png' };

/** An order with one item that is being picked, and functions for what its shopper does. */
async function picking(item: Record<string, unknown> = { line_num: 'a', count: 2, item: eggs }) {
  const shopperId = await newShopper(client, token);
  const orderId = await newOrder(client, token, userId, { items: [item] });
  const batchId = await newBatch(client, token, shopperId, orderId);
  const items = `/v2/fulfillment_sandbox/shoppers/${shopperId}/orders/${orderId}/items`;
  const update = async (body: unknown) => {
    const { status, text } = await client.put(`${items}/${item.line_num}`, { token, body });
    assert.equal(status, 200, text);
  };
  const line = async () => (await get(orderId, '/items')).line_items[0];
  const { id } = await line();
  const answer = (body: unknown, bearer = mine, itemId = id) =>
    client.put(orderPath(orderId, `/items/${itemId}/replacement`), { token: bearer, body });
  return { orderId, batchId, items, update, line, answer };
}

const brownEggs = { upc: '2', name: 'Brown eggs', image_url: 'https://img.example/brown.png' };

async function proposed() {
  const order = await picking();
  await order.update({ status: 'replaced', replacement_item: brownEggs, delivered_count: 1 });
  return order;
}

test('a user and a client can read the order’s state, type and window', async () => {
  const { created_at, window_starts_at, window_ends_at, ...rest } = await get(shop.orderId);
  assert.deepEqual(rest, { workflow_state: 'picking', fulfillment_type: 'delivery' });
  assert.ok(Date.parse(created_at) < Date.parse(window_starts_at));
  assert.ok(Date.parse(window_starts_at) < Date.parse(window_ends_at));
  assert.deepEqual(await get(shop.orderId, '', token), await get(shop.orderId));

  const pickup = await newOrder(client, token, userId, {}, 'pickup');
  assert.equal((await get(pickup)).fulfillment_type, 'pickup');
  const lastMile = await client.post(`/v2/fulfillment/users/${userId}/orders/last_mile`, {
    token,
    body: { order_id: unique('order'), location_code: '12' },
  });
  const { created_at: at, ...unscheduled } = await get(lastMile.body.id);
  assert.deepEqual(unscheduled, { workflow_state: 'brand_new', fulfillment_type: 'last_mile_delivery' });
});

test('the handling has the details with which the order was created', async () => {
  const orderId = await newOrder(client, token, userId, {
    address: {
      address_line_1: '9 Quay Rd',
      address_line_2: 'Flat 3',
      city: 'Denver',
      postal_code: '80202',
      administrative_area: 'CO',
      country_code: 'US',
      coordinates: { latitude: 39.7, longitude: -104.9 },
      notes: 'Blue door',
    },
    special_instructions: 'Ring twice',
    dropoff_location: 'Porch',
    leave_unattended: true,
    items: [
      { line_num: '1', count: 1, item: { upc: '1', alcoholic: true } },
      { line_num: '2', count: 1, item: { upc: '2', certified_delivery: true } },
    ],
  });
  const expected = {
    address: {
      address_line_1: '9 Quay Rd',
      address_line_2: 'Flat 3',
      locality: 'Denver',
      administrative_area: 'CO',
      postal_code: '80202',
      country_code: 'US',
    },
    coordinates: { latitude: 39.7, longitude: -104.9 },
    dropoff_location: 'Porch',
    notes: 'Blue door',
    instructions: 'Ring twice',
    leave_unattended: true,
    alcoholic: true,
    certified_delivery: true,
  };
  assert.deepEqual(await get(orderId, '/handling'), expected);

  // The current shopper, or the last one once the order is over.
  await newBatch(client, token, await newShopper(client, token, 'Ilse'), orderId);
  const batchId = await newBatch(client, token, await newShopper(client, token, 'Bram'), orderId);
  const shopper = { first_name: 'Bram', avatar_url: 'https://img.example/Bram.png' };
  assert.deepEqual(await get(orderId, '/handling'), { ...expected, shopper });
  await advance(client, token, batchId, 'completed');
  assert.deepEqual(await get(orderId, '/handling'), { ...expected, shopper });
});

test('unknown details of an order are empty, null or left out', async () => {
  const orderId = await newOrder(client, token, userId);
  const unknown = {
    address: { address_line_1: '9 Quay Rd', postal_code: '80202', country_code: 'US' },
    coordinates: null,
    instructions: '',
    leave_unattended: false,
    alcoholic: false,
    certified_delivery: false,
  };
  assert.deepEqual(await get(orderId, '/handling'), unknown);

  const address = { address_line_1: '1 Rideau St', postal_code: 'K1N 8S7' };
  const canadian = await newOrder(client, token, userId, { address });
  assert.equal((await get(canadian, '/handling')).address.country_code, 'CA');

  const atStore = await newOrder(client, token, userId, { location_code: '27' }, 'pickup');
  assert.deepEqual((await get(atStore, '/handling')).address, {
    address_line_1: '27 Orchard Park',
    postal_code: '80205',
    country_code: 'US',
  });
  const elsewhere = await newOrder(client, token, userId, { location_code: 'X' }, 'pickup');
  assert.deepEqual((await get(elsewhere, '/handling')).address, {
    address_line_1: '',
    postal_code: '',
    country_code: '',
  });
});

test('with shopper-information removal on, the handling lacks only the shopper', async () => {
  const chat = await openChat(client);
  const { shopper, ...rest } = await get(chat.orderId, '/handling', chat.userToken);
  assert.equal(shopper.first_name, 'Ilse');
  const settings = { shopper_information_removal: true };
  await client.patch('/v1/sandbox/retailer', { token: chat.token, body: settings });
  assert.deepEqual(await get(chat.orderId, '/handling', chat.userToken), rest);
  for (const part of ['', '/items']) await get(chat.orderId, part, chat.userToken);
});

test('a day after the end the page is unchanged', async () => {
  const chat = await openChat(client);
  await advance(client, chat.token, chat.batchId, 'completed');
  const page = (bearer: string) =>
    Promise.all(['', '/handling', '/items', '/location'].map((part) => get(chat.orderId, part, bearer)));
  const before = await page(chat.userToken);
  await clock(client, chat.token, { advance_ms: 86_400_001 });
  assert.deepEqual(await page(await userToken(client, chat, chat.userId)), before);
});

test('items have their names, their amounts and their outcome', async () => {
  const { orderId, items, update } = await picking({ line_num: 'a', weight: '1.5', item: { rrc: 77 } });
  const first = async () => (await get(orderId, '/items')).line_items[0];
  const item = { name: 'RRC 77', quantity: '1.5', cost_unit: 'lb' };
  const { id, ...rest } = await first();
  assert.equal(typeof id, 'string');
  assert.deepEqual(rest, { line_num: 'a', status: 'NOT_PICKED', item });

  for (const [status, shown] of Object.entries({
    found: 'FOUND',
    to_refund: 'TO_REFUND',
    not_found: 'NOT_PICKED',
  })) {
    await update({ status, delivered_weight: 2 });
    assert.deepEqual(await first(), { id, line_num: 'a', status: shown, item });
  }
  await client.post(items, { token, body: { item: eggs, delivered_count: 3 } });
  await client.post(items, { token, body: { item: { upc: '3', certified_delivery: true } } });
  const { line_items: lines } = await get(orderId, '/items');
  assert.equal(new Set(lines.map((line: { id: string }) => line.id)).size, 3);
  assert.deepEqual(lines[1], {
    id: lines[1].id,
    line_num: '2',
    status: 'FOUND',
    item: { name: 'Eggs', image_url: eggs.image_url, quantity: '3', cost_unit: 'each' },
  });
  assert.equal(lines[2].certified_delivery, true);
  assert.deepEqual(lines[2].item, { name: 'UPC 3', quantity: '1', cost_unit: 'each' });
});

test('a replacement waits for its answer, and an approved one is kept', async () => {
  const { orderId, line, answer, update } = await proposed();
  const waiting = await line();
  assert.deepEqual(waiting, {
    id: waiting.id,
    line_num: 'a',
    status: 'REPLACED',
    item: { name: 'Eggs', image_url: eggs.image_url, quantity: '2', cost_unit: 'each' },
    replacement_status: 'PENDING',
    replacement: {
      name: 'Brown eggs',
      image_url: brownEggs.image_url,
      quantity: '1',
      cost_unit: 'each',
    },
  });
  const { status, body } = await answer({ status: 'APPROVED' });
  assert.equal(status, 200);
  assert.deepEqual(body, {});
  assert.deepEqual(await line(), { ...waiting, replacement_status: 'APPROVED' });

  const { events } = (await client.get(`/v1/orders/${orderId}/events`, { token: mine })).body;
  const { seq, at, ...event } = events.at(-1);
  assert.deepEqual(event, {
    type: 'replacement_answered',
    replacement: { order_item_id: waiting.id, line_num: 'a', status: 'APPROVED' },
  });

  // The shopper's next change starts over.
  await update({ status: 'found' });
  assert.deepEqual(await line(), { id: waiting.id, line_num: 'a', status: 'FOUND', item: waiting.item });
});

test('a rejected replacement is refunded, with a notice', async () => {
  const { orderId, line, answer } = await proposed();
  const waiting = await line();
  assert.equal((await answer({ status: 'REJECTED' }, token)).status, 200);
  assert.deepEqual(await line(), { ...waiting, status: 'TO_REFUND', replacement_status: 'REJECTED' });
  const { lifecycle_messages: notices } = (await client.get(allPath(orderId), { token: mine })).body;
  assert.deepEqual(
    notices.map(({ type, body }: { type: string; body: string }) => [type, body]),
    [
      ['order_item_replacement', 'Item replaced: Eggs with Brown eggs.'],
      ['order_item_refund', 'Item refunded: Eggs.'],
    ],
  );
});

test('a rejection may name an alternative, which reaches the shopper and leaves the item open', async () => {
  const { orderId, line, answer, update } = await proposed();
  const waiting = await line();
  const alternative_item = { rrc: 5, weight: '0.5' };
  assert.equal((await answer({ status: 'REJECTED', alternative_item })).status, 200);
  assert.deepEqual(await line(), { ...waiting, replacement_status: 'REJECTED' });
  const { events } = (await client.get(`/v1/orders/${orderId}/events`, { token })).body;
  assert.deepEqual(events.at(-1).replacement.alternative_item, { rrc: '5', weight: 0.5 });
  const exporter = await clientToken(client, shop, 'aislechat:operate');
  const { body } = await client.get(`/v1/users/${userId}/export`, { token: exporter });
  const item = body.find((one: Record<string, string>) => one.type === 'item' && one.order_id === orderId);
  assert.deepEqual(item.details.alternative_item, { rrc: '5', weight: 0.5 });

  await update({ status: 'replaced', replacement_item: { rrc: '5' } });
  assert.equal((await line()).replacement_status, 'PENDING');
  assert.equal((await answer({ status: 'APPROVED' })).status, 200);
});

test('an answer is accepted once, for a pending replacement, and only while the order is being picked', async () => {
  const untouched = await picking();
  const refusal = (key: string) => ({ error: { message: 'is invalid', code: 1001 }, meta: { key } });
  assert.deepEqual((await untouched.answer({ status: 'APPROVED' })).body, refusal('status'));

  const { answer, batchId, line } = await proposed();
  const answers = await Promise.all(['APPROVED', 'REJECTED'].map((status) => answer({ status })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
  assert.deepEqual(answers.find(({ status }) => status === 400)!.body, refusal('status'));

  const late = await proposed();
  await advance(client, token, late.batchId);
  assert.deepEqual((await late.answer({ status: 'APPROVED' })).body, refusal('workflow_state'));
  assert.equal((await late.line()).replacement_status, 'PENDING');
  await advance(client, token, batchId, 'completed');
  assert.notEqual((await line()).replacement_status, 'PENDING');
});

test('an invalid answer is refused with the published error rows', async () => {
  const { orderId, answer } = await proposed();
  const one = (message: string, key: string) => ({ error: { message, code: 1001 }, meta: { key } });
  const missing = {
    error: {
      code: 9999,
      message: 'There were issues with your request',
      errors: [one("can't be blank", 'status'), one('is not included in the list', 'status')],
    },
    meta: {},
  };
  for (const body of [{}, { status: null }, { status: ' ' }, { alternative_item: {} }]) {
    assert.deepEqual((await answer(body)).body, missing, JSON.stringify(body));
  }
  for (const status of ['approved', 'PENDING', 5]) {
    assert.deepEqual((await answer({ status })).body, one('is not included in the list', 'status'));
  }
  const rows: [Record<string, unknown>, string][] = [
    [{}, 'must include exactly one of rrc or upc'],
    [{ count: 1 }, 'must include exactly one of rrc or upc'],
    [{ upc: '1', rrc: '2', count: 1 }, 'must include exactly one of rrc or upc'],
    [{ upc: '1' }, 'must include exactly one of count or weight'],
    [{ upc: '1', count: 1, weight: 1 }, 'must include exactly one of count or weight'],
    [{ upc: '1', count: 0 }, 'count must be greater than 0'],
    [{ rrc: '1', weight: -1 }, 'weight must be greater than 0'],
    ['eggs' as never, 'is invalid'],
  ];
  for (const [alternative_item, message] of rows) {
    const { status, body } = await answer({ status: 'REJECTED', alternative_item });
    assert.equal(status, 400);
    assert.deepEqual(body, one(message, 'alternative_item'), JSON.stringify(alternative_item));
  }
  const alternative_item = { upc: '1', count: 1 };
  const { body } = await answer({ status: 'APPROVED', alternative_item });
  assert.deepEqual(body, one('is invalid', 'alternative_item'));

  const notFound = (message: string) => ({ error: { message, code: 4000 }, meta: {} });
  for (const id of ['1111', 'a', '$&', '%s']) {
    const { status, body } = await answer({}, mine, encodeURIComponent(id));
    assert.equal(status, 404);
    assert.deepEqual(body, notFound(`Order item ${id} not found`));
  }
  const unknown = await client.put(orderPath('nothing', '/items/1111/replacement'), {
    token,
    body: { status: 'x' },
  });
  assert.deepEqual(unknown.body, notFound('Resource not found'));
  const { line_items } = await get(orderId, '/items');
  assert.equal(line_items[0].replacement_status, 'PENDING');
});

test('a client token on a v2 order gets 4001 for the answer to a replacement, and for nothing else', async () => {
  const orderId = await newOrder(client, token, userId, { fulfillment_version: 2 });
  const { line_items } = await get(orderId, '/items', token);
  const path = orderPath(orderId, `/items/${line_items[0].id}/replacement`);
  for (const itemId of [path, path.replace(line_items[0].id, '1111')]) {
    const { status, body } = await client.put(itemId, { token, body: {} });
    assert.equal(status, 400);
    assert.deepEqual(body, { error: { message: 'User ID not found', code: 4001 }, meta: {} });
  }
  assert.equal((await client.put(path, { token: mine, body: {} })).body.error.code, 9999);
  for (const part of ['', '/handling', '/location']) await get(orderId, part, token);
});

test('another user’s order is answered like an unknown one, and our integer needs its header', async () => {
  const stranger = await userToken(client, shop, await newUser(client, token));
  const { orderId, line } = await proposed();
  const { id } = await line();
  const operator = await clientToken(client, shop, 'aislechat:operate');
  const number = (await client.get(`/v1/orders/${orderId}`, { token: operator })).body.id;
  for (const part of ['', '/handling', '/location', '/items']) {
    const answers = await Promise.all([
      client.get(orderPath('nothing', part), { token: stranger }),
      client.get(orderPath(orderId, part), { token: stranger }),
      client.get(orderPath(number, part), { token: mine }),
      client.get(orderPath(orderId, part), { token: mine, headers: internal }),
    ]);
    for (const { status, text } of answers) {
      assert.equal(status, 404);
      assert.equal(text, answers[0].text);
    }
    const found = await client.get(orderPath(number, part), { token: mine, headers: internal });
    assert.deepEqual(found.body, await get(orderId, part));
  }
  const path = `/items/${id}/replacement`;
  const asked = await client.put(orderPath(orderId, path), { token: stranger, body: {} });
  assert.equal(asked.body.error.message, 'Resource not found');
  const found = await client.put(orderPath(number, path), { token: mine, headers: internal, body: {} });
  assert.equal(found.body.error.code, 9999);
});

test('two retailers may use the same order ID, and each sees its own order', async () => {
  const other = await openChat(client);
  await newOrder(client, other.token, other.userId, { order_id: shop.orderId });
  assert.equal((await get(shop.orderId)).workflow_state, 'picking');
  assert.equal((await get(shop.orderId, '', other.userToken)).workflow_state, 'brand_new');
});
