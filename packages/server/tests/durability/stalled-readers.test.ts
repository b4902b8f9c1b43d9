import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { limits } from '@aislechat/contract';
import { EventSource } from '../support/event-source.ts';
import { startServerProcess } from '../support/process.ts';
import { chatPath, type OpenChat, openChat, userToken } from '../support/scenario.ts';
import { temporaryFolder } from '../support/server.ts';

/** With the one that reads, as many streams as an order may have. */
const stalled = limits.streamsPerOrder - 1;
/** The number of messages of maximum length, close to an order's limit. */
const enough = 1900;
const warmUp = 1500;
const atOnce = 16;
/** The end of a chunked body (RFC 9112, section 7.1). */
const lastChunk = '0\r\n\r\n';
/**
 * What the stalled readers may cost: their queues up to the limit, the messages themselves, and what V8 takes its time to
 * give back. Without a limit it is about 80 MB.
 */
const allowedMb = 50;

const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

interface Outcome {
  beforeMb: number;
  peakMb: number;
  outcome: string;
}

/** @param look called every hundred messages */
async function writeTo(chat: OpenChat, messages: number, look = () => {}): Promise<void> {
  let sent = 0;
  async function write(): Promise<void> {
    while (sent < messages) {
      const n = sent++;
      const body = `${n} ${'🥑'.repeat(990)}`;
      const token = chat.userToken;
      const { status } = await chat.client.post(chatPath(chat.orderId), { token, body: { body } });
      assert.equal(status, 200);
      if (n % 100 === 0) look();
    }
  }
  await Promise.all(Array.from({ length: atOnce }, write));
}

/** Writes to an order that one reader follows beside many that read nothing. */
async function writeBesideStalled(t: TestContext, messages: number, entry?: string): Promise<Outcome> {
  const folder = temporaryFolder(t);
  const server = await startServerProcess({ folder, ...(entry !== undefined && { entry }) });
  t.after(() => server.kill());
  const { client } = server;
  // Warms up the server, so that what it needs for any messages does not count against the stalled readers.
  const first = await openChat(client);
  const follower = await EventSource.open(t, `${client.url}/v1/orders/${first.orderId}/stream`, {
    token: first.userToken,
  });
  await writeTo(first, warmUp);
  await follower.until(() => follower.events.length > warmUp);
  const chat = await openChat(client);
  const path = `/v1/orders/${chat.orderId}/stream`;
  const { hostname, port } = new URL(client.url);

  const tokens = [chat.userToken, await userToken(client, chat, chat.userId)];
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let n = 0; n < stalled; n++) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    // Nothing is ever read: what the system cannot buffer, the server must.
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${tokens[n % 2]}\r\n\r\n`);
    sockets.push(socket);
  }
  const reader = await EventSource.open(t, client.url + path, { token: tokens[1]! });
  await reader.until(({ event }) => event === 'cursor');

  const before = residentMb(server.child.pid!);
  let peak = before;
  await writeTo(chat, messages, () => {
    peak = Math.max(peak, residentMb(server.child.pid!));
  });
  await reader.until(() => reader.events.length > messages);
  const numbers = reader.numbers;
  assert.ok(numbers.every((seq, n) => n === 0 || seq === numbers[n - 1]! + 1));

  // Now they read: each finds the beginning of the stream and its end.
  const ended = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.on('close', () => resolve());
        // A reader that was ended a moment ago reads its end in time, and keeps its connection.
        let tail = '';
        socket.on('data', (bytes) => {
          tail = (tail + bytes.toString('latin1')).slice(-lastChunk.length);
          if (tail === lastChunk) resolve();
        });
        socket.resume();
      }),
  );
  const all = Promise.all(ended).then(() => 'ended');
  const outcome = await Promise.race([all, sleep(5000, 'still open', { ref: false })]);
  return { beforeMb: before, peakMb: peak, outcome };
}

test('readers that read nothing are disconnected at their limit, and cost the others nothing', async (t) => {
  const { beforeMb, peakMb, outcome } = await writeBesideStalled(t, enough);
  t.diagnostic(
    `${stalled} stalled readers: ${Math.round(beforeMb)} MB before, ${Math.round(peakMb)} MB at most, then ${outcome}`,
  );
  assert.equal(outcome, 'ended');
  assert.ok(peakMb - beforeMb < allowedMb, `${peakMb - beforeMb} MB more`);
});

test('control: without the limit they stay connected, and so does everything queued for them', async (t) => {
  const entry = fileURLToPath(new URL('../support/programs/unbounded-queue-server.ts', import.meta.url));
  const { beforeMb, peakMb, outcome } = await writeBesideStalled(t, enough, entry);
  t.diagnostic(`${Math.round(beforeMb)} MB before, ${Math.round(peakMb)} MB at most, then ${outcome}`);
  assert.ok(outcome !== 'ended' && peakMb - beforeMb > allowedMb);
});
