/**
 * How a server behaves under more requests than it can handle: it answers as many as it can and refuses the rest
 * quickly, loses nothing it acknowledged, recovers afterwards, and a single attacker costs the others little. Sends
 * are measured, the most expensive request; the attackers run on a separate thread on the same cores.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Attack } from '../attack.ts';
import type { Bench } from '../bench.ts';
import type { Server } from '../children.ts';
import { type Figure, limit, ratio } from '../figures.ts';
import { median } from '../interleave.ts';
import { drive } from '../load.ts';
import { loopDelayOf } from '../loop-delay.ts';
import { arrive, type Outcome } from '../open-loop.ts';
import { chatPath, sendMessage } from '../requests.ts';
import { chatOrderId, type Shape, seedFolder } from '../seed.ts';
import { seedDatabase } from '../seed-postgres.ts';
import { createRetailer, type Held, issueToken, startAislechat } from '../servers.ts';
import { Shop } from '../shop.ts';

const shape = { orders: 1000, chats: 1000 };
const text = 'Please ring the bell twice, the first one sticks.';
const overload = 5;
/**
 * Shares of the capacity at which the server is not overloaded, or only just. The most that it answers at one of them is
 * its peak.
 */
const aroundCapacity = [0.8, 1, 1.2];
const floodConnections = 2000;
/** A retailer's share of the capacity, as an operator who has measured the capacity would set it. */
const shareOfCapacity = 0.25;
/** A retailer's limit on requests per second, as a multiple of a token's. */
const tokensPerRetailer = 40;
const neighborPerSecond = 50;
/** Rounds with and without an attack alternate, and the median counts: the machine stalls now and then. */
const turns = 5;
const goals = { goodput: 0.8, acceptedMs: 500, recoverySeconds: 5, neighbor: 2 };

export async function overloadCases(bench: Bench): Promise<Figure[]> {
  const folder = await seedFolder(shape);
  const onSqlite = await onEngine('SQLite', folder, bench);
  await using database = await seedDatabase(shape);
  return [...onSqlite, ...(await onEngine('PostgreSQL', database, bench))];
}

async function onEngine(name: string, held: Held & Shape, bench: Bench): Promise<Figure[]> {
  const { capacity, figures } = await overloadServer(name, held, bench);
  return [...figures, ...(await badNeighbors(name, held, capacity, bench))];
}

/** Sends five times as many requests as the server can handle, in turns with as many as it can. */
async function overloadServer(
  name: string,
  held: Held & Shape,
  { progress, isQuick }: Bench,
): Promise<{ capacity: number; figures: Figure[] }> {
  progress(`overload, ${name}: five times the capacity`);
  const server = await startAislechat(held);
  const token = await issueToken(server, held);
  const requests = Array.from({ length: shape.chats }, (_, n) =>
    sendMessage(chatPath(shape, n), token, text),
  );
  const request = (n: number) => requests[n % requests.length]!;
  const { port } = server;
  const seconds = isQuick ? 2 : 5;
  await drive({ port, request, status: 200, until: { seconds: 1 }, awake: false });
  const before = await messagesStored(port, token);
  const closed = await drive({ port, request, status: 200, until: { seconds }, awake: false });
  const capacity = closed.perSecond;
  const alone = await arrive({ port, request, perSecond: neighborPerSecond, seconds, connections: 4 });
  const offer = (share: number) =>
    arrive({
      port,
      request,
      perSecond: Math.round(capacity * share),
      seconds,
      connections: floodConnections,
    });
  await loopDelayOf(port);
  const around: Outcome[] = [];
  const floods: Outcome[] = [];
  for (const share of aroundCapacity) {
    around.push(await offer(share));
    floods.push(await offer(overload));
  }
  const endedAt = performance.now();
  const loopDelay = await loopDelayOf(port);
  const recovered = await recovery(port, requests[0]!, 2 * percentile(accepted(alone), 0.99));
  const acknowledged =
    closed.requests +
    [alone, ...around, ...floods].reduce((sum, outcome) => sum + accepted(outcome).length, 0) +
    recovered.sent;
  // Killed, so that anything not on disk is lost.
  process.kill(server.pid, 'SIGKILL');
  await sleep(500);
  await using again = await startAislechat(held);
  const stored = (await messagesStored(again.port, token)) - before;
  progress(`  32 connections in a closed loop: ${Math.round(capacity)}/s`);
  for (const outcome of [...around, ...floods]) progress(`  ${describe(outcome)}`);
  const peak = Math.max(...around.map(goodput));
  const flooded = floods.reduce((sum, outcome) => sum + goodput(outcome), 0) / floods.length;
  const work = `overload, ${name}`;
  const figures: Figure[] = [
    {
      work: `${work}: answered of five times the capacity`,
      comparedWith: 'the most of 0.8 to 1.2 times it',
      unit: '/s',
      baseline: peak,
      ours: flooded,
      result: flooded / peak,
      loopDelay,
      goal: { atLeast: goals.goodput },
      isReached: flooded / peak >= goals.goodput,
    },
    limit(`${work}: accepted, p99`, 'ms', percentile(floods.flatMap(accepted), 0.99), goals.acceptedMs),
    limit(`${work}: acknowledged and lost`, 'messages', Math.max(0, acknowledged - stored), 0),
    limit(`${work}: normal again after`, 's', (recovered.at - endedAt) / 1000, goals.recoverySeconds),
  ];
  return { capacity, figures };
}

/** The latency of other clients during an attack, compared with the same clients before it. */
async function badNeighbors(
  name: string,
  held: Held & Shape,
  capacity: number,
  { progress, isQuick }: Bench,
): Promise<Figure[]> {
  const limitOfToken = Math.max(1, Math.round((capacity * shareOfCapacity) / tokensPerRetailer));
  const shareOfRetailer = limitOfToken * tokensPerRetailer;
  const attacker = { env: held.env, credentials: await createRetailer(held.env) };
  const paths = await ordersOf(attacker);
  await using server = await startAislechat(held, {
    AISLECHAT_RATE_LIMIT: String(limitOfToken),
    // The attacker has an IP address of its own.
    AISLECHAT_TRUSTED_PROXIES: '127.0.0.1',
  });
  const { port } = server;
  // Several, so that none comes near its own limit.
  const tokens = await tokensOf(server, held, 25);
  const requests = Array.from({ length: shape.chats }, (_, n) =>
    sendMessage(chatPath(shape, n), tokens[n % tokens.length]!, text),
  );
  const request = (n: number) => requests[n % requests.length]!;
  const theirs = (await tokensOf(server, attacker, paths.length)).map((token, n) =>
    sendMessage(paths[n]!, token, text).toString(),
  );
  const junk = Array.from({ length: 5000 }, (_, n) =>
    sendMessage(chatPath(shape, 0), `${n}`.padStart(43, 'x'), text)
      .toString()
      .replace('host:', 'x-forwarded-for: 198.51.100.7\r\nhost:'),
  );
  const seconds = isQuick ? 3 : 5;
  const neighbor = () => arrive({ port, request, perSecond: neighborPerSecond, seconds, connections: 8 });
  await neighbor();
  const attacks: [what: string, attack: Attack][] = [
    [
      'one retailer at ten times its share',
      { kind: 'flood', port, requests: theirs, perSecond: 10 * shareOfRetailer, seconds: seconds + 1 },
    ],
    ['1,000 slow sockets', { kind: 'slow', port, sockets: 1000, seconds: seconds + 1 }],
    [
      '10,000 junk tokens a second',
      { kind: 'flood', port, requests: junk, perSecond: 10_000, seconds: seconds + 1 },
    ],
  ];
  const figures: Figure[] = [];
  for (const [what, attack] of attacks) {
    progress(`overload, ${name}: ${what}`);
    const before: Outcome[] = [];
    const meanwhile: Outcome[] = [];
    while (meanwhile.length < turns) {
      before.push(await neighbor());
      const attacked = attackFromThread(attack);
      await sleep(500);
      meanwhile.push(await neighbor());
      progress(`  others: ${describe(meanwhile.at(-1)!)}; attacker: ${JSON.stringify(await attacked)}`);
      await sleep(1000);
    }
    for (const share of [0.5, 0.99]) {
      const [alone, beside] = [before, meanwhile].map((outcomes) =>
        median(outcomes.map((outcome) => percentile(accepted(outcome), share))),
      ) as [number, number];
      const work = `${what}, ${name}: sends of others, p${share * 100}`;
      const times = { ours: beside, baseline: alone };
      figures.push(ratio(work, 'the same without it', 'ms', times, goals.neighbor));
    }
  }
  return figures;
}

async function attackFromThread(attack: Attack): Promise<unknown> {
  const worker = new Worker(new URL('../attack.ts', import.meta.url), { workerData: attack });
  try {
    return await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  } finally {
    await worker.terminate();
  }
}

async function tokensOf(server: Server, held: Held, count: number): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < count) tokens.push(await issueToken(server, held));
  return tokens;
}

/** Fifty of the attacker's own orders, created without rate limits. */
async function ordersOf(attacker: Held): Promise<string[]> {
  await using server = await startAislechat(attacker);
  const shop = await Shop.open(server, attacker.credentials);
  const paths: string[] = [];
  while (paths.length < 50) paths.push(`/v2/post_checkout/chat/${await shop.newOrder()}/messages`);
  return paths;
}

const accepted = ({ times }: Outcome): number[] => times.get(200) ?? [];

const goodput = (outcome: Outcome): number => accepted(outcome).length / outcome.seconds;

const describe = ({ times, notSent }: Outcome): string =>
  [...times]
    .map(([status, all]) => `${status}: ${all.length} (p99 ${Math.round(percentile(all, 0.99))} ms)`)
    .concat(`not sent: ${notSent}`)
    .join(', ');

/** Recovered when twenty sends in a row took no longer than `withinMs`. */
async function recovery(
  port: number,
  request: Buffer,
  withinMs: number,
): Promise<{ at: number; sent: number }> {
  let sent = 0;
  for (let inRow = 0, since = performance.now(); performance.now() - since < 60_000; ) {
    const { times } = await arrive({
      port,
      request: () => request,
      perSecond: 100,
      seconds: 0.01,
      connections: 1,
    });
    const [ms] = times.get(200) ?? [];
    if (ms !== undefined) sent += 1;
    inRow = ms !== undefined && ms <= withinMs ? inRow + 1 : 0;
    if (inRow === 20) return { at: performance.now(), sent };
  }
  return { at: Number.POSITIVE_INFINITY, sent };
}

/** The sum of the last numbers of all orders' logs: each message is one event. */
async function messagesStored(port: number, token: string): Promise<number> {
  let sum = 0;
  for (let chat = 0; chat < shape.chats; chat++) {
    const path = `/v1/orders/${chatOrderId(shape, chat)}/events?after=${Number.MAX_SAFE_INTEGER}`;
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    sum += ((await answer.json()) as { next_after: number }).next_after;
  }
  return sum;
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
