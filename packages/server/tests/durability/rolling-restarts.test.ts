/** An operator replaces the servers one after the other, as with a new version, and nobody notices. */
import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { startBalancer } from '../support/balancer.ts';
import { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { newDatabase } from '../support/postgres.ts';
import { startServerProcess } from '../support/process.ts';
import { chatPath, newBatch, newOrder, openChat } from '../support/scenario.ts';

const isFull = process.env.TEST_SCALE === 'full';
const restarts = isFull ? 50 : 2;
const people = isFull ? 8 : 4;
/** So many requests are answered before each restart, and after the last. */
const requestsBetween = isFull ? 40 : 20;

interface Seen {
  answered: number;
  failed: number;
  /** The texts that were acknowledged, and those that the chats have in the end. */
  acknowledged: string[];
  stored: string[];
}

// Both tests use them, since most of the processor time goes into the start of servers.
const { url } = await newDatabase({ after });
const start = () => startServerProcess({ env: { DATABASE_URL: url } });
const servers = [await start(), await start()];
after(() => Promise.all(servers.map((server) => server.kill())));

/** People write and read without pause while the two servers are replaced in turn. */
async function restartUnderLoad(t: TestContext, times: number, repeats: boolean): Promise<Seen> {
  const addresses = servers.map((server) => server.url);
  const balancer = await startBalancer(t, addresses, repeats);

  const client = new Client(addresses[0]!);
  const chat = await openChat(client);
  const orders = [chat.orderId];
  while (orders.length < people) {
    const orderId = await newOrder(client, chat.token, chat.userId);
    await newBatch(client, chat.token, chat.shopperId, orderId);
    orders.push(orderId);
  }
  const seen: Seen = { answered: 0, failed: 0, acknowledged: [], stored: [] };
  let isOver = false;
  const ask = async (path: string, init: RequestInit = {}): Promise<boolean> => {
    const headers = {
      authorization: `Bearer ${chat.userToken}`,
      'content-type': 'application/json',
      ...init.headers,
    };
    const { status } = await fetch(balancer + path, { ...init, headers });
    if (status === 200) seen.answered += 1;
    else seen.failed += 1;
    return status === 200;
  };
  const talk = async (person: number): Promise<void> => {
    const path = chatPath(orders[person]!);
    for (let n = 0; !isOver; n++) {
      const body = `person ${person} message ${n}`;
      const isTaken = await ask(path, {
        method: 'POST',
        headers: { 'idempotency-key': body },
        body: JSON.stringify({ body }),
      });
      if (isTaken) seen.acknowledged.push(body);
      await ask(path);
    }
  };
  const talking = Promise.all(orders.map((_, person) => talk(person)));
  const moreAnswers = () => {
    const from = seen.answered;
    return eventually(
      async () => seen.answered,
      (answered) => answered >= from + requestsBetween,
    );
  };
  for (let n = 0; n < times; n++) {
    await moreAnswers();
    const which = n % servers.length;
    servers[which]!.child.kill('SIGTERM');
    assert.equal(await servers[which]!.exited, 0, servers[which]!.log());
    servers[which] = await start();
    addresses[which] = servers[which]!.url;
  }
  await moreAnswers();
  isOver = true;
  await talking;
  for (const orderId of orders) {
    const { body } = await new Client(addresses[0]!).get(chatPath(orderId), { token: chat.userToken });
    seen.stored.push(...body.chat_messages.map((message: { body: string }) => message.body));
  }
  return seen;
}

test(`servers are restarted ${restarts} times in turn: no request fails, and every message is there once`, async (t) => {
  const { answered, failed, acknowledged, stored } = await restartUnderLoad(t, restarts, true);
  t.diagnostic(`${answered} requests answered, ${failed} failed, ${acknowledged.length} messages`);
  assert.equal(failed, 0);
  assert.deepEqual(stored.toSorted(), acknowledged.toSorted());
});

test('control: a balancer that repeats nothing shows the restarts', async (t) => {
  const { failed } = await restartUnderLoad(t, 1, false);
  assert.ok(failed > 0);
});
