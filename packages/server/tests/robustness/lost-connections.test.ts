/**
 * Clients that disconnect at every moment of a request: right after sending it, while the server looks up the
 * order, while it answers. Whatever a handler holds for such a client (a reader of the feed, a socket, a
 * timer) is released.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../src/domain/access/access.ts';
import { Held, readImageBody, uploadBudget } from '../../src/http/images/image-body.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { imagesPath } from '../support/pictures.ts';
import { newPlace, testsPostgres } from '../support/place.ts';
import { startServerProcess } from '../support/process.ts';
import { seededRandom } from '../support/random.ts';
import { sendRaw } from '../support/raw-http.ts';
import { newBatch, newOrder, openChat, userToken } from '../support/scenario.ts';

const connections = process.env.TEST_SCALE === 'full' ? 10_000 : 500;
const atOnce = 50;
const orders = 10;
/** The longest time before a client disconnects. */
const mostMs = 150;
/** Connections to PostgreSQL come and go by themselves, and each has a timer. */
const ofTheDatabase = testsPostgres ? 11 : 0;
const seed = 7_302;

interface Figures {
  readers: number;
  sockets: number;
  timers: number;
}

/** On a connection that is closed again, so that asking keeps none of the others open. */
async function heldBy({ url }: Client): Promise<Figures> {
  const ask = 'GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
  return figuresIn((await sendRaw(url, ask)).body);
}

function figuresIn(text: string): Figures {
  const figure = (name: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length) ?? 0,
    );
  return {
    readers: figure('aislechat_readers'),
    sockets: figure('nodejs_active_resources{type="TCPSocketWrap"}'),
    timers: figure('nodejs_active_resources{type="Timeout"}'),
  };
}

/** Sends these bytes, waits, and resets the connection. */
function sendAndReset(url: string, bytes: string, waitMs: number): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), waitMs)),
    );
    socket.on('error', () => {}).on('close', () => resolve());
    socket.resume();
  });
}

test('streams, long polls and uploads that are reset at any moment leave no reader, socket or timer behind', async (t) => {
  const { env } = await newPlace(t);
  const server = await startServerProcess({ env });
  t.after(() => server.kill());
  const { client } = server;
  const chat = await openChat(client);
  const places: { orderId: string; token: string }[] = [];
  for (let n = 0; n < orders; n++) {
    const orderId = await newOrder(client, chat.token, chat.userId);
    await newBatch(client, chat.token, chat.shopperId, orderId);
    places.push({ orderId, token: await userToken(client, chat, chat.userId) });
  }
  const random = seededRandom(seed);
  const ask = ({ orderId, token }: (typeof places)[number]): string => {
    const head = (line: string, more = '') =>
      `${line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n${more}\r\n`;
    const stream = head(`GET /v1/orders/${orderId}/stream`);
    const poll = head(`GET /v1/orders/${orderId}/events?after=${random.below(8)}&wait=30&open=true`);
    const upload = head(
      `POST ${imagesPath(orderId)}`,
      'content-type: image/jpeg\r\ncontent-length: 100000\r\n',
    );
    return random.pick([stream, stream, stream + stream, poll, upload + 'x'.repeat(random.below(50_000))]);
  };
  await client.get('/metrics');
  const before = await heldBy(client);
  let opened = 0;
  let most = 0;
  async function open(): Promise<void> {
    while (opened < connections) {
      const n = opened++;
      await sendAndReset(client.url, ask(places[n % orders]!), random.below(random.pick([5, mostMs])));
    }
  }
  const all = Promise.all(Array.from({ length: atOnce }, open));
  while (opened < connections) {
    most = Math.max(most, figuresIn((await client.get('/metrics')).text).readers);
    await sleep(50);
  }
  await all;
  const after = await eventually(
    () => heldBy(client),
    ({ readers, sockets, timers }) =>
      readers === 0 && sockets <= before.sockets + ofTheDatabase && timers <= before.timers + ofTheDatabase,
  );
  t.diagnostic(
    `${connections} connections, ${most} readers at most; before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`,
  );
  assert.equal(after.readers, 0);
  assert.ok(after.sockets <= before.sockets + ofTheDatabase, `${after.sockets} sockets`);
  assert.ok(after.timers <= before.timers + ofTheDatabase, `${after.timers} timers`);
});

test('an upload that is cut off while its order is looked up ends at once', async (t: TestContext) => {
  const outcome = Promise.withResolvers<unknown>();
  const server = createServer((request) => {
    request.once('close', async () => {
      const held = new Held(uploadBudget(), { kind: 'user', retailer: { id: 1 }, userId: 2 } as Caller);
      const read = readImageBody({ headers: request.headers, raw: request } as FastifyRequest, held, 60_000);
      outcome.resolve(await Promise.race([read.catch((error) => error), sleep(2000, 'still waiting')]));
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const head =
    'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\n';
  await sendAndReset(`http://127.0.0.1:${port}`, head, 10);
  assert.match(String(await outcome.promise), /malformed_request/);
});
