/** What a receiver that hangs, one that drips and one that never ends cost the others, and the server. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { startServerProcess } from '../support/process.ts';
import { answers, type Behaviour, type Receiver, startReceiver } from '../support/receiver.ts';
import { chatPath, clientToken, type OpenChat, openChat } from '../support/scenario.ts';
import { temporaryFolder } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const receivers = isFull ? 50 : 25;
const rounds = isFull ? 8 : 5;
const betweenMs = 100;
const endlessBytes = 1024 ** 3;
/** Discarded answers must not stay in memory. */
const allowedMb = 60;
const percentile = (milliseconds: number[], share: number): number =>
  [...milliseconds].sort((a, b) => a - b)[Math.floor(milliseconds.length * share)]!;

const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

const hangs: Behaviour = () => {};
const drips: Behaviour = (_received, response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 1000);
  response.on('close', () => clearInterval(timer));
};
const neverEnds: Behaviour = (_received, response) => {
  response.writeHead(200);
  const chunk = Buffer.alloc(1024 * 1024);
  let left = endlessBytes / chunk.length;
  const more = () => {
    if (left-- > 0 && !response.destroyed) response.write(chunk, () => setImmediate(more));
  };
  more();
};

interface Shop {
  chat: OpenChat;
  receiver: Receiver;
}

/**
 * Every shop's customer writes at the same moments.
 * @returns how long each callback of the good receivers took
 */
async function run(t: TestContext, bad: Behaviour[]): Promise<{ delaysMs: number[]; grownMb: number }> {
  const server = await startServerProcess({ folder: temporaryFolder(t) });
  t.after(() => server.kill());
  const { client } = server;
  const shops: Shop[] = [];
  for (let n = 0; n < receivers; n++) {
    const chat = await openChat(client);
    const receiver = await startReceiver(t, bad[n] ?? answers(200));
    const token = await clientToken(client, chat, 'aislechat:operate');
    const { status, text } = await client.post('/v1/callback-endpoints', {
      token,
      body: { name: 'one of many', url: receiver.url, events: ['chat_message_created'] },
    });
    assert.equal(status, 200, text);
    shops.push({ chat, receiver });
  }
  const before = residentMb(server.child.pid!);
  let peak = before;
  const delaysMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      shops.map(async ({ chat, receiver }, n) => {
        const answer = await client.post(chatPath(chat.orderId), {
          token: chat.userToken,
          body: { body: `message ${round}` },
        });
        assert.equal(answer.status, 200, answer.text);
        const answeredAt = performance.now();
        if (n < bad.length) return;
        await receiver.until(round + 1);
        delaysMs.push(Math.max(0, receiver.received[round]!.at - answeredAt));
      }),
    );
    peak = Math.max(peak, residentMb(server.child.pid!));
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
  return { delaysMs, grownMb: peak - before };
}

test('receivers that hang, drip or never end neither delay others nor fill memory', async (t) => {
  const calm = await run(t, []);
  const rough = await run(t, [hangs, drips, neverEnds]);
  const [calmMs, roughMs] = [percentile(calm.delaysMs, 0.99), percentile(rough.delaysMs, 0.99)];
  t.diagnostic(
    `p99 of the others ${calmMs.toFixed(0)} ms calm, ${roughMs.toFixed(0)} ms beside them; memory +${calm.grownMb.toFixed(0)} and +${rough.grownMb.toFixed(0)} MB`,
  );
  assert.equal(rough.delaysMs.length, (receivers - 3) * rounds);
  // None waits for the 10 seconds that an answer may take; the benchmark measures the load.
  assert.ok(roughMs < 5000, `${roughMs} ms`);
  assert.ok(rough.grownMb - calm.grownMb < allowedMb, `${rough.grownMb} MB`);
});
