import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../../src/storage/sql.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore } from '../../src/storage/store.ts';
import { canariesIn, type House, talk } from '../support/canary-chats.ts';
import type { Client } from '../support/client.ts';
import { patienceMs } from '../support/patience.ts';
import { startServerProcess } from '../support/process.ts';
import { chatPath, clientToken, clock, userToken } from '../support/scenario.ts';
import { temporaryFolder, testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const canaries = isFull ? 10_000 : 400;

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
  for (const giveUpAt = performance.now() + patienceMs; ; await sleep(100)) {
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
