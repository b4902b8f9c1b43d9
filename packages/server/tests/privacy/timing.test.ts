/**
 * Whether an answer's time reveals what its text does not. Two kinds of request are sent alternately; the
 * area under the curve is the probability that one of the first kind took longer than one of the second: 0.5
 * if time reveals nothing.
 */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { createStore, type Store } from '../../src/storage/store.ts';
import { newPlace } from '../support/place.ts';
import { chatPath, newRetailer, type OpenChat, openChat, unique } from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const isFull = process.env.TEST_SCALE === 'full';
const pairs = isFull ? 2000 : 800;
/** About two standard deviations of the area if time reveals nothing. */
const tolerance = isFull ? 0.02 : 0.03;
/** A machine that is busy with something else gets another try; a real difference shows every time. */
const attempts = 3;

interface Shot {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function timeOf(url: string, shot: Shot): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const { method, path, headers, body } = shot;
    const startedAt = performance.now();
    const outgoing = request({ agent, hostname, port, method, path, headers }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve(performance.now() - startedAt));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The probability that a value of `a` is above one of `b`, with ties counted half. */
function areaUnderCurve(a: number[], b: number[]): number {
  const all = [...a.map((value) => ({ value, isA: 1 })), ...b.map((value) => ({ value, isA: 0 }))];
  all.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  all.forEach(({ isA }, index) => {
    rankSum += isA * (index + 1);
  });
  return (rankSum - (a.length * (a.length + 1)) / 2) / (a.length * b.length);
}

async function measure(url: string, first: () => Shot, second: () => Shot): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let n = 0; n < pairs; n++) {
    // The first of a pair may find a colder cache, so the kinds take turns.
    const order = n % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const kind of order) times[kind].push(await timeOf(url, kind === 0 ? first() : second()));
  }
  return areaUnderCurve(...times);
}

async function assertSilent(
  t: TestContext,
  url: string,
  first: () => Shot,
  second: () => Shot,
): Promise<void> {
  const seen: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = await measure(url, first, second);
    seen.push(area);
    t.diagnostic(`area under the curve ${area.toFixed(3)} over ${pairs} pairs`);
    if (Math.abs(area - 0.5) <= tolerance) return;
  }
  assert.fail(`time reveals a difference: ${seen.join(', ')}`);
}

const tokenShot = (clientId: string): Shot => ({
  method: 'POST',
  path: '/v2/oauth/token',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: unique('wrong-secret'),
  }),
});

test('a wrong secret takes as long as an unknown client', async (t) => {
  const { client } = await testServer(t);
  const { clientId } = await newRetailer(client);
  const nobody = 'f'.repeat(clientId.length);
  await assertSilent(
    t,
    client.url,
    () => tokenShot(clientId),
    () => tokenShot(nobody),
  );
});

function foreignAndUnknown(mine: OpenChat, theirs: OpenChat): [() => Shot, () => Shot] {
  const read = (orderId: string): Shot => ({
    method: 'GET',
    path: chatPath(orderId),
    headers: { authorization: `Bearer ${mine.userToken}` },
  });
  const unknown = theirs.orderId.replace('order', 'other');
  return [() => read(theirs.orderId), () => read(unknown)];
}

test('another retailer’s order takes as long as one that does not exist', async (t) => {
  const { client } = await testServer(t);
  const [mine, theirs] = [await openChat(client), await openChat(client)];
  await assertSilent(t, client.url, ...foreignAndUnknown(mine, theirs));
});

test('control: a little more work for an order that exists elsewhere is detected', async (t) => {
  const place = await newPlace(t);
  const store = createStore(await place.open());
  const { locate } = store.read.orders;
  const telling: Store = {
    ...store,
    read: {
      ...store.read,
      orders: {
        ...store.read.orders,
        async locate(retailerId, reference) {
          // Looks for the order in every retailer, and has more to do where it exists.
          const { list } = store.read.retailers;
          for (const { id } of await list()) {
            if (await locate(id, reference)) for (let n = 0; n < 3; n++) await list();
          }
          return locate(retailerId, reference);
        },
      },
    },
  };
  const { client } = await testServer(t, place.env, { store: telling });
  const [mine, theirs] = [await openChat(client), await openChat(client)];
  const area = await measure(client.url, ...foreignAndUnknown(mine, theirs));
  t.diagnostic(`area under the curve ${area.toFixed(3)}`);
  assert.ok(area > 0.5 + tolerance);
});
