/**
 * How long a message takes to reach the other side's screen, and what idle readers cost. Messages are sent at a
 * steady rate, independently of the responses (an open loop), to orders with one reader each; the time runs from
 * before the send to the arrival of the event. This process drives both sides of the comparison in turn.
 */
import { existsSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { limits as apiLimits } from '@aislechat/contract';
import type { Bench } from '../bench.ts';
import type { Server } from '../children.ts';
import { type Figure, limit, ratio } from '../figures.ts';
import { loopDelayOf } from '../loop-delay.ts';
import { residentMb } from '../machine.ts';
import { chatPath } from '../requests.ts';
import { chatOrderId, type Folder, seedFolder } from '../seed.ts';
import { issueToken, startAislechat, startSocketIo } from '../servers.ts';

const goals = { ofSocketIo: 1, longest: 50, idleMb: 260 };
const followed = 50;
const perSecond = 200;
/** The rates at which no message of a minute may be late. */
const steadyRates = [200, 1000];
const steadySeconds = { full: 60, quick: 5 };
const idleStreams = 10_000;
const opensAtOnce = 100;

/** One system under test: sends the n-th message, and calls back when the other side has received it. */
interface Side {
  send(n: number): void;
  onArrival: (n: number) => void;
  close(): void;
}

export async function liveCases({ isQuick, progress }: Bench): Promise<Figure[]> {
  if (!existsSync(new URL('../node_modules/socket.io', import.meta.url))) {
    throw new Error('The comparison of the live case is not installed. Run: npm ci --prefix bench');
  }
  progress('live: a message to the other side');
  const folder = await seedFolder({ orders: 1000, chats: 1000 });
  await using server = await startAislechat(folder);
  await using baseline = await startSocketIo();
  const tokens = await issueTokens(server, folder, followed);
  const ours = await overStreams(server.port, folder, tokens);
  const theirs = await overSocketIo(baseline.port);
  const rounds = isQuick ? 3 : 10;
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (const side of [ours, theirs]) await sendSteadily(side, 400);
  await loopDelayOf(server.port);
  for (let round = 0; round < rounds; round++) {
    times.ours.push(...(await sendSteadily(ours, 2 * perSecond)));
    times.theirs.push(...(await sendSteadily(theirs, 2 * perSecond)));
  }
  const loopDelay = await loopDelayOf(server.port);
  const steady: Figure[] = [];
  for (const rate of steadyRates) {
    const seconds = isQuick ? steadySeconds.quick : steadySeconds.full;
    progress(`live: ${seconds} s at ${rate}/s`);
    await loopDelayOf(server.port);
    const took = await sendSteadily(ours, rate * seconds, rate);
    const longest = took.reduce((most, ms) => Math.max(most, ms), 0);
    steady.push({
      ...limit(
        `message to the other side, the longest of ${seconds} s at ${rate}/s`,
        'ms',
        longest,
        goals.longest,
      ),
      loopDelay: await loopDelayOf(server.port),
    });
  }
  ours.close();
  theirs.close();

  progress(`live: ${idleStreams} idle streams`);
  const quiet = await seedFolder({ orders: 1000, chats: 1000 });
  await using idle = await startAislechat(quiet);
  const count = isQuick ? idleStreams / 10 : idleStreams;
  const idleTokens = await issueTokens(idle, quiet, count);
  const close = await openStreams(idle.port, quiet, idleTokens, count);
  await sleep(2000);
  const heldMb = residentMb(idle.pid);
  close();
  const compared = (share: number): Figure =>
    ratio(
      `message to the other side, ${perSecond}/s, p${share * 100}`,
      'socket.io + SQLite FULL',
      'ms',
      { ours: percentile(times.ours, share), baseline: percentile(times.theirs, share) },
      goals.ofSocketIo,
    );
  return [
    { ...compared(0.5), loopDelay },
    compared(0.99),
    ...steady,
    limit(`memory with ${count.toLocaleString('en-US')} idle streams`, 'MB', heldMb, goals.idleMb),
  ];
}

/** Enough tokens for the given number of streams; each token may have ten. */
async function issueTokens(server: Server, folder: Folder, streams: number): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < Math.ceil(streams / apiLimits.streamsPerToken)) {
    tokens.push(await issueToken(server, folder));
  }
  return tokens;
}

/** Milliseconds from each send to its arrival. */
async function sendSteadily(side: Side, messages: number, rate = perSecond): Promise<number[]> {
  const sentAt: number[] = [];
  const took: number[] = [];
  const all = Promise.withResolvers<void>();
  side.onArrival = (n) => {
    took.push(performance.now() - sentAt[n]!);
    if (took.length === messages) all.resolve();
  };
  const start = performance.now();
  for (let n = 0; n < messages; n++) {
    const due = start + (n * 1000) / rate;
    while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
    sentAt[n] = performance.now();
    side.send(n);
  }
  const timer = setTimeout(() => all.reject(new Error('A message did not arrive')), 10_000);
  await all.promise.finally(() => clearTimeout(timer));
  return took;
}

const streamPath = (folder: Folder, chat: number) => `/v1/orders/${chatOrderId(folder, chat)}/stream`;

async function overStreams(port: number, folder: Folder, tokens: string[]): Promise<Side> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const headersOf = (n: number) => ({ authorization: `Bearer ${tokens[n % tokens.length]}` });
  const closers: (() => void)[] = [() => agent.destroy()];
  const side: Side = {
    onArrival() {},
    send(n) {
      const body = JSON.stringify({ body: `#${n}#` });
      const call = request({
        port,
        agent,
        method: 'POST',
        path: chatPath(folder, n % followed),
        headers: {
          ...headersOf(n),
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      call.on('response', (response) => response.resume());
      call.end(body);
    },
    close: () => {
      for (const close of closers) close();
    },
  };
  for (let chat = 0; chat < followed; chat++) {
    await new Promise<void>((resolve, reject) => {
      const call = get(
        { port, path: streamPath(folder, chat), headers: headersOf(chat), agent: false },
        (response) => {
          response.setEncoding('utf8');
          response.on('data', (text: string) => {
            for (const [, n] of text.matchAll(/"body":"#(\d+)#"/g)) side.onArrival(Number(n));
          });
          resolve();
        },
      );
      call.on('error', reject);
      closers.push(() =>
        call
          .off('error', reject)
          .on('error', () => {})
          .destroy(),
      );
    });
  }
  return side;
}

async function overSocketIo(port: number): Promise<Side> {
  const { io } = await import('socket.io-client');
  const open = () => io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
  const sender = open();
  const readers = Array.from({ length: followed }, open);
  const side: Side = {
    onArrival() {},
    send(n) {
      sender.emit('send', `order-${n % followed}`, `#${n}#`, () => {});
    },
    close: () => {
      for (const socket of [sender, ...readers]) socket.close();
    },
  };
  for (const [n, reader] of readers.entries()) {
    reader.on('message', ({ body }: { body: string }) => side.onArrival(Number(body.slice(1, -1))));
    await reader.emitWithAck('join', `order-${n}`);
  }
  return side;
}

/** Opens idle streams. Returns a function that closes them. */
async function openStreams(
  port: number,
  folder: Folder,
  tokens: string[],
  count: number,
): Promise<() => void> {
  const calls: ReturnType<typeof get>[] = [];
  for (let opened = 0; opened < count; opened += opensAtOnce) {
    await Promise.all(
      Array.from(
        { length: Math.min(opensAtOnce, count - opened) },
        (_, n) =>
          new Promise<void>((resolve, reject) => {
            const path = streamPath(folder, (opened + n) % folder.chats);
            const headers = { authorization: `Bearer ${tokens[(opened + n) % tokens.length]}` };
            const call = get({ port, path, headers, agent: false }, (response) => {
              response.on('error', () => {});
              response.resume();
              resolve();
            });
            call.on('error', reject);
            calls.push(call);
          }),
      ),
    );
  }
  return () => {
    for (const call of calls)
      call
        .removeAllListeners('error')
        .on('error', () => {})
        .destroy();
  };
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
