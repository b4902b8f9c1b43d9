/** Two server processes on one database behave as one service: what one acknowledged, the other shows. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createStore } from '../../src/storage/store.ts';
import type { Answer, Client } from '../support/client.ts';
import { EventSource } from '../support/event-source.ts';
import { eventually, readsWithinASecond } from '../support/eventually.ts';
import { newDatabase, openDatabase } from '../support/postgres.ts';
import { type ServerProcess, startServerProcess } from '../support/process.ts';
import {
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  type OpenChat,
  openChat,
  userToken,
} from '../support/scenario.ts';
import { type Cleanup, testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const writers = isFull ? 100 : 40;
const messages = isFull ? 100_000 : 480;
/**
 * One message in this many goes to a shared order, which accepts at most 2,000; the others to an order of
 * each writer's own.
 */
const sharedEvery = isFull ? 50 : 10;
const seqBits = 2 ** 20;

async function twoServers(t: Cleanup, entry?: string): Promise<[ServerProcess, ServerProcess]> {
  const { url } = await newDatabase(t);
  const options = { env: { DATABASE_URL: url }, ...(entry !== undefined && { entry }) };
  const servers = [await startServerProcess(options), await startServerProcess(options)] as const;
  t.after(() => Promise.all(servers.map((server) => server.kill())));
  return [...servers];
}

const servers = await twoServers({ after });
const [first, second] = servers;

interface Seen {
  acknowledged: number;
  gaps: number;
  swaps: number;
  stale: number;
  reads: number;
}

/** One message in `sharedEvery` goes to an order that all writers share, the others to each writer's own. */
async function writeAndRead(servers: ServerProcess[], count: number, sharedEvery: number): Promise<Seen> {
  const client = (n: number): Client => servers[n % servers.length]!.client;
  const chat: OpenChat = await openChat(client(0));
  const shared = chat.orderId;
  const own: string[] = [];
  for (let n = 0; n < writers; n++) {
    own.push(await newOrder(client(n), chat.token, chat.userId));
    await newBatch(client(n), chat.token, chat.shopperId, own[n]!);
  }
  const seen: Seen = { acknowledged: 0, gaps: 0, swaps: 0, stale: 0, reads: 0 };
  const highest = new Map<string, number>();
  const firstSeq = new Map<string, number>();
  let isOver = false;
  const token = chat.userToken;

  async function write(writer: number): Promise<void> {
    for (let n = 0; n < count / writers; n++) {
      const orderId = n % sharedEvery === 0 ? shared : own[writer]!;
      const body = { body: `writer ${writer} message ${n}` };
      const headers = { 'idempotency-key': body.body };
      let answer: Answer;
      // On a machine that has too much to do, a server may refuse; as any client would, the writer sends it again.
      do answer = await client(writer + n).post(chatPath(orderId), { token, body, headers });
      while (answer.status === 503);
      assert.equal(answer.status, 200, answer.text);
      seen.acknowledged += 1;
      highest.set(orderId, Math.max(highest.get(orderId) ?? 0, answer.body.id));
    }
  }

  /** Reads from both servers: no number may be missing, arrive late, or be unknown to the other server. */
  async function read(reader: number): Promise<void> {
    const known = new Map<string, number[]>();
    for (let n = reader; !isOver; n++) {
      const orderId = n % 3 === 0 ? own[n % writers]! : shared;
      const acknowledgedBefore = highest.get(orderId) ?? 0;
      const { status, body } = await client(n >> 1).get(chatPath(orderId), { token });
      if (status === 503) continue;
      assert.equal(status, 200);
      const ids: number[] = body.chat_messages.map(({ id }: { id: number }) => id);
      seen.reads += 1;
      if ((ids.at(-1) ?? 0) < acknowledgedBefore) seen.stale += 1;
      const earlier = known.get(orderId) ?? [];
      if (earlier.some((id, at) => ids[at] !== id)) seen.swaps += 1;
      known.set(orderId, ids);
      const [first] = ids;
      if (first === undefined) continue;
      if (firstSeq.has(orderId) && firstSeq.get(orderId) !== first % seqBits) seen.swaps += 1;
      firstSeq.set(orderId, first % seqBits);
      if (ids.some((id, at) => id !== first + at)) seen.gaps += 1;
      // Pauses, since reading a long conversation costs more than it reveals.
      await sleep(ids.length / 5);
    }
  }

  const reading = Promise.all([0, 1, 2, 3].map(read));
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  isOver = true;
  await reading;
  let stored = 0;
  for (const orderId of [shared, ...own]) {
    const [first, second] = await Promise.all(
      servers.map((server) => server.client.get(chatPath(orderId), { token })),
    );
    assert.deepEqual(first!.body, second!.body);
    stored += first!.body.chat_messages.length;
  }
  assert.equal(stored, seen.acknowledged);
  return seen;
}

test(`${messages} messages by ${writers} writers through two servers: no gap, no swap, no stale read`, async (t) => {
  const started = performance.now();
  const { acknowledged, gaps, swaps, stale, reads } = await writeAndRead(servers, messages, sharedEvery);
  const seconds = Math.round((performance.now() - started) / 1000);
  t.diagnostic(
    `${acknowledged} acknowledged in ${seconds} s, ${reads} reads, ${gaps} gaps, ${swaps} swaps, ${stale} stale`,
  );
  assert.deepEqual({ gaps, swaps, stale }, { gaps: 0, swaps: 0, stale: 0 });
});

test('control: with numbers from one global sequence readers see gaps and swaps', async (t) => {
  const entry = fileURLToPath(new URL('../support/programs/global-sequence-server.ts', import.meta.url));
  const { gaps, swaps } = await writeAndRead(await twoServers(t, entry), isFull ? 400 : 240, 1);
  assert.ok(gaps > 0 && swaps > 0, `${gaps} gaps, ${swaps} swaps`);
});

/** @returns the milliseconds until `isTrue`, about a second at most on a quiet machine */
async function soon(isTrue: () => Promise<boolean>): Promise<number> {
  const since = performance.now();
  await eventually(isTrue, Boolean, readsWithinASecond);
  return Math.round(performance.now() - since);
}

test('a revocation or change on one server applies to the other within a second', async (t) => {
  const chat = await openChat(first.client);
  const path = chatPath(chat.orderId);
  const status = async (client: Client) => (await client.get(path, { token: chat.userToken })).status;
  assert.equal(await status(second.client), 200);

  await first.client.patch('/v1/sandbox/retailer', {
    token: chat.token,
    body: { shopper_information_removal: true },
  });
  const setting = await soon(async () => (await status(second.client)) === 403);
  await first.client.patch('/v1/sandbox/retailer', {
    token: chat.token,
    body: { shopper_information_removal: false },
  });
  await soon(async () => (await status(second.client)) === 200);

  const before = Date.parse((await second.client.get('/v1/sandbox/clock', { token: chat.token })).body.now);
  await clock(first.client, chat.token, { advance_ms: 3_600_000 });
  const moved = await soon(async () => {
    const { body } = await second.client.get('/v1/sandbox/clock', { token: chat.token });
    return Date.parse(body.now) >= before + 3_600_000;
  });

  await first.client.post('/v2/oauth/token/revoke', {
    body: { client_id: chat.clientId, client_secret: chat.clientSecret, token: chat.userToken },
  });
  const revoked = await soon(async () => (await status(second.client)) === 401);

  const token = await clientToken(first.client, chat, 'aislechat:operate');
  const made = await first.client.post('/v1/applications', {
    token,
    body: { name: 'till', scopes: ['connect:post_checkout'] },
  });
  const { client_id: clientId, client_secret: clientSecret } = made.body;
  const theirs = await userToken(second.client, { clientId, clientSecret }, chat.userId);
  const stream = await EventSource.open(t, `${second.client.url}/v1/orders/${chat.orderId}/stream`, {
    token: theirs,
  });
  await stream.until(({ event }) => event === 'cursor');
  await first.client.patch(`/v1/applications/${clientId}`, { token, body: { state: 'disabled' } });
  const disabled = await soon(async () => (await second.client.get(path, { token: theirs })).status === 401);
  await stream.until(({ event }) => event === 'end');
  t.diagnostic(
    `setting ${setting} ms, clock ${moved} ms, revocation ${revoked} ms, application ${disabled} ms`,
  );
});

test('when a server dies the other takes over its background work within 30 s', async (t) => {
  const chat = await openChat(second.client);
  // The first to start holds the lease, and is killed without releasing it.
  await first.kill();
  await second.client.post(`/v2/fulfillment_sandbox/batches/${chat.batchId}/advance`, {
    token: chat.token,
    body: { workflow_state: 'completed' },
  });
  await second.client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'too late' } });
  await clock(second.client, chat.token, { advance_ms: 86_400_001 });
  const since = performance.now();
  await eventually(
    async () => second.log(),
    (log) => log.includes('"erased"'),
  );
  t.diagnostic(`taken over after ${Math.round(performance.now() - since)} ms`);
});

test('a lost announcement delays readers by a second at most', async (t) => {
  const { url } = await newDatabase(t);
  const engine = await openDatabase(url);
  const store = createStore({ ...engine, announce() {} });
  const writer = await testServer(t, { DATABASE_URL: url }, { store });
  const reader = await testServer(t, { DATABASE_URL: url });
  const chat = await openChat(writer.client);
  const stream = await EventSource.open(t, `${reader.client.url}/v1/orders/${chat.orderId}/stream`, {
    token: chat.userToken,
  });
  await stream.until(({ event }) => event === 'cursor');
  const since = performance.now();
  await writer.client.post(chatPath(chat.orderId), { token: chat.userToken, body: { body: 'hello' } });
  await stream.until(({ event }) => event === 'message');
  t.diagnostic(`seen after ${Math.round(performance.now() - since)} ms`);

  const path = chatPath(chat.orderId);
  const status = async () => (await reader.client.get(path, { token: chat.userToken })).status;
  assert.equal(await status(), 200);
  await writer.client.post('/v2/oauth/token/revoke', {
    body: { client_id: chat.clientId, client_secret: chat.clientSecret, token: chat.userToken },
  });
  await soon(async () => (await status()) === 401);
  await stream.until(({ event }) => event === 'end');
});
