/** PostgreSQL becomes unavailable in every way; the server stays up, reports it, and loses nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '../support/client.ts';
import { cuttingProxy } from '../support/cutting-proxy.ts';
import { eventually, readsWithinASecond } from '../support/eventually.ts';
import { writeThrough } from '../support/load.ts';
import { databaseOf, newCluster, newDatabase, prepare } from '../support/postgres.ts';
import { startServerProcess } from '../support/process.ts';
import { chatPath, openChat } from '../support/scenario.ts';
import { type Cleanup, testServer } from '../support/server.ts';

/** Held when the test runs at full scale, on a quiet machine. */
const recoveryMs = 5000;

async function ownCluster(t: Cleanup) {
  const cluster = await newCluster();
  t.after(() => cluster.stop());
  await prepare(cluster);
  return { cluster, url: databaseOf(cluster, 'aislechat_template').url };
}

/** Milliseconds until the server reports that it is ready. */
async function untilReady(client: Client): Promise<number> {
  const since = performance.now();
  await eventually(
    () => client.get('/readyz'),
    ({ status }) => status === 200,
    5 * readsWithinASecond,
  );
  return Math.round(performance.now() - since);
}

test('without its database the server answers 503 and is not ready, and it recovers by itself', async (t) => {
  const { cluster, url } = await ownCluster(t);
  const { client } = await testServer(t, { DATABASE_URL: url });
  const chat = await openChat(client);
  const path = chatPath(chat.orderId);
  const token = chat.userToken;

  await cluster.kill();
  for (const answer of [
    await client.get(path, { token }),
    await client.post(path, { token, body: { body: 'hello' } }),
    await client.put(path, { token }),
    await client.post('/v2/oauth/token', { body: { ...chat, grant_type: 'client_credentials' } }),
    await client.get('/readyz'),
  ]) {
    assert.equal(answer.status, 503, answer.text);
    assert.equal(answer.headers.get('retry-after'), '1');
  }
  assert.equal((await client.get('/healthz')).status, 200, 'the process is healthy');
  await cluster.start();
  t.diagnostic(`ready ${await untilReady(client)} ms after the database`);
  assert.equal((await client.post(path, { token, body: { body: 'hello again' } })).status, 200);
});

const isFull = process.env.TEST_SCALE === 'full';
const cycles = isFull ? 200 : 3;
/** Where in a request the connection is cut, and how often at each place. */
const steps = { kinds: 25, rounds: isFull ? 5 : 2 };

test('after repeated kill -9 of PostgreSQL under 8 writers nothing acknowledged is lost or duplicated', async (t) => {
  const { cluster, url } = await ownCluster(t);
  const server = await startServerProcess({ env: { DATABASE_URL: url } });
  t.after(() => server.kill());
  const recoveries: number[] = [];
  let backSince: number | undefined;
  const { acknowledged, missing, doubled, misplaced } = await writeThrough({
    client: () => server.client,
    cycles,
    onAcknowledged() {
      if (backSince === undefined) return;
      recoveries.push(Math.round(performance.now() - backSince));
      backSince = undefined;
    },
    async disturb() {
      await cluster.kill();
      await cluster.start();
      backSince = performance.now();
    },
  });
  recoveries.sort((a, b) => a - b);
  const [median, worst] = [recoveries[recoveries.length >> 1]!, recoveries.at(-1)!];
  t.diagnostic(
    `${cycles} kills, ${acknowledged} acknowledged, ${missing} missing, ${doubled} doubled; first acknowledgement after the database: median ${median} ms, worst ${worst} ms`,
  );
  assert.deepEqual({ missing, doubled, misplaced }, { missing: 0, doubled: 0, misplaced: 0 });
  if (isFull) assert.ok(worst < recoveryMs);
  assert.equal(server.child.exitCode, null, 'the server process never ended');
});

test('after a connection is cut at any step, a message repeated with its key is stored once', async (t) => {
  const { url } = await newDatabase(t);
  const proxy = await cuttingProxy(t, url);
  const { client } = await testServer(t, { DATABASE_URL: proxy.through(url) });
  const chat = await openChat(client);
  const path = chatPath(chat.orderId);
  const token = chat.userToken;

  const count = steps.kinds * steps.rounds;
  let refused = 0;
  for (let step = 0; step < count; step++) {
    proxy.cutAfter(step % steps.kinds);
    const body = `message ${step}`;
    const headers = { 'idempotency-key': body };
    for (;;) {
      const answer = await client.post(path, { token, body: { body }, headers });
      if (answer.status === 200) break;
      assert.equal(answer.status, 503, answer.text);
      assert.equal(answer.headers.get('retry-after'), '1');
      refused += 1;
    }
    const read = await client.get(path, { token });
    assert.ok([200, 503].includes(read.status), read.text);
  }
  proxy.cutAfter(Number.POSITIVE_INFINITY);
  await untilReady(client);
  const { body } = await client.get(path, { token });
  assert.deepEqual(
    body.chat_messages.map((message: { body: string }) => message.body),
    Array.from({ length: count }, (_, step) => `message ${step}`),
  );
  t.diagnostic(`${proxy.cuts} cuts, ${refused} answers 503, ${count} messages once each`);
  assert.ok(refused > 0);
});
