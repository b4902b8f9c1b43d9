/** The operator's routes, mostly in production, where nothing else opens a chat. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '../../src/domain/clock.ts';
import { createRetailer } from '../../src/domain/retailers/retailers.ts';
import { createStore } from '../../src/storage/store.ts';
import type { Client } from '../support/client.ts';
import { newPlace } from '../support/place.ts';
import {
  allPath,
  chatPath,
  clientToken,
  internal,
  newOrder,
  shopperToken,
  unique,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const everything = 'connect:fulfillment,connect:post_checkout,aislechat:operate';
const place = await newPlace({ after });

async function newShop() {
  const store = createStore(await place.open());
  const { application, clientSecret } = await createRetailer(store, systemClock, { name: 'Shop' });
  await store.close();
  return { clientId: application.clientId, clientSecret };
}

const credentials = await newShop();
const foreignCredentials = await newShop();
const { client } = await testServer(
  { after },
  { ...place.env, AISLECHAT_ENV: 'production', AISLECHAT_RATE_LIMIT: '0' },
);
const token = await clientToken(client, credentials, everything);
const foreignToken = await clientToken(client, foreignCredentials, everything);

const get = (path: string) => client.get(path, { token });
const put = (path: string, body: unknown) => client.put(path, { token, body });
const post = (path: string, body: unknown) => client.post(path, { token, body });
const erase = (path: string, headers = {}) => client.call('DELETE', path, { token, headers });

const setState = async (orderId: string, state: string, more = {}) => {
  const answer = await post(`/v1/orders/${orderId}/state`, { workflow_state: state, ...more });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const assign = (orderId: string, shopper: string | number) =>
  post(`/v1/orders/${orderId}/assignment`, { shopper_id: shopper });

async function newPerson(fields = {}) {
  const userId = unique('person');
  const { body } = await put(`/v1/users/${userId}`, { first_name: 'Noor', ...fields });
  return { userId, id: body.id as number };
}

async function newPicker(displayName = 'Ilse') {
  const shopperId = unique('picker');
  const { body } = await put(`/v1/shoppers/${shopperId}`, { display_name: displayName });
  return { shopperId, id: body.id as number };
}

async function openChat() {
  const person = await newPerson();
  const picker = await newPicker();
  const orderId = await newOrder(client, token, person.userId);
  await assign(orderId, picker.shopperId);
  await setState(orderId, 'picking');
  return { ...person, picker, orderId };
}

async function say(orderId: string, body: string) {
  const answer = await client.post(chatPath(orderId), { token, body: { body } });
  assert.equal(answer.status, 200, answer.text);
}

test('in production an operator can assign an order, hand it over and have it delivered while its people chat', async () => {
  assert.equal((await client.post('/v1/sandbox/retailers', { body: {} })).status, 404);
  const { userId } = await newPerson();
  const first = await newPicker('Ilse');
  const second = await newPicker('Bram');
  const orderId = await newOrder(client, token, userId);

  const mine = await userToken(client, credentials, userId);
  const send = () => client.post(chatPath(orderId), { token: mine, body: { body: 'Ripe ones please' } });
  assert.equal((await send()).status, 403);
  assert.deepEqual((await assign(orderId, first.shopperId)).body.shopper, {
    id: first.id,
    shopper_id: first.shopperId,
  });
  await setState(orderId, 'picking');
  assert.equal((await send()).status, 200);

  const ilse = await shopperToken(client, credentials, first.shopperId);
  const answered = await client.post(`/v1/shopper/orders/${orderId}/messages`, {
    token: ilse,
    body: { body: 'Of course' },
  });
  assert.equal(answered.status, 200, answered.text);

  const handedOver = await assign(orderId, second.id);
  assert.equal(handedOver.body.shopper.id, second.id);
  const chat = (await client.get(chatPath(orderId), { token: mine })).body;
  assert.equal(chat.metadata.current_shopper.display_name, 'Bram');
  assert.deepEqual(
    chat.chat_messages.map((message: { body: string }) => message.body),
    ['Ripe ones please', 'Of course'],
  );

  const delivered = await setState(orderId, 'delivered');
  assert.equal(Date.parse(delivered.expires_at) - Date.parse(delivered.ended_at), 86_400_000);
  assert.equal((await send()).status, 403);

  const { body } = await get(`/v1/orders/${orderId}`);
  assert.equal(body.messages, 2);
  assert.equal(body.unread_by_user, 1);
  assert.equal(body.unread_by_shopper, 1);
  assert.deepEqual(
    body.shoppers.map((shopper: { id: number }) => shopper.id),
    [first.id, second.id],
  );
  assert.deepEqual(body.user, { id: chat.metadata.customer.id, user_id: userId });
  assert.deepEqual(body.erasures, []);
  assert.ok(!JSON.stringify(body).includes('Ripe'));
});

test('an order may return to an earlier state, which removes its end', async () => {
  const { orderId } = await openChat();
  const canceled = await setState(orderId, 'canceled', { cancellation_reason: 'shopper_driven' });
  assert.equal(canceled.cancellation_reason, 'shopper_driven');
  const revived = await setState(orderId, 'picking');
  assert.equal(revived.ended_at, undefined);
  assert.equal(revived.expires_at, undefined);
  assert.equal(revived.cancellation_reason, undefined);
  await say(orderId, 'still here');
  assert.equal((await setState(orderId, 'acknowledged')).workflow_state, 'acknowledged');
  assert.equal((await setState(orderId, 'canceled')).cancellation_reason, 'other');
  assert.equal((await setState(orderId, 'delivered')).cancellation_reason, undefined);
});

test('a change that changes nothing adds no event, even if it is requested twice at once', async () => {
  const { orderId, picker } = await openChat();
  const { seq } = (await get(`/v1/orders/${orderId}`)).body;
  await Promise.all([assign(orderId, picker.shopperId), assign(orderId, picker.id)]);
  await setState(orderId, 'picking');
  assert.equal((await get(`/v1/orders/${orderId}`)).body.seq, seq);
  const other = await newPicker();
  await Promise.all(Array.from({ length: 5 }, () => assign(orderId, other.shopperId)));
  assert.equal((await get(`/v1/orders/${orderId}`)).body.seq, seq + 1);
});

test('an unknown shopper, state, order or reason is refused', async () => {
  const { orderId } = await openChat();
  assert.deepEqual((await assign(orderId, 'nobody')).body.meta, { key: 'shopper_id' });
  assert.equal((await assign('nothing', 'nobody')).status, 404);
  assert.deepEqual((await post(`/v1/orders/${orderId}/state`, { workflow_state: 'lost' })).body.meta, {
    key: 'workflow_state',
  });
  const reason = { workflow_state: 'picking', cancellation_reason: 'other' };
  assert.deepEqual((await post(`/v1/orders/${orderId}/state`, reason)).body.meta, {
    key: 'cancellation_reason',
  });
});

test('a shopper can be created and changed, and cached answers are refreshed at once', async () => {
  const { orderId, picker } = await openChat();
  const path = `/v1/shoppers/${picker.shopperId}`;
  const shown = async () => (await get(chatPath(orderId))).body.metadata.current_shopper;
  for (let n = 0; n < 3; n++) assert.equal((await shown()).display_name, 'Ilse');
  const changed = {
    display_name: 'Ilse V',
    avatar_url: 'https://img.example/i.png',
    phone: '+31 20 555 0101',
  };
  assert.deepEqual((await put(path, { ...changed, email: 'ilse@shop.example' })).body, {
    id: picker.id,
    shopper_id: picker.shopperId,
    display_name: 'Ilse V',
    avatar_url: 'https://img.example/i.png',
    email: 'ilse@shop.example',
    phone: '+31205550101',
  });
  assert.deepEqual(await shown(), {
    id: picker.id,
    display_name: 'Ilse V',
    avatar_url: 'https://img.example/i.png',
  });
  const emptied = (await put(path, { avatar_url: '', phone: '', email: '' })).body;
  assert.deepEqual(emptied, {
    id: picker.id,
    shopper_id: picker.shopperId,
    display_name: 'Ilse V',
    avatar_url: '',
  });
  assert.equal((await shown()).avatar_url, '');

  for (const [field, value] of Object.entries({ avatar_url: 'http://img.example', email: 'x', phone: 'x' })) {
    assert.deepEqual((await put(path, { [field]: value })).body.meta, { key: field });
  }
  assert.deepEqual((await put('/v1/shoppers/%20', {})).body.meta, { key: 'external_id' });
  assert.deepEqual((await put(`/v1/shoppers/${'x'.repeat(256)}`, {})).body.meta, { key: 'external_id' });
  await put(path, { phone: '5550102' });
  const taken = await put(`/v1/shoppers/${unique('picker')}`, { phone: '555 0102' });
  assert.equal(taken.body.error.message, 'An account already exists with this number');
});

test('creating the same shopper many times at once creates one shopper', async () => {
  const path = `/v1/shoppers/${unique('picker')}`;
  const answers = await Promise.all(Array.from({ length: 8 }, () => put(path, { display_name: 'Twin' })));
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
});

test('a user can be created and changed, and cached answers are refreshed at once', async () => {
  const { orderId, userId, id } = await openChat();
  const shown = async () => (await get(chatPath(orderId))).body.metadata.customer;
  for (let n = 0; n < 3; n++) await shown();
  const avatar = 'https://img.example/n.png';
  const { body } = await put(`/v1/users/${userId}`, { first_name: 'Nora', avatar_url: avatar, locale: 'nl' });
  assert.deepEqual(body, { id, user_id: userId, first_name: 'Nora', locale: 'nl', avatar_url: avatar });
  assert.deepEqual(await shown(), { id, display_name: 'Nora', avatar_url: avatar });
  // Connect's own way to change a user does not touch fields that it does not know.
  await post('/v2/fulfillment/users', { user_id: userId, first_name: 'Noor' });
  assert.deepEqual(await shown(), { id, display_name: 'Noor', avatar_url: avatar });
});

test('orders are listed newest first, in pages, and filtered by state, shopper, user and activity', async () => {
  const person = await newPerson();
  const picker = await newPicker();
  const made: string[] = [];
  for (let n = 0; n < 5; n++) made.unshift(await newOrder(client, token, person.userId));
  const ids = (body: { orders: { order_id: string }[] }) => body.orders.map(({ order_id }) => order_id);
  const list = async (query: string) => (await get(`/v1/orders?user_id=${person.userId}&${query}`)).body;

  const first = await list('limit=2');
  const second = await list(`limit=2&after=${first.next}`);
  const third = await list(`limit=2&after=${second.next}`);
  assert.deepEqual([...ids(first), ...ids(second), ...ids(third)], made);
  assert.equal(third.next, null);
  assert.equal((await list('limit=5')).next, null);

  await assign(made[0]!, picker.shopperId);
  await setState(made[0]!, 'picking');
  await setState(made[1]!, 'canceled');
  assert.deepEqual(ids(await list('workflow_state=picking')), [made[0]]);
  assert.deepEqual(ids(await list('active=false')), [made[1]]);
  assert.deepEqual(ids(await list('active=true')), [made[0], ...made.slice(2)]);
  assert.deepEqual(ids(await list('active=false&workflow_state=picking')), []);
  const ofShopper = await get(`/v1/orders?shopper_id=${picker.shopperId}`);
  assert.deepEqual(ids(ofShopper.body), [made[0]]);
  await assign(made[0]!, (await newPicker()).shopperId);
  assert.deepEqual(ids((await get(`/v1/orders?shopper_id=${picker.shopperId}`)).body), []);
  assert.deepEqual((await get('/v1/orders?user_id=nobody')).body, { orders: [], next: null });

  for (const query of ['limit=0', 'limit=101', 'limit=x', 'after=x', 'active=yes', 'workflow_state=lost']) {
    const { status, body } = await get(`/v1/orders?${query}`);
    assert.equal(status, 400, query);
    assert.deepEqual(body.meta, { key: query.split('=')[0] });
  }
  const foreign = await client.get(`/v1/orders?user_id=${person.userId}`, { token: foreignToken });
  assert.deepEqual(foreign.body.orders, []);
});

test('an order is found by our integer with the header', async () => {
  const { orderId } = await openChat();
  const { id } = (await get(`/v1/orders/${orderId}`)).body;
  const found = await client.get(`/v1/orders/${id}`, { token, headers: internal });
  assert.equal(found.body.order_id, orderId);
  assert.equal((await get(`/v1/orders/${id}`)).status, 404);
});

test('support can read a conversation only with a reason, which the audit log records', async () => {
  const { orderId, picker } = await openChat();
  await say(orderId, 'Where are you?');
  const path = `/v1/orders/${orderId}/conversation`;
  for (const query of ['', '?reason=', '?reason=%20', '?agent=x', `?reason=${'x'.repeat(501)}`]) {
    const { status, body } = await get(path + query);
    assert.equal(status, 400, query);
    assert.deepEqual(body.meta, { key: 'reason' });
  }
  const before = (await get(`/v1/audit?order_id=${orderId}`)).body.entries;
  assert.deepEqual(
    before.map((entry: { action: string }) => entry.action),
    ['state_change', 'assignment'],
  );

  const { status, body, headers } = await get(`${path}?reason=complaint%204711&agent=dana`);
  assert.equal(status, 200);
  assert.equal(headers.get('cache-control'), 'no-store');
  const all = (await get(allPath(orderId))).body;
  const { order, ...conversation } = body;
  assert.deepEqual(conversation, all);
  assert.equal(order.order_id, orderId);
  assert.equal(order.shopper.id, picker.id);

  const { entries, next } = (await get(`/v1/audit?order_id=${orderId}&limit=1`)).body;
  const [entry] = entries;
  assert.equal(entry.action, 'conversation_read');
  assert.deepEqual(entry.subject, { type: 'order', id: order.id });
  assert.deepEqual([entry.reason, entry.agent], ['complaint 4711', 'dana']);
  assert.equal(entry.client_id, credentials.clientId);
  const filtered = await get(`/v1/audit?order_id=${orderId}&action=conversation_read`);
  assert.deepEqual(filtered.body, { entries: [entry], next: null });
  const everywhere = (await get('/v1/audit?action=state_change&limit=100')).body.entries;
  assert.ok(everywhere.every((one: { action: string }) => one.action === 'state_change'));
  assert.equal((await get('/v1/audit?action=nothing')).status, 400);
  const rest = (await get(`/v1/audit?order_id=${orderId}&limit=100&after=${next}`)).body;
  assert.deepEqual(rest, { entries: before, next: null });

  assert.equal((await get('/v1/orders/nothing/conversation?reason=x')).status, 404);
  assert.equal((await get('/v1/audit?order_id=nothing')).status, 404);
  assert.deepEqual((await client.get('/v1/audit', { token: foreignToken })).body, {
    entries: [],
    next: null,
  });
});

/** A repeated erasure returns the first receipt, which the server may have verified in the meantime. */
async function assertSameReceipt(
  path: string,
  receipt: Record<string, unknown>,
  headers = {},
): Promise<void> {
  const again = (await erase(path, headers)).body;
  const asVerified = { verified_at: receipt.verified_at, key_epoch: receipt.key_epoch };
  assert.deepEqual({ ...again, ...asVerified }, { ...receipt, ...asVerified });
}

test('erasing a person removes their data everywhere, once, with a receipt', async () => {
  const words = {
    user: 'CANARYID',
    first: 'Canaryfirst',
    last: 'Canarylast',
    phone: '+4912345678',
    locale: 'x-canaryloc',
    avatar: 'https://img.example/canaryface.png',
  };
  const userId = unique(words.user);
  const { body: made } = await put(`/v1/users/${userId}`, {
    first_name: words.first,
    last_name: words.last,
    phone_number: words.phone,
    locale: words.locale,
    avatar_url: words.avatar,
  });
  const picker = await newPicker();
  const orders: string[] = [];
  for (const ends of [true, false]) {
    const orderId = await newOrder(client, token, userId, {
      address: { address_line_1: 'Canarystreet 1', postal_code: '80202' },
      special_instructions: 'Canarydoor',
      loyalty_number: 'Canaryloyal',
      locale: words.locale,
      user: { birthday: 'Canarybirth', phone_number: words.phone },
      items: [{ line_num: '1', count: 2, item: { upc: '1' }, special_instructions: 'Canaryripe' }],
    });
    await assign(orderId, picker.shopperId);
    await setState(orderId, 'picking');
    await say(orderId, 'Canarytext');
    if (ends) await setState(orderId, 'delivered');
    orders.push(orderId);
  }
  const mine = await userToken(client, credentials, userId);
  assert.equal((await client.get(chatPath(orders[0]!), { token: mine })).body.chat_messages.length, 1);
  for (const held of ['Canary', 'CANARYID', words.phone, 'canaryface', 'canaryloc']) {
    assert.ok((await place.dump()).includes(held), held);
  }

  const path = `/v1/users/${userId}`;
  const { status, body: receipt } = await erase(path);
  assert.equal(status, 200);
  assert.deepEqual(receipt, { ...receipt, id: made.id, orders: 2, messages: 2, images: 0 });
  for (const gone of ['Canary', 'CANARYID', words.phone, 'canaryface', 'canaryloc']) {
    assert.ok(!(await place.dump()).includes(gone), gone);
  }

  await assertSameReceipt(path, receipt);
  await assertSameReceipt(`/v1/users/${made.id}`, receipt, internal);
  assert.equal((await client.get(chatPath(orders[0]!), { token: mine })).status, 401);
  assert.equal((await get(`/v2/fulfillment/users/${userId}`)).status, 400);
  assert.equal((await get(`${path}/export`)).status, 400);
  for (const orderId of orders) {
    const { body } = await get(`/v1/orders/${orderId}`);
    assert.deepEqual(body.user, { id: made.id });
    assert.equal(body.erasures.length, 1);
    assert.equal((await get(chatPath(orderId))).body.metadata.customer.display_name, '');
    assert.deepEqual((await get(chatPath(orderId))).body.chat_messages, []);
  }

  // The next user with this ID is a different person, and can be erased in turn.
  const { body: next } = await put(path, { first_name: 'Canarynext' });
  assert.notEqual(next.id, made.id);
  const second = (await erase(path)).body;
  assert.deepEqual(second, { ...second, id: next.id, orders: 0, messages: 0 });
  await assertSameReceipt(path, second);
  await assertSameReceipt(`/v1/users/${made.id}`, receipt, internal);

  const { entries } = (await get('/v1/audit?limit=2')).body;
  assert.deepEqual(
    entries.map((entry: { action: string; subject: unknown }) => [entry.action, entry.subject]),
    [
      ['user_erasure', { type: 'user', id: next.id }],
      ['user_erasure', { type: 'user', id: made.id }],
    ],
  );
  assert.equal((await erase('/v1/users/nobody')).status, 400);
});

test('erasing a person many times at once gives one receipt', async () => {
  const { userId } = await newPerson();
  await newOrder(client, token, userId);
  const answers = await Promise.all(Array.from({ length: 6 }, () => erase(`/v1/users/${userId}`)));
  // The server may have verified it before the last answer.
  const receipts = answers.map(({ body: { verified_at: _, ...receipt } }) => JSON.stringify(receipt));
  assert.equal(new Set(receipts).size, 1);
});

test('an order created while its user is being erased is refused or erased with them', async () => {
  for (let n = 0; n < 5; n++) {
    const { userId, id } = await newPerson();
    const [made] = await Promise.all([
      client.post(`/v2/fulfillment/users/${userId}/orders/last_mile`, {
        token,
        body: { order_id: unique('race'), location_code: '12', special_instructions: 'Racecanary' },
      }),
      erase(`/v1/users/${userId}`),
    ]);
    assert.ok(made.status === 200 || made.body.error.message === 'User Not Found', made.text);
    assert.ok(!(await place.dump()).includes('Racecanary'), `${n}, user ${id}`);
  }
});

test('an export contains everything about the person, nothing about others, and a line that marks it complete', async () => {
  const { orderId, userId, id } = await openChat();
  const other = await openChat();
  await say(other.orderId, 'not yours');
  for (let n = 0; n < 3; n++) await say(orderId, `line ${n}`);
  const { headers, body: lines } = await get(`/v1/users/${userId}/export`);
  assert.equal(headers.get('content-type'), 'application/x-ndjson; charset=utf-8');
  const of = (type: string) => lines.filter((line: { type: string }) => line.type === type);
  assert.equal(lines.at(-1).type, 'end');
  assert.equal(of('user')[0].id, id);
  assert.equal(of('order')[0].order_id, orderId);
  assert.equal(of('order')[0].wishes.address.address_line_1, '9 Quay Rd');
  assert.equal(of('item').length, 1);
  assert.deepEqual(
    of('message').map((line: { body: string }) => line.body),
    ['line 0', 'line 1', 'line 2'],
  );
  const { seq } = (await get(`/v1/orders/${orderId}`)).body;
  assert.equal(of('event').length + of('message').length, seq);
  assert.ok(!JSON.stringify(lines).includes('not yours'));
  const byNumber = await client.get(`/v1/users/${id}/export`, { token, headers: internal });
  assert.deepEqual(byNumber.body, lines);
  const [entry] = (await get('/v1/audit?limit=1')).body.entries;
  assert.equal(entry.action, 'user_export');
});

test('an export in several pages contains every order and every message', async () => {
  const { orderId, userId } = await openChat();
  for (let n = 0; n < 120; n++) {
    await client.post(`/v2/fulfillment/users/${userId}/orders/last_mile`, {
      token,
      body: { order_id: unique('many'), location_code: '12' },
    });
  }
  const texts = Array.from({ length: 520 }, (_, n) => `line ${n}`);
  for (const text of texts) await say(orderId, text);
  const lines: { type: string; body: string }[] = (await get(`/v1/users/${userId}/export`)).body;
  assert.equal(lines.filter(({ type }) => type === 'order').length, 121);
  assert.deepEqual(
    lines.filter(({ type }) => type === 'message').map(({ body }) => body),
    texts,
  );
});

test('a token that did not request the scope by name is refused', async () => {
  const usual = await clientToken(client as Client, credentials);
  for (const path of ['/v1/orders', '/v1/audit', '/v1/users/x/export']) {
    assert.equal((await client.get(path, { token: usual })).status, 403);
  }
});

test('orders are found by part of their ID in any case, by our ID, by name and by phone number', async () => {
  const [one, other] = [unique('search'), unique('search')];
  const phone = `+1303${String(Math.trunc(Math.random() * 1e7)).padStart(7, '0')}`;
  const name = `Zoë${unique('').replace(/[^a-z]/g, '')}`;
  const made = await put(`/v1/users/${one}`, { first_name: name, last_name: 'O’Brien', phone_number: phone });
  assert.equal(made.status, 200, made.text);
  await put(`/v1/users/${other}`, { first_name: 'Other' });
  const order = await newOrder(client, token, one, { order_id: `${one}-AbC-77` });
  await newOrder(client, token, other);
  const search = async (text: string, by = token) =>
    (await client.post('/v1/orders/search', { token: by, body: { text } })).body.orders;
  const audited = async () =>
    (await get('/v1/audit?limit=100')).body.entries.filter(
      ({ action }: { action: string }) => action === 'order_search',
    );
  const before = (await audited()).length;
  const { id, user } = (await get(`/v1/orders/${order}`)).body;
  for (const text of [
    order,
    order.toUpperCase(),
    order.slice(3).toLowerCase(),
    ` ${id} `,
    `#${id}`,
    `order #${id}`,
  ]) {
    const found = await search(text);
    const [mine] = found.filter(({ order_id }: { order_id: string }) => order_id === order);
    assert.equal(mine?.id, id, text);
    assert.equal(mine.customer_name, undefined, 'an ID does not reveal a name');
  }
  assert.equal((await audited()).length, before, 'a search by ID is not recorded');

  const digits = phone.slice(1);
  const texts = [
    name,
    name.toLowerCase(),
    `${name} o’b`,
    'O’Brien',
    phone,
    digits,
    `+${digits.slice(0, 4)} ${digits.slice(4)}`,
  ];
  for (const text of texts) {
    const found = await search(text);
    assert.deepEqual(
      found.map((one: { order_id: string; customer_name: string }) => [one.order_id, one.customer_name]),
      [[order, `${name} O’Brien`]],
      text,
    );
  }
  const entries = await audited();
  assert.equal(entries.length, before + texts.length);
  assert.deepEqual(entries[0].subject, { type: 'user', id: user.id });
  assert.equal(entries[0].detail, 'by: phone number');
  assert.equal(entries.at(-1 - before).detail, 'by: name');
  assert.doesNotMatch(JSON.stringify(entries), new RegExp(`${digits}|${name}`));

  for (const text of [digits.slice(0, 8), `${name}x`, '%', '_%', 'nothing', '#']) {
    const found = await search(text);
    assert.ok(!found.some(({ order_id }: { order_id: string }) => order_id === order), text);
  }
  assert.deepEqual(await search(phone, foreignToken), []);
  assert.deepEqual(await search(order, foreignToken), []);
  assert.equal((await post('/v1/orders/search', { text: ' ' })).status, 400);
  await erase(`/v1/users/${one}`);
  for (const text of [name, phone]) assert.deepEqual(await search(text), []);
});
