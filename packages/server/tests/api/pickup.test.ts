/** Picking up an order: what the store and the shopper learn, and who comes instead of the customer. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  allPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  type Retailer,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });

interface PickupOrder extends Retailer {
  userId: string;
  userToken: string;
  orderId: string;
}

async function pickupOrder(state = 'staged'): Promise<PickupOrder> {
  const retailer = await newRetailer(client, { timezone: 'America/Denver', pickup_instructions: 'Row 3.' });
  const userId = await newUser(client, retailer.token);
  const orderId = await newOrder(client, retailer.token, userId, {}, 'pickup');
  await newBatch(client, retailer.token, await newShopper(client, retailer.token), orderId, state, 'pickup');
  return { ...retailer, userId, orderId, userToken: await userToken(client, retailer, userId) };
}

const path = ({ orderId }: PickupOrder, part: string) => `/v2/post_checkout/orders/${orderId}${part}`;
const arrive = (order: PickupOrder, body?: unknown) =>
  client.post(path(order, '/pickup/user_arrived'), { token: order.userToken, body });
const schedule = (order: PickupOrder, schedule_pickup_eta: unknown) =>
  client.post(path(order, '/pickup/schedule_pickup'), {
    token: order.userToken,
    body: { schedule_pickup_eta },
  });
const name = (order: PickupOrder, body: unknown) =>
  client.put(path(order, '/pickup_delegate'), { token: order.userToken, body });
const pageOf = async ({ orderId, userToken: token }: PickupOrder) =>
  (await client.get(`/v1/orders/${orderId}/page`, { token })).body;
const noticesOf = async ({ orderId, userToken: token }: PickupOrder) =>
  (await client.get(allPath(orderId), { token })).body.lifecycle_messages.map(
    (notice: { body: string }) => notice.body,
  );
const sam = { name: 'Sam', phone_number: '(303) 555-0123' };

test('the customer who arrives moves the order on, once, and the shopper is notified once', async () => {
  const order = await pickupOrder();
  const before = await arrive(order, { is_pickup_delegate: 'maybe' });
  assert.equal(before.status, 400);
  for (let n = 0; n < 2; n++) {
    const { status, body } = await arrive(order);
    assert.equal(status, 200);
    assert.deepEqual(body, { success: true });
  }
  assert.equal((await pageOf(order)).workflow_state, 'user_at_store');
  assert.deepEqual(await noticesOf(order), ['The customer has arrived to pick up the order.']);
});

test('an order that is not ready is refused in Connect’s form, and nothing changes', async () => {
  const order = await pickupOrder('picking');
  const { status, body } = await arrive(order);
  assert.equal(status, 400);
  assert.deepEqual(body, {
    error: { message: 'Params error', code: 2001 },
    meta: { order_delivery_id: 'Order delivery is not staged.' },
  });
  assert.equal((await pageOf(order)).pickup.is_ready, false);
});

test('the time of arrival is shown in the store’s zone, and a repetition replaces it', async () => {
  const order = await pickupOrder();
  await clock(client, order.token, { now: '2031-05-04T20:00:00Z', frozen: true });
  const later = { ...order, ...(await freshTokens(order)) };
  assert.equal((await schedule(later, '2031-05-04T23:40:00Z')).status, 200);
  assert.equal((await schedule(later, '2031-05-04T23:40:00Z')).status, 200);
  assert.equal((await schedule(later, '2031-05-04T17:55:00-06:00')).status, 200);
  assert.equal((await pageOf(later)).pickup.eta, '2031-05-04T23:55:00Z');
  const [first, second, ...others] = await noticesOf(later);
  assert.match(first, /^The customer expects to arrive at 5:40.PM\.$/);
  assert.match(second, /^The customer expects to arrive at 5:55.PM\.$/);
  assert.deepEqual(others, []);
  for (const [eta, message] of [
    ['2031-05-04T19:00:00Z', 'is invalid'],
    ['soon', 'is invalid'],
    [' ', "can't be blank"],
    [undefined, "can't be blank"],
  ]) {
    const { status, body } = await schedule(later, eta);
    assert.equal(status, 400);
    assert.deepEqual(body.error, { message, code: 1001 });
    assert.deepEqual(body.meta, { key: 'schedule_pickup_eta' });
  }
});

async function freshTokens(order: PickupOrder): Promise<{ token: string; userToken: string }> {
  return {
    token: await clientToken(client, order),
    userToken: await userToken(client, order, order.userId),
  };
}

test('a delegate replaces the customer: no notice holds the name, and the person’s erasure removes it', async () => {
  const order = await pickupOrder();
  await schedule(order, new Date(Date.now() + 3_600_000).toISOString());
  const refused = await name(order, { name: 'Sam', phone_number: '12' });
  assert.deepEqual(refused.body, {
    error: { message: 'Invalid phone number', code: 1001 },
    meta: { key: 'phone_number' },
  });
  assert.equal((await name(order, sam)).status, 200);
  const { pickup } = await pageOf(order);
  assert.deepEqual(pickup, { is_ready: true, instructions: 'Row 3.', delegate_name: 'Sam' });
  assert.equal((await schedule(order, new Date(Date.now() + 3_600_000).toISOString())).status, 400);
  assert.equal((await arrive(order, { is_pickup_delegate: true })).status, 200);
  assert.ok(!(await noticesOf(order)).join().includes('Sam'));

  const operator = await clientToken(client, order, 'aislechat:operate');
  const exported = await client.get(`/v1/users/${order.userId}/export`, { token: operator });
  const [line] = exported.body.filter(({ type }: { type: string }) => type === 'order');
  assert.deepEqual(line.pickup.delegate, { name: 'Sam', phone_number: '3035550123' });
  await client.call('DELETE', `/v1/users/${order.userId}`, { token: operator });
  const page = await client.get(path(order, '/pickup/details'), { token: order.token });
  assert.equal(page.status, 200);
  const after = await client.get(`/v1/orders/${order.orderId}/page`, { token: order.token });
  assert.equal(after.body.pickup.delegate_name, undefined);
});

test('the instructions are the retailer’s setting', async () => {
  const order = await pickupOrder();
  const read = () => client.get(path(order, '/pickup/details'), { token: order.userToken });
  assert.deepEqual((await read()).body, {
    pickup_instructions: [{ type: 'curbside', text: 'Row 3.', images: [] }],
  });
  await client.call('PATCH', '/v1/sandbox/retailer', {
    token: order.token,
    body: { pickup_instructions: '' },
  });
  assert.deepEqual((await read()).body, { pickup_instructions: [] });
});

test('the customer does all of it with the link of the order', async () => {
  const order = await pickupOrder();
  const { body } = await client.get(`/v2/fulfillment/users/${order.userId}/orders/${order.orderId}`, {
    token: order.token,
  });
  const byLink = { ...order, userToken: body.order_url.split('/').at(-1) };
  assert.equal((await schedule(byLink, new Date(Date.now() + 3_600_000).toISOString())).status, 200);
  assert.equal((await name(byLink, sam)).status, 200);
  assert.equal((await arrive(byLink)).status, 200);
});
