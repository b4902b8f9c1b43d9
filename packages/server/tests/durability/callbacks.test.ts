/**
 * Callbacks to a receiver that fails in every way, from servers that are killed while delivering. Every event
 * of every order must be received in the end, under one ID and body, and none before its predecessor in the
 * order. On PostgreSQL two processes deliver.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { signatureHeaders, verifyCallback } from '@aislechat/contract';
import type { Client } from '../support/client.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { type ServerProcess, startServerProcess } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { type Behaviour, type Receiver, startReceiver } from '../support/receiver.ts';
import { chatPath, clientToken, newBatch, newOrder, openChat } from '../support/scenario.ts';

const isFull = process.env.TEST_SCALE === 'full';
const orders = isFull ? 40 : 12;
const writers = 8;
const seed = 51_223;
/** How far the retailer's clock advances with each step, so that postponed callbacks are soon due. */
const stepMs = 8000;
const stepEveryMs = 250;
const patienceMs = isFull ? 1_200_000 : 90_000;

interface Plan {
  events: number;
  kills: number;
  entry?: string;
}

interface Outcome {
  events: number;
  requests: number;
  kills: number;
  /** Acknowledged messages that were never received. */
  missing: number;
  /** IDs that arrived with more than one body. */
  changed: number;
  /** Events that arrived before their predecessor in the order was accepted. */
  swapped: number;
  unsigned: number;
}

/** Accepts most callbacks, and fails for the rest in one of these ways. */
function unreliable(random: ReturnType<typeof seededRandom>, onTaken: () => void): Behaviour {
  return (received, response, request) => {
    const dice = random.below(1000);
    if (dice < 60) response.writeHead(500).end();
    else if (dice < 90) response.writeHead(429, { 'retry-after': '3' }).end();
    else if (dice < 110) response.writeHead(301, { location: 'http://127.0.0.1:9/' }).end();
    else if (dice < 150) request.socket.destroy();
    else if (dice < 152) return;
    else {
      response.writeHead(200).end();
      taken.add(received);
      onTaken();
    }
  };
}
const taken = new Set<unknown>();

async function deliverThrough(t: TestContext, plan: Plan): Promise<Outcome> {
  taken.clear();
  const random = seededRandom(seed);
  const { env } = await newPlace(t);
  const start = () => startServerProcess({ env, ...(plan.entry !== undefined && { entry: plan.entry }) });
  const servers: ServerProcess[] = [await start()];
  if (testsPostgres) servers.push(await start());
  t.after(() => Promise.all(servers.map((server) => server.kill())));
  const client = (n: number): Client => servers[n % servers.length]!.client;

  const chat = await openChat(client(0));
  const orderIds = [chat.orderId];
  while (orderIds.length < orders) {
    const orderId = await newOrder(client(0), chat.token, chat.userId);
    await newBatch(client(0), chat.token, chat.shopperId, orderId);
    orderIds.push(orderId);
  }

  let accepted = 0;
  let kills = 0;
  let killing: Promise<void> | undefined;
  /** Right after an answer of 200, and evenly over the run. */
  const killsDue = () => Math.min(plan.kills, Math.floor((accepted * (plan.kills + 1)) / plan.events));
  async function killServers(): Promise<void> {
    while (kills < killsDue()) {
      const victim = kills % servers.length;
      kills += 1;
      await servers[victim]!.kill();
      servers[victim] = await start();
    }
    killing = undefined;
  }
  const receiver = await startReceiver(
    t,
    unreliable(random, () => {
      accepted += 1;
      if (kills < killsDue()) killing ??= killServers();
    }),
  );
  const operator = await clientToken(client(0), chat, 'aislechat:operate');
  const { body: endpoint } = await client(0).post('/v1/callback-endpoints', {
    token: operator,
    body: { name: 'unreliable', url: receiver.url, events: ['chat_message_created'] },
  });

  let isOver = false;
  const clockSteps = (async () => {
    while (!isOver) {
      await sleep(stepEveryMs);
      await client(0)
        .post('/v1/sandbox/clock', { token: chat.token, body: { advance_ms: stepMs } })
        .catch(() => {});
    }
  })();

  const acknowledged = new Set<number>();
  let sent = 0;
  async function write(writer: number): Promise<void> {
    while (sent < plan.events) {
      const n = sent++;
      const path = chatPath(orderIds[n % orders]!);
      for (;;) {
        const answer = await client(writer)
          .post(path, {
            token: chat.userToken,
            body: { body: `message ${n}` },
            headers: { 'idempotency-key': String(n) },
          })
          .catch(() => undefined);
        if (answer?.status === 200) {
          acknowledged.add(answer.body.id);
          break;
        }
        await sleep(20);
      }
      // The receiver is slower than the senders: this limits the backlog to what the run can deliver.
      while (acknowledged.size - accepted > 400 && plan.entry === undefined) await sleep(20);
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));

  const received = () =>
    new Set([...taken].map((each) => (each as Receiver['received'][number]).body.event_id));
  const giveUp = performance.now() + (plan.entry === undefined ? patienceMs : 2000);
  while (received().size < acknowledged.size && performance.now() < giveUp) await sleep(200);
  isOver = true;
  await clockSteps;
  await killing;

  const outcome = { events: acknowledged.size, requests: receiver.received.length, kills };
  return { ...outcome, ...(await judge(receiver, acknowledged, endpoint.signing_secret)) };
}

async function judge(receiver: Receiver, acknowledged: Set<number>, secret: string) {
  const bodies = new Map<number, string>();
  const isTaken = new Set<number>();
  /** The last accepted event of each order, by its number in the order's log. */
  const lastTaken = new Map<string, number>();
  const seen = new Map<string, Map<number, number>>();
  let [changed, swapped, unsigned] = [0, 0, 0];
  for (const each of receiver.received) {
    const { event_id: id, event_metadata } = each.body;
    if ((bodies.get(id) ?? each.text) !== each.text) changed += 1;
    bodies.set(id, each.text);
    const seq = Number(each.headers['aislechat-order-seq']);
    const order = event_metadata.topic_id;
    seen.set(order, (seen.get(order) ?? new Map()).set(seq, id));
    // When an event first arrives, all before it have been accepted.
    if (!isTaken.has(id) && seq < (lastTaken.get(order) ?? 0)) swapped += 1;
    if (taken.has(each)) {
      isTaken.add(id);
      lastTaken.set(order, Math.max(lastTaken.get(order) ?? 0, seq));
    }
    // Signed by the real time, so verified at the time in its header.
    const at = Number(each.headers[signatureHeaders.timestamp]) * 1000;
    await verifyCallback([secret], each.headers, each.text, at).catch(() => {
      unsigned += 1;
    });
  }
  const missing = [...acknowledged].filter((id) => !isTaken.has(id)).length;
  return { missing, changed, swapped, unsigned };
}

test('with a receiver that fails in every way and servers that are killed, every event arrives in order', async (t) => {
  // On PostgreSQL the claims of a killed server hold up the rest for fifteen seconds.
  const plan = isFull ? { events: 100_000, kills: 20 } : { events: 80, kills: testsPostgres ? 1 : 2 };
  const { events, requests, kills, ...wrong } = await deliverThrough(t, plan);
  t.diagnostic(`${events} events in ${requests} requests, ${kills} kills: ${JSON.stringify(wrong)}`);
  assert.deepEqual(wrong, { missing: 0, changed: 0, swapped: 0, unsigned: 0 });
  assert.equal(events, plan.events);
  assert.equal(kills, plan.kills);
});

// It tests the test, which is the same on either engine.
test('control: an outbox written after the message loses events', {
  skip: testsPostgres && !isFull,
}, async (t) => {
  const entry = fileURLToPath(new URL('../support/programs/late-outbox-server.ts', import.meta.url));
  const { missing } = await deliverThrough(t, { events: 80, kills: isFull ? 3 : 1, entry });
  assert.ok(missing > 0);
});
