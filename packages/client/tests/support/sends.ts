/** Sends through a bad network with reloads in between, and counts what arrived. */
import { seededRandom } from '../../../server/tests/support/random.ts';
import { chatPath, newBatch, newOrder, type OpenChat } from '../../../server/tests/support/scenario.ts';
import type { Device } from './devices.ts';

export interface Outcome {
  sent: number;
  missing: number;
  doubled: number;
  swapped: number;
  reloads: number;
}

/** Opens this many orders of one customer, each with an open chat. */
export async function openOrders(chat: OpenChat, count: number): Promise<string[]> {
  const orderIds = [chat.orderId];
  while (orderIds.length < count) {
    const orderId = await newOrder(chat.client, chat.token, chat.userId);
    await newBatch(chat.client, chat.token, chat.shopperId, orderId);
    orderIds.push(orderId);
  }
  return orderIds;
}

export interface SendOptions {
  messages: number;
  /** The number of messages added together before they are sent; the page is reloaded meanwhile. */
  perBatch: number;
  seed: number;
}

/** @returns the texts of every order in the order in which they were written */
export async function send(
  device: Device,
  orderIds: string[],
  { messages, perBatch, seed }: SendOptions,
  author = 'a',
): Promise<Map<string, string[]>> {
  const random = seededRandom(seed);
  const written = new Map<string, string[]>(orderIds.map((orderId) => [orderId, []]));
  for (let sent = 0; sent < messages; sent += perBatch) {
    const batch = new Map<string, string[]>();
    for (let n = sent; n < Math.min(messages, sent + perBatch); n++) {
      const orderId = random.pick(orderIds);
      batch.set(orderId, [...(batch.get(orderId) ?? []), `${author}${n}`]);
    }
    for (const [orderId, texts] of batch) written.get(orderId)!.push(...texts);
    await device.add([...batch].map(([orderId, texts]) => ({ orderId, texts })));
    await device.downTo(random.below(perBatch));
    await device.reload();
  }
  await device.downTo(0);
  return written;
}

/** Compares the server's messages with what each author wrote. */
export async function judge(
  chat: OpenChat,
  written: Map<string, string[]>,
): Promise<Omit<Outcome, 'reloads'>> {
  const outcome = { sent: 0, missing: 0, doubled: 0, swapped: 0 };
  for (const [orderId, texts] of written) {
    const { body } = await chat.client.get(chatPath(orderId), { token: chat.userToken });
    const authors = new Set(texts.map((text) => text[0]!));
    const there = (body.chat_messages as { body: string }[])
      .map((message) => message.body)
      .filter((text) => authors.has(text[0]!));
    const once = new Set(there);
    outcome.sent += texts.length;
    outcome.missing += texts.filter((text) => !once.has(text)).length;
    outcome.doubled += there.length - once.size;
    const expected = texts.filter((text) => once.has(text));
    outcome.swapped += [...once].filter((text, n) => text !== expected[n]).length;
  }
  return outcome;
}

export const batchesOf = ({ messages, perBatch }: Omit<SendOptions, 'seed'>): number =>
  Math.ceil(messages / perBatch);
