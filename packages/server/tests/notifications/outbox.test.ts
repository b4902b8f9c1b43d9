/** Who is notified of what, when, how often, and when not. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { schemas } from '@aislechat/contract';
import type { Static } from 'typebox';
import { eventually } from '../support/eventually.ts';
import { type Device, startPushService } from '../support/push-service.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newShopper,
  type OpenChat,
  openChat,
  shopperSays,
  shopperToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client, app } = await testServer({ after });
const service = await startPushService({ after });

interface Shop extends OpenChat {
  operator: string;
  shopperToken: string;
  /** Of the customer, and of the shopper. */
  phone: Device;
  handset: Device;
}

const subscribe = (token: string, device: Device, more: Record<string, unknown> = {}) =>
  client.post('/v1/push-subscriptions', { token, body: { ...device.subscription, ...more } });

/** A shop whose clock is frozen: nothing is due before a test moves it. */
async function newShop(settings: Record<string, unknown> = {}): Promise<Shop> {
  const chat = await openChat(client, settings);
  await clock(client, chat.token, { frozen: true });
  const shop: Shop = {
    ...chat,
    operator: await clientToken(client, chat, 'aislechat:operate'),
    shopperToken: await shopperToken(client, chat, chat.shopperId),
    phone: service.newDevice(),
    handset: service.newDevice(),
  };
  const ofCustomer = await subscribe(shop.userToken, shop.phone, { order_id: shop.orderId });
  assert.equal(ofCustomer.status, 200, ofCustomer.text);
  const ofShopper = await subscribe(shop.shopperToken, shop.handset);
  assert.equal(ofShopper.status, 200, ofShopper.text);
  return shop;
}

const ask = (shop: Shop, text = 'Ripe ones?') =>
  shopperSays(client, shop.token, shop.shopperId, shop.orderId, text);
const say = async (shop: Shop, body = 'Yes') => {
  const { status, text } = await client.post(chatPath(shop.orderId), {
    token: shop.userToken,
    body: { body },
  });
  assert.equal(status, 200, text);
};
/** The page of the order. */
const orderUrl = async ({ token, userId, orderId }: Shop): Promise<string> =>
  (await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token })).body.order_url;
const read = (shop: Shop) => client.put(chatPath(shop.orderId), { token: shop.userToken });

type Row = Static<typeof schemas.Notification>;
const list = async (shop: Shop, query = ''): Promise<Row[]> =>
  (await client.get(`/v1/notifications${query}`, { token: shop.operator })).body.notifications;

/** Moves the retailer's clock, and waits until nothing is due any more. */
async function pass(shop: Shop, ms: number): Promise<Row[]> {
  assert.equal((await clock(client, shop.token, { advance_ms: ms })).status, 200);
  const { body } = await client.get('/v1/sandbox/clock', { token: shop.token });
  // Of each order and side, the next one is due later.
  const isSettled = (rows: Row[]) =>
    [...Map.groupBy(rows, (row) => `${row.order_id} ${row.recipient}`).values()].every((group) => {
      const pending = group.filter(({ state }) => state === 'pending');
      const heads = pending.filter(({ next_attempt_at: at }) => Date.parse(at ?? '') > Date.parse(body.now));
      return pending.length === 0 || heads.length > 0;
    });
  return eventually(() => list(shop), isSettled);
}

const titles = (device: Device) => service.shownOn(device).map(({ notification }) => notification.title);

test('a message that was not seen within the grace time wakes the phone once, without text or name', async () => {
  const shop = await newShop();
  await ask(shop, 'The ripe avocados are out.');
  await pass(shop, 2000);
  assert.deepEqual(service.shownOn(shop.phone), []);
  await pass(shop, 2000);
  const [shown, ...others] = service.shownOn(shop.phone);
  assert.equal(others.length, 0);
  assert.equal(shown!.web_push, 8030);
  const { title, lang, navigate, tag, data, ...rest } = shown!.notification;
  assert.equal(title, 'New message about your order');
  assert.equal(lang, 'en');
  assert.equal(navigate, await orderUrl(shop));
  assert.deepEqual(data, { order_id: shop.orderId });
  assert.deepEqual(rest, { silent: false });
  assert.doesNotMatch(JSON.stringify(shown), /avocado|Ilse|Noor/);
  const { headers } = service.received.find(({ device }) => device === shop.phone.name)!;
  assert.equal(headers.urgency, 'high');
  assert.equal(headers.topic, tag);
  assert.match(tag, /^[\w-]{1,32}$/);
  assert.ok(Number(headers.ttl) > 0);
  assert.match(headers.authorization!, /^vapid t=[\w.-]+, k=[\w-]{87}$/);
  const [row] = await list(shop);
  assert.equal(row!.state, 'sent');
  assert.equal(row!.channel, 'push');
  assert.equal(row!.kind, 'message');
});

test('ten messages wake a phone once; more of them wake it again only after a minute, or at once if it has read', async () => {
  const shop = await newShop();
  for (let n = 0; n < 10; n += 1) await ask(shop, `Question ${n}`);
  await pass(shop, 3000);
  assert.equal(service.shownOn(shop.phone).length, 1);
  const [bundle] = await list(shop);
  assert.equal(bundle!.events, 10);
  assert.equal(bundle!.last_seq - bundle!.seq, 9);
  await ask(shop, 'Are you there?');
  await pass(shop, 30_000);
  assert.equal(service.shownOn(shop.phone).length, 1);
  await pass(shop, 30_000);
  assert.equal(service.shownOn(shop.phone).length, 2);
  await read(shop);
  await ask(shop, 'One more');
  await pass(shop, 3000);
  assert.equal(service.shownOn(shop.phone).length, 3);
});

test('what was read, or reached an open page, notifies nobody', async () => {
  const shop = await newShop();
  await ask(shop);
  await read(shop);
  assert.equal((await pass(shop, 4000))[0]!.state, 'seen');
  await ask(shop, 'And now?');
  // The customer's page gets it.
  await client.get(chatPath(shop.orderId), { token: shop.userToken });
  await client.get(`/v1/orders/${shop.orderId}/events?after=0`, { token: shop.userToken });
  await pass(shop, 4000);
  const [delivered] = await list(shop);
  assert.equal(delivered!.state, 'seen', JSON.stringify(delivered));
  assert.deepEqual(service.shownOn(shop.phone), []);
});

test('a shopper is notified of all their orders, with a badge, and the tap opens the order', async () => {
  const shop = await newShop();
  await say(shop, 'Please ring twice');
  const second = await newOrder(client, shop.token, shop.userId);
  await newBatch(client, shop.token, shop.shopperId, second);
  await client.post(chatPath(second), { token: shop.userToken, body: { body: 'And here' } });
  await pass(shop, 4000);
  const shown = service.shownOn(shop.handset);
  assert.equal(shown.length, 2, JSON.stringify(shown));
  assert.deepEqual(new Set(shown.map(({ notification }) => notification.tag)).size, 2);
  const links = shown.map(({ notification }) => notification.navigate).sort();
  assert.deepEqual(links, [shop.orderId, second].map((id) => `${app.url}/shopper#order=${id}`).sort());
  assert.deepEqual(titles(shop.handset), ['New message from a customer', 'New message from a customer']);
  assert.ok(shown.every(({ notification }) => notification.app_badge === '2'));
});

test('after a hand-over, whoever has the order now is notified', async () => {
  const shop = await newShop();
  const other = await newShopper(client, shop.token, 'Tom');
  const toms = service.newDevice();
  await subscribe(await shopperToken(client, shop, other), toms);
  await say(shop);
  await newBatch(client, shop.token, other, shop.orderId);
  await pass(shop, 4000);
  assert.deepEqual(service.shownOn(shop.handset), []);
  assert.equal(service.shownOn(toms).length, 1);
});

test('nothing is sent about a chat that has closed or expired, nor to customers without shopper information', async () => {
  const shop = await newShop({ lifecycle_notices: false });
  await ask(shop);
  await advance(client, shop.token, shop.batchId, 'completed');
  const states = (await pass(shop, 4000)).map(({ kind, state, reason }) => [kind, state, reason]);
  assert.deepEqual(states, [
    ['delivered', 'dropped', 'switched_off'],
    ['on_the_way', 'dropped', 'switched_off'],
    ['message', 'dropped', 'chat_closed'],
  ]);
  const hidden = await newShop();
  await ask(hidden);
  await client.call('PATCH', '/v1/sandbox/retailer', {
    token: hidden.token,
    body: { shopper_information_removal: true },
  });
  await say(hidden);
  const rows = await pass(hidden, 4000);
  assert.deepEqual(
    rows.map(({ recipient, state }) => [recipient, state]),
    [
      ['driver', 'sent'],
      ['user', 'dropped'],
    ],
  );
  const late = await newShop();
  await ask(late);
  await advance(client, late.token, late.batchId, 'completed');
  await clock(client, late.token, { advance_ms: 86_400_001 });
  late.operator = await clientToken(client, late, 'aislechat:operate');
  late.token = await clientToken(client, late);
  await eventually(
    () => list(late),
    (all) => all.every(({ state, reason }) => state === 'dropped' && reason === 'expired'),
  );
  for (const one of [shop, hidden, late]) assert.deepEqual(service.shownOn(one.phone), []);
});

test('the steps of an order are sent in the customer’s language, and only the last of those that follow at once', async () => {
  const shop = await newShop();
  await subscribe(shop.userToken, shop.phone, { order_id: shop.orderId, language: 'fr' });
  await advance(client, shop.token, shop.batchId, 'delivering');
  await pass(shop, 4000);
  await advance(client, shop.token, shop.batchId, 'completed');
  await pass(shop, 4000);
  assert.deepEqual(titles(shop.phone), ['Votre commande est en route.', 'Votre commande a été livrée.']);
  const hasty = await newShop();
  await advance(client, hasty.token, hasty.batchId, 'completed');
  await pass(hasty, 4000);
  assert.deepEqual(titles(hasty.phone), ['Your order has been delivered.']);
});

test('a replacement is announced while it waits for an answer', async () => {
  const shop = await newShop();
  const replace = () =>
    client.post(`/v2/fulfillment_sandbox/shoppers/${shop.shopperId}/orders/${shop.orderId}/items/1`, {
      token: shop.token,
      body: { status: 'replaced', replacement_item: { upc: '000111222444', name: 'Firm ones' } },
    });
  const { status, text } = await replace();
  assert.equal(status, 200, text);
  await pass(shop, 4000);
  assert.deepEqual(titles(shop.phone), ['A replacement in your order waits for your answer.']);
  await replace();
  const items = await client.get(`/v2/post_checkout/orders/${shop.orderId}/items`, { token: shop.token });
  const [{ id }] = items.body.line_items;
  const path = `/v2/post_checkout/orders/${shop.orderId}/items/${id}/replacement`;
  const answer = await client.put(path, { token: shop.userToken, body: { status: 'APPROVED' } });
  assert.equal(answer.status, 200, answer.text);
  const [second] = await pass(shop, 4000);
  assert.deepEqual([second!.kind, second!.state], ['replacement', 'seen']);
});

test('a retailer’s own texts replace ours, and one with an unknown name, language or placeholder is refused', async () => {
  const own = ['message.en: {shopper} of {retailer} wrote ({order})', 'delivered.es: ¡Ya está!'];
  const shop = await newShop({ name: 'Corner Grocer', notification_texts: own, push_first_line: true });
  await ask(shop, 'First line {order}\nsecond line');
  await pass(shop, 4000);
  const { notification } = service.shownOn(shop.phone)[0]!;
  assert.equal(notification.title, `Ilse of Corner Grocer wrote (${shop.orderId})`);
  assert.equal(notification.body, 'First line {order}');
  const wrong = [
    'message.en: {link}',
    'message.de: Hallo',
    'other.en: Hi',
    'message.en: {',
    'message.en:Hi',
    'Hi',
  ];
  for (const text of wrong) {
    const { status } = await client.call('PATCH', '/v1/sandbox/retailer', {
      token: shop.token,
      body: { notification_texts: [text] },
    });
    assert.equal(status, 400, text);
  }
});

test('a device that is gone is forgotten; what fails for a while is retried, then dead, and can be replayed', async (t) => {
  const shop = await newShop();
  t.after(() => service.answer(201));
  service.answer(410);
  await ask(shop);
  const [gone] = await pass(shop, 4000);
  assert.deepEqual([gone!.state, gone!.reason], ['dead', 'push 410']);
  const devices = await client.get('/v1/push-subscriptions', { token: shop.userToken });
  assert.deepEqual(devices.body.subscriptions, []);

  await subscribe(shop.userToken, shop.phone, { order_id: shop.orderId });
  service.answer(503);
  await ask(shop, 'Anybody?');
  const move = (ms: number) => clock(client, shop.token, { advance_ms: ms });
  await move(61_000);
  const [retried] = await eventually(
    () => list(shop),
    ([row]) => row!.reason === 'push 503',
  );
  assert.equal(retried!.state, 'pending');
  // The last attempt is made half an hour after the message.
  const dead = await eventually(
    async () => {
      await move(5 * 60_000);
      return list(shop);
    },
    ([row]) => row!.state === 'dead',
  );
  assert.deepEqual(await list(shop, '?state=dead'), dead);
  service.answer(201);
  const { status, text } = await client.post(`/v1/notifications/${dead[0]!.id}/replay`, {
    token: shop.operator,
  });
  assert.equal(status, 200, text);
  const [replayed] = await eventually(
    () => list(shop),
    ([row]) => row!.state !== 'pending',
  );
  assert.equal(replayed!.state, 'sent');
  assert.equal(service.shownOn(shop.phone).length, 1);
});

test('a push service that refuses our key is reported, and other devices are notified', async (t) => {
  const shop = await newShop();
  t.after(() => service.answer(201));
  service.answer(403);
  const test = await client.post('/v1/notifications/test', {
    token: shop.operator,
    body: { order_id: shop.orderId },
  });
  assert.deepEqual(test.body, { results: [{ channel: 'push', sent: false, reason: 'push 403' }] });
  service.answer(201);
  const again = await client.post('/v1/notifications/test', {
    token: shop.operator,
    body: { order_id: shop.orderId },
  });
  assert.deepEqual(again.body, { results: [{ channel: 'push', sent: true }] });
});

test('a device belongs to the person who used it last, and to nobody once their tokens are revoked', async () => {
  const shop = await newShop();
  const other = await newShopper(client, shop.token, 'Tom');
  await subscribe(await shopperToken(client, shop, other), shop.handset);
  const devices = () => client.get('/v1/push-subscriptions', { token: shop.shopperToken });
  assert.deepEqual((await devices()).body.subscriptions, []);
  const { body } = await subscribe(shop.shopperToken, shop.handset);
  assert.equal(body.push_service, service.url);
  assert.equal((await devices()).body.subscriptions.length, 1);
  const shopper = await client.put('/v1/shoppers/lost-phone', {
    token: shop.operator,
    body: { display_name: 'Lea' },
  });
  const lea = await shopperToken(client, shop, shopper.body.id);
  const leas = service.newDevice();
  await subscribe(lea, leas);
  await client.post('/v1/shoppers/lost-phone/revoke-tokens', { token: shop.operator });
  const test = await client.post('/v1/notifications/test', {
    token: shop.operator,
    body: { shopper_id: 'lost-phone' },
  });
  assert.deepEqual(test.body.results, []);
});

test('an address that callbacks may not reach is refused, and so is a client, a foreign order and a missing one', async () => {
  const shop = await newShop();
  const other = await newShop();
  const { subscription } = shop.phone;
  const to = (endpoint: string) =>
    client.post('/v1/push-subscriptions', {
      token: shop.userToken,
      body: { ...subscription, endpoint, order_id: shop.orderId },
    });
  for (const endpoint of ['http://10.0.0.1/x', 'https://192.168.1.1/', 'https://user:pass@push.example/']) {
    assert.equal((await to(endpoint)).status, 400, endpoint);
  }
  // Of the form of a key, but not a point on the curve.
  const keys = { ...subscription.keys, p256dh: `B${'A'.repeat(86)}` };
  const unusable = await client.post('/v1/push-subscriptions', {
    token: shop.userToken,
    body: { ...subscription, keys, order_id: shop.orderId },
  });
  assert.equal(unusable.status, 400);
  assert.match(unusable.text, /keys\.p256dh/);
  assert.equal((await subscribe(shop.token, shop.phone)).status, 403);
  assert.equal((await subscribe(shop.userToken, shop.phone)).status, 400);
  assert.equal((await subscribe(shop.userToken, shop.phone, { order_id: other.orderId })).status, 404);
  const key = await client.get('/v1/push-key', { token: shop.userToken });
  assert.match(key.body.public_key, /^B[\w-]{86}$/);
});

test('with push turned off nobody is notified, and nobody can subscribe', async () => {
  const shop = await newShop();
  await client.call('PATCH', '/v1/sandbox/retailer', {
    token: shop.token,
    body: { push_notifications: false },
  });
  await ask(shop);
  const [row] = await pass(shop, 4000);
  assert.deepEqual([row!.state, row!.reason], ['dropped', 'no_channel']);
  assert.equal((await subscribe(shop.shopperToken, shop.handset)).status, 403);
});

test('of more than ten devices, the oldest is forgotten', async () => {
  const shop = await newShop();
  for (let n = 0; n < 10; n += 1) await subscribe(shop.shopperToken, service.newDevice());
  const { body } = await client.get('/v1/push-subscriptions', { token: shop.shopperToken });
  assert.equal(body.subscriptions.length, 10);
  await say(shop);
  await pass(shop, 4000);
  assert.deepEqual(service.shownOn(shop.handset), []);
});

test('the metrics count what was sent', async () => {
  const text = await client.get('/metrics');
  assert.match(text.text, /aislechat_notifications_total\{result="sent",channel="push"\} \d+/);
  assert.match(text.text, /aislechat_notifications\{state="pending"\} \d+/);
});
