/** What a token can create is limited, and a refusal names the limit. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { limits } from '@aislechat/contract';
import { hashSecret } from '../../src/domain/access/secrets.ts';
import { createStore, StorageUnavailable } from '../../src/storage/store.ts';
import type { Answer } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import {
  advance,
  agentToken,
  assertionOf,
  chatPath,
  clientToken,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  type OpenChat,
  openChat,
  shopperSays,
  unique,
  userToken,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const place = await newPlace({ after });
const engine = await place.open();
const store = createStore(engine);
const { client } = await testServer({ after }, {}, { store });

function assertLimit({ status, body }: Answer, what: string): void {
  assert.equal(status, 403);
  assert.deepEqual(body, { error: { message: `No more ${what} can be made`, code: null }, meta: {} });
}

/** Sets the order's last event number, as if that many events had happened. */
const setSeq = (chat: OpenChat, seq: number) =>
  store.write(async (tx) => {
    const order = await tx.orders.lock(chat.retailerId, { externalId: chat.orderId });
    await tx.orders.update({ ...order!, seq });
  });

async function inParallel(count: number, run: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

test('an order accepts 2,000 messages and no more, can still be read as a whole, and can end', async (t) => {
  const chat = await openChat(client);
  const path = chatPath(chat.orderId);
  const key = { 'idempotency-key': 'the first' };
  const first = await client.post(path, { token: chat.userToken, body: { body: 'first' }, headers: key });
  await inParallel(limits.messagesPerOrder - 2, async (n) => {
    const { status, text } = await client.post(path, {
      token: chat.userToken,
      body: { body: `message ${n}` },
    });
    assert.equal(status, 200, text);
  });
  await shopperSays(client, chat.token, chat.shopperId, chat.orderId, 'the last');
  const refused = await client.post(path, { token: chat.userToken, body: { body: 'one more' } });
  assert.equal(refused.status, 403);
  assert.equal(refused.body.error.message, 'Sending a message is not allowed at this time');
  const again = await client.post(path, { token: chat.userToken, body: { body: 'first' }, headers: key });
  assert.deepEqual(again.body, first.body, 'a repeated request gets its answer');
  const { body, text } = await client.get(path, { token: chat.userToken });
  assert.equal(body.chat_messages.length, limits.messagesPerOrder);
  t.diagnostic(`${limits.messagesPerOrder} messages in ${text.length} characters`);
  const read = await client.put(path, { token: chat.userToken });
  assert.equal(read.body.messages_read_count, 1);
  assert.equal((await advance(client, chat.token, chat.batchId, 'completed')).status, 200);
});

test('an order whose log is full accepts only its end and reports', async () => {
  const chat = await openChat(client);
  await setSeq(chat, limits.eventsPerOrder);
  const simulate = (event_name: string) =>
    client.post(`/v2/fulfillment_sandbox/orders/${chat.orderId}/callbacks`, {
      token: chat.token,
      body: { event_name },
    });
  const what = 'events of this order';
  assertLimit(await simulate('late_delivery'), what);
  assertLimit(await simulate('customer_mia'), what);
  assertLimit(await simulate('rescheduled'), what);
  assertLimit(await advance(client, chat.token, chat.batchId, 'checkout'), what);
  const item = `/v2/fulfillment_sandbox/shoppers/${chat.shopperId}/orders/${chat.orderId}/items/1`;
  assertLimit(await client.put(item, { token: chat.token, body: { status: 'to_refund' } }), what);
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const shopper_id = await newShopper(client, chat.token, 'Robin');
  const assignment = `/v1/orders/${chat.orderId}/assignment`;
  assertLimit(await client.post(assignment, { token: operator, body: { shopper_id } }), what);
  const reports = `/v1/orders/${chat.orderId}/reports`;
  const reported = await client.post(reports, { token: chat.userToken, body: { reason: 'spam' } });
  assert.equal(reported.status, 200);
  const sent = await client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'hello' } });
  assert.equal(sent.status, 403);
  assert.equal((await simulate('canceled')).status, 200);
  assertLimit(await simulate('rescheduled'), what);
});

test('the number of a user’s open orders is limited', async () => {
  const retailer = await newRetailer(client);
  const userId = await newUser(client, retailer.token);
  const orderId = await newOrder(client, retailer.token, userId);
  await store.write(async (tx) => {
    const order = (await tx.orders.lock(retailer.retailerId, { externalId: orderId }))!;
    for (let n = 1; n < limits.openOrdersPerUser; n++) {
      const id = await tx.retailers.nextId(retailer.retailerId);
      await tx.orders.insert({ ...order, id, externalId: `open-${n}` }, {});
    }
  });
  const create = () =>
    client.post(`/v2/fulfillment/users/${userId}/orders/last_mile`, {
      token: retailer.token,
      body: { order_id: unique('more'), location_code: '12' },
    });
  assertLimit(await create(), 'orders of this user');
  const canceled = await client.post(`/v2/fulfillment/users/${userId}/orders/${orderId}/cancel`, {
    token: retailer.token,
  });
  assert.equal(canceled.status, 200, canceled.text);
  assert.equal((await create()).status, 200);
});

test('IDs end before message IDs would be rounded in JSON', async () => {
  const chat = await openChat(client);
  await engine.write((sql) =>
    sql.run('UPDATE retailers SET next_id = $2 WHERE id = $1', chat.retailerId, limits.recordsPerRetailer),
  );
  const userId = await newUser(client, chat.token);
  assert.ok(userId);
  const what = 'records';
  const { token } = chat;
  const user = { user_id: unique('late'), first_name: 'Noor' };
  assertLimit(await client.post('/v2/fulfillment/users', { token, body: user }), what);
  assertLimit(await client.post('/v2/fulfillment_sandbox/shoppers', { token, body: {} }), what);
  const order = { order_id: unique('late'), location_code: '12' };
  assertLimit(
    await client.post(`/v2/fulfillment/users/${userId}/orders/last_mile`, { token, body: order }),
    what,
  );
  const largest =
    BigInt(limits.recordsPerRetailer) * BigInt(limits.eventNumbers) + BigInt(limits.eventNumbers - 1);
  assert.ok(largest <= BigInt(Number.MAX_SAFE_INTEGER));
});

test('issuing one token more than a user may have revokes the oldest, whatever requested it', async () => {
  const chat = await openChat(client);
  const before = await userToken(client, chat, chat.userId);
  const [row] = await store.read.tokens.all(hashSecret(before));
  await store.write(async (tx) => {
    for (let n = 0; n < limits.tokensPerPerson - 2; n++) {
      await tx.tokens.insert({
        ...row!,
        tokenHash: `filled-${chat.retailerId}-${n}`,
        expiresAt: row!.expiresAt + 1,
      });
    }
  });
  const isAlive = async (token: string) =>
    (await client.get(chatPath(chat.orderId), { token })).status === 200;
  assert.ok(await isAlive(chat.userToken));
  const { body } = await client.post('/v2/oauth/token', {
    body: {
      grant_type: 'fulfillment_user_assertion',
      client_id: chat.clientId,
      client_secret: chat.clientSecret,
      assertion: assertionOf(chat.userId),
    },
  });
  assert.ok(await isAlive(body.access_token));
  const living = async () => [await isAlive(chat.userToken), await isAlive(before)].filter((is) => is).length;
  assert.equal(await eventually(living, (count) => count < 2), 1, 'one of the two oldest is revoked');
  assert.equal(
    (await client.get('/v1/sandbox/retailer', { token: chat.token })).status,
    200,
    'the client’s token still works',
  );
});

test('unused stream tickets and support links are limited in number', async () => {
  const chat = await openChat(client);
  const tickets = `/v1/orders/${chat.orderId}/stream-tickets`;
  for (let n = 0; n < limits.streamTickets; n++) {
    assert.equal((await client.post(tickets, { token: chat.userToken })).status, 200);
  }
  assertLimit(await client.post(tickets, { token: chat.userToken }), 'stream tickets');
  assert.equal(
    (await client.post(tickets, { token: chat.token })).status,
    200,
    'another token has its own limit',
  );
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const link = () => client.post('/v1/support-links', { token: operator, body: { agent: 'Dana' } });
  for (let n = 0; n < limits.supportLinks; n++) assert.equal((await link()).status, 200);
  assertLimit(await link(), 'support links');
  await client.post('/v1/sandbox/clock', {
    token: chat.token,
    body: { advance_ms: limits.supportLinkLifetimeMs },
  });
  assert.ok(await agentToken(client, operator), 'expired links free their places');
});

test('applications and callback endpoints are limited in number', async () => {
  const retailer = await newRetailer(client);
  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const application = () =>
    client.post('/v1/applications', {
      token: operator,
      body: { name: 'One', scopes: ['aislechat:operate'] },
    });
  for (let n = 1; n < limits.applications; n++) assert.equal((await application()).status, 200);
  assertLimit(await application(), 'applications');
  const endpoint = (token = operator) =>
    client.post('/v1/callback-endpoints', {
      token,
      body: { name: 'One', url: 'http://127.0.0.1:9/', events: ['chat_message_created'] },
    });
  const first = (await endpoint()).body;
  assert.equal(limits.callbackEndpoints, 20);
  for (let n = 1; n < limits.callbackEndpoints; n++) assert.equal((await endpoint()).status, 200);
  assertLimit(await endpoint(), 'callback endpoints');
  const neighbor = await newRetailer(client);
  const theirs = await clientToken(client, neighbor, 'aislechat:operate');
  assert.equal((await endpoint(theirs)).status, 200, 'another retailer has its own limit');
  const path = `/v1/callback-endpoints/${first.id}`;
  assert.equal((await client.call('DELETE', path, { token: theirs })).status, 404);
  assertLimit(await endpoint(), 'callback endpoints');
  assert.equal((await client.call('DELETE', path, { token: operator })).status, 200);
  assert.equal((await endpoint()).status, 200, 'a deleted endpoint frees its place');
  assertLimit(await endpoint(), 'callback endpoints');
});

test('junk tickets, support codes and tokens are refused even while storage accepts no writes', async () => {
  const chat = await openChat(client);
  const { write } = store;
  store.write = () => Promise.reject(new StorageUnavailable('Too many writes are waiting'));
  try {
    for (const junk of ['x', 'x'.repeat(43), 'x'.repeat(255)]) {
      assert.equal((await client.get(`/v1/orders/${chat.orderId}/stream?ticket=${junk}`)).status, 401);
      const session = await client.post('/v1/support-sessions', { body: { support_code: junk } });
      assert.equal(session.status, 401);
      assert.equal((await client.get(chatPath(chat.orderId), { token: junk })).status, 401);
    }
  } finally {
    store.write = write;
  }
});

test('an overlong text or list is refused by its length before its content is examined', async () => {
  const chat = await openChat(client);
  const operator = await clientToken(client, chat, 'aislechat:operate');
  const name = await client.post('/v2/fulfillment/users', {
    token: chat.token,
    body: { user_id: unique('long'), first_name: `${'a'.repeat(90_000)}<` },
  });
  assert.equal(name.body.error.message, 'is too long (maximum is 255 characters)');
  const scopes = Array.from({ length: 32_000 }, () => 'aislechat:operate');
  const application = await client.post('/v1/applications', {
    token: operator,
    body: { name: 'One', scopes },
  });
  assert.deepEqual(application.body.meta, { key: 'scopes' });
  const items = Array.from({ length: 300_000 }, () => 0);
  const order = await client.post(`/v2/fulfillment/users/${chat.userId}/orders/delivery`, {
    token: chat.token,
    body: { items },
  });
  assert.deepEqual(order.body.meta, { key: 'items' });
  const ask = (assertion: string) =>
    client.post('/v2/oauth/token', {
      body: {
        grant_type: 'fulfillment_user_assertion',
        client_id: chat.clientId,
        client_secret: chat.clientSecret,
        assertion,
      },
    });
  assert.equal((await ask(Buffer.from(`{user_id:a${' '.repeat(9000)}`).toString('base64'))).status, 400);
  assert.equal((await ask('a'.repeat(20_000))).status, 413, 'a body of 16 KiB is enough for a token request');
});

// The count is the same on both engines, and inserting this many rows takes long on PostgreSQL.
if (!testsPostgres) {
  test('sandbox retailers are limited in number', async () => {
    const { retailerId } = await newRetailer(client);
    await engine.write((sql) =>
      sql.run(
        `INSERT INTO retailers (settings, clock_offset_ms)
         WITH RECURSIVE numbers (n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $2)
         SELECT '{}', 0 FROM numbers`,
        retailerId,
        limits.sandboxRetailers,
      ),
    );
    assertLimit(await client.post('/v1/sandbox/retailers', { body: {} }), 'retailers');
  });
}
