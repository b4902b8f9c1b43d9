/** Nothing of a device, a number or a text message is left once its chat or its person is erased, and receipts count it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SecretBox } from '../../src/domain/access/secret-box.ts';
import { canariesInFiles } from '../support/canaries.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace, type Place, testsPostgres } from '../support/place.ts';
import { newDevice } from '../support/push-service.ts';
import { startReceiver } from '../support/receiver.ts';
import {
  advance,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  shopperSays,
  shopperToken,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const phone = '+13035557177';
/** Digits of the number, and the words in addresses and texts. */
const canary = /CANARY-[\w-]+|3035557177/;
const key = Buffer.alloc(32, 'n').toString('base64');

/** What the place holds in the tables of notifications, unsealed. */
async function opened(place: Place): Promise<string[]> {
  const box = new SecretBox([Buffer.from(key, 'base64')]);
  const rows = await place.rows();
  const open = (sealed: unknown, owner: string) => box.open(String(sealed), owner);
  return [
    ...(rows.push_subscriptions ?? []).map((row) =>
      open(row.sealed_subscription, `push subscription ${row.retailer_id}`),
    ),
    ...(rows.order_phones ?? []).map((row) => open(row.sealed_number, `order phone ${row.retailer_id}`)),
    ...(rows.sms_copies ?? []).map((row) => `copy ${row.provider_id}`),
  ];
}

async function world(t: TestContext) {
  const place = await newPlace(t);
  const { client } = await testServer(t, { ...place.env, AISLECHAT_SECRETS_KEY: key });
  const provider = await startReceiver(t, (_, response, { method }) =>
    method === 'DELETE' ? response.writeHead(204).end() : response.writeHead(200).end('{"id":"CANARY-copy"}'),
  );
  const retailer = await newRetailer(client, { sms_notifications: 'full' });
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const sender = { adapter: 'http', number: '+13035550199', url: `${provider.url}/sms` };
  assert.equal((await client.put('/v1/sms-sender', { token: operator, body: sender })).status, 200);
  const userId = await newUser(client, retailer.token);
  const shopperId = await newShopper(client, retailer.token);
  await clock(client, retailer.token, { frozen: true });
  const user = { phone_number: phone, sms_opt_in: true };
  const orderId = await newOrder(client, retailer.token, userId, { user });
  const batchId = await newBatch(client, retailer.token, shopperId, orderId);
  const subscribe = async (token: string, name: string, more = {}) => {
    // Nothing listens there, so the text message is sent.
    const { subscription } = newDevice(`http://127.0.0.1:9/CANARY-${name}`);
    const answer = await client.post('/v1/push-subscriptions', { token, body: { ...subscription, ...more } });
    assert.equal(answer.status, 200, answer.text);
  };
  await subscribe(await userToken(client, retailer, userId), 'customer', { order_id: orderId });
  await subscribe(await shopperToken(client, retailer, shopperId), 'shopper');
  await shopperSays(client, retailer.token, shopperId, orderId, 'CANARY-text');
  await clock(client, retailer.token, { advance_ms: 4000 });
  await provider.until(2);
  assert.ok(provider.received.some(({ body }) => String(body.text).includes('CANARY-text')));
  await eventually(
    () => opened(place),
    (found) => found.length === 4,
  );
  return { place, client, provider, retailer, operator, userId, shopperId, orderId, batchId };
}

const deleted = (provider: Awaited<ReturnType<typeof world>>['provider']) =>
  provider.received.filter(({ path }) => path === '/sms/CANARY-copy').length;

test('with its chat, a customer’s devices, number and the copies of what was written go; a shopper’s devices stay', async (t) => {
  const { place, client, provider, retailer, batchId } = await world(t);
  const found = await opened(place);
  assert.ok(found.some((text) => text.includes('CANARY-customer')) && found.includes(phone));
  // In the tables they are sealed.
  const { push_subscriptions, order_phones } = await place.rows();
  assert.doesNotMatch(JSON.stringify({ push_subscriptions, order_phones }), canary);
  await advance(client, retailer.token, batchId, 'completed');
  await clock(client, retailer.token, { advance_ms: 86_400_001 });
  const left = await eventually(
    () => opened(place),
    (texts) => texts.length === 1,
  );
  assert.match(left[0]!, /CANARY-shopper/);
  assert.equal(deleted(provider), 1);
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const receipt = async () =>
    (await client.get('/v1/erasure-receipts', { token: operator })).body.receipts[0];
  const { subscriptions, phone_numbers, provider_copies, messages, kinds } = await eventually(
    receipt,
    ({ verified_at }) => verified_at !== undefined,
  );
  assert.deepEqual(
    { messages, subscriptions, phone_numbers, provider_copies },
    {
      messages: 1,
      subscriptions: 1,
      phone_numbers: 1,
      provider_copies: 1,
    },
  );
  assert.deepEqual(kinds, ['texts', 'subscriptions', 'phone_numbers', 'provider_copies']);
  if (!testsPostgres) {
    const inFiles = canariesInFiles(place.env.DATA_DIR!).filter((name) => /text|customer|copy/.test(name));
    assert.deepEqual(inFiles, []);
  }
});

test('with a customer, and with a shopper, everything of theirs goes at once', async (t) => {
  const { place, client, provider, operator, userId, retailer, shopperId } = await world(t);
  const external = await client.put('/v1/shoppers/lea', { token: operator, body: {} });
  assert.notEqual(external.body.id, shopperId);
  const erased = await client.call('DELETE', `/v1/users/${userId}`, { token: operator });
  assert.equal(erased.status, 200, erased.text);
  const { subscriptions, phone_numbers, provider_copies } = erased.body;
  assert.deepEqual([subscriptions, phone_numbers, provider_copies], [1, 1, 1]);
  const left = await eventually(
    () => opened(place),
    (texts) => texts.length === 1,
  );
  assert.match(left[0]!, /CANARY-shopper/);
  assert.equal(deleted(provider), 1);
  const gone = await client.call('DELETE', `/v1/shoppers/${shopperId}`, {
    token: operator,
    headers: { 'x-treat-ids-as-internal': 'true' },
  });
  assert.equal(gone.status, 200, gone.text);
  assert.equal(gone.body.subscriptions, 1);
  assert.ok(gone.body.kinds.includes('subscriptions'));
  assert.deepEqual(await opened(place), []);
  assert.equal((await client.get('/v1/sandbox/clock', { token: retailer.token })).status, 200);
});

test('control: while the chat lives, the tables hold what this test looks for', async (t) => {
  const { place } = await world(t);
  assert.equal((await opened(place)).filter((text) => canary.test(text)).length, 4);
});

test('with its chat, the devices that its link is bound to and the code for another one go', async (t) => {
  const { place, client, retailer, operator, userId, orderId, batchId } = await world(t);
  const on = { token: operator, body: { link_bound_to_device: true } };
  assert.equal((await client.call('PATCH', '/v1/retailer', on)).status, 200);
  const order = await client.get(`/v2/fulfillment/users/${userId}/orders/${orderId}`, {
    token: retailer.token,
  });
  const link = order.body.order_url.split('/').at(-1);
  const device = (letter: string) => ({ token: `${link}.${letter.repeat(43)}` });
  assert.deepEqual((await client.post('/v1/order-page/device', device('a'))).body, { is_bound: true });
  assert.equal((await client.post('/v1/order-page/device/code', device('b'))).status, 200);
  const kept = async () => {
    const { orders, link_codes = [] } = await place.rows();
    return [
      ...orders!.map((row) => String(row.link_devices)),
      ...link_codes.map((row) => String(row.code_hash)),
    ];
  };
  // 256 bits of each in base64url: neither the secret nor the code.
  for (const hash of await kept()) assert.match(hash, /^[\w-]{43}$/);
  assert.equal((await kept()).length, 2);
  assert.ok(!(await kept()).includes('a'.repeat(43)));

  // Erased on request while it goes on, the link stays bound: it must not open on any device again.
  assert.equal((await client.call('DELETE', `/v1/users/${userId}`, { token: operator })).status, 200);
  const bound = await eventually(kept, (hashes) => hashes.length === 1);
  assert.notEqual(bound[0], '');
  await advance(client, retailer.token, batchId, 'completed');
  await clock(client, retailer.token, { advance_ms: 86_400_001 });
  assert.deepEqual(await eventually(kept, ([devices]) => devices === ''), ['']);
});
