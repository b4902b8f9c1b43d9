/**
 * What callbacks contain, how they are delivered, and what happens when a retailer's system does not accept
 * them.
 */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { callbackEventNames, limits, signatureHeaders, verifyCallback } from '@aislechat/contract';
import { Webhook } from 'standardwebhooks';
import { createStore } from '../../src/storage/store.ts';
import { createLog } from '../../src/wiring/log.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace } from '../support/place.ts';
import { answers, type Receiver, startReceiver } from '../support/receiver.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  internal,
  internalId,
  newBatch,
  newOrder,
  newShopper,
  newUser,
  type OpenChat,
  openChat,
  shopperSays,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

interface Shop extends OpenChat {
  operator: string;
}

/** A shop whose clock is frozen, so that a postponed callback is not due until a test advances it. */
async function newShop(settings: Record<string, unknown> = {}): Promise<Shop> {
  const chat = await openChat(client, settings);
  await clock(client, chat.token, { frozen: true });
  return { ...chat, operator: await clientToken(client, chat, 'aislechat:operate') };
}

async function newEndpoint(shop: Shop, url: string, more: Record<string, unknown> = {}) {
  const { status, text, body } = await client.post('/v1/callback-endpoints', {
    token: shop.operator,
    body: { name: 'orders', url, events: callbackEventNames, ...more },
  });
  assert.equal(status, 200, text);
  return body as { id: number; signing_secret: string };
}

const say = (shop: Shop, text: string, orderId = shop.orderId) =>
  client.post(chatPath(orderId), { token: shop.token, body: { body: text } });

const deliveries = async (shop: Shop, query = '') =>
  (await client.get(`/v1/callback-deliveries${query}`, { token: shop.operator })).body.deliveries;

const detail = async (shop: Shop, id: string) =>
  (await client.get(`/v1/callback-deliveries/${id}`, { token: shop.operator })).body;

/** Resolves when every attempt so far is recorded with its outcome. */
async function settled(shop: Shop): Promise<void> {
  for (const { id } of await deliveries(shop)) {
    await eventually(
      () => detail(shop, id),
      ({ attempts, history }) => history.length === attempts,
    );
  }
}

/** Moves the retailer's clock; everything due by then is sent soon. */
async function pass(shop: Shop, ms: number): Promise<void> {
  await settled(shop);
  // Tokens expire after a day of the same clock.
  const { status, text } = await clock(client, shop.token, { advance_ms: ms });
  assert.equal(status, 200, text);
  if (ms >= 3_600_000) {
    shop.token = await clientToken(client, shop);
    shop.operator = await clientToken(client, shop, 'aislechat:operate');
  }
}

test('a message callback arrives in Connect’s envelope, with the order’s integer ID only, and signed', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  const { signing_secret: secret } = await newEndpoint(shop, `${receiver.url}/hooks?from=aislechat`);
  const sent = await say(shop, 'Are the avocados ripe?');
  const [received] = await receiver.until(1);
  assert.equal(received!.path, '/hooks?from=aislechat');
  const order = await internalId(shop);
  assert.deepEqual(received!.body, {
    event_id: sent.body.id,
    event_name: 'chat_message_created',
    event_timestamp: sent.body.created_at,
    event_metadata: { topic_id: String(order) },
  });
  assert.equal(received!.headers.authorization, undefined);
  assert.equal(received!.headers[signatureHeaders.id], String(sent.body.id));
  assert.match(received!.headers['aislechat-order-seq']!, /^\d+$/);

  await verifyCallback([secret], received!.headers, received!.text);
  assert.deepEqual(new Webhook(secret).verify(received!.text, received!.headers), received!.body);
  // The ID in the callback leads to the conversation.
  const chat = await client.get(chatPath(received!.body.event_metadata.topic_id), {
    token: shop.token,
    headers: internal,
  });
  assert.equal(chat.body.chat_messages.at(-1).id, sent.body.id);
});

test('an order’s steps are sent in order, each with the fields that Connect names', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  const orderId = await newOrder(client, shop.token, shop.userId);
  const batchId = await newBatch(client, shop.token, shop.shopperId, orderId);
  await advance(client, shop.token, batchId, 'completed');
  const events = (await receiver.until(6)).map(({ body }) => body);
  assert.deepEqual(
    events.map(({ event_name }) => event_name),
    ['brand_new', 'acknowledged', 'picking', 'checkout', 'delivering', 'delivered'].map(
      (name) => `fulfillment.${name}`,
    ),
  );
  for (const { event_metadata } of events) assert.equal(event_metadata.order_id, orderId);
  assert.deepEqual(Object.keys(events[0].event_metadata.delivery_window), ['starts_at', 'ends_at']);
  assert.deepEqual(events[3].event_metadata.items, [{ requested_item_upc: '000111222333' }]);
  assert.ok(events.every(({ event_id }, n) => n === 0 || event_id > events[n - 1].event_id));
});

test('the sandbox sends simulated callbacks and those of replaced and refunded items', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  const item = `/v2/fulfillment_sandbox/shoppers/${shop.shopperId}/orders/${shop.orderId}/items/1`;
  const put = (body: unknown) => client.put(item, { token: shop.token, body });
  await put({ status: 'replaced', replacement_item: { upc: '9' } });
  await put({ status: 'to_refund' });
  for (const event_name of ['late_delivery', 'customer_mia', 'rescheduled', 'canceled']) {
    const path = `/v2/fulfillment_sandbox/orders/${shop.orderId}/callbacks`;
    await client.post(path, { token: shop.token, body: { event_name } });
  }
  const events = (await receiver.until(6)).map(({ body }) => body);
  const expected = [
    'order_item_replacement',
    'order_item_refund',
    'late_delivery',
    'customer_mia',
    'rescheduled',
    'canceled',
  ];
  assert.deepEqual(
    events.map(({ event_name }) => event_name),
    expected.map((name) => `fulfillment.${name}`),
  );
  const [replacement, refund] = events;
  const requested_item_upc = '000111222333';
  assert.deepEqual(replacement.event_metadata.items, [{ requested_item_upc, delivered_item_upc: '9' }]);
  assert.deepEqual(refund.event_metadata.items, [{ requested_item_upc }]);
});

test('the callback of a canceled order has the reason, whoever canceled it', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  await newEndpoint(shop, receiver.url, { events: ['fulfillment.canceled'] });
  const orders = [];
  for (let n = 0; n < 3; n++) orders.push(await newOrder(client, shop.token, shop.userId));
  const [byCustomer, byOperator, simulated] = orders;
  await client.post(`/v2/fulfillment/users/${shop.userId}/orders/${byCustomer}/cancel`, {
    token: shop.token,
  });
  await client.post(`/v1/orders/${byOperator}/state`, {
    token: shop.operator,
    body: { workflow_state: 'canceled', cancellation_reason: 'retailer_driven' },
  });
  await client.post(`/v2/fulfillment_sandbox/orders/${simulated}/callbacks`, {
    token: shop.token,
    body: { event_name: 'canceled' },
  });
  const canceled = (await receiver.until(3)).map(({ body }) => body.event_metadata);
  const reasons = new Map(
    canceled.map(({ order_id, cancellation_reason }) => [order_id, cancellation_reason]),
  );
  assert.deepEqual(
    orders.map((id) => reasons.get(id)),
    ['customer_driven', 'retailer_driven', 'other'],
  );
});

test('an endpoint created with a former event name receives that event under its current name', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  const events = ['fulfillment.item_refund', 'fulfillment.order_item_refund'];
  const { id } = await newEndpoint(shop, receiver.url, { events });
  const endpoint = await client.get(`/v1/callback-endpoints/${id}`, { token: shop.operator });
  assert.deepEqual(endpoint.body.events, ['fulfillment.order_item_refund']);
  const item = `/v2/fulfillment_sandbox/shoppers/${shop.shopperId}/orders/${shop.orderId}/items/1`;
  await client.put(item, { token: shop.token, body: { status: 'to_refund' } });
  const [received] = await receiver.until(1);
  assert.equal(received!.body.event_name, 'fulfillment.order_item_refund');
});

test('an endpoint receives the events it chose, and only customers’ messages if the retailer says so', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop({ chat_callbacks: 'customer' });
  await newEndpoint(shop, receiver.url, { events: ['chat_message_created', 'fulfillment.delivered'] });
  await shopperSays(client, shop.token, shop.shopperId, shop.orderId, 'Hello');
  await say(shop, 'Hi');
  await advance(client, shop.token, shop.batchId, 'completed');
  const names = (await receiver.until(2)).map(({ body }) => body.event_name);
  assert.deepEqual(names, ['chat_message_created', 'fulfillment.delivered']);
});

test('shopper-information removal stops callbacks about the shopper, even those already queued', async (t) => {
  const receiver = await startReceiver(t, answers(500));
  const shop = await newShop();
  await newEndpoint(shop, receiver.url, { events: ['fulfillment.customer_acknowledged'] });
  const orderId = await newOrder(client, shop.token, shop.userId, {}, 'pickup');
  await newBatch(client, shop.token, shop.shopperId, orderId, 'staged', 'pickup');
  await client.post(`/v1/orders/${orderId}/state`, {
    token: shop.operator,
    body: { workflow_state: 'runner_acknowledged' },
  });
  const [first] = await receiver.until(1);
  assert.equal(first!.body.event_metadata.shopper_name, 'Ilse');
  const removal = { shopper_information_removal: true };
  await client.patch('/v1/sandbox/retailer', { token: shop.token, body: removal });
  receiver.behave = answers(200);
  await pass(shop, 60_000);
  const [delivery] = await deliveries(shop);
  const { history, payload } = await eventually(
    () => detail(shop, delivery.id),
    ({ history }) => history.length > 1,
  );
  assert.equal(history.at(-1).error, 'shopper_information_removed');
  assert.doesNotMatch(payload, /Ilse|shopper_name/, 'operators see the body without the name');
  assert.equal(receiver.received.length, 1);
});

test('a callback carries the receiver’s token, reuses it, and requests a new one when it is refused', async (t) => {
  let given = 0;
  const receiver = await startReceiver(t, ({ path, headers }, response) => {
    if (path === '/token') {
      given += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: `token-${given}`, expires_in: 3600 }));
    } else response.writeHead(headers.authorization === `Bearer token-${given}` ? 200 : 401).end();
  });
  const shop = await newShop();
  const authentication = {
    type: 'client_credentials',
    token_url: `${receiver.url}/token`,
    client_id: 'us',
    client_secret: 'very secret',
    scope: 'orders',
    resource: 'urn:orders',
  };
  const endpoint = await newEndpoint(shop, receiver.url, { authentication });
  await say(shop, 'one');
  await receiver.until(2);
  await say(shop, 'two');
  await receiver.until(3);
  assert.deepEqual(
    receiver.received.map(({ path }) => path),
    ['/token', '/', '/'],
  );
  assert.deepEqual(receiver.received[0]!.body, {
    grant_type: 'client_credentials',
    client_id: 'us',
    client_secret: 'very secret',
    scope: 'orders',
    resource: 'urn:orders',
  });
  // The receiver forgets the token.
  given = 7;
  await say(shop, 'three');
  await receiver.until(6);
  assert.deepEqual(
    receiver.received.slice(3).map(({ path, headers }) => [path, headers.authorization]),
    [
      ['/', 'Bearer token-1'],
      ['/token', undefined],
      ['/', 'Bearer token-8'],
    ],
  );
  const shown = await client.get(`/v1/callback-endpoints/${endpoint.id}`, { token: shop.operator });
  assert.doesNotMatch(shown.text, /very secret|whsec/);
});

test('a failed callback is retried with the same ID and body, and later events of its order wait', async (t) => {
  const receiver = await startReceiver(t, answers(500));
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  await say(shop, 'one');
  await say(shop, 'two');
  const other = await newOrder(client, shop.token, shop.userId);
  await receiver.until(2);
  // The first event of each order arrived, and nothing of the second message.
  assert.deepEqual(receiver.received.map(({ body }) => body.event_name).sort(), [
    'chat_message_created',
    'fulfillment.brand_new',
  ]);
  receiver.behave = answers(204);
  await pass(shop, 60_000);
  const all = await receiver.until(5);
  const [first, second] = all.filter(({ body }) => body.event_name === 'chat_message_created');
  assert.deepEqual(second!.text, first!.text);
  const states = await eventually(
    () => deliveries(shop, '?state=delivered'),
    (rows) => rows.length === 3,
  );
  assert.deepEqual(new Set(states.map((row: { attempts: number }) => row.attempts)), new Set([1, 2]));
  assert.equal((await deliveries(shop, `?order_id=${other}`)).length, 1);
});

test('redirects and endless answers are not followed, and Retry-After is respected', async (t) => {
  const elsewhere = await startReceiver(t);
  const receiver = await startReceiver(t, answers(302, { location: elsewhere.url }));
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  await say(shop, 'one');
  await receiver.until(1);
  receiver.behave = answers(429, { 'retry-after': '600' });
  await pass(shop, 10_000);
  await receiver.until(2);
  await pass(shop, 590_000);
  await sleep(100);
  assert.equal(receiver.received.length, 2);
  receiver.behave = (_received, response) => {
    response.writeHead(200);
    const more = () => {
      if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
    };
    more();
  };
  await pass(shop, 20_000);
  await eventually(
    () => deliveries(shop),
    ([row]) => row.state === 'delivered',
  );
  assert.equal(elsewhere.connections, 0);
});

test('Retry-After postpones a callback by an hour at most, as seconds or a date, and invalid values are ignored', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  await newEndpoint(shop, receiver.url, { events: ['fulfillment.brand_new'] });
  const now = Date.parse((await client.get('/v1/sandbox/clock', { token: shop.token })).body.now);
  const in30Minutes = new Date(Date.now() + 1_800_000).toUTCString();
  const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
  const [, day, month, year, time] = tomorrow.split(' ');
  const asctime = `${tomorrow.slice(0, 3)} ${month} ${day!.replace(/^0/, ' ')} ${time} ${year}`;
  const rfc850 = `Sunday, ${day}-${month}-${year!.slice(2)} ${time} GMT`;
  /** The least and the most seconds before the next attempt; without the header at most 2. */
  const waits: [value: string, least: number, most: number][] = [
    ['600', 600, 600],
    [in30Minutes, 1700, 1800],
    ...['86400', '9'.repeat(30), tomorrow, asctime, rfc850].map((value) => [value, 3600, 3600] as const),
    ...[
      '-5',
      '1.5',
      'in 2099',
      '',
      '600, 600',
      '0x258',
      '3099-01-01T00:00:00Z',
      'Thu, 01 Jan 1970 00:00:00 GMT',
    ].map((value) => [value, 0, 2] as const),
  ].map(([value, least, most]) => [String(value), Number(least), Number(most)]);
  for (const [value, least, most] of waits) {
    receiver.behave = answers(503, { 'retry-after': value });
    const orderId = await newOrder(client, shop.token, shop.userId);
    const [{ id }] = await eventually(
      () => deliveries(shop, `?order_id=${orderId}`),
      (rows) => rows.length === 1,
    );
    const row = await eventually(
      () => detail(shop, id),
      ({ history }) => history.length === 1,
    );
    const seconds = (Date.parse(row.next_attempt_at) - now) / 1000;
    // Times in answers are whole seconds.
    assert.ok(seconds >= least - 1 && seconds <= most + 1, `${value}: ${seconds} s`);
  }
});

test('a token from any 2xx answer of the receiver’s token endpoint is accepted', async (t) => {
  let status = 200;
  const receiver = await startReceiver(t, ({ path }, response) => {
    if (path !== '/token') response.writeHead(200).end();
    else
      response.writeHead(status).end(JSON.stringify({ access_token: `token-of-${status}`, expires_in: 1 }));
  });
  const shop = await newShop();
  const { id } = await newEndpoint(shop, receiver.url, {
    authentication: {
      type: 'client_credentials',
      token_url: `${receiver.url}/token`,
      client_id: 'us',
      client_secret: 'very secret',
    },
  });
  const outcome = async (next: number) => {
    status = next;
    return (await client.post(`/v1/callback-endpoints/${id}/test`, { token: shop.operator, body: {} })).body;
  };
  for (const good of [200, 201, 203, 206]) {
    assert.equal((await outcome(good)).status, 200, String(good));
    assert.equal(receiver.received.at(-1)!.headers.authorization, `Bearer token-of-${good}`);
  }
  for (const bad of [302, 400, 500]) assert.equal((await outcome(bad)).error, 'token_failed', String(bad));
});

test('a receiver that answers 410 disables its endpoint, and pending callbacks are sent once it is enabled', async (t) => {
  const receiver = await startReceiver(t, answers(410));
  const shop = await newShop();
  const { id } = await newEndpoint(shop, receiver.url);
  const path = `/v1/callback-endpoints/${id}`;
  await say(shop, 'one');
  await eventually(
    async () => (await client.get(path, { token: shop.operator })).body,
    ({ state }) => state === 'disabled',
  );
  await say(shop, 'two');
  await pass(shop, 60_000);
  await sleep(50);
  assert.equal(receiver.received.length, 1);
  receiver.behave = answers(200);
  await client.patch(path, { token: shop.operator, body: { state: 'enabled' } });
  await say(shop, 'three');
  // Events while it was disabled are not sent.
  const ids = (await receiver.until(3)).map(({ body }) => body.event_id);
  assert.equal(ids[0], ids[1]);
  assert.equal(new Set(ids).size, 2);
});

test('a dead receiver’s day passes in seconds: callbacks are retried, given up, replayed and received', async (t) => {
  const receiver = await startReceiver(t, answers(503));
  const shop = await newShop();
  const { id } = await newEndpoint(shop, receiver.url);
  await say(shop, 'one');
  await receiver.until(1);
  const hoursBetween: number[] = [];
  const state = async () => (await deliveries(shop))[0];
  const first = await state();
  /** The delivery once another attempt is recorded. */
  const attempted = (attempts: number) =>
    eventually(
      () => detail(shop, first.id),
      ({ history }) => history.length > attempts,
    );
  let minutes = 0;
  for (let row = await attempted(0); row.state === 'pending'; row = await attempted(row.history.length)) {
    const now = Date.parse((await client.get('/v1/sandbox/clock', { token: shop.token })).body.now);
    // Times in answers are whole seconds.
    const waitMs = Math.max(0, Date.parse(row.next_attempt_at) - now) + 1000;
    minutes += waitMs / 60_000;
    hoursBetween.push(waitMs / 3_600_000);
    await pass(shop, waitMs);
    shop.token = await clientToken(client, shop);
    shop.operator = await clientToken(client, shop, 'aislechat:operate');
  }
  t.diagnostic(`${receiver.received.length} attempts in ${(minutes / 60).toFixed(1)} hours`);
  assert.ok(minutes >= 24 * 60 && minutes < 24 * 60 + 2);
  assert.ok(Math.max(...hoursBetween) <= 1.01);
  assert.equal((await state()).state, 'dead');
  assert.equal(new Set(receiver.received.map(({ text }) => text)).size, 1);

  receiver.behave = answers(200);
  const tried = receiver.received.length;
  const since = new Date(0).toISOString();
  const replay = await client.post(`/v1/callback-endpoints/${id}/replay`, {
    token: shop.operator,
    body: { since },
  });
  assert.deepEqual(replay.body, { replayed: 1 });
  await receiver.until(tried + 1);
  const row = await eventually(state, (next) => next.state === 'delivered');
  // A delivered callback can be replayed.
  const again = await client.post(`/v1/callback-deliveries/${row.id}/replay`, { token: shop.operator });
  assert.equal(again.status, 200);
  await receiver.until(tried + 2);
  assert.equal(new Set(receiver.received.map(({ text }) => text)).size, 1);
  // Attempts and delivered callbacks are kept for a week.
  await eventually(state, (next) => next.state === 'delivered');
  await pass(shop, 8 * 86_400_000);
  await eventually(
    () => deliveries(shop),
    (rows) => rows.length === 0,
  );
});

test('for a day after a rotation callbacks are signed with the new and the former secret', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  const { id, signing_secret: former } = await newEndpoint(shop, receiver.url);
  const rotated = await client.post(`/v1/callback-endpoints/${id}/secret`, { token: shop.operator });
  const { signing_secret: present } = rotated.body;
  assert.notEqual(present, former);
  const last = async (receiver: Receiver, count: number) => (await receiver.until(count)).at(-1)!;
  await say(shop, 'one');
  const both = await last(receiver, 1);
  for (const secret of [former, present]) {
    new Webhook(secret).verify(both.text, both.headers);
    await verifyCallback([secret], both.headers, both.text);
  }
  await pass(shop, 86_400_000);
  await say(shop, 'two');
  const one = await last(receiver, 2);
  await verifyCallback([present], one.headers, one.text);
  await assert.rejects(verifyCallback([former], one.headers, one.text), { name: 'SignatureError' });
});

test('an event written after a change is sent by the changed endpoint, however long the worker reads', async (t) => {
  const receiver = await startReceiver(t);
  const place = await newPlace(t);
  const store = createStore(await place.open());
  const { callbackEndpoints } = store.read;
  const list = callbackEndpoints.list.bind(callbackEndpoints);
  const find = callbackEndpoints.find.bind(callbackEndpoints);
  let held = Promise.resolve();
  let onFound = (): void => {};
  callbackEndpoints.list = async (...args) => {
    await held;
    return list(...args);
  };
  callbackEndpoints.find = async (...args) => {
    const row = await find(...args);
    onFound();
    await held;
    return row;
  };
  const { client: own } = await testServer(t, place.env, { store });
  const chat = await openChat(own);
  const operator = await clientToken(own, chat, 'aislechat:operate');
  const { body } = await own.post('/v1/callback-endpoints', {
    token: operator,
    body: { name: 'orders', url: receiver.url, events: ['chat_message_created'] },
  });
  const path = `/v1/callback-endpoints/${body.id}`;
  const write = (text: string) =>
    own.post(chatPath(chat.orderId), { token: chat.token, body: { body: text } });
  const rotate = async (): Promise<string> =>
    (await own.post(`${path}/secret`, { token: operator })).body.signing_secret;
  const verify = async (secret: string, { headers, text }: Receiver['received'][number]) =>
    verifyCallback([secret], headers, text);
  await write('one');
  await receiver.until(1);

  // The worker knows the endpoint, and does not get to read that it changed.
  let release = (): void => {};
  held = new Promise((resolve) => {
    release = resolve;
  });
  const second = await rotate();
  await write('two');
  // Time enough for a worker that does not wait for it.
  setTimeout(release, 100);
  await verify(second, (await receiver.until(2))[1]!);

  // The worker has read the endpoint, and it changes before the read ends.
  held = new Promise((resolve) => {
    release = resolve;
  });
  const found = new Promise<void>((resolve) => {
    onFound = resolve;
  });
  callbackEndpoints.list = list;
  await own.patch(path, { token: operator, body: { name: 'all orders' } });
  await found;
  const third = await rotate();
  await write('three');
  release();
  await verify(third, (await receiver.until(3))[2]!);
});

test('a test callback is sent once, and its answer reports the outcome', async (t) => {
  const receiver = await startReceiver(t, answers(418));
  const shop = await newShop();
  const { id } = await newEndpoint(shop, receiver.url, { events: ['fulfillment.picking'] });
  const path = `/v1/callback-endpoints/${id}/test`;
  const { body } = await client.post(path, { token: shop.operator, body: {} });
  assert.equal(body.event_name, 'fulfillment.picking');
  assert.equal(body.status, 418);
  assert.deepEqual(receiver.received[0]!.body.event_metadata, { order_id: 'SAMPLE' });
  assert.deepEqual(await deliveries(shop), []);
});

test('pages of deliveries neither skip nor repeat any, and filters narrow them', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  const { id } = await newEndpoint(shop, receiver.url);
  for (let n = 0; n < 7; n++) await say(shop, `message ${n}`);
  await receiver.until(7);
  const seen: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&after=${next}`;
    const { body } = await client.get(`/v1/callback-deliveries?limit=3${cursor}`, { token: shop.operator });
    seen.push(...body.deliveries.map((row: { id: string }) => row.id));
    next = body.next;
  }
  assert.equal(new Set(seen).size, 7);
  assert.equal(seen.length, 7);
  assert.equal((await deliveries(shop, `?endpoint_id=${id}&event_name=chat_message_created`)).length, 7);
  assert.equal((await deliveries(shop, '?event_name=fulfillment.canceled')).length, 0);
});

test('an invalid endpoint is refused with the name of the wrong field', async () => {
  const shop = await newShop();
  const create = (body: Record<string, unknown>) =>
    client.post('/v1/callback-endpoints', {
      token: shop.operator,
      body: { name: 'x', url: 'https://shop.example/hooks', events: ['chat_message_created'], ...body },
    });
  const refused = async (body: Record<string, unknown>, key: string) => {
    const answer = await create(body);
    assert.equal(answer.status, 400, answer.text);
    assert.ok(answer.text.includes(`"key":"${key}"`), answer.text);
  };
  await refused({ url: 'ftp://shop.example' }, 'url');
  await refused({ url: 'https://user:pass@shop.example' }, 'url');
  await refused({ url: 'https://10.0.0.1/hooks' }, 'url');
  await refused({ url: 'http://169.254.169.254/latest' }, 'url');
  await refused({ events: [] }, 'events');
  await refused({ events: ['chat_message_sent'] }, 'events[0]');
  const authentication = { type: 'client_credentials', client_id: 'a', client_secret: 'b' };
  await refused({ authentication }, 'authentication.token_url');
  const inside = { ...authentication, token_url: 'https://[fd00::1]/token' };
  await refused({ authentication: inside }, 'authentication.token_url');
});

test('secrets are stored sealed, and the outbox contains neither texts nor names', async (t) => {
  const receiver = await startReceiver(t, answers(500));
  const place = await newPlace(t);
  const { client: own, app } = await testServer(t, place.env);
  const chat = await openChat(own);
  const operator = await clientToken(own, chat, 'aislechat:operate');
  const created = await own.post('/v1/callback-endpoints', {
    token: operator,
    body: {
      name: 'orders',
      url: receiver.url,
      events: callbackEventNames,
      authentication: {
        type: 'client_credentials',
        token_url: `${receiver.url}/token`,
        client_id: 'us',
        client_secret: 'CANARY-CLIENT-SECRET',
      },
    },
  });
  await own.post(chatPath(chat.orderId), { token: chat.token, body: { body: 'CANARY-TEXT' } });
  await receiver.until(1);
  await app.stop();
  const rows = await place.dump();
  assert.match(rows, /chat_message_created/);
  assert.doesNotMatch(rows, /CANARY-CLIENT-SECRET/);
  assert.ok(!rows.includes(created.body.signing_secret.slice('whsec_'.length)));
  const store = createStore(await place.open());
  t.after(() => store.close());
  const outbox = await store.read.callbackDeliveries.list(chat.retailerId, {}, undefined, 100);
  assert.equal(outbox.length, 1);
  assert.doesNotMatch(JSON.stringify(outbox), /CANARY|Noor|Ilse/);
});

test('metrics count pending and dead callbacks and outcomes of attempts, and contain no names', async (t) => {
  const receiver = await startReceiver(t, answers(500));
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  await say(shop, 'one');
  await receiver.until(1);
  const text = await (await fetch(`${client.url}/metrics`)).text();
  assert.match(text, /^aislechat_callbacks_queued [1-9]/m);
  assert.match(text, /^aislechat_callbacks_dead \d/m);
  assert.match(text, /^aislechat_callback_attempts_total\{outcome="delivered"\} [1-9]/m);
  assert.doesNotMatch(text, /127\.0\.0\.1|order-|user-|Noor|Ilse/);
});

test('callbacks of an order continue after a new shopper takes over', async (t) => {
  const receiver = await startReceiver(t);
  const shop = await newShop();
  await newEndpoint(shop, receiver.url, { events: ['chat_message_created'] });
  const userId = await newUser(client, shop.token);
  const orderId = await newOrder(client, shop.token, userId);
  for (const name of ['Ilse', 'Robert']) {
    const shopperId = await newShopper(client, shop.token, name);
    await newBatch(client, shop.token, shopperId, orderId);
    await say(shop, `Hello ${name}`, orderId);
  }
  const events = await receiver.until(2);
  assert.equal(new Set(events.map(({ body }) => body.event_metadata.topic_id)).size, 1);
});

test('a retailer’s callbacks use a limited number of connections, which its endpoints share in turn', async (t) => {
  const held = new Set<ServerResponse>();
  let most = 0;
  const slow = await startReceiver(t, (_received, response) => {
    held.add(response);
    response.on('close', () => held.delete(response));
    most = Math.max(most, held.size);
  });
  const good = await startReceiver(t);
  const shop = await newShop();
  const orders = [shop.orderId];
  while (orders.length < 16) {
    const orderId = await newOrder(client, shop.token, shop.userId);
    await newBatch(client, shop.token, shop.shopperId, orderId);
    orders.push(orderId);
  }
  const events = ['chat_message_created'];
  for (let n = 0; n < 7; n++) await newEndpoint(shop, `${slow.url}/${n}`, { events });
  await newEndpoint(shop, good.url, { events });
  await Promise.all(orders.map((orderId) => say(shop, 'hello', orderId)));
  await good.until(orders.length);
  // 64, and one for each of the seven.
  await sleep(300);
  assert.ok(most >= 40 && most <= 64 + 7, `${most} at once`);
  slow.behave = answers(200);
  for (const response of held) response.end('{}');
  const distinct = () => new Set(slow.received.map(({ path, body }) => path + body.event_id)).size;
  await eventually(
    async () => distinct(),
    (count) => count === 7 * orders.length,
  );
});

const answersText =
  (status: number, text: string | Buffer): Receiver['behave'] =>
  (_received, response) =>
    response.writeHead(status).end(text);

/** Sends one message, and returns the delivery once its attempt is recorded. */
async function oneDelivery(shop: Shop) {
  await say(shop, 'CANARY-TEXT');
  const [{ id }] = await eventually(
    () => deliveries(shop),
    ([row]) => row.attempts === 1,
  );
  return eventually(
    () => detail(shop, id),
    ({ history }) => history.length === 1,
  );
}

test('an operator sees the body that was sent, and the beginning of what the receiver answered', async (t) => {
  const receiver = await startReceiver(t, answersText(422, `{"error":"no such topic"}\n\u0000\u001b[2J`));
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  const { payload, history } = await oneDelivery(shop);
  assert.equal(payload, receiver.received[0]!.text);
  assert.doesNotMatch(payload, /CANARY|Noor|Ilse/);
  assert.equal(history[0].status, 422);
  assert.equal(history[0].answer, '{"error":"no such topic"}\\u000a\\u0000\\u001b[2J');
});

test('a sample’s outcome has the beginning of its answer', async (t) => {
  const receiver = await startReceiver(t, answersText(418, 'short and stout'));
  const shop = await newShop();
  const { id } = await newEndpoint(shop, receiver.url);
  const path = `/v1/callback-endpoints/${id}/test`;
  const { body } = await client.post(path, { token: shop.operator, body: {} });
  assert.equal(body.answer, 'short and stout');
});

test('at most 256 bytes of an answer are kept, without a word or a character that was cut', async (t) => {
  const receiver = await startReceiver(t, answersText(500, `${'é'.repeat(100)} ${'no '.repeat(200)}`));
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  const { answer } = (await oneDelivery(shop)).history[0];
  assert.ok(Buffer.byteLength(answer) <= 256, answer);
  assert.match(answer, /^é{100}( no)+ ?$/);
  for (const text of ['\u0001'.repeat(300), '€'.repeat(300), Buffer.alloc(300, 0xff)]) {
    const other = await newShop();
    await newEndpoint(other, receiver.url);
    receiver.behave = answersText(500, text);
    const kept = (await oneDelivery(other)).history[0].answer;
    assert.ok(Buffer.byteLength(kept) <= 256 && Buffer.byteLength(kept) > 200, kept);
  }
});

test('a receiver that begins an answer and does not end it is delivered to within seconds', async (t) => {
  const receiver = await startReceiver(t, (_received, response) => {
    response.writeHead(200).write('accepted, ');
  });
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  const { state, history } = await oneDelivery(shop);
  assert.equal(state, 'delivered');
  assert.equal(history[0].answer, 'accepted, ');
});

test('secrets that a receiver repeats are masked, even where the answer is cut', async (t) => {
  const clientSecret = 'short & "odd"';
  const token = 'tok';
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
  let text = '';
  const receiver = await startReceiver(t, (received, response) => {
    if (received.path === '/token') {
      response.end(JSON.stringify({ access_token: token, expires_in: 600 }));
    } else response.writeHead(500).end(text);
  });
  const authentication = {
    type: 'client_credentials',
    token_url: `${receiver.url}/token`,
    client_id: 'us',
    client_secret: clientSecret,
  };
  const answered = async (answerTo: (signingSecret: string) => string) => {
    const shop = await newShop();
    const { signing_secret } = await newEndpoint(shop, receiver.url, { authentication });
    text = answerTo(signing_secret);
    return { signing_secret, answer: (await oneDelivery(shop)).history[0].answer ?? '' };
  };
  const plainly = await answered((secret) => `key ${secret} used ${token} with ${clientSecret}, end`);
  assert.equal(plainly.answer, 'key [masked] used [masked] with [masked], end');
  const coded = await answered((secret) => JSON.stringify({ bare: secret.slice(6), clientSecret }));
  assert.equal(coded.answer, '{"bare":"[masked]","clientSecret":"[masked]"}');
  const foreign = await answered(
    () => `Authorization: Bearer abc-1; jwt ${jwt}, fulfillment.order_item_refund`,
  );
  assert.equal(
    foreign.answer,
    'Authorization: Bearer [masked]; jwt [masked].[masked].[masked], fulfillment.order_item_refund',
  );
  for (const kept of [1, 2, 6, 12]) {
    const cut = await answered(() => `${'. '.repeat(128).slice(kept)}${clientSecret} and more`);
    assert.match(cut.answer, /^[. ]+$/, cut.answer);
    const cutKey = await answered((secret) => `${'. '.repeat(128).slice(kept)}${secret} and more`);
    assert.match(cutKey.answer, /^[. ]+$/, cutKey.answer);
  }
});

test('only an operator reads what receivers answered', async (t) => {
  const receiver = await startReceiver(t, answersText(500, 'CANARY-ANSWER'));
  const shop = await newShop();
  await newEndpoint(shop, receiver.url);
  const { id } = await oneDelivery(shop);
  for (const token of [shop.token, shop.userToken]) {
    const { status, text } = await client.get(`/v1/callback-deliveries/${id}`, { token });
    assert.equal(status, 403);
    assert.doesNotMatch(text, /CANARY/);
  }
  assert.match(JSON.stringify(await detail(shop, id)), /CANARY-ANSWER/, 'control: the operator sees it');
});

test('an answer goes with its attempt after seven days, and no log has it', async (t) => {
  const receiver = await startReceiver(t, answersText(500, 'CANARY-ANSWER'));
  const place = await newPlace(t);
  let logged = '';
  const log = createLog('debug', { write: (line) => (logged += line) });
  const { client: own } = await testServer(t, place.env, { log });
  const chat = await openChat(own);
  const operator = await clientToken(own, chat, 'aislechat:operate');
  await own.post('/v1/callback-endpoints', {
    token: operator,
    body: { name: 'orders', url: receiver.url, events: ['chat_message_created'] },
  });
  await own.post(chatPath(chat.orderId), { token: chat.token, body: { body: 'hello' } });
  await eventually(
    () => place.dump(),
    (rows) => rows.includes('CANARY-ANSWER'),
  );
  receiver.behave = answersText(500, 'later');
  await clock(own, chat.token, { advance_ms: limits.callbackHistoryMs + 1000 });
  await eventually(
    () => place.dump(),
    (rows) => !rows.includes('CANARY-ANSWER') && rows.includes('chat_message_created'),
  );
  assert.match(logged, /"request"/, 'control: requests are logged');
  assert.doesNotMatch(logged, /CANARY/);
});
