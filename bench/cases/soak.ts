/**
 * Two hours of ordinary life, on both engines at once: orders are made, talked about, followed, delivered, and erased
 * and deleted by a clock that moves ahead by half a day every minute. Memory, open files and the data must not grow
 * once every kind of work has been done for a while.
 */
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { vacuum } from '../../packages/server/tests/support/postgres.ts';
import type { Bench } from '../bench.ts';
import type { Server } from '../children.ts';
import { type Figure, limit } from '../figures.ts';
import { median } from '../interleave.ts';
import { residentMb } from '../machine.ts';
import { scratchFolder } from '../scratch.ts';
import { seedDatabase } from '../seed-postgres.ts';
import { createRetailer, type Held, startAislechat } from '../servers.ts';
import { Shop } from '../shop.ts';

const minutes = { full: 120, quick: 2 };
const minuteMs = 60_000;
const halfDayMs = 12 * 60 * minuteMs;
const customers = 4;
const messagesPerOrder = 20;
const goals = { growth: 1.1, failed: 0 };
/** As short as may be, so that the data reaches its size within the first half: 30 days are an hour here. */
const settings = {
  order_retention_days: 1,
  person_retention_days: 1,
  audit_retention_days: 30,
  receipt_retention_days: 1,
};

interface Sample {
  memoryMb: number;
  files: number;
  dataMb: number;
}

export async function soakCase({ isQuick, progress }: Bench): Promise<Figure[]> {
  const length = isQuick ? minutes.quick : minutes.full;
  progress(`soak: ${length} minutes on both engines`);
  const folder = scratchFolder();
  const env = { DATA_DIR: folder };
  const onSqlite = { env, credentials: await createRetailer(env) };
  await using database = await seedDatabase({ orders: 1, chats: 1 });
  // The cluster does not vacuum by itself.
  const databaseMb = async () => (await vacuum(database.superuserUrl)) / 1e6;
  const figures = await Promise.all([
    live('SQLite', onSqlite, async () => folderMb(folder), length, progress),
    live('PostgreSQL', database, databaseMb, length, progress),
  ]);
  return figures.flat();
}

async function live(
  name: string,
  held: Held,
  dataMb: () => Promise<number>,
  length: number,
  progress: Bench['progress'],
): Promise<Figure[]> {
  // Only a sandbox has a clock that moves. `held` last, since the demo would be a second retailer.
  await using server = await startAislechat(held, { AISLECHAT_ENV: 'development', AISLECHAT_DEMO: 'false' });
  const receiver = await startReceiver();
  const counts = { orders: 0, messages: 0, events: 0, failed: 0 };
  const samples: Sample[] = [];
  const endsAt = performance.now() + length * minuteMs;
  try {
    const shop = await Shop.open(server, held.credentials);
    await shop.need('PATCH', '/v1/retailer', settings);
    await shop.need('POST', '/v1/callback-endpoints', {
      name: 'receiver',
      url: receiver.url,
      events: ['chat_message_created'],
    });
    let turn: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
      const done = turn.then(work);
      turn = done.catch(() => {});
      return done;
    };
    const lives = Array.from({ length: customers }, async (_, customer) => {
      while (performance.now() < endsAt) {
        try {
          const orderId = await inTurn(() => shop.newOrder());
          await talk(server, shop, orderId, counts, customer);
        } catch (error) {
          counts.failed += 1;
          progress(`soak, ${name}: ${(error as Error).message}`);
        }
      }
    });
    for (let minute = 1; minute <= length; minute++) {
      await sleep(minuteMs);
      // An order's reserved slot would be gone.
      await inTurn(() => shop.need('POST', '/v1/sandbox/clock', { advance_ms: halfDayMs }));
      await shop.renew();
      const files = readdirSync(`/proc/${server.pid}/fd`).length;
      const sample = { memoryMb: residentMb(server.pid), files, dataMb: await dataMb() };
      samples.push(sample);
      if (minute % 5 === 0 || length < 10) {
        const { memoryMb, dataMb: data } = sample;
        progress(
          `soak, ${name}: minute ${minute}, ${Math.round(memoryMb)} MB, ${files} files, ${data.toFixed(1)} MB of data, ${JSON.stringify(counts)}`,
        );
      }
    }
    await Promise.all(lives);
  } finally {
    receiver.close();
  }
  const growth = (of: keyof Sample) => {
    // The first half fills caches, and the data until the first orders are deleted.
    const settled = samples.slice(Math.floor(samples.length / 2)).map((sample) => sample[of]);
    const half = Math.ceil(settled.length / 2);
    return median(settled.slice(half - 1)) / median(settled.slice(0, half));
  };
  return [
    limit(`soak, ${name}: memory, the last quarter to the third`, 'times', growth('memoryMb'), goals.growth),
    limit(`soak, ${name}: open files, the same`, 'times', growth('files'), goals.growth),
    limit(`soak, ${name}: data, the same`, 'times', growth('dataMb'), goals.growth),
    limit(`soak, ${name}: conversations that failed`, 'orders', counts.failed, goals.failed),
  ];
}

interface Counts {
  orders: number;
  messages: number;
  events: number;
}

/** An order from its first message to its delivery, with a reader of its stream. */
async function talk(
  server: Server,
  shop: Shop,
  orderId: string,
  counts: Counts,
  customer: number,
): Promise<void> {
  const ended = new AbortController();
  const following = follow(server, shop, orderId, ended.signal, counts);
  const chat = `/v2/post_checkout/chat/${orderId}/messages`;
  for (let n = 0; n < messagesPerOrder; n++) {
    await shop.need('POST', chat, {
      body: `Message ${n} of customer ${customer}: please ring the bell twice.`,
    });
    await shop.need('GET', chat);
    counts.messages += 1;
    await sleep(100);
  }
  await shop.need('PUT', `/v2/post_checkout/chat/${orderId}/messages`, {});
  for (const workflow_state of ['checkout', 'delivering', 'delivered']) {
    await shop.need('POST', `/v1/orders/${orderId}/state`, { workflow_state });
  }
  ended.abort();
  await following;
  counts.orders += 1;
}

async function follow(
  server: Server,
  shop: Shop,
  orderId: string,
  signal: AbortSignal,
  counts: Counts,
): Promise<void> {
  try {
    const answer = await fetch(`http://127.0.0.1:${server.port}/v1/orders/${orderId}/stream`, {
      headers: { authorization: `Bearer ${shop.token}` },
      signal,
    });
    for await (const piece of answer.body!) counts.events += piece.length > 0 ? 1 : 0;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function startReceiver(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  return {
    url,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const folderMb = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(join(folder, file), { throwIfNoEntry: false }))
    .reduce((sum, stat) => sum + (stat?.isFile() ? stat.size : 0), 0) / 1e6;
