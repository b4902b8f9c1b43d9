import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../../src/storage/sql.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore } from '../../src/storage/store.ts';
import type { Client } from '../support/client.ts';
import { startServerProcess } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
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
  unique,
  userToken,
} from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const canaries = isFull ? 10_000 : 2500;
const ordersInAll = isFull ? 200 : 50;
const erasedWithinMs = 180_000;

/** Every canary that any file of the folder contains. */
function canariesIn(folder: string): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const text = readFileSync(join(name.parentPath, name.name)).toString('latin1');
    for (const [canary] of text.matchAll(/CANARY-[a-z0-9]{12}/g)) found.add(canary);
  }
  return found;
}

interface House {
  retailer: Awaited<ReturnType<typeof newRetailer>>;
  userId: string;
  /** The canaries said in each order. */
  said: Map<string, string[]>;
  ended: string[];
}

/**
 * Conversations that alternate between many orders, so that their texts are interleaved on disk; every other
 * one ends.
 */
async function talk(client: Client, messages: number): Promise<House> {
  const random = seededRandom(7);
  const retailer = await newRetailer(client);
  const { token } = retailer;
  const userId = await newUser(client, token);
  const shopperId = await newShopper(client, token);
  const said = new Map<string, string[]>();
  const batches = new Map<string, number>();
  for (let n = 0; n < ordersInAll; n++) {
    const orderId = await newOrder(client, token, userId);
    batches.set(orderId, await newBatch(client, token, shopperId, orderId));
    said.set(orderId, []);
  }
  const orderIds = [...said.keys()];
  const canary = () =>
    `CANARY-${Array.from({ length: 12 }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[random.below(36)]).join('')}`;
  let sent = 0;
  async function speak(): Promise<void> {
    while (sent < messages) {
      const n = sent++;
      const orderId = random.pick(orderIds);
      const text = canary();
      const body = `${text} `.repeat(1 + random.below(8)).trim();
      const fromShopper = n % 3 === 0;
      const answer = await client.post(fromShopper ? shopperPath(shopperId, orderId) : chatPath(orderId), {
        token,
        body: fromShopper && n % 9 === 0 ? { body, image: `https://img.example/${text}.jpg` } : { body },
        headers: n % 5 === 0 ? { 'idempotency-key': unique('key') } : {},
      });
      assert.equal(answer.status, 200, answer.text);
      said.get(orderId)!.push(text);
      if (n % 50 === 0) await client.put(chatPath(orderId), { token });
    }
  }
  await Promise.all(Array.from({ length: 8 }, speak));
  const ended = orderIds.filter((_, n) => n % 2 === 0);
  for (const orderId of ended) await advance(client, token, batches.get(orderId)!, 'completed');
  return { retailer, userId, said, ended };
}

/**
 * Lets a day and a millisecond pass, and waits until the eraser has run.
 * @returns the canaries that are still on disk
 */
async function letExpire(client: Client, folder: string, house: House): Promise<string[]> {
  const { retailer, said, ended } = house;
  const due = new Set(ended.flatMap((orderId) => said.get(orderId)!));
  const before = canariesIn(folder);
  assert.ok(
    [...due].filter((canary) => before.has(canary)).length > due.size * 0.9,
    'the canaries were on disk',
  );
  await clock(client, retailer.token, { advance_ms: 86_400_001 });
  for (const giveUpAt = performance.now() + erasedWithinMs; ; await sleep(100)) {
    const left = [...canariesIn(folder)].filter((canary) => due.has(canary));
    if (left.length === 0 || performance.now() > giveUpAt) return left;
  }
}

test(`${canaries} canaries: after erasure no file contains one, and the log never did`, async (t) => {
  const folder = temporaryFolder(t);
  const server = await startServerProcess({ folder, env: { AISLECHAT_LOG_LEVEL: 'debug' } });
  t.after(() => server.kill());
  const { client } = server;
  const house = await talk(client, canaries);
  const left = await letExpire(client, folder, house);
  const erased = house.ended.flatMap((orderId) => house.said.get(orderId)!).length;
  t.diagnostic(`${canaries} canaries, ${erased} erased, ${left.length} found`);
  assert.deepEqual(left, []);

  const { retailer, said, ended } = house;
  const token = await clientToken(client, retailer);
  const living = [...said.keys()].filter((orderId) => !ended.includes(orderId));
  for (const orderId of living) {
    const { body } = await client.get(chatPath(orderId), { token });
    assert.equal(body.chat_messages.length, said.get(orderId)!.length, 'chats in progress are complete');
  }

  const customer = await userToken(client, retailer, house.userId);
  await client.get(`${chatPath(living[0]!)}?secret=CANARY-inthequery00`, { token: customer });
  await client.post(chatPath(living[0]!), {
    token: customer,
    body: '{"body": CANARY-malformed00',
    headers: { 'content-type': 'application/json' },
  });
  const log = server.log();
  assert.ok(log.split('\n').length > canaries, 'requests were logged');
  assert.doesNotMatch(log, /CANARY/);
  for (const secret of [token, customer, retailer.clientSecret, house.userId, living[0]!, 'Noor', 'Ilse']) {
    assert.ok(!log.includes(secret), 'the log contains no token, secret, ID or name');
  }
});

test('control: with plain DELETE and secure_delete off canaries are found', async (t) => {
  const folder = temporaryFolder(t);
  const engine = openSqlite({ folder, owner: true });
  const careless = {
    ...engine,
    texts: {
      ...engine.texts,
      async erase(sql: Sql, retailerId: number, orderId: number) {
        await sql.acrossRetailers.run('PRAGMA secure_delete = OFF');
        const texts = 'SELECT text_id FROM messages WHERE retailer_id = $1 AND order_id = $2';
        await sql.run(`DELETE FROM message_texts WHERE id IN (${texts})`, retailerId, orderId);
        const deletion = 'DELETE FROM messages WHERE retailer_id = $1 AND order_id = $2';
        return { messages: await sql.run(deletion, retailerId, orderId), images: 0 };
      },
    },
  };
  const { client } = await testServer(t, { DATA_DIR: folder }, { store: createStore(careless) });
  const house = await talk(client, 500);
  const { retailer, said, ended } = house;
  await clock(client, retailer.token, { advance_ms: 86_400_001 });
  await sleep(1500);
  const due = new Set(ended.flatMap((orderId) => said.get(orderId)!));
  assert.ok([...canariesIn(folder)].some((canary) => due.has(canary)));
});
