import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  anItem,
  clock,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  unique,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const retailer = await newRetailer(client);
const { token } = retailer;
const address = { address_line_1: '9 Quay Rd', postal_code: '80202' };

const post = (path: string, body: unknown) => client.post(`/v2/fulfillment/${path}`, { token, body });

async function hold(userId: string): Promise<number> {
  const options = await post(`users/${userId}/service_options/cart/delivery`, { items: [anItem] });
  const { id } = options.body.service_options[0];
  const { body } = await post(`users/${userId}/service_options/${id}/reserve`, undefined);
  return body.service_option_hold.id;
}

async function deliveryBody(userId: string, extra: Record<string, unknown> = {}) {
  return {
    order_id: unique('order'),
    service_option_hold_id: await hold(userId),
    initial_tip_cents: 300,
    address,
    items: [anItem],
    ...extra,
  };
}

test('creating a user echoes the given fields, and creating it again changes only those', async () => {
  const user = {
    user_id: unique('user'),
    first_name: 'noor',
    last_name: 'van der Berg',
    phone_number: '+13035550100',
    locale: 'en-US',
  };
  assert.deepEqual((await post('users', user)).body, user);
  const path = `/v2/fulfillment/users/${user.user_id}`;
  assert.deepEqual((await client.get(path, { token })).body, user);
  await post('users', { user_id: user.user_id, first_name: 'Nora' });
  assert.deepEqual((await client.get(path, { token })).body, { ...user, first_name: 'Nora' });
});

test('names may not contain any of / : < > $ % ?', async () => {
  for (const character of '/:<>$%?') {
    const { status, body } = await post('users', { user_id: unique('user'), first_name: `No${character}r` });
    assert.equal(status, 400);
    assert.deepEqual(body.meta, { key: 'first_name' });
  }
});

test('an unknown user in a path is answered with 400 User Not Found', async () => {
  const expected = { error: { message: 'User Not Found', code: 1001 }, meta: { key: 'user_id' } };
  const paths = [
    'users/nobody/service_options/cart/delivery',
    'users/nobody/service_options/1/reserve',
    'users/nobody/orders/nothing/cancel',
  ];
  for (const path of paths) {
    const { status, body } = await post(path, {});
    assert.equal(status, 400);
    assert.deepEqual(body, expected);
  }
  assert.deepEqual((await client.get('/v2/fulfillment/users/nobody', { token })).body, expected);
});

test('stores and slots can be listed, and a user can hold one slot for ten minutes', async () => {
  const userId = await newUser(client, token);
  for (const kind of ['delivery', 'pickup']) {
    const stores = await post(`stores/${kind}`, {
      find_by: { address_line_1: '9 Quay Rd', postal_code: '80202' },
    });
    assert.ok(stores.body.stores[0].location_code);
    const options = await post(`users/${userId}/service_options/cart/${kind}`, {
      location_code: stores.body.stores[0].location_code,
      address,
      items: [anItem],
      with_eta_options: true,
    });
    assert.ok(options.body.service_options.length > 0);
    assert.equal(options.body.service_options[0].service_type, kind);
  }
  await clock(client, token, { frozen: true });
  const now = Date.parse((await client.get('/v1/sandbox/clock', { token })).body.now);
  const options = await post(`users/${userId}/service_options/cart/delivery`, {});
  const { id } = options.body.service_options[0];
  const { body } = await post(`users/${userId}/service_options/${id}/reserve/cart`, {
    address,
    items: [anItem],
  });
  const { service_option_hold: first } = body;
  assert.equal(Date.parse(first.expires_at), Math.floor((now + 600_000) / 1000) * 1000);
  assert.equal(first.service_option.id, id);

  const second = await hold(userId);
  const cancelled = await post(`users/${userId}/orders/delivery`, {
    ...(await deliveryBody(userId)),
    service_option_hold_id: first.id,
  });
  assert.deepEqual(cancelled.body.meta, { key: 'service_option_hold_id' }, 'a new hold cancels the old one');
  assert.notEqual(first.id, second);
  await clock(client, token, { frozen: false });
  for (const unknown of ['0', '1', 'abc', '99999999999']) {
    assert.equal((await post(`users/${userId}/service_options/${unknown}/reserve`, undefined)).status, 404);
  }
});

test('a user can still use their expired hold, once, and another user’s hold is refused', async () => {
  const [userId, otherId] = [await newUser(client, token), await newUser(client, token)];
  const body = await deliveryBody(userId);
  await clock(client, token, { advance_ms: 11 * 60_000 });
  const stolen = await post(`users/${otherId}/orders/delivery`, body);
  assert.deepEqual(stolen.body.meta, { key: 'service_option_hold_id' });
  assert.equal((await post(`users/${userId}/orders/delivery`, body)).status, 200);
  const pickup = { order_id: unique('order'), items: [anItem], location_code: '12' };
  const wrongKind = { ...pickup, service_option_hold_id: await hold(userId) };
  const unfit = await post(`users/${userId}/orders/pickup`, wrongKind);
  assert.deepEqual(
    unfit.body.meta,
    { key: 'service_option_hold_id' },
    'a delivery slot cannot be used for pickup',
  );
  const again = await post(`users/${userId}/orders/delivery`, { ...body, order_id: unique('order') });
  assert.deepEqual(again.body.meta, { key: 'service_option_hold_id' });
});

test('a delivery order is answered in Connect’s format', async () => {
  const userId = await newUser(client, token);
  const request = await deliveryBody(userId, {
    initial_tip_cents: '300',
    location_code: 12,
    locale: 'en-US',
    leave_unattended: true,
    special_instructions: 'ring twice',
    user: { sms_opt_in: true, birthday: '1990-01-01' },
    items: [anItem, { line_num: 2, weight: '1.5', item: { rrc: 77 }, replacement_policy: 'no_replacements' }],
  });
  const { status, text, body } = await post(`users/${userId}/orders/delivery`, {
    ...request,
    service_option_hold_id: String(request.service_option_hold_id),
  });
  assert.equal(status, 200, text);
  assert.equal(body.id, request.order_id);
  assert.equal(body.status, 'brand_new');
  assert.match(body.order_url, /\/o\/[\w-]{40}$/);
  assert.equal(body.is_express, false);
  assert.equal(body.fulfillment_details.store_location, '12');
  assert.ok(body.fulfillment_details.window_starts_at < body.fulfillment_details.window_ends_at);
  assert.deepEqual(body.items[1], {
    line_num: '2',
    weight: 1.5,
    item: { rrc: '77' },
    replacement_policy: 'no_replacements',
  });
  const read = await client.get(`/v2/fulfillment/users/${userId}/orders/${body.id}`, { token });
  assert.deepEqual(read.body, body);
});

test('a missing or invalid field of an order is named by its key', async () => {
  const userId = await newUser(client, token);
  const problems = async (kind: string, body: unknown) => {
    const answer = await post(`users/${userId}/orders/${kind}`, body);
    assert.equal(answer.status, 400);
    const list = answer.body.error.errors ?? [answer.body];
    return list.map((one: { error: { message: string }; meta: { key: string } }) => [
      one.meta.key,
      one.error.message,
    ]);
  };
  const blank = "can't be blank";
  assert.deepEqual(await problems('delivery', {}), [
    ['order_id', blank],
    ['service_option_hold_id', blank],
    ['initial_tip_cents', blank],
    ['address', blank],
    ['items', blank],
  ]);
  assert.deepEqual(
    await problems('pickup', { order_id: ' ', location_code: '1', service_option_hold_id: 'x' }),
    [
      ['items', blank],
      ['order_id', blank],
      ['service_option_hold_id', 'is invalid'],
    ],
  );
  const order = await deliveryBody(userId);
  const items = [
    { line_num: '1', item: { upc: '1' } },
    { line_num: '1', count: 1, weight: 2, item: {} },
    { line_num: '3', count: 1, item: { upc: '1' } },
  ];
  assert.deepEqual(await problems('delivery', { ...order, items }), [
    ['items[0].count', blank],
    ['items[1].line_num', 'has already been taken'],
    ['items[1].item.upc', blank],
  ]);
  const wrongPolicy = [{ ...anItem, replacement_policy: 'whatever' }];
  assert.deepEqual(await problems('delivery', { ...order, items: wrongPolicy }), [
    ['items[0].replacement_policy', 'is not included in the list'],
  ]);
  assert.deepEqual(await problems('delivery', { ...order, items: [] }), [['items', blank]]);
  assert.deepEqual(await problems('delivery', { ...order, order_id: 'x'.repeat(256) }), [
    ['order_id', 'is too long (maximum is 255 characters)'],
  ]);
  assert.deepEqual(await problems('delivery', { ...order, special_instructions: 'a\u0000' }), [
    ['special_instructions', 'is invalid'],
  ]);
});

test('a number that no database can store is invalid in every field', async () => {
  const userId = await newUser(client, token);
  const held = { order_id: 'too-large', location_code: '12', items: [anItem] };
  const pickup = `/v2/fulfillment/users/${userId}/orders/pickup`;
  const calls: [path: string, body: Record<string, unknown>, key: string][] = [
    [pickup, { ...held, service_option_hold_id: 1e308 }, 'service_option_hold_id'],
    [pickup, { ...held, service_option_hold_id: 2 ** 63 }, 'service_option_hold_id'],
    ['/v2/fulfillment_sandbox/batches', { shopper_id: 1e308, orders: [{ id: 'x' }] }, 'shopper_id'],
  ];
  for (const [path, body, key] of calls) {
    const answer = await client.post(path, { token, body });
    assert.deepEqual([answer.status, answer.body.meta.key], [400, key], answer.text);
  }
});

test('an order ID is unique for one retailer, and free for another', async () => {
  const userId = await newUser(client, token);
  const orderId = await newOrder(client, token, userId);
  const answer = await post(
    `users/${userId}/orders/delivery`,
    await deliveryBody(userId, { order_id: orderId }),
  );
  assert.deepEqual(answer.body, {
    error: { message: 'has already been taken', code: 1001 },
    meta: { key: 'order_id' },
  });
  const other = await newRetailer(client);
  const theirUser = await newUser(client, other.token);
  assert.equal(await newOrder(client, other.token, theirUser, { order_id: orderId }), orderId);
});

test('a last-mile order can be created on both paths, and dispatched without a user', async () => {
  const userId = await newUser(client, token);
  const body = (orderId: string) => ({ order_id: orderId, location_code: '12', bags_count: '3' });
  const created = await post(`users/${userId}/orders/last_mile`, body(unique('lm')));
  assert.equal(created.body.fulfillment_details.fulfillment_type, 'last_mile_delivery');
  assert.equal(created.body.fulfillment_details.bag_count, 3);
  assert.equal((await post(`lastmile/users/${userId}/orders`, body(unique('lm')))).status, 200);

  const dispatch = {
    order_id: unique('lm'),
    location_code: '12',
    start_at: '2031-05-04T17:00:00Z',
    end_at: '2031-05-04T12:00:00-06:00',
    first_name: 'Sam',
    last_name: 'Oak',
    user_phone: '+13035550100',
    items_count: 4,
    items_weight: 2.5,
  };
  const dispatched = await post('lastmile/orders', dispatch);
  assert.equal(dispatched.status, 200, dispatched.text);
  assert.equal(dispatched.body.fulfillment_details.window_ends_at, '2031-05-04T18:00:00Z');
  const chat = await client.get(`/v2/post_checkout/chat/${dispatch.order_id}/messages`, { token });
  assert.equal(chat.body.metadata.customer.display_name, 'Sam');

  for (const [field, value] of [
    ['start_at', '2031-05-04T17:30:00Z'],
    ['end_at', '2031-05-04T17:00:00Z'],
    ['end_at', 'tomorrow'],
  ] as const) {
    const answer = await post('lastmile/orders', { ...dispatch, order_id: unique('lm'), [field]: value });
    assert.deepEqual(answer.body, { error: { message: 'is invalid', code: 1001 }, meta: { key: field } });
  }
});

test('an order can be updated and canceled only while it is brand new', async () => {
  const userId = await newUser(client, token);
  const orderId = await newOrder(client, token, userId);
  const path = `/v2/fulfillment/users/${userId}/orders/${orderId}`;
  const items = [{ line_num: '9', count: 1, item: { upc: '5' } }];
  const updated = await client.put(path, { token, body: { items, locale: 'fr-CA' } });
  assert.equal(updated.body.locale, 'fr-CA');
  assert.equal(updated.body.items[0].line_num, '9');
  const canceled = await client.post(`${path}/cancel`, { token });
  assert.equal(canceled.body.status, 'canceled');
  assert.equal(canceled.body.cancellation_reason, 'customer_driven');

  const late = await newOrder(client, token, userId);
  await newBatch(client, token, await newShopper(client, token), late, 'acknowledged');
  const latePath = `/v2/fulfillment/users/${userId}/orders/${late}`;
  const expected = { error: { message: 'is invalid', code: 1001 }, meta: { key: 'status' } };
  assert.deepEqual((await client.put(latePath, { token, body: { locale: 'fr-CA' } })).body, expected);
  assert.deepEqual((await client.post(`${latePath}/cancel`, { token })).body, expected);
  assert.equal((await client.get(latePath, { token })).body.status, 'acknowledged');
});

test('an order is found only under its own user', async () => {
  const [userId, otherId] = [await newUser(client, token), await newUser(client, token)];
  const orderId = await newOrder(client, token, userId);
  const path = `/v2/fulfillment/users/${otherId}/orders/${orderId}`;
  assert.equal((await client.get(path, { token })).status, 404);
  assert.equal((await client.put(path, { token, body: {} })).status, 404);
  assert.equal((await client.post(`${path}/cancel`, { token })).status, 404);
});
