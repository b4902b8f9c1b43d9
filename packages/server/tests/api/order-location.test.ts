/** The shopper's location: available while the order is out for delivery, and stored nowhere afterwards. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { eraseOrderNow } from '../../src/domain/erasure/erasure.ts';
import { localImageFiles } from '../../src/storage/images/local.ts';
import { createStore } from '../../src/storage/store.ts';
import { newPlace } from '../support/place.ts';
import {
  advance,
  chatPath,
  clientToken,
  internal,
  newBatch,
  newShopper,
  type OpenChat,
  openChat,
  openChatOf,
} from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const place = await newPlace({ after });
const store = createStore(await place.open());
const { client } = await testServer({ after }, place.env, { store });

const here = { coordinates: { latitude: 52.370216, longitude: 4.895168 } };
const isHeld = async () => /52\.370216|4\.895168/.test(await place.dump());
const sandboxPath = (orderId: string) => `/v1/sandbox/orders/${orderId}/location`;
const operatorPath = (orderId: string) => `/v1/orders/${orderId}/location`;
const operatorOf = (chat: OpenChat) => clientToken(client, chat, 'aislechat:operate');
const put = (chat: OpenChat, body: unknown) =>
  client.put(sandboxPath(chat.orderId), { token: chat.token, body });
const locate = (chat: OpenChat) =>
  client.get(`/v2/post_checkout/orders/${chat.orderId}/location`, { token: chat.userToken });

async function delivering(): Promise<OpenChat> {
  const chat = await openChat(client);
  await advance(client, chat.token, chat.batchId, 'delivering');
  return chat;
}

/** An order out for delivery whose shopper's location is stored. */
async function located(): Promise<OpenChat> {
  const chat = await delivering();
  assert.equal((await put(chat, here)).status, 200);
  assert.ok(await isHeld());
  return chat;
}

test('the location is empty until one is reported during delivery, and then it is the latest', async () => {
  const chat = await delivering();
  const before = await locate(chat);
  assert.equal(before.status, 200);
  assert.deepEqual(before.body, {});
  assert.deepEqual((await put(chat, here)).body, { success: true });
  const { body, headers } = await locate(chat);
  const { reported_at, ...place } = body;
  assert.deepEqual(place, here);
  assert.match(reported_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(headers.get('cache-control'), 'no-store');

  const there = { coordinates: { latitude: -33.5, longitude: 151 } };
  const operator = await operatorOf(chat);
  const updated = await client.put(operatorPath(chat.orderId), { token: operator, body: there });
  assert.deepEqual(updated.body, { success: true });
  assert.deepEqual((await locate(chat)).body.coordinates, there.coordinates);
  assert.ok(!(await isHeld()), 'the previous position is overwritten');
  await advance(client, chat.token, chat.batchId, 'completed');
});

test('a location is refused unless the order is out for delivery and the place is on earth', async () => {
  const chat = await openChat(client);
  assert.deepEqual((await put(chat, here)).body, {
    error: { message: 'is invalid', code: 1001 },
    meta: { key: 'workflow_state' },
  });
  await advance(client, chat.token, chat.batchId, 'delivering');
  const wrong: [unknown, string][] = [
    [{}, 'coordinates'],
    [{ coordinates: { latitude: 1 } }, 'coordinates.longitude'],
    [{ coordinates: { latitude: 90.1, longitude: 1 } }, 'coordinates.latitude'],
    [{ coordinates: { latitude: 1, longitude: 'east' } }, 'coordinates.longitude'],
  ];
  for (const [body, key] of wrong) assert.deepEqual((await put(chat, body)).body.meta, { key });
  assert.deepEqual((await locate(chat)).body, {});
  const token = await operatorOf(chat);
  const unknown = await client.put(operatorPath('nothing'), { token, body: here });
  assert.equal(unknown.status, 404);
});

test('our integer names the order with the header', async () => {
  const chat = await delivering();
  const token = await operatorOf(chat);
  const { id } = (await client.get(`/v1/orders/${chat.orderId}`, { token })).body;
  for (const [path, bearer] of [
    [operatorPath(id), token],
    [sandboxPath(id), chat.token],
  ] as const) {
    const updated = await client.put(path, { token: bearer, headers: internal, body: here });
    assert.equal(updated.status, 200);
    assert.equal((await client.put(path, { token: bearer, body: here })).status, 404);
  }
  await advance(client, chat.token, chat.batchId, 'completed');
});

test('with shopper-information removal on, the location is refused to readers and not stored', async () => {
  const chat = await delivering();
  const settings = { shopper_information_removal: true };
  await client.patch('/v1/sandbox/retailer', { token: chat.token, body: settings });
  const pii = { error: { message: 'Shopper PII', code: null }, meta: {} };
  const operator = await operatorOf(chat);
  for (const answer of [
    await locate(chat),
    await put(chat, here),
    await client.put(operatorPath(chat.orderId), { token: operator, body: here }),
  ]) {
    assert.equal(answer.status, 403);
    assert.deepEqual(answer.body, pii);
  }
  assert.ok(!(await isHeld()));
  const unknown = await client.get('/v2/post_checkout/orders/nothing/location', { token: chat.userToken });
  assert.equal(unknown.status, 404);
});

test('the location is erased on delivery, cancellation and return to an earlier state, and does not reappear', async () => {
  for (const workflow_state of ['delivered', 'canceled', 'checkout']) {
    const chat = await located();
    const token = await operatorOf(chat);
    const path = `/v1/orders/${chat.orderId}/state`;
    await client.post(path, { token, body: { workflow_state } });
    assert.ok(!(await isHeld()), workflow_state);
    assert.deepEqual((await locate(chat)).body, {});
    await client.post(path, { token, body: { workflow_state: 'delivering' } });
    assert.deepEqual((await locate(chat)).body, {});
  }
});

test('a new shopper does not inherit the previous shopper’s location', async () => {
  const chat = await located();
  await newBatch(client, chat.token, await newShopper(client, chat.token, 'Bram'), chat.orderId);
  assert.ok(!(await isHeld()));
  assert.deepEqual((await locate(chat)).body, {});
});

test('erasing an order that is out for delivery erases its location', async () => {
  const chat = await located();
  const retailer = (await store.read.retailers.find(chat.retailerId))!;
  const files = localImageFiles(join(temporaryFolder({ after }), 'images'));
  assert.ok(await eraseOrderNow({ store, clock: systemClock, files }, retailer, chat.orderId));
  assert.ok(!(await isHeld()));
  assert.deepEqual((await locate(chat)).body, {});
});

test('the location appears in no export, log or audit entry, and is erased with the customer', async () => {
  const first = await located();
  const chat = await openChatOf(client, first);
  await advance(client, chat.token, chat.batchId, 'delivering');
  await put(chat, here);
  const token = await operatorOf(chat);
  await client.put(operatorPath(chat.orderId), { token, body: here });
  const user = `/v1/users/${chat.userId}`;
  for (const [path, bearer] of [
    [`${user}/export`, token],
    [`/v1/orders/${chat.orderId}/events`, chat.token],
    ['/v1/audit', token],
    [`/v1/orders/${chat.orderId}`, token],
    [chatPath(chat.orderId), chat.token],
  ] as const) {
    const { status, text } = await client.get(path, { token: bearer });
    assert.equal(status, 200);
    assert.ok(!text.includes('52.370216'), path);
  }

  const handling = `/v2/post_checkout/orders/${chat.orderId}/handling`;
  assert.equal((await client.get(handling, { token: chat.token })).body.address.postal_code, '80202');
  await client.call('DELETE', `/v1/users/${first.userId}`, { token });
  assert.ok(await isHeld(), 'another customer’s order is still out for delivery');
  await client.call('DELETE', user, { token });
  assert.ok(!(await isHeld()));
  const left = (await client.get(handling, { token: chat.token })).body;
  assert.deepEqual(left, {
    address: { address_line_1: '', postal_code: '', country_code: '' },
    coordinates: null,
    shopper: left.shopper,
    instructions: '',
    leave_unattended: false,
    alcoholic: false,
    certified_delivery: false,
  });
});
