import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import {
  advance,
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  shopperPath,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const orders = isFull ? 20 : 10;
const messagesPerOrder = isFull ? 25 : 15;

test('after a day no row contains a text of an ended chat, and other chats are complete', async (t) => {
  const place = await newPlace(t);
  const { client } = await testServer(t, place.env);
  const retailer = await newRetailer(client);
  const { token } = retailer;
  const userId = await newUser(client, token);
  const shopperId = await newShopper(client, token);
  const living: string[] = [];
  for (let n = 0; n < orders; n++) {
    const orderId = await newOrder(client, token, userId);
    const batchId = await newBatch(client, token, shopperId, orderId);
    const isEnding = n % 2 === 0;
    const word = isEnding ? 'CANARY' : 'ALIVE';
    for (let m = 0; m < messagesPerOrder; m++) {
      const body = `${word}-${n}-${m}`;
      const message = m % 5 === 0 ? { body, image: `https://img.example/${body}.jpg` } : { body };
      const path = m % 2 === 0 ? shopperPath(shopperId, orderId) : chatPath(orderId);
      const headers = m % 3 === 0 ? { 'idempotency-key': body } : {};
      const answer = await client.post(path, { token, headers, body: m % 2 === 0 ? message : { body } });
      assert.equal(answer.status, 200, answer.text);
    }
    if (isEnding) await advance(client, token, batchId, 'completed');
    else living.push(orderId);
  }
  const found = async () => (await place.dump()).match(/CANARY-\d+-\d+/g)?.length ?? 0;
  const before = await found();
  assert.ok(before >= (orders / 2) * messagesPerOrder, `${before} canaries were there`);

  await clock(client, token, { advance_ms: 86_400_001 });
  const since = performance.now();
  await eventually(found, (count) => count === 0);
  t.diagnostic(
    `${before} canaries erased ${Math.round(performance.now() - since)} ms after the clock was moved`,
  );

  const later = await clientToken(client, retailer);
  for (const orderId of living) {
    const { body } = await client.get(chatPath(orderId), { token: later });
    assert.equal(body.chat_messages.length, messagesPerOrder);
  }

  const operator = await clientToken(client, retailer, 'aislechat:operate');
  const receipts = await eventually(
    async () => (await client.get('/v1/erasure-receipts?limit=100', { token: operator })).body.receipts,
    (all: { verified_at?: string }[]) =>
      all.length === orders / 2 && all.every(({ verified_at }) => verified_at !== undefined),
  );
  for (const { key_epoch: epoch } of receipts as { key_epoch?: string }[]) {
    // Where nothing is encrypted, no key matters.
    if (!testsPostgres) assert.equal(epoch, undefined);
    else assert.ok(epoch!.endsWith(':00:00Z') && Math.abs(Date.now() - Date.parse(epoch!)) < 2 * 3_600_000);
  }
});
