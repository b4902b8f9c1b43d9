/**
 * A server under every cheap attack at once: guessed credentials, slow and silent sockets, floods, long inputs, and
 * another retailer's excessive load. What matters is an unrelated customer, who sends a message now and then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { runToEnd } from '../children.ts';
import { type Figure, limit } from '../figures.ts';
import { residentMb } from '../machine.ts';
import { scratchFolder } from '../scratch.ts';
import { createRetailer, startBesieged } from '../servers.ts';
import { Shop } from '../shop.ts';

const attackers = new URL('../attackers.ts', import.meta.url);
const minutes = { full: 10, quick: 0.5 };
const sendEveryMs = 100;
/** An order accepts at most 2,000 messages. */
const messagesPerOrder = 1500;
const goals = { sendP99Ms: 250, growthMb: 40, failed: 0 };

export async function siegeCase({ isQuick, progress }: Bench): Promise<Figure[]> {
  const lengthMs = (isQuick ? minutes.quick : minutes.full) * 60_000;
  progress(`siege: ${lengthMs / 1000} s of everything at once`);
  const env = { DATA_DIR: scratchFolder() };
  const victim = await createRetailer(env);
  const greedy = await createRetailer(env);
  await using server = await startBesieged(env);
  const customer = await Shop.open(server, victim);
  const theirs = await Shop.open(server, greedy);
  const orderId = await theirs.newOrder();
  const attack = runToEnd(attackers, [
    JSON.stringify({
      port: server.port,
      seconds: lengthMs / 1000,
      orderId,
      token: theirs.token,
      clientId: greedy.clientId,
    }),
  ]);

  const latencies: number[] = [];
  const memory: number[] = [];
  let failed = 0;
  const end = performance.now() + lengthMs;
  let path = '';
  for (let n = 0; performance.now() < end; n++) {
    if (n % messagesPerOrder === 0) path = `/v2/post_checkout/chat/${await customer.newOrder()}/messages`;
    const since = performance.now();
    const sent = await customer.call('POST', path, { body: `message ${n}` }).catch(() => undefined);
    latencies.push(performance.now() - since);
    if (sent?.status !== 200) failed += 1;
    if (n % 50 === 0) memory.push(residentMb(server.pid));
    await sleep(Math.max(0, sendEveryMs - (performance.now() - since)));
  }
  await attack;
  latencies.sort((a, b) => a - b);
  const p99 = latencies[Math.floor(latencies.length * 0.99)]!;
  // Memory taken at the beginning may be kept; what matters is that it does not keep growing.
  const settled = memory.slice(Math.floor(memory.length / 4));
  const growth = settled.at(-1)! - settled[0]!;
  progress(
    `siege: ${latencies.length} sends, memory ${Math.round(settled[0]!)} to ${Math.round(settled.at(-1)!)} MB`,
  );
  return [
    limit('siege: p99 of another customer’s send', 'ms', p99, goals.sendP99Ms),
    limit('siege: sends of another customer that failed', 'messages', failed, goals.failed),
    limit('siege: growth of memory', 'MB', growth, goals.growthMb),
  ];
}
