/**
 * Writers that send without pause while the server or its database is disturbed, each message with a key of
 * its own. A message that got no answer, or a 503, is sent again with its key. In the end every message must
 * be stored once, in the order in which its writer sent it.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import { seededRandom } from './random.ts';
import { chatPath, newBatch, newOrder, openChat } from './scenario.ts';

const writers = 8;
const orders = 4;
const seed = 20_310_504;
/**
 * How long a refused writer waits before it retries; with a shorter pause, a starting server gets no CPU
 * time.
 */
const pauseMs = 25;
/** At most this many more are acknowledged before the next disturbance, for at most this long. */
const acknowledgedBetween = 60;
const betweenMs = 2000;
/** By then every disturbance is over, unless the server has ended. */
const giveUpMs = 120_000;

export interface Outcome {
  acknowledged: number;
  missing: number;
  doubled: number;
  misplaced: number;
}

export interface Load {
  /** The current server. */
  client(): Client;
  cycles: number;
  /** Called once a cycle, after some messages were acknowledged; the writers continue meanwhile. */
  disturb(cycle: number): Promise<void>;
  /** Called with each first acknowledgement. */
  onAcknowledged?(): void;
}

export async function writeThrough(load: Load): Promise<Outcome> {
  const random = seededRandom(seed);
  const chat = await openChat(load.client());
  const orderIds = [chat.orderId];
  while (orderIds.length < orders) {
    const orderId = await newOrder(load.client(), chat.token, chat.userId);
    await newBatch(load.client(), chat.token, chat.shopperId, orderId);
    orderIds.push(orderId);
  }

  const acknowledged = new Map<string, number>();
  let isOver = false;
  /** Whether the server is gone for good, so that the writers must stop retrying. */
  let isBroken = false;

  async function write(writer: number): Promise<void> {
    const path = chatPath(orderIds[writer % orders]!);
    for (let n = 0; !isOver; n++) {
      const body = `writer ${writer} message ${String(n).padStart(6, '0')}`;
      const since = performance.now();
      while (!acknowledged.has(body) && !isBroken) {
        assert.ok(performance.now() - since < giveUpMs, `${body} is acknowledged in time`);
        try {
          const answer = await load.client().post(path, {
            token: chat.userToken,
            body: { body },
            headers: { 'idempotency-key': body },
          });
          if (answer.status === 200) {
            acknowledged.set(body, answer.body.id);
            load.onAcknowledged?.();
            continue;
          }
          if (answer.status !== 503) assert.fail(answer.text);
          assert.equal(answer.headers.get('retry-after'), '1');
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
        }
        await sleep(pauseMs);
      }
    }
  }

  const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  // Reported below, after the disturbances.
  writing.catch(() => {});
  for (let cycle = 0; cycle < load.cycles; cycle++) {
    const wanted = acknowledged.size + 1 + random.below(acknowledgedBetween);
    const giveUp = performance.now() + betweenMs;
    while (acknowledged.size < wanted && performance.now() < giveUp) await sleep(1);
    await sleep(random.below(20));
    await load.disturb(cycle).catch((error) => {
      isOver = true;
      isBroken = true;
      throw error;
    });
  }
  isOver = true;
  await writing;

  const found: { id: number; body: string }[] = [];
  for (const orderId of orderIds) {
    const { body } = await load.client().get(chatPath(orderId), { token: chat.userToken });
    found.push(...body.chat_messages);
  }
  const times = new Map<string, number>();
  for (const { body } of found) times.set(body, (times.get(body) ?? 0) + 1);
  const ids = new Map(found.map(({ body, id }) => [body, id]));
  const byWriter = Map.groupBy(found, ({ body }) => body.slice(0, 'writer N'.length));
  return {
    acknowledged: acknowledged.size,
    missing: [...acknowledged].filter(([body, id]) => ids.get(body) !== id).length,
    doubled: [...times.values()].filter((count) => count > 1).length,
    misplaced: [...byWriter.values()].filter((list) =>
      list.some(({ body }, n) => n > 0 && body < list[n - 1]!.body),
    ).length,
  };
}
