import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newPlace } from '../support/place.ts';
import { type ServerProcess, startServerProcess } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { chatPath, newBatch, newOrder, type OpenChat, openChat } from '../support/scenario.ts';

const writers = 8;
const orders = 4;
const seed = 20_310_504;

interface Outcome {
  cycles: number;
  acknowledged: number;
  missing: number;
  doubled: number;
  misplaced: number;
}

/**
 * Writers send without pause, each message with a key of its own. The server is killed at a random
 * moment and started again on the same folder; what had no answer is sent again with its key. In the end
 * every message must be there once, in the order its writer sent it.
 */
async function killWhileWriting(t: TestContext, cycles: number, entry?: string): Promise<Outcome> {
  const { env } = await newPlace(t);
  const random = seededRandom(seed);
  const start = () => startServerProcess({ env, ...(entry !== undefined && { entry }) });
  let server: ServerProcess = await start();
  t.after(() => server.kill());
  const chat: OpenChat = await openChat(server.client);
  const orderIds = [chat.orderId];
  while (orderIds.length < orders) {
    const orderId = await newOrder(server.client, chat.token, chat.userId);
    await newBatch(server.client, chat.token, chat.shopperId, orderId);
    orderIds.push(orderId);
  }

  const acknowledged = new Map<string, number>();
  let isOver = false;
  let up = Promise.withResolvers<void>();
  up.resolve();

  async function write(writer: number): Promise<void> {
    const path = chatPath(orderIds[writer % orders]!);
    for (let n = 0; !isOver; n++) {
      const body = `writer ${writer} message ${String(n).padStart(6, '0')}`;
      while (!acknowledged.has(body)) {
        await up.promise;
        try {
          const answer = await server.client.post(path, {
            token: chat.userToken,
            body: { body },
            headers: { 'idempotency-key': body },
          });
          if (answer.status === 200) acknowledged.set(body, answer.body.id);
          else if (answer.status !== 503) assert.fail(answer.text);
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          await sleep(5);
        }
      }
    }
  }

  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  for (let cycle = 0; cycle < cycles; cycle++) {
    await sleep(20 + random.below(200));
    up = Promise.withResolvers<void>();
    await server.kill();
    server = await start();
    up.resolve();
  }
  isOver = true;
  await writing;

  const found: { id: number; body: string }[] = [];
  for (const orderId of orderIds) {
    const { body } = await server.client.get(chatPath(orderId), { token: chat.userToken });
    found.push(...body.chat_messages);
  }
  await server.kill();
  const times = new Map<string, number>();
  for (const { body } of found) times.set(body, (times.get(body) ?? 0) + 1);
  const byWriter = Map.groupBy(found, ({ body }) => body.slice(0, 'writer N'.length));
  return {
    cycles,
    acknowledged: acknowledged.size,
    missing: [...acknowledged].filter(([body, id]) => !found.some((m) => m.body === body && m.id === id))
      .length,
    doubled: [...times.values()].filter((count) => count > 1).length,
    misplaced: [...byWriter.values()].filter((list) =>
      list.some(({ body }, n) => n > 0 && body < list[n - 1]!.body),
    ).length,
  };
}

test('kill -9 under 8 writers, 50 times: nothing acknowledged is lost, doubled or out of order', async (t) => {
  const outcome = await killWhileWriting(t, 50);
  const { cycles, acknowledged, missing, doubled, misplaced } = outcome;
  t.diagnostic(`${cycles} kills, ${acknowledged} acknowledged, ${missing} missing, ${doubled} doubled`);
  assert.deepEqual({ missing, doubled, misplaced }, { missing: 0, doubled: 0, misplaced: 0 });
  assert.ok(acknowledged > cycles, `${acknowledged} acknowledged`);
});

test('control: a server that answers before it commits loses messages', async (t) => {
  const entry = fileURLToPath(new URL('../support/early-ack-server.ts', import.meta.url));
  const { missing } = await killWhileWriting(t, 5, entry);
  assert.ok(missing > 0);
});
