/**
 * Readers of every order that lose their connection all the time, while writers write: each must see the log
 * of its order from the first event to the last, once and in order. On PostgreSQL they read through two
 * server processes. A full run has 350,000 messages (100,000 on PostgreSQL), and then repeats the orders'
 * states until there are a million events.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { limits } from '@aislechat/contract';
import { drive } from '../../../../bench/load.ts';
import { sendMessage } from '../../../../bench/requests.ts';
import type { Client } from '../support/client.ts';
import { EventSource } from '../support/event-source.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { startServerProcess } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { chatPath, newBatch, newOrder, openChat, userToken } from '../support/scenario.ts';

const isFull = process.env.TEST_SCALE === 'full';
/** Each order accepts 2,000 messages. */
const orders = isFull ? 200 : 12;
const messages = isFull ? (testsPostgres ? 100_000 : 350_000) : testsPostgres ? 300 : 600;
/**
 * Messages make some of these events; orders that pass through all their states make the others, 13 each
 * time.
 */
const fullEvents = 1_000_000;
const longPollers = isFull ? 20 : 6;
/** However slow the machine is, a reader that waits longer has lost something. */
const patienceMs = 300_000;
const seed = 44_201;

interface Seen {
  events: number;
  connections: number;
  gaps: number;
  repeats: number;
}

async function house(t: TestContext, entry?: string) {
  const { env } = await newPlace(t);
  const start = () => startServerProcess({ env, ...(entry !== undefined && { entry }) });
  const servers = [await start()];
  if (testsPostgres) servers.push(await start());
  t.after(() => Promise.all(servers.map((server) => server.kill())));
  const client = (n: number): Client => servers[n % servers.length]!.client;
  const chat = await openChat(client(0));
  const orderIds = [chat.orderId];
  // The streams of a token are limited, and a closed one counts until the server has noticed.
  const tokens: string[] = [];
  for (let n = 0; n < orders; n += limits.streamsPerToken / 2) {
    tokens.push(await userToken(client(0), chat, chat.userId));
  }
  while (orderIds.length < orders) {
    const orderId = await newOrder(client(0), chat.token, chat.userId);
    await newBatch(client(0), chat.token, chat.shopperId, orderId);
    orderIds.push(orderId);
  }
  const tokenOf = (n: number): string => tokens[n % tokens.length]!;
  return { client, orderIds, shop: chat, tokenOf, servers: servers.length };
}

/** Counts gaps and repeats in the numbers that one reader received, in order of arrival. */
function judge(seen: Seen, last: number, numbers: number[]): number {
  let previous = last;
  for (const number of numbers) {
    if (number <= previous) seen.repeats += 1;
    else if (number !== previous + 1) seen.gaps += 1;
    previous = number;
  }
  seen.events += numbers.length;
  return previous;
}

interface Outcome {
  servers: number;
  streams: Seen;
  polls: Seen;
  /** The number of events of all orders. */
  total: number;
}

async function readWhileWriting(t: TestContext, messages: number, entry?: string): Promise<Outcome> {
  const { client, orderIds, shop, tokenOf, servers } = await house(t, entry);
  const token = shop.userToken;
  const seen: Seen = { events: 0, connections: 0, gaps: 0, repeats: 0 };
  const polled: Seen = { events: 0, connections: 0, gaps: 0, repeats: 0 };
  /** The last number of each order once everything is written. */
  const ends = new Map<string, number>();
  const written = Promise.withResolvers<void>();

  async function follow(n: number): Promise<void> {
    const random = seededRandom(seed + n);
    const orderId = orderIds[n]!;
    let last = 0;
    while (!ends.has(orderId) || last < ends.get(orderId)!) {
      const url = `${client(n + seen.connections).url}/v1/orders/${orderId}/stream?after=0`;
      const stream = await EventSource.open(undefined, url, {
        token: tokenOf(n),
        lastEventId: String(last),
      });
      seen.connections += 1;
      // As the client does on an overloaded machine.
      if (stream.status === 503) continue;
      assert.equal(stream.status, 200);
      const wanted = last + 1 + random.below(40);
      await Promise.race([
        stream.until(({ event, data }) => event !== 'cursor' && data.seq >= wanted, patienceMs),
        written.promise.then(() => stream.until(({ data }) => data.seq >= ends.get(orderId)!, patienceMs)),
      ]);
      stream.close();
      await stream.over;
      last = judge(seen, last, stream.numbers);
    }
  }

  async function poll(n: number): Promise<void> {
    const orderId = orderIds[n]!;
    let last = 0;
    while (!ends.has(orderId) || last < ends.get(orderId)!) {
      const path = `/v1/orders/${orderId}/events?after=${last}&wait=${isFull ? 5 : 1}`;
      const { status, body } = await client(n + polled.connections).get(path, { token: tokenOf(n) });
      polled.connections += 1;
      // The client asks again, as any would: 503 on an overloaded machine, 408 on a connection that was
      // opened ahead and had waited for its first request.
      if (status === 503 || status === 408) continue;
      assert.equal(status, 200, JSON.stringify(body));
      last = judge(
        polled,
        last,
        body.events.map((event: { seq: number }) => event.seq),
      );
    }
  }

  const lastOf = async (orderId: string): Promise<number> => {
    const path = `/v1/orders/${orderId}/events?after=${Number.MAX_SAFE_INTEGER}`;
    return (await client(0).get(path, { token })).body.next_after;
  };

  /** Half of the orders pass through all their states, again and again, at one of the servers. */
  async function live(half: number): Promise<void> {
    const mine = orderIds.filter((_, n) => n % 2 === half).map((id) => ({ id }));
    const body = { shopper_id: shop.shopperId, orders: mine, workflow_state: 'completed' };
    while ((await lastOf(mine[0]!.id)) < fullEvents / orders) {
      const { status, text } = await client(half).post('/v2/fulfillment_sandbox/batches', {
        token: shop.token,
        body,
      });
      assert.equal(status, 200, text);
    }
  }

  const reading = Promise.all([
    ...orderIds.map((_, n) => follow(n)),
    ...Array.from({ length: longPollers }, (_, n) => poll(n)),
  ]);
  const requests = orderIds.map((orderId) =>
    sendMessage(chatPath(orderId), token, 'Are there any ripe ones?'),
  );
  await drive({
    port: Array.from({ length: servers }, (_, n) => Number(new URL(client(n).url).port)),
    request: (n) => requests[n % orders]!,
    status: 200,
    until: { requests: messages },
    awake: false,
  });
  if (isFull && entry === undefined) {
    await Promise.all([live(0), live(1)]);
  }
  for (const orderId of orderIds) ends.set(orderId, await lastOf(orderId));
  written.resolve();
  await reading;
  const total = [...ends.values()].reduce((sum, end) => sum + end, 0);
  return { servers, streams: seen, polls: polled, total };
}

test('readers that disconnect at random see every event once and in order', async (t) => {
  const { servers, streams: seen, polls: polled, total } = await readWhileWriting(t, messages);
  t.diagnostic(
    `${servers} processes, streams: ${seen.events} events in ${seen.connections} connections, ${seen.gaps} gaps, ${seen.repeats} repeats; long polls: ${polled.events} events in ${polled.connections} requests, ${polled.gaps} gaps, ${polled.repeats} repeats`,
  );
  assert.deepEqual([seen.gaps, seen.repeats, polled.gaps, polled.repeats], [0, 0, 0, 0]);
  assert.equal(seen.events, total, 'every event of every order');
});

if (testsPostgres) {
  test('control: with numbers from one global sequence readers see gaps', async (t) => {
    const entry = fileURLToPath(new URL('../support/programs/global-sequence-server.ts', import.meta.url));
    const { streams } = await readWhileWriting(t, 240, entry);
    assert.ok(streams.gaps > 0);
  });
}
