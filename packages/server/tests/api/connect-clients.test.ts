/** What clients of Connect send and read, in the formats that their languages produce. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  assertionOf,
  chatPath,
  clientToken,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  unique,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const retailer = await newRetailer(client, { timezone: 'America/Denver' });
const { token } = retailer;
const address = { address_line_1: '9 Quay Rd', postal_code: '80202' };
const json = { 'content-type': 'application/json; charset=UTF-8' };

const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  client.post(path, { token, body, headers });

/** The path of a Java client to a delivered order, with bodies as its own JSON library prints them. */
test('the complete flow of a typed Java client works unchanged', async () => {
  const userId = unique('java');
  const user = await post(
    '/v2/fulfillment/users',
    `{"user_id":"${userId}","first_name":"Noor","last_name":"Ali","phone_number":"3035550100","locale":null}`,
    json,
  );
  assert.equal(user.status, 200, user.text);
  const stores = await post(
    '/v2/fulfillment/stores/delivery',
    '{"find_by":{"address_line_1":"9 Quay Rd","address_line_2":null,"postal_code":"80202","latitude":null}}',
    json,
  );
  const location: string = stores.body.stores[0].location_code;
  const cart = await post(
    `/v2/fulfillment/users/${userId}/service_options/cart/delivery`,
    `{"location_code":"${location}","with_eta_options":true,"with_priority_eta_options":true,"address":{"address_line_1":"9 Quay Rd","postal_code":"80202"},"items":[{"line_num":"1","count":4,"weight":null,"item":{"upc":"000111222333","rrc":null}}]}`,
    json,
  );
  const slot: number = cart.body.service_options[0].id;
  // An empty JSON string counts as no body.
  const hold = await post(`/v2/fulfillment/users/${userId}/service_options/${slot}/reserve`, '""', json);
  assert.equal(hold.status, 200, hold.text);
  const orderId = unique('TEST');
  const order = await post(
    `/v2/fulfillment/users/${userId}/orders/delivery`,
    `{"order_id":"${orderId}","service_option_hold_id":${hold.body.service_option_hold.id},"initial_tip_cents":300,"loyalty_number":"77","leave_unattended":null,"special_instructions":null,"locale":null,"address":{"address_line_1":"9 Quay Rd","postal_code":"80202"},"items":[{"line_num":"41","count":10,"weight":1.0,"special_instructions":"","replacement_policy":null,"item":{"upc":null,"rrc":"594827"}}],"user":{"phone_number":"3035550100","birthday":"Tue Mar 05 12:33:11 UTC 1985","sms_opt_in":true},"location_code":"${location}"}`,
    json,
  );
  assert.equal(order.status, 200, order.text);
  assert.equal(order.body.status, 'brand_new');
  const item = { line_num: '41', count: 10, weight: 1, special_instructions: '', item: { rrc: '594827' } };
  assert.deepEqual(order.body.items, [item]);
  const shopper = await post(
    '/v2/fulfillment_sandbox/shoppers',
    '{"email":"ilse@example.com","phone":"3035550111","password":"123456"}',
    json,
  );
  const batch = await post(
    '/v2/fulfillment_sandbox/batches',
    `{"shopper_id":"${shopper.body.id}","batch_type":"delivery","workflow_state":null,"orders":[{"id":"${orderId}","user_id":"${userId}"}]}`,
    json,
  );
  assert.equal(batch.status, 200, batch.text);
  const states = [
    'picking',
    'verifying_replacements',
    'checkout',
    'receipt_sanity_check',
    'delivering',
    'completed',
  ];
  for (const state of states) {
    const advanced = await post(
      `/v2/fulfillment_sandbox/batches/${batch.body.id}/advance`,
      `{"workflow_state": "${state}"}`,
      json,
    );
    assert.equal(advanced.body.workflow_state, state);
  }
  const read = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token });
  assert.equal(read.body.status, 'delivered');
});

test('an order accepts both count and weight', async () => {
  const userId = await newUser(client, token);
  const items = [{ line_num: '1', count: 10, weight: 1, item: { upc: '000111222333' } }];
  for (const kind of ['delivery', 'pickup'] as const) {
    const orderId = await newOrder(client, token, userId, { items }, kind);
    const { body } = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token });
    assert.deepEqual(body.items, items);
  }
  const orderId = await newOrder(client, token, userId);
  const update = await client.put(`/v2/fulfillment/users/${userId}/orders/${orderId}`, {
    token,
    body: { items },
  });
  assert.deepEqual(update.body.items, items);
});

test('codes listed in product_codes can replace an item', async () => {
  const userId = await newUser(client, token);
  const product_codes = [{ type: 'upc', value: '000111222333' }];
  const items = [{ line_num: '1', count: 1, product_codes }];
  const cart = await post(`/v2/fulfillment/users/${userId}/service_options/cart/delivery`, { items });
  assert.equal(cart.status, 200, cart.text);
  const orderId = await newOrder(client, token, userId, { items });
  const { body } = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token });
  assert.deepEqual(body.items, [{ line_num: '1', count: 1, item: { upc: '000111222333' } }]);
  const without = await client.put(`/v2/fulfillment/users/${userId}/orders/${orderId}`, {
    token,
    body: { items: [{ line_num: '1', count: 1 }] },
  });
  assert.deepEqual(without.body.meta, { key: 'items[0].item' });
});

test('numbers are accepted as IDs, strings as numbers and Booleans, and null as absent', async () => {
  const userId = 40_000_000 + Math.floor(Math.random() * 1000);
  const user = await post('/v2/fulfillment/users', {
    user_id: userId,
    first_name: 'Noor',
    phone_number: 3035550100,
  });
  assert.equal(user.body.user_id, String(userId));
  assert.equal(user.body.phone_number, '3035550100');
  const cart = await post(`/v2/fulfillment/users/${userId}/service_options/cart/pickup`, {
    location_code: 12,
    with_eta_options: 'true',
    address: { address_line_1: '9 Quay Rd', postal_code: 80202, city: null },
    items: [{ line_num: 1, count: '2', weight: '1.50', item: { upc: 111222333 }, replacement_items: null }],
  });
  assert.equal(cart.status, 200, cart.text);
  const hold = await post(
    `/v2/fulfillment/users/${userId}/service_options/${cart.body.service_options[0].id}/reserve`,
  );
  const order = await post(`/v2/fulfillment/users/${userId}/orders/pickup`, {
    order_id: 20_417,
    service_option_hold_id: String(hold.body.service_option_hold.id),
    location_code: 12,
    leave_unattended: 'False',
    paid_with_ebt: 0,
    loyalty_number: 77,
    items: [{ line_num: 1, count: '2', weight: '1.50', item: { upc: 111222333 } }],
    something_new: { with: ['members', null] },
  });
  assert.equal(order.status, 200, order.text);
  assert.equal(order.body.id, '20417');
  assert.equal(order.body.fulfillment_details.store_location, '12');
  assert.deepEqual(order.body.items, [{ line_num: '1', count: 2, weight: 1.5, item: { upc: '111222333' } }]);
});

test('an ID that JSON cannot represent exactly is refused, so that two IDs never become one', async () => {
  for (const user_id of ['9007199254740993', '9007199254740992', '1.5', '1e300', '-9007199254740993']) {
    const { status, body } = await post(
      '/v2/fulfillment/users',
      `{"user_id":${user_id},"first_name":"Noor"}`,
      json,
    );
    assert.equal(status, 400, user_id);
    assert.deepEqual(body.meta, { key: 'user_id' });
  }
});

test('times are accepted as Java, Python and Ruby print them, and a time without an offset is refused', async () => {
  const userId = await newUser(client, token);
  const window = (start_at: unknown, end_at: unknown) =>
    post(`/v2/fulfillment/users/${userId}/orders/last_mile`, {
      order_id: unique('window'),
      location_code: '12',
      start_at,
      end_at,
    });
  const taken: [unknown, unknown][] = [
    ['2031-05-04T17:00:00Z', '2031-05-04T19:00:00.000Z'],
    ['2031-05-04T17:00Z', '2031-05-04T19:00Z[UTC]'],
    ['2031-05-04T17:00:00.000+0000', '2031-05-04T19:00:00.000000000Z'],
    ['2031-05-04T11:00:00-06:00', '2031-05-04T13:00:00-06:00[America/Denver]'],
    ['2031-05-04 17:00:00+00:00', '2031-05-04 19:00:00 UTC'],
    ['Sun May 04 17:00:00 UTC 2031', 'Sun May 04 19:00:00 UTC 2031'],
    [1_935_680_400_000, 1_935_687_600_000],
  ];
  for (const [start, end] of taken) {
    const { status, text, body } = await window(start, end);
    assert.equal(status, 200, text);
    assert.equal(body.fulfillment_details.window_starts_at, '2031-05-04T17:00:00Z', String(start));
    assert.equal(body.fulfillment_details.window_ends_at, '2031-05-04T19:00:00Z', String(end));
  }
  for (const wrong of ['2031-05-04T17:00:00', '2031-05-04', 'tomorrow', 'Sun May 04 17:00:00 2031', '17']) {
    assert.deepEqual((await window(wrong, '2031-05-04T19:00:00Z')).body.meta, { key: 'start_at' }, wrong);
  }
});

test('a birthday is accepted in any format, and an order’s contact data is not stored', async () => {
  const userId = await newUser(client, token);
  for (const birthday of ['Tue Mar 05 12:33:11 UTC 1985', 478_876_391_000, [1985, 3, 5], { year: 1985 }]) {
    await newOrder(client, token, userId, {
      user: { birthday, phone_number: '3035550100', sms_opt_in: true },
    });
  }
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const { text } = await client.get(`/v1/users/${userId}/export`, { token: operator });
  assert.match(text, /9 Quay Rd/);
  assert.doesNotMatch(text, /1985|478876391|3035550100/);
});

test('a content type with a charset on a request without a body does not make it a body', async () => {
  const userId = await newUser(client, token);
  const orderId = await newOrder(client, token, userId);
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const canceled = await client.post(`/v2/fulfillment/users/${userId}/orders/${orderId}/cancel`, {
    token,
    headers,
  });
  assert.equal(canceled.status, 200, canceled.text);
});

test('stores say what they sell and how orders leave them', async () => {
  for (const path of ['stores/delivery', 'stores/pickup', 'stores/last_mile', 'lastmile/stores']) {
    const { body } = await post(`/v2/fulfillment/${path}`, { find_by: address });
    assert.ok(body.stores[0].location_code);
    assert.deepEqual(body.stores[0].flags, { alcohol: true, pickup: true, pickup_only: false });
  }
});

test('slots have a reference, a day, a window and an availability on every path that lists them', async () => {
  const userId = await newUser(client, token);
  const preview = {
    postal_code: '80202',
    items_count: 3,
    cart_total_cents: 4200,
    desired_windows: [{ any: 1 }],
  };
  const lists: [path: string, body: unknown, kind: string][] = [
    ['service_options/delivery', preview, 'delivery'],
    ['service_options/pickup', preview, 'pickup'],
    [`users/${userId}/service_options/cart`, {}, 'delivery'],
    [`users/${userId}/service_options/cart/pickup`, {}, 'pickup'],
    [`lastmile/users/${userId}/service_options`, { location_code: '12' }, 'delivery'],
  ];
  for (const [path, body, kind] of lists) {
    const answer = await post(`/v2/fulfillment/${path}`, body);
    assert.equal(answer.status, 200, answer.text);
    const [slot] = answer.body.service_options;
    assert.equal(slot.service_type, kind);
    assert.equal(slot.service_option_reference, String(slot.id));
    assert.equal(slot.window.start_at, slot.window_starts_at);
    assert.equal(slot.window.end_at, slot.window_ends_at);
    assert.equal(slot.window.asap, false);
    assert.deepEqual(slot.availability, { available: true });
    const inDenver = new Date(Date.parse(slot.window.start_at)).toLocaleDateString('sv', {
      timeZone: 'America/Denver',
    });
    assert.equal(slot.date, inDenver);
    const held = await post(`/v2/fulfillment/users/${userId}/service_options/${slot.id}/reserve/cart`, body);
    assert.deepEqual(held.body.service_option_hold.service_option, slot);
  }
});

test('a user can be created and renamed with an address, which is not stored', async () => {
  const userId = unique('addressed');
  const path = `/v2/fulfillment/users/${userId}/addresses`;
  const nameless = await post(path, address);
  assert.deepEqual(nameless.body, {
    error: { message: "can't be blank", code: 1001 },
    meta: { key: 'first_name' },
  });
  const made = await post(path, { ...address, first_name: 'Noor', last_name: 'Ali' });
  assert.deepEqual(made.body, { user_id: userId, first_name: 'Noor', last_name: 'Ali' });
  const again = await post(path, { ...address, address_type: 'residential', last_name: 'Oak' });
  assert.deepEqual(again.body, { user_id: userId, first_name: 'Noor', last_name: 'Oak' });
});

test('a user’s orders are listed newest first', async () => {
  const userId = await newUser(client, token);
  const path = `/v2/fulfillment/users/${userId}/orders`;
  assert.deepEqual((await client.get(path, { token })).body, { orders: [] });
  const first = await newOrder(client, token, userId);
  const second = await newOrder(client, token, userId, {}, 'pickup');
  await newOrder(client, token, await newUser(client, token));
  const { orders } = (await client.get(path, { token })).body;
  assert.deepEqual(
    orders.map(({ id }: { id: string }) => id),
    [second, first],
  );
  assert.deepEqual(orders[1], (await client.get(`${path}/${first}`, { token })).body);
});

test('a pickup order has a curbside category, and a delivery has none', async () => {
  const userId = await newUser(client, token);
  const categoryOf = async (kind: 'delivery' | 'pickup') => {
    const orderId = await newOrder(client, token, userId, {}, kind);
    return (await client.get(`/v2/post_checkout/orders/${orderId}`, { token })).body.pickup_category;
  };
  assert.equal(await categoryOf('pickup'), 'curbside');
  assert.equal(await categoryOf('delivery'), undefined);
});

test('a missing customer is recorded as an event in a delivery’s log', async () => {
  const userId = await newUser(client, token);
  const orderId = await newOrder(client, token, userId);
  await newBatch(client, token, await newShopper(client, token), orderId, 'delivering');
  const path = `/v2/fulfillment_sandbox/orders/${orderId}/callbacks`;
  assert.deepEqual((await post(path, { event_name: 'customer_mia' })).body, { success: true });
  const { body } = await client.get(`/v1/orders/${orderId}/events`, { token });
  assert.equal(body.events.at(-1).type, 'customer_mia');
  assert.equal(
    (await client.get(`/v2/post_checkout/orders/${orderId}`, { token })).body.workflow_state,
    'delivering',
  );
});

test('doubled and trailing slashes are ignored, and %2F stays part of an ID', async () => {
  const userId = unique('a/b');
  // Bypasses the test client, which only knows the contract's paths.
  const raw = (path: string, method: string, body?: unknown) =>
    fetch(client.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const user = { user_id: userId, first_name: 'Noor' };
  for (const path of ['/v2/fulfillment/users/', '/v2//fulfillment/users', '//v2/fulfillment///users//']) {
    const answer = await raw(path, 'POST', user);
    assert.equal(answer.status, 200, path);
    assert.deepEqual(await answer.json(), user);
  }
  const read = await client.get(`/v2/fulfillment/users/${encodeURIComponent(userId)}`, { token });
  assert.equal(read.body.user_id, userId);
  const orderId = await newOrder(client, token, userId);
  const shopperId = await newShopper(client, token);
  const batch = { shopper_id: shopperId, orders: [{ id: orderId }] };
  assert.equal((await raw('/v2/fulfillment_sandbox/batches/', 'POST', batch)).status, 200);
  assert.equal((await raw(`${chatPath(orderId)}/`, 'GET')).status, 200);
  const refused = await raw(`${chatPath(orderId)}//`, 'DELETE');
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get('allow'), 'GET, HEAD, POST, PUT');
});

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

test('the token endpoints accept the client by HTTP Basic, with a form or with JSON', async () => {
  const authorization = basic(retailer.clientId, retailer.clientSecret);
  const form = await client.post('/v2/oauth/token', {
    headers: { authorization },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  assert.equal(form.status, 200, form.text);
  const userId = await newUser(client, token);
  const user = await client.post('/v2/oauth/token', {
    headers: { authorization },
    body: { grant_type: 'fulfillment_user_assertion', assertion: assertionOf(userId) },
  });
  assert.equal(user.status, 200, user.text);
  const both = await client.post('/v2/oauth/token', {
    headers: { authorization: basic(encodeURIComponent(retailer.clientId), retailer.clientSecret) },
    body: {
      grant_type: 'client_credentials',
      client_id: retailer.clientId,
      client_secret: retailer.clientSecret,
    },
  });
  assert.equal(both.status, 200, both.text);
  const revoked = await client.post('/v2/oauth/token/revoke', {
    headers: { authorization },
    body: new URLSearchParams({ token: form.body.access_token }),
  });
  assert.equal(revoked.status, 200, revoked.text);
  assert.equal((await client.get('/v1/sandbox/retailer', { token: form.body.access_token })).status, 401);
});

test('wrong HTTP Basic credentials are refused with that scheme, and two different clients with a bad request', async () => {
  const ask = (authorization: string, body: Record<string, string> = {}) =>
    client.post('/v2/oauth/token', {
      headers: { authorization },
      body: { grant_type: 'client_credentials', ...body },
    });
  for (const wrong of [
    basic(retailer.clientId, 'wrong'),
    basic('nobody', 'x'),
    'Basic',
    'Basic !!!',
    'Basic bm9jb2xvbg==',
  ]) {
    const answer = await ask(wrong);
    assert.equal(answer.status, 401, wrong);
    assert.equal(answer.body.error, 'invalid_client');
    assert.match(answer.headers.get('www-authenticate')!, /^Basic realm="/);
  }
  const other = await newRetailer(client);
  const twice = await ask(basic(retailer.clientId, retailer.clientSecret), { client_id: other.clientId });
  assert.equal(twice.status, 400);
  assert.equal(twice.body.error, 'invalid_request');
  const inBody = await client.post('/v2/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'x' },
  });
  assert.equal(inBody.headers.get('www-authenticate'), null);
});
