/**
 * Messages to a shopper whose phone is locked, from servers that are killed while people write and while phones are
 * woken. Of every order with unseen messages the phone must be woken at least once, and not once per message; of an
 * order that was read, closed or whose chat expired, never. On PostgreSQL two processes work.
 *
 * Rounds are cut by the retailer's clock, which stands still while people write, so it is certain what was read before a
 * notification was due.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { schemas } from '@aislechat/contract';
import type { Static } from 'typebox';
import type { Answer, Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { type ServerProcess, startServerProcess } from '../support/process.ts';
import { startPushService } from '../support/push-service.ts';
import {
  chatPath,
  clientToken,
  clock,
  newBatch,
  newOrder,
  openChat,
  shopperToken,
} from '../support/scenario.ts';

const isFull = process.env.TEST_SCALE === 'full';
const orders = isFull ? 24 : 12;
const writers = 8;
const patienceMs = isFull ? 600_000 : 120_000;

interface Plan {
  messages: number;
  rounds: number;
  entry?: string;
}

type Row = Static<typeof schemas.Notification>;

interface Outcome {
  messages: number;
  kills: number;
  pushes: number;
  /** Orders with unseen messages, of which nothing was said in a round. */
  missed: number;
  /** Orders that were read, closed or expired, of which something was said in a round. */
  unwanted: number;
  /** Pushes about an order in a round beyond one and those that a kill may have repeated. */
  unbundled: number;
  /** Bundles of an order that were sent before an earlier one. */
  swapped: number;
}

async function notifyThrough(t: TestContext, plan: Plan): Promise<Outcome> {
  const { env } = await newPlace(t);
  const start = () => startServerProcess({ env, ...(plan.entry !== undefined && { entry: plan.entry }) });
  const servers: ServerProcess[] = [await start()];
  if (testsPostgres) servers.push(await start());
  t.after(() => Promise.all(servers.map((server) => server.kill())));
  const client = (n = 0): Client => servers[n % servers.length]!.client;
  let kills = 0;
  async function killOne(): Promise<void> {
    const victim = kills % servers.length;
    kills += 1;
    await servers[victim]!.kill();
    servers[victim] = await start();
  }
  /** Repeats a request until a server answers it. */
  async function surely(ask: (client: Client) => Promise<Answer>, n = 0): Promise<Answer> {
    return eventually(
      () => ask(client(n)).catch(() => undefined),
      (answer) => answer !== undefined && answer.status < 500,
      patienceMs,
    ) as Promise<Answer>;
  }

  const service = await startPushService(t);
  const device = service.newDevice();
  const chat = await openChat(client());
  const orderIds = [chat.orderId];
  const batches = new Map<string, number>();
  while (orderIds.length < orders) {
    const orderId = await newOrder(client(), chat.token, chat.userId);
    batches.set(orderId, await newBatch(client(), chat.token, chat.shopperId, orderId));
    orderIds.push(orderId);
  }
  const shopper = await shopperToken(client(), chat, chat.shopperId);
  await client().post('/v1/push-subscriptions', { token: shopper, body: device.subscription });
  const operator = await clientToken(client(), chat, 'aislechat:operate');
  assert.equal((await clock(client(), chat.token, { frozen: true })).status, 200);

  const listed = async (): Promise<Row[]> => {
    const rows: Row[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const query: string = after === '' ? '' : `?after=${after}`;
      const { body } = await surely((one) => one.get(`/v1/notifications${query}`, { token: operator }));
      rows.push(...body.notifications);
      after = body.next;
    }
    return rows;
  };

  let sent = 0;
  const open = new Set(orderIds);
  const outcome: Outcome = {
    messages: 0,
    kills: 0,
    pushes: 0,
    missed: 0,
    unwanted: 0,
    unbundled: 0,
    swapped: 0,
  };
  for (let round = 1; round <= plan.rounds; round += 1) {
    const pushesBefore = service.received.length;
    const killsBefore = kills;
    const written = new Set<string>();
    const upTo = Math.round((plan.messages * round) / plan.rounds);
    let killing: Promise<void> | undefined;
    const half = Math.round((sent + upTo) / 2);
    const write = async (writer: number): Promise<void> => {
      while (sent < upTo) {
        const n = sent++;
        if (n === half) killing = killOne();
        const orderId = orderIds[n % orders]!;
        if (!open.has(orderId)) continue;
        const message = { body: { body: `message ${n}` }, headers: { 'idempotency-key': String(n) } };
        const answer = await surely(
          (one) => one.post(chatPath(orderId), { token: chat.userToken, ...message }),
          writer,
        );
        assert.equal(answer.status, 200, answer.text);
        written.add(orderId);
        outcome.messages += 1;
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    await killing;

    // Before the grace time is over, the shopper reads some orders, and the last round closes some.
    const quiet = new Set<string>();
    for (const [n, orderId] of orderIds.entries()) {
      if (n % 4 === 1) {
        const path = `/v1/shopper/orders/${orderId}/messages`;
        assert.equal((await surely((one) => one.put(path, { token: shopper }))).status, 200);
        quiet.add(orderId);
      }
      if (n % 4 === 2 && round === plan.rounds) {
        const body = { workflow_state: 'delivered' };
        await surely((one) => one.post(`/v1/orders/${orderId}/state`, { token: operator, body }));
        quiet.add(orderId);
        open.delete(orderId);
      }
    }
    // A request that was cut off may have moved it already; what counts is that the quiet minute is over.
    await surely((one) => clock(one, chat.token, { advance_ms: 61_000 }));
    await eventually(
      async () => service.received.length,
      (count) => count > pushesBefore || plan.entry !== undefined,
    );
    await killOne();
    const isDone = (rows: Row[]) => rows.every(({ state }) => state !== 'pending');
    await eventually(listed, isDone, patienceMs);

    const pushed = Map.groupBy(
      service.received.slice(pushesBefore).map((one) => device.open(one).notification.data.order_id),
      (id) => id,
    );
    for (const orderId of written) {
      const times = pushed.get(orderId)?.length ?? 0;
      if (quiet.has(orderId)) outcome.unwanted += times;
      else if (times === 0) outcome.missed += 1;
      outcome.unbundled += Math.max(0, times - 1 - (kills - killsBefore));
    }
  }

  // An expired chat: nothing more, even for what was never seen.
  const last = service.received.length;
  for (const orderId of orderIds.filter((_, n) => n % 4 === 0)) {
    await surely((one) => one.post(chatPath(orderId), { token: chat.userToken, body: { body: 'too late' } }));
    const body = { workflow_state: 'canceled' };
    await surely((one) => one.post(`/v1/orders/${orderId}/state`, { token: operator, body }));
  }
  const rows = await listed();
  await surely((one) => clock(one, chat.token, { advance_ms: 86_400_001 }));
  const later = await clientToken(client(), chat, 'aislechat:operate');
  const pending = async () =>
    (await surely((one) => one.get('/v1/notifications?state=pending', { token: later }))).body.notifications;
  await eventually(pending, (left) => left.length === 0, patienceMs);
  outcome.unwanted += service.received.length - last;

  for (const ofOrder of Map.groupBy(rows, ({ order_id }) => order_id).values()) {
    const times = ofOrder
      .filter(({ finished_at }) => finished_at !== undefined)
      .sort((a, b) => a.seq - b.seq)
      .map(({ finished_at }) => Date.parse(finished_at!));
    outcome.swapped += times.filter((at, n) => n > 0 && at < times[n - 1]!).length;
  }
  return { ...outcome, kills, pushes: service.received.length };
}

test('whoever has not seen a message is notified, once for many, and nobody else, though servers are killed', async (t) => {
  const plan = isFull ? { messages: 10_000, rounds: 10 } : { messages: 144, rounds: 2 };
  const { messages, kills, pushes, ...wrong } = await notifyThrough(t, plan);
  t.diagnostic(`${messages} messages, ${pushes} pushes, ${kills} kills: ${JSON.stringify(wrong)}`);
  assert.deepEqual(wrong, { missed: 0, unwanted: 0, unbundled: 0, swapped: 0 });
  assert.equal(kills, 2 * plan.rounds);
  assert.ok(messages > 0.9 * plan.messages);
});

// It tests the test, which is the same on either engine.
test('control: notifications written after the message are lost', {
  skip: testsPostgres && !isFull,
}, async (t) => {
  const entry = fileURLToPath(new URL('../support/programs/late-notifications-server.ts', import.meta.url));
  const { missed } = await notifyThrough(t, {
    ...(isFull ? { messages: 96, rounds: 2 } : { messages: 48, rounds: 1 }),
    entry,
  });
  assert.ok(missed > 0);
});
