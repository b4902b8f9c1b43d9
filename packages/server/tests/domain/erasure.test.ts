/** A row, an order or a retailer whose erasure fails costs the others nothing, and is retried. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../src/domain/backoff.ts';
import { tidyDeliveries } from '../../src/domain/callbacks/deliveries.ts';
import { eraseExpired } from '../../src/domain/erasure/erasure.ts';
import { tidyTokens } from '../../src/domain/erasure/tidy.ts';
import { createStore, type OrderRow, StorageUnavailable, type Store } from '../../src/storage/store.ts';
import { runInBackground } from '../../src/wiring/background.ts';
import type { Log } from '../../src/wiring/log.ts';
import { eventually } from '../support/eventually.ts';
import { house, noFiles } from '../support/house.ts';
import { newPlace } from '../support/place.ts';
import {
  advance,
  clientToken,
  clock as moveClock,
  newRetailer,
  openChat,
  type Retailer,
} from '../support/scenario.ts';
import { testServer } from '../support/server.ts';

const dayMs = 24 * 60 * 60_000;

/** Fails the transactions that `isBad` selects, as the database does when a statement takes too long. */
const failing = (store: Store, isBad: (order: OrderRow) => boolean): Store => ({
  ...store,
  write: (unit) =>
    store.write((tx) =>
      unit({
        ...tx,
        orders: {
          ...tx.orders,
          async lock(retailerId, reference) {
            const order = await tx.orders.lock(retailerId, reference);
            if (order && isBad(order)) throw new StorageUnavailable('statement timeout');
            return order;
          },
        },
      }),
    ),
});

const clock = { now: () => dayMs };
const isErased = async (store: Store, { retailerId, id }: OrderRow) =>
  (await store.read.orders.find(retailerId, { id }))!.erasedAt !== null;

test('an order whose erasure fails stops no other erasure, and is retried later each time', async (t) => {
  const { store, orders } = await house(t, 3, 5);
  const bad = [orders[0]![1]!, orders[1]![0]!];
  let isBroken = true;
  let tries = 0;
  const broken = failing(store, ({ retailerId, id }) => {
    const isBad = bad.some((order) => order.retailerId === retailerId && order.id === id);
    if (isBad) tries += 1;
    return isBroken && isBad;
  });
  let nowMs = 0;
  const backoff = new Backoff(undefined, () => nowMs);
  const run = () => eraseExpired(broken, clock, noFiles, { backoff });

  const first = await run();
  assert.equal(first.orders, 13);
  assert.equal(first.failures.length, 2);
  for (const order of orders.flat()) assert.equal(await isErased(store, order), !bad.includes(order));

  tries = 0;
  await run();
  assert.equal(tries, 0, 'not yet');
  nowMs += 45_000;
  assert.equal((await run()).failures.length, 2);
  nowMs += 45_000;
  tries = 0;
  await run();
  assert.equal(tries, 0, 'the second retry waits longer');
  nowMs += 45_000;
  isBroken = false;
  assert.equal((await run()).orders, 2);
  assert.ok(await isErased(store, bad[0]!));
});

test('a retailer whose erasures all fail gets a few attempts, and then the others have their turn', async (t) => {
  const { store, retailers, orders } = await house(t, 2, 12);
  const log: string[] = [];
  const broken = failing(store, ({ retailerId }) => {
    const isBad = retailerId === retailers[0]!.id;
    log.push(isBad ? 'bad' : 'good');
    return isBad;
  });
  const { failures } = await eraseExpired(broken, clock, noFiles);
  assert.equal(failures.length, 12);
  assert.ok(log.indexOf('good') < 8, `${log}`);
  for (const order of orders[1]!) assert.ok(await isErased(store, order));
});

test('when storage is unavailable a round ends at once', async (t) => {
  const { store, orders } = await house(t, 2, 3);
  let tries = 0;
  const away: Store = {
    ...failing(store, () => {
      tries += 1;
      return true;
    }),
    ping: () => Promise.reject(new StorageUnavailable('away')),
  };
  await assert.rejects(eraseExpired(away, clock, noFiles), { name: 'StorageUnavailable' });
  assert.equal(tries, 1);
  assert.equal(await isErased(store, orders[0]![0]!), false);
});

test('a long conversation is erased in slices, and its receipt counts all of them, even after a failure', async (t) => {
  const { store, orders } = await house(t, 1, 2, { messages: 2500 });
  const [order, other] = orders[0]! as [OrderRow, OrderRow];
  const erasedAtOnce: number[] = [];
  let slices = 0;
  const counting: Store = {
    ...store,
    write: (unit) =>
      store.write((tx) =>
        unit({
          ...tx,
          messages: {
            ...tx.messages,
            async eraseTexts(...of) {
              if (of[1] === order.id && ++slices === 3) throw new Error('breakdown');
              const erased = await tx.messages.eraseTexts(...of);
              erasedAtOnce.push(erased.messages);
              return erased;
            },
          },
        }),
      ),
  };
  const backoff = new Backoff({ firstMs: 0, longestMs: 0 });
  const first = await eraseExpired(counting, clock, noFiles, { backoff });
  assert.equal(first.failures.length, 1);
  assert.equal(await isErased(store, order), false);
  assert.ok(await isErased(store, other), 'the failure was the other order’s');
  await eraseExpired(counting, clock, noFiles, { backoff });
  assert.ok(Math.max(...erasedAtOnce) <= 1000, `${erasedAtOnce}`);
  for (const { retailerId, id } of [order, other]) {
    const [receipt] = await store.read.erasureReceipts.list(retailerId, id);
    assert.equal(receipt!.messages, 2500);
    assert.notEqual(receipt!.verifiedAt, null);
    assert.deepEqual(await store.read.messages.list(retailerId, id), []);
  }
});

test('one retailer’s tokens and deliveries are cleaned up in slices although another’s cannot be', async (t) => {
  const { store, retailers } = await house(t, 3, 0);
  await store.write(async (tx) => {
    for (const { id: retailerId } of retailers) {
      const id = await tx.retailers.nextId(retailerId);
      const own = { retailerId, id, clientId: `c${retailerId}`, secretHash: `s${retailerId}`, homeId: null };
      await tx.applications.insert({ ...own, name: 'till', scopes: '', state: 'enabled', createdAt: 0 });
      for (let n = 0; n < 1500; n++) {
        await tx.tokens.insert({
          tokenHash: `${retailerId}-${n}`,
          retailerId,
          applicationId: id,
          userId: null,
          shopperId: null,
          agent: null,
          scopes: '',
          issuedAt: 0,
          expiresAt: 1,
          revokedAt: null,
        });
      }
    }
  });
  const broken: Store = {
    ...store,
    write: (unit) =>
      store.write((tx) =>
        unit({
          ...tx,
          tokens: {
            ...tx.tokens,
            async deleteExpired(retailerId, at, limit) {
              if (retailerId === retailers[0]!.id) throw new StorageUnavailable('statement timeout');
              return tx.tokens.deleteExpired(retailerId, at, limit);
            },
          },
        }),
      ),
  };
  const failures: unknown[] = [];
  const later = { now: () => 3 * dayMs };
  await tidyTokens(broken, later, (error) => failures.push(error));
  await tidyDeliveries(broken, later, (error) => failures.push(error));
  assert.equal(failures.length, 1);
  const left = retailers.map(({ id }) => store.read.tokens.hasExpired(id, 2, 2, 2));
  assert.deepEqual(await Promise.all(left), [true, false, false]);
});

test('work woken for a retailer examines only that one, and the round for all still runs on time', async (t) => {
  const rounds: (number[] | 'all')[] = [];
  const work = runInBackground({ fault() {} } as unknown as Log, 50, async (only) => {
    rounds.push(only ? [...only] : 'all');
  });
  t.after(() => work.stop());
  const until = async (isMet: () => boolean) => {
    while (!isMet()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await until(() => rounds.length === 1);
  assert.deepEqual(rounds, ['all']);
  // It is woken all the time, more often than the interval.
  while (rounds.filter((round) => round === 'all').length < 3) {
    work.wake(7);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.ok(rounds.some((round) => round !== 'all'));
  for (const round of rounds) if (round !== 'all') assert.deepEqual(round, [7]);
});

test('a timer that fires a moment early starts no round for nobody', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let nowMs = 1000;
  t.mock.method(performance, 'now', () => nowMs);
  const rounds: (number[] | 'all')[] = [];
  const work = runInBackground({ fault() {} } as unknown as Log, 50, async (only) => {
    rounds.push(only ? [...only] : 'all');
  });
  t.after(() => work.stop());
  const tick = async (ms: number) => {
    t.mock.timers.tick(ms);
    await new Promise(setImmediate);
  };
  await tick(1);
  nowMs += 49.9;
  await tick(50);
  assert.deepEqual(rounds, ['all']);
  nowMs += 0.1;
  await tick(1);
  assert.deepEqual(rounds, ['all', 'all']);
});

test('a changed setting or a revocation makes no worker examine other retailers', async (t) => {
  const place = await newPlace(t);
  const store = createStore(await place.open());
  let looked: number[] = [];
  const { client } = await testServer(t, place.env, {
    store: {
      ...store,
      read: {
        ...store.read,
        orders: {
          ...store.read.orders,
          async expired(retailerId, ...rest) {
            looked.push(retailerId);
            return store.read.orders.expired(retailerId, ...rest);
          },
        },
        callbackEndpoints: {
          ...store.read.callbackEndpoints,
          async all() {
            looked.push(0);
            return store.read.callbackEndpoints.all();
          },
        },
      },
    },
  });
  const shops = [await newRetailer(client), await newRetailer(client), await newRetailer(client)];
  const [shop] = shops as [Retailer];
  const operator = await clientToken(client, shop, 'aislechat:operate');
  // The work woken by the start and by the new retailers is over.
  await eventually(
    async () => looked.length,
    (count) => count > 0,
  );
  await sleep(200);
  looked = [];
  await client.patch('/v1/retailer', { token: operator, body: { name: 'Corner' } });
  await eventually(
    async () => looked,
    (seen) => seen.includes(shop.retailerId),
  );
  const other = await clientToken(client, shop);
  await client.post('/v2/oauth/token/revoke', {
    body: { client_id: shop.clientId, client_secret: shop.clientSecret, token: other },
  });
  await sleep(200);
  // Zero stands for every retailer's endpoints.
  assert.deepEqual(
    [...new Set(looked)].filter((id) => id !== 0),
    [shop.retailerId],
  );
});

test('a late erasure raises an alarm in the metrics, the log and the readiness answer', async (t) => {
  const place = await newPlace(t);
  const plain = createStore(await place.open());
  const warnings: [string, Record<string, number | boolean> | undefined][] = [];
  const log: Log = {
    info() {},
    request() {},
    fault() {},
    warn: (event, fields) => warnings.push([event, fields]),
    logsRequests: false,
  };
  let isBroken = true;
  const store = failing(plain, ({ expiresAt }) => isBroken && expiresAt !== null);
  const { client } = await testServer(t, place.env, { store, log });
  const chat = await openChat(client);
  const gauge = async () => {
    const text = await (await fetch(`${client.url}/metrics`)).text();
    return Number(/^aislechat_erasure_oldest_due_seconds (\S+)$/m.exec(text)![1]);
  };
  assert.equal(await gauge(), 0);
  isBroken = false;
  await advance(client, chat.token, chat.batchId, 'completed');
  isBroken = true;
  await moveClock(client, chat.token, { advance_ms: dayMs + 20 * 60_000 });
  await eventually(gauge, (seconds) => seconds >= 20 * 60 - 1);
  const ready = await client.get('/readyz');
  assert.equal(ready.status, 200);
  assert.equal(ready.body.status, 'ok');
  assert.ok(ready.body.erasure_late_seconds >= 20 * 60 - 1);
  await eventually(
    async () => warnings,
    (all) => all.some(([event]) => event === 'erasure_late'),
  );
  const [, fields] = warnings.find(([event]) => event === 'erasure_late')!;
  assert.ok(Number(fields!.oldest_due_seconds) >= 20 * 60 - 1);
  assert.equal((await plain.read.orders.expired(chat.retailerId, 3 * Date.now(), 1)).length, 1);
});
