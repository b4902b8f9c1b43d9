/** The link of an order that works only on the devices it is bound to, and the code that admits another device. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { createLog } from '../../src/wiring/log.ts';
import { EventSource } from '../support/event-source.ts';
import {
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  type Retailer,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client: shared } = await testServer({ after });
type Client = typeof shared;

interface Shop extends Retailer {
  client: Client;
  operator: string;
  userId: string;
  orderId: string;
  batchId: number;
  phone: string;
  link: string;
}

let numbers = 0;
const minuteMs = 60_000;
const devicePath = '/v1/order-page/device';
const codePath = '/v1/order-page/device/code';
/** Another device each time. */
const onDevice = (link: string): string => `${link}.${randomBytes(32).toString('base64url')}`;

async function linkOf({ client, token, userId, orderId }: Omit<Shop, 'link'>): Promise<string> {
  const { body } = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token });
  return body.order_url.split('/').at(-1);
}

interface Wishes {
  settings?: Record<string, unknown>;
  order?: Record<string, unknown>;
  client?: Client;
}

/** A shop that binds links and sends text messages, with an order that is being picked. Its clock stands. */
async function newShop({ settings, order, client = shared }: Wishes = {}): Promise<Shop> {
  const retailer = await newRetailer(client, {
    link_bound_to_device: true,
    sms_notifications: 'notice',
    name: 'Corner Grocer',
    ...settings,
  });
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const sender = { adapter: 'fake', number: '+13035550199' };
  assert.equal((await client.put('/v1/sms-sender', { token: operator, body: sender })).status, 200);
  const userId = await newUser(client, retailer.token);
  const phone = `+1303555${String(1000 + ++numbers)}`;
  await clock(client, retailer.token, { frozen: true });
  const orderId = await newOrder(client, retailer.token, userId, {
    user: { phone_number: phone, sms_opt_in: true },
    ...order,
  });
  const shopperId = await newShopper(client, retailer.token);
  const batchId = await newBatch(client, retailer.token, shopperId, orderId);
  const shop = { ...retailer, client, operator, userId, orderId, batchId, phone };
  return { ...shop, link: await linkOf(shop) };
}

const bind = ({ client }: Shop, token: string) => client.post(devicePath, { token });
const askCode = ({ client }: Shop, token: string) => client.post(codePath, { token });
const enter = ({ client }: Shop, token: string, code: string) =>
  client.put(devicePath, { token, body: { link_code: code } });
const page = async ({ client }: Shop, token: string) =>
  (await client.get('/v1/order-page', { token })).status;

async function textsOf({ client, token, phone }: Shop): Promise<string[]> {
  const path = `/v1/sandbox/phones/${encodeURIComponent(phone)}/messages`;
  const { body } = await client.get(path, { token });
  return body.messages.map(({ text }: { text: string }) => text);
}

const codePattern = /\b\d{6}\b/;
/** A notice about the order may come after it. */
const newestCode = async (shop: Shop): Promise<string> =>
  codePattern.exec((await textsOf(shop)).findLast((text) => codePattern.test(text))!)![0];
/** A code that is not the one that was sent. */
const otherThan = (code: string): string => String((Number(code) + 1) % 1e6).padStart(6, '0');

async function boundShop(wishes: Wishes = {}): Promise<Shop & { first: string }> {
  const shop = await newShop(wishes);
  const first = onDevice(shop.link);
  assert.deepEqual((await bind(shop, first)).body, { is_bound: true });
  return { ...shop, first };
}

test('the first device binds the link, and from then on the link alone and other devices get 403', async () => {
  const shop = await boundShop();
  const { client, link, first, orderId } = shop;
  assert.equal(await page(shop, first), 200);
  for (const token of [link, onDevice(link)]) {
    assert.equal(await page(shop, token), 403);
    const refused = await client.get(chatPath(orderId), { token });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.error.message, 'You do not have permission to perform this action');
    assert.equal((await client.post(chatPath(orderId), { token, body: { body: 'Hello' } })).status, 403);
    assert.equal((await client.get(`/v1/orders/${orderId}/stream`, { token })).status, 403);
  }
  assert.equal((await client.post(chatPath(orderId), { token: first, body: { body: 'Hello' } })).status, 200);
  // A lost answer is repeated.
  assert.deepEqual((await bind(shop, first)).body, { is_bound: true });
});

test('before the first device binds the link it opens nothing, and of many at the same moment one binds it', async () => {
  const shop = await newShop();
  assert.equal(await page(shop, onDevice(shop.link)), 403);
  const devices = Array.from({ length: 30 }, () => onDevice(shop.link));
  const answers = await Promise.all(devices.map((token) => bind(shop, token)));
  assert.equal(answers.filter(({ body }) => body.is_bound).length, 1);
  const opened = await Promise.all(devices.map((token) => page(shop, token)));
  assert.equal(opened.filter((status) => status === 200).length, 1);
});

test('a link without the secret of a device cannot be bound', async () => {
  const shop = await newShop();
  const { status, body } = await bind(shop, shop.link);
  assert.equal(status, 400);
  assert.equal(body.meta.key, 'device');
  assert.equal((await bind(shop, `${shop.link}.short`)).status, 401);
});

test('while the setting is off a link works on every device, with a secret or without', async () => {
  const shop = await newShop({ settings: { link_bound_to_device: false } });
  for (const token of [shop.link, onDevice(shop.link), onDevice(shop.link)]) {
    assert.equal(await page(shop, token), 200);
  }
  assert.deepEqual((await bind(shop, onDevice(shop.link))).body, { is_bound: true });
  assert.equal(
    (await askCode(shop, onDevice(shop.link))).body.error.message,
    'No code can be sent for this order',
  );
  assert.deepEqual(await textsOf(shop), []);
});

test('a code that goes to the number of the order admits another device, once', async () => {
  const shop = await boundShop();
  const second = onDevice(shop.link);
  const end = shop.phone.slice(-2);
  assert.deepEqual((await bind(shop, second)).body, { is_bound: false, code_to: end });
  const sent = await askCode(shop, second);
  assert.equal(sent.status, 200, sent.text);
  assert.equal(sent.body.code_to, end);
  const [text] = await textsOf(shop);
  const code = await newestCode(shop);
  assert.equal(
    text,
    `${code} is your code to open your order from Corner Grocer on another device. Give it to nobody.\n\n@127.0.0.1 #${code}`,
  );
  assert.deepEqual((await enter(shop, second, code)).body, { is_bound: true });
  assert.equal(await page(shop, second), 200);
  assert.equal(await page(shop, shop.first), 200);
  const third = await enter(shop, onDevice(shop.link), code);
  assert.equal(third.status, 403);
  assert.equal(third.body.error.message, 'The code is no longer valid');
});

test('the code is in the language of the order', async () => {
  for (const [locale, words] of [
    ['fr-CA', /est votre code pour ouvrir votre commande Corner Grocer/],
    ['es-MX', /es su código para abrir su pedido de Corner Grocer/],
  ] as const) {
    const shop = await boundShop({ order: { locale } });
    await askCode(shop, onDevice(shop.link));
    assert.ok(
      (await textsOf(shop)).some((text) => words.test(text)),
      locale,
    );
  }
});

test('a wrong code is refused, and after five tries the right one too', async () => {
  const shop = await boundShop();
  const second = onDevice(shop.link);
  assert.equal((await enter(shop, second, '000000')).body.error.message, 'The code is no longer valid');
  await askCode(shop, second);
  const code = await newestCode(shop);
  for (let tries = 1; tries <= 5; tries++) {
    const { status, body } = await enter(shop, second, otherThan(code));
    assert.equal(status, 400);
    assert.deepEqual([body.error.message, body.meta.key], ['is invalid', 'link_code']);
  }
  assert.equal((await enter(shop, second, code)).status, 403);
  assert.equal(await page(shop, second), 403);
  // Control: a new code has tries of its own.
  await askCode(shop, second);
  assert.equal((await enter(shop, second, await newestCode(shop))).status, 200);
});

test('a code is valid for ten minutes, and a newer one ends it', async () => {
  const shop = await boundShop();
  const second = onDevice(shop.link);
  await askCode(shop, second);
  const former = await newestCode(shop);
  await askCode(shop, second);
  const code = await newestCode(shop);
  if (former !== code) assert.equal((await enter(shop, second, former)).status, 400);
  await clock(shop.client, shop.token, { advance_ms: 10 * minuteMs - 1 });
  assert.equal((await enter(shop, second, code)).status, 200);
  const third = onDevice(shop.link);
  await askCode(shop, third);
  const late = await newestCode(shop);
  await clock(shop.client, shop.token, { advance_ms: 10 * minuteMs });
  assert.equal((await enter(shop, third, late)).status, 403);
});

test('a code is for the device that asked for it, and another device cannot use up its tries', async () => {
  const shop = await boundShop();
  const second = onDevice(shop.link);
  await askCode(shop, second);
  const code = await newestCode(shop);
  const stranger = onDevice(shop.link);
  for (const tried of [code, ...Array<string>(5).fill(otherThan(code))]) {
    assert.equal((await enter(shop, stranger, tried)).body.error.message, 'The code is no longer valid');
  }
  assert.equal(await page(shop, stranger), 403);
  assert.equal((await enter(shop, second, code)).status, 200);
});

test('three codes are sent in an hour, and the fourth after it', async () => {
  const shop = await boundShop();
  const second = onDevice(shop.link);
  for (let n = 0; n < 3; n++) assert.equal((await askCode(shop, second)).status, 200);
  const refused = await askCode(shop, onDevice(shop.link));
  assert.equal(refused.status, 403);
  assert.equal(refused.body.error.message, 'No more codes can be made');
  await clock(shop.client, shop.token, { advance_ms: 60 * minuteMs - 1 });
  assert.equal((await askCode(shop, second)).status, 403);
  await clock(shop.client, shop.token, { advance_ms: 1 });
  assert.equal((await askCode(shop, second)).status, 200);
  const codes = (await textsOf(shop)).filter((text) => text.includes('is your code'));
  assert.equal(codes.length, 4);
});

test('without a number, after STOP or without text messages no code is sent, and the answer says so', async () => {
  const withoutNumber = await boundShop({ order: { user: {} } });
  const stopped = await boundShop();
  await stopped.client.post(`/v1/sandbox/phones/${encodeURIComponent(stopped.phone)}/messages`, {
    token: stopped.token,
    body: { text: 'STOP' },
  });
  const silent = await boundShop();
  const off = { token: silent.operator, body: { sms_notifications: 'off' } };
  assert.equal((await silent.client.call('PATCH', '/v1/retailer', off)).status, 200);
  for (const shop of [withoutNumber, stopped, silent]) {
    const second = onDevice(shop.link);
    assert.deepEqual((await bind(shop, second)).body, { is_bound: false, code_to: null });
    const refused = await askCode(shop, second);
    assert.equal(refused.status, 403);
    assert.equal(refused.body.error.message, 'No code can be sent for this order');
  }
});

test('a new link works on any device once, and a revoked one on none', async () => {
  const shop = await boundShop();
  const second = onDevice(shop.link);
  await askCode(shop, second);
  const code = await newestCode(shop);
  const path = `/v1/orders/${shop.orderId}/link`;
  const renewed = await shop.client.post(path, { token: shop.operator });
  const link = renewed.body.order_url.split('/').at(-1);
  assert.equal(await page(shop, shop.first), 401);
  // The code of the former link is over.
  assert.equal((await enter(shop, second.replace(shop.link, link), code)).status, 403);
  assert.deepEqual((await bind(shop, onDevice(link))).body, { is_bound: true });
  await shop.client.call('DELETE', path, { token: shop.operator });
  assert.equal((await bind(shop, onDevice(link))).status, 401);
  assert.equal((await enter(shop, onDevice(link), code)).status, 401);
});

test('the fourth device replaces the oldest, whose stream ends', async (t) => {
  const shop = await boundShop();
  const address = `${shop.client.url}/v1/orders/${shop.orderId}/stream`;
  const stream = await EventSource.open(t, address, { token: shop.first });
  await stream.until(({ event }) => event === 'cursor');
  const others = [onDevice(shop.link), onDevice(shop.link), onDevice(shop.link)];
  for (const token of others) {
    await askCode(shop, token);
    assert.equal((await enter(shop, token, await newestCode(shop))).status, 200);
  }
  const end = await stream.until(({ event }) => event === 'end');
  assert.equal(end.data.reason, 'token_revoked');
  assert.equal(await page(shop, shop.first), 403);
  for (const token of others) assert.equal(await page(shop, token), 200);
});

test('turning the setting on ends the streams of links that are bound to no device', async (t) => {
  const shop = await newShop({ settings: { link_bound_to_device: false } });
  const address = `${shop.client.url}/v1/orders/${shop.orderId}/stream`;
  const stream = await EventSource.open(t, address, { token: shop.link });
  await stream.until(({ event }) => event === 'cursor');
  const on = { token: shop.operator, body: { link_bound_to_device: true } };
  await shop.client.call('PATCH', '/v1/retailer', on);
  const end = await stream.until(({ event }) => event === 'end');
  assert.equal(end.data.reason, 'token_revoked');
});

test('neither a secret nor a code is in the log or in the sandbox’s request log', async (t) => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const { client } = await testServer(t, {}, { log });
  const shop = await boundShop({ client });
  const second = onDevice(shop.link);
  await askCode(shop, second);
  const code = await newestCode(shop);
  await enter(shop, second, otherThan(code));
  await enter(shop, second, code);
  const requests = await client.get('/v1/sandbox/requests?route=bindLinkWithCode', { token: shop.token });
  assert.equal(requests.body.requests.length, 2, 'control: requests are logged');
  assert.match(lines.join(''), /"bindLinkWithCode"/, 'control');
  for (const text of [requests.text, lines.join('')]) {
    for (const secret of [second.slice(41), code, otherThan(code), shop.link])
      assert.ok(!text.includes(secret));
  }
});
