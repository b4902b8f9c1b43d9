/** The link to the page of an order: what it opens, and when it stops. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createLog } from '../../src/wiring/log.ts';
import { EventSource } from '../support/event-source.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  newOrder,
  newUser,
  type OpenChat,
  openChat,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const { client } = await testServer({ after });
const dayMs = 86_400_000;

async function urlOf({ token, userId, orderId }: OpenChat): Promise<string | null> {
  const { body } = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, { token });
  return body.order_url;
}

async function linkOf(chat: OpenChat): Promise<string> {
  return (await urlOf(chat))!.split('/').at(-1)!;
}

const operatorOf = (chat: OpenChat) => clientToken(client, chat, 'aislechat:operate');
const change = async (chat: OpenChat, settings: Record<string, unknown>) =>
  client.call('PATCH', '/v1/sandbox/retailer', { token: chat.token, body: settings });

test('every answer about an order has the same link, and it opens the order', async () => {
  const chat = await openChat(client);
  const first = await urlOf(chat);
  assert.match(first!, /^http:\/\/127\.0\.0\.1:\d+\/o\/[\w-]{40}$/);
  assert.equal(await urlOf(chat), first);
  const { status, body } = await client.get('/v1/order-page', { token: await linkOf(chat) });
  assert.equal(status, 200);
  assert.equal(body.order_id, chat.orderId);
  assert.equal(body.workflow_state, 'picking');
  assert.equal(body.has_chat, true);
});

test('the page has the items and, while the order is delivered, where it is, unless the retailer hides that', async () => {
  const chat = await openChat(client);
  const token = await linkOf(chat);
  const read = async () => (await client.get('/v1/order-page', { token })).body;
  const { body } = await client.get(`/v2/post_checkout/orders/${chat.orderId}/items`, { token });
  const picking = await read();
  assert.ok(body.line_items.length > 0, 'control');
  assert.deepEqual(picking.items, body.line_items);
  await advance(client, chat.token, chat.batchId, 'delivering');
  assert.equal((await read()).location, undefined);
  const here = { coordinates: { latitude: 39.7392, longitude: -104.9903 } };
  await client.put(`/v1/sandbox/orders/${chat.orderId}/location`, { token: chat.token, body: here });
  const where = await client.get(`/v2/post_checkout/orders/${chat.orderId}/location`, { token });
  assert.deepEqual(where.body.coordinates, here.coordinates, 'control');
  assert.deepEqual((await read()).location, where.body);
  const own = await client.get(`/v1/orders/${chat.orderId}/page`, { token: chat.userToken });
  assert.deepEqual(own.body.location, where.body);
  await change(chat, { shopper_information_removal: true });
  assert.equal((await read()).location, undefined);
  await change(chat, { shopper_information_removal: false });
  await advance(client, chat.token, chat.batchId, 'completed');
  assert.equal((await read()).location, undefined);
});

test('two orders of one customer have links of their own, and neither opens the other', async () => {
  const chat = await openChat(client);
  const other = { ...chat, orderId: await newOrder(client, chat.token, chat.userId) };
  const link = await linkOf(chat);
  assert.notEqual(await linkOf(other), link);
  assert.equal((await client.get(chatPath(chat.orderId), { token: link })).status, 200);
  const refused = await client.get(chatPath(other.orderId), { token: link });
  const unknown = await client.get(chatPath('nothing'), { token: link });
  assert.equal(refused.status, 404);
  assert.equal(refused.text, unknown.text);
});

test('the customer writes, reads and answers with the link', async () => {
  const chat = await openChat(client);
  const link = await linkOf(chat);
  const sent = await client.post(chatPath(chat.orderId), { token: link, body: { body: 'Hello' } });
  assert.equal(sent.status, 200);
  const { body } = await client.get(chatPath(chat.orderId), { token: chat.userToken });
  assert.equal(body.chat_messages[0].sender_type, 'user');
  assert.equal(body.chat_messages[0].sender_id, body.metadata.customer.id);
  assert.equal((await client.put(chatPath(chat.orderId), { token: link })).status, 200);
});

test('a guessed or altered link is an unknown token', async () => {
  const chat = await openChat(client);
  const link = await linkOf(chat);
  const altered = [...link].map((letter, n) =>
    n === 0 || n > 30 ? undefined : link.slice(0, n) + (letter === 'A' ? 'B' : 'A') + link.slice(n + 1),
  );
  for (const guess of [...altered, 'x'.repeat(40), link.slice(1), `${link}A`]) {
    if (guess === undefined || guess === link) continue;
    const { status, body } = await client.get('/v1/order-page', { token: guess });
    assert.equal(status, 401, guess);
    assert.equal(body.error.message, 'The access token is invalid');
  }
});

test('a renewed link replaces the former one at once, and its stream ends', async (t) => {
  const chat = await openChat(client);
  const former = await linkOf(chat);
  const address = `${client.url}/v1/orders/${chat.orderId}/stream`;
  const stream = await EventSource.open(t, address, { token: former });
  await stream.until(({ event }) => event === 'cursor');
  const token = await operatorOf(chat);
  const { body } = await client.post(`/v1/orders/${chat.orderId}/link`, { token });
  const end = await stream.until(({ event }) => event === 'end');
  assert.equal(end.data.reason, 'token_revoked');
  const link = body.order_url.split('/').at(-1);
  assert.notEqual(link, former);
  assert.equal(await linkOf(chat), link);
  const refused = await client.get('/v1/order-page', { token: former });
  assert.equal(refused.status, 401);
  assert.equal(refused.body.error.message, 'The access token was revoked');
  assert.equal((await client.get('/v1/order-page', { token: link })).status, 200);
});

test('a revoked link opens nothing, and the order has none until it gets a new one', async () => {
  const chat = await openChat(client);
  const link = await linkOf(chat);
  const token = await operatorOf(chat);
  const path = `/v1/orders/${chat.orderId}/link`;
  assert.equal((await client.call('DELETE', path, { token })).status, 200);
  assert.equal((await client.get('/v1/order-page', { token: link })).status, 401);
  assert.equal(await urlOf(chat), null);
  assert.match((await client.post(path, { token })).body.order_url, /\/o\//);
  const audit = await client.get(`/v1/audit?order_id=${chat.orderId}`, { token });
  const changes = audit.body.entries.filter((entry: { action: string }) => entry.action === 'link_change');
  assert.deepEqual(
    changes.map((entry: { detail: string }) => entry.detail),
    ['link: renewed', 'link: revoked'],
  );
});

test('the link ends with the 24 hours of the chat, to the millisecond', async () => {
  const chat = await openChat(client);
  const link = await linkOf(chat);
  await clock(client, chat.token, { frozen: true });
  await advance(client, chat.token, chat.batchId, 'completed');
  await clock(client, chat.token, { advance_ms: dayMs });
  assert.equal((await client.get('/v1/order-page', { token: link })).status, 200);
  await clock(client, await clientToken(client, chat), { advance_ms: 1 });
  const { status, body } = await client.get('/v1/order-page', { token: link });
  assert.equal(status, 401);
  assert.equal(body.error.message, 'The access token expired');
  assert.equal(await urlOf({ ...chat, token: await clientToken(client, chat) }), null);
});

test('without hosted pages there are no links, and those of before stop', async () => {
  const chat = await openChat(client);
  const link = await linkOf(chat);
  assert.equal((await change(chat, { hosted_page: false })).status, 200);
  assert.equal(await urlOf(chat), null);
  assert.equal((await client.get('/v1/order-page', { token: link })).status, 401);
  await change(chat, { hosted_page: true });
  assert.equal((await client.get('/v1/order-page', { token: link })).status, 200);
});

test('a customer of the shop’s own page reads the same with a token', async () => {
  const chat = await openChat(client);
  const path = `/v1/orders/${chat.orderId}/page`;
  const byLink = await client.get(path, { token: await linkOf(chat) });
  const byToken = await client.get(path, { token: chat.userToken });
  assert.deepEqual(byToken.body, byLink.body);
  const stranger = await userToken(client, chat, await newUser(client, chat.token));
  assert.equal((await client.get(path, { token: stranger })).status, 404);
});

test('the steps have the times at which the order reached them', async () => {
  const chat = await openChat(client);
  const page = async () =>
    (await client.get(`/v1/orders/${chat.orderId}/page`, { token: chat.userToken })).body;
  const reached = (body: { steps: { step: string; reached_at?: string }[] }) =>
    body.steps.filter(({ reached_at }) => reached_at !== undefined).map(({ step }) => step);
  assert.deepEqual(reached(await page()), ['received', 'shopping']);
  await advance(client, chat.token, chat.batchId, 'checkout');
  const checkedOut = await page();
  assert.deepEqual(reached(checkedOut), ['received', 'shopping', 'replacements', 'shopped']);
  await advance(client, chat.token, chat.batchId, 'completed');
  assert.deepEqual(reached(await page()).at(-1), 'delivered');
  const token = await operatorOf(chat);
  await client.post(`/v1/orders/${chat.orderId}/state`, { token, body: { workflow_state: 'picking' } });
  assert.deepEqual(reached(await page()), ['received', 'shopping']);
});

test('a brand color is saved only if white text on it is legible', async () => {
  const chat = await openChat(client);
  for (const color of ['#ffee00', '#777777', '#8a8a8a']) {
    const { status, body } = await change(chat, { brand_color: color });
    assert.equal(status, 400, color);
    assert.deepEqual(body, {
      error: { message: 'does not have enough contrast with white text', code: 1001 },
      meta: { key: 'brand_color' },
    });
  }
  for (const color of ['#0b6e4f', '#767676', '#B3261E']) {
    assert.equal((await change(chat, { brand_color: color })).status, 200, color);
  }
  assert.equal((await change(chat, { brand_color: 'red' })).status, 400);
  assert.equal((await change(chat, { logo_url: 'http://shop.example/logo.png' })).status, 400);
  assert.equal((await change(chat, { logo_url: '' })).status, 200);
});

test('tiles of a map are saved only as an https address with its placeholders, and with their attribution', async () => {
  const chat = await openChat(client);
  const map_tiles_url = 'https://tiles.example/{z}/{x}/{y}.png?key=1';
  const map_attribution = '© The people of the map';
  const refused = async (body: Record<string, unknown>, key: string, message: string) => {
    const answer = await change(chat, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.deepEqual(answer.body, { error: { message, code: 1001 }, meta: { key } }, JSON.stringify(body));
  };
  for (const address of [
    'https://u:p@tiles.example/{z}/{x}/{y}',
    'https://tiles.example/#{z}{x}{y}',
    'https://tiles.example/{z}/../{x}/{y}',
    'https://*/{z}/{x}/{y}',
    'https://tiles.example,x/{z}/{x}/{y}',
    'http://tiles.example/{z}/{x}/{y}.png',
    'https://{z}.tiles.example/{x}/{y}.png',
    'https://tiles.example',
    'https://tiles.example?{z}{x}{y}',
    'https://tiles.example/{z}/{x}/{y} .png',
    'javascript:alert(1)//{z}{x}{y}',
    '{z}/{x}/{y}.png',
    'https://[tiles/{z}/{x}/{y}.png',
  ]) {
    await refused({ map_tiles_url: address, map_attribution }, 'map_tiles_url', 'is invalid');
  }
  for (const path of [
    '',
    '{z}/{x}.png',
    '{z}/{x}/{x}.png',
    '{z}/{x}/{y}/{y}.png',
    '{z}/{x}/{y}{r}.png',
    '{Z}/{X}/{Y}.png',
    '{z/{x}/{y}.png',
    '{z}/{x}/{y}}.png',
    '{{z}}/{x}/{y}.png',
  ]) {
    const message = 'must have {z}, {x} and {y} once each, and no other placeholder';
    const body = { map_tiles_url: `https://tiles.example/${path}`, map_attribution };
    await refused(body, 'map_tiles_url', message);
  }
  const tooLong = 'is too long (maximum is 200 characters)';
  await refused({ map_attribution: 'a'.repeat(201) }, 'map_attribution', tooLong);
  await refused({ map_tiles_url }, 'map_attribution', "can't be blank");
  await refused({ map_tiles_url, map_attribution: ' \u200b' }, 'map_attribution', "can't be blank");
  const looks = async () => (await client.get('/v1/order-page', { token: await linkOf(chat) })).body.retailer;
  assert.equal((await looks()).map, undefined);

  assert.equal((await change(chat, { map_tiles_url, map_attribution })).status, 200);
  assert.deepEqual((await looks()).map, { tiles_url: map_tiles_url, attribution: map_attribution });
  await refused({ map_attribution: '' }, 'map_attribution', "can't be blank");
  assert.equal((await change(chat, { name: 'Acme' })).status, 200);
  assert.equal((await change(chat, { map_tiles_url: '' })).status, 200);
  assert.equal((await looks()).map, undefined);
  assert.equal((await change(chat, { map_attribution: '' })).status, 200);
  const created = await client.post('/v1/sandbox/retailers', { body: { map_tiles_url } });
  assert.deepEqual([created.status, created.body.meta], [400, { key: 'map_attribution' }]);
});

test('the sandbox’s request log never holds a link', async () => {
  const chat = await openChat(client);
  const link = await linkOf(chat);
  await client.get('/v1/order-page', { token: link });
  const { text, body } = await client.get('/v1/sandbox/requests', { token: chat.token });
  assert.ok(body.requests.length > 3);
  assert.ok(!text.includes(link));
});

test('no line of the log holds a link, whatever is done with it', async (t) => {
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const { client } = await testServer(t, {}, { log });
  const chat = await openChat(client);
  const order = await client.get(`/v2/fulfillment/users/${chat.userId}/orders/${chat.orderId}`, {
    token: chat.token,
  });
  const link = order.body.order_url.split('/').at(-1);
  await fetch(order.body.order_url);
  await fetch(`${client.url}/o/${link}/nothing?link=${link}`);
  await client.get('/v1/order-page', { token: link });
  await client.get(chatPath('nothing'), { token: link });
  const operator = await clientToken(client, chat, 'aislechat:operate');
  await client.post(`/v1/orders/${chat.orderId}/link`, { token: operator });
  assert.equal((await client.get('/v1/order-page', { token: link })).status, 401);
  const text = lines.join('');
  assert.ok(text.includes('"getLinkedOrder"'), 'control: requests are logged');
  assert.ok(!text.includes(link));
});
