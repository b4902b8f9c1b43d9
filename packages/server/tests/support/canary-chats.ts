/** Conversations of texts that can be found again wherever they end up. */
import assert from 'node:assert/strict';
import type { Client } from './client.ts';
import { contentsIn } from './folder-files.ts';
import { seededRandom } from './random.ts';
import {
  advance,
  chatPath,
  newBatch,
  newOrder,
  newRetailer,
  newShopper,
  newUser,
  shopperPath,
  unique,
} from './scenario.ts';

const ordersInAll = process.env.TEST_SCALE === 'full' ? 200 : 20;

/** Every canary that any file of the folder contains. */
export function canariesIn(folder: string): Set<string> {
  const found = new Set<string>();
  for (const bytes of contentsIn(folder)) {
    for (const [canary] of bytes.toString('latin1').matchAll(/CANARY-[a-z0-9]{12}/g)) found.add(canary);
  }
  return found;
}

export interface House {
  retailer: Awaited<ReturnType<typeof newRetailer>>;
  userId: string;
  /** The canaries said in each order. */
  said: Map<string, string[]>;
  ended: string[];
}

/**
 * Conversations that alternate between many orders, so that their texts are interleaved on disk; every other
 * one ends.
 * @param beforeEnd what else happens in each order before the first ends @param settings of the retailer
 */
export async function talk(
  client: Client,
  messages: number,
  beforeEnd: (orderId: string, token: string) => Promise<void> = async () => {},
  settings: Record<string, unknown> = {},
): Promise<House> {
  const random = seededRandom(7);
  const retailer = await newRetailer(client, settings);
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
  for (const orderId of orderIds) await beforeEnd(orderId, token);
  const ended = orderIds.filter((_, n) => n % 2 === 0);
  for (const orderId of ended) await advance(client, token, batches.get(orderId)!, 'completed');
  return { retailer, userId, said, ended };
}
