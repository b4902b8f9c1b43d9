/** Deleting whole orders once their days are over survives the death of its server, and keeps the database small. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { forever } from '@aislechat/contract';
import { systemClock } from '../../src/domain/clock.ts';
import { eraseExpired } from '../../src/domain/erasure/erasure.ts';
import { applyRetention } from '../../src/domain/erasure/retention.ts';
import { createRetailer } from '../../src/domain/retailers/retailers.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import { createStore, type OrderRow, type RetailerRow, type Store } from '../../src/storage/store.ts';
import { eventually } from '../support/eventually.ts';
import { house, newOrder, noFiles } from '../support/house.ts';
import { newPlace, type Place, testsPostgres } from '../support/place.ts';
import { vacuum } from '../support/postgres.ts';
import { startServerProcess } from '../support/process.ts';
import { clientToken, clock as moveClock } from '../support/scenario.ts';

const dayMs = 24 * 60 * 60_000;

test('kill -9 in the middle leaves every order whole or gone, and the next server deletes the rest', async (t) => {
  const place = await newPlace(t);
  const store = createStore(await place.open());
  const { retailer, application, clientSecret } = await createRetailer(store, systemClock, {});
  const count = testsPostgres ? 45 : 90;
  const messages = 100;
  const orders: OrderRow[] = [];
  await store.write(async (tx) => {
    const id = await tx.retailers.nextId(retailer.id);
    const names = { externalId: 'noor', firstName: 'Noor', lastName: null, phoneNumber: null, locale: null };
    await tx.users.insert({ ...names, retailerId: retailer.id, id, avatarUrl: '', activeAt: Date.now() });
    const endedAt = Date.now() - 2 * dayMs;
    const erasedAt = endedAt + dayMs;
    const times = { createdAt: endedAt, lastEventAt: endedAt, endedAt, expiresAt: erasedAt, erasedAt };
    for (let n = 0; n < count; n++) orders.push(await newOrder(tx, retailer.id, id, n, messages, times));
  });
  await store.close();
  /** How many orders are left, each of them whole. */
  const left = async () => {
    const rows = await place.rows();
    const messagesOf = Map.groupBy(rows.messages!, (row) => Number(row.order_id));
    const ids = rows.orders!.map(({ id }) => Number(id));
    for (const id of ids)
      assert.equal(messagesOf.get(id)?.length, messages, 'an order that is there is whole');
    assert.equal(rows.messages!.length, ids.length * messages, 'of an order that is gone nothing is left');
    assert.equal(rows.order_details!.length, ids.length);
    return ids.length;
  };
  assert.equal(await left(), count);

  const entry = fileURLToPath(new URL('../support/programs/dying-server.ts', import.meta.url));
  const dying = await startServerProcess({ env: place.env, entry });
  t.after(() => dying.kill());
  const token = await clientToken(dying.client, { clientId: application.clientId, clientSecret });
  const folder = place.env.DATA_DIR!;
  const witness = createStore(testsPostgres ? await place.open() : openSqlite({ folder, owner: false }));
  // It may die before it answers, but a refusal would leave it alive.
  const moved = moveClock(dying.client, token, { advance_ms: 30 * dayMs }).then(
    ({ status, text }) => assert.equal(status, 200, text),
    () => {},
  );
  assert.equal((await Promise.all([dying.exited, moved]))[0], null);
  // On PostgreSQL the next server would wait until the lease has stood still for fifteen seconds.
  const lease = await witness.read.leases.find('erasure');
  if (lease) await witness.write((tx) => tx.leases.release(lease.name, lease.holder));
  t.after(() => witness.close());
  const afterKill = await left();
  t.diagnostic(`killed with ${afterKill} of ${count} orders left`);
  assert.ok(afterKill > 0 && afterKill < count);
  const next = await startServerProcess({ env: place.env });
  t.after(() => next.kill());
  const ids = orders.map(({ id }) => id);
  await eventually(
    () => Promise.all(ids.map((id) => witness.read.orders.find(retailer.id, { id }))),
    (found) => found.every((order) => order === undefined),
  );
  assert.equal(await left(), 0);
});

/** Bytes of the database, without what it keeps for reuse on PostgreSQL's side. */
async function sizeOf(place: Place, store: Store): Promise<number> {
  if (testsPostgres) return vacuum(place.env.DATABASE_URL!);
  await store.scrub();
  return statSync(join(place.env.DATA_DIR!, 'aislechat.db')).size;
}

/** A year of orders, a few each day, in simulated time. @returns the size after each month */
async function year(place: Place, store: Store, retailer: RetailerRow): Promise<number[]> {
  const isFull = process.env.TEST_SCALE === 'full';
  const step = isFull ? 5 : 10;
  const ordersPerStep = isFull || !testsPostgres ? 20 : 8;
  const sizes: number[] = [];
  for (let day = step; day <= 365; day += step) {
    const now = day * dayMs;
    await store.write(async (tx) => {
      const userId = await tx.retailers.nextId(retailer.id);
      const name = { externalId: `user-${day}`, firstName: 'Noor', lastName: 'Bakker', avatarUrl: '' };
      const contact = { phoneNumber: '+31 20 555 0100', locale: 'nl', activeAt: now };
      await tx.users.insert({ ...name, ...contact, retailerId: retailer.id, id: userId });
      for (let n = 0; n < ordersPerStep; n++) {
        const times = { createdAt: now, lastEventAt: now, endedAt: now, expiresAt: now + dayMs };
        await newOrder(tx, retailer.id, userId, day * 100 + n, 10, times);
      }
    });
    await eraseExpired(store, { now: () => now + 2 * dayMs }, noFiles);
    await applyRetention(store, { now: () => now + 2 * dayMs });
    if (day % 30 === 0) sizes.push(await sizeOf(place, store));
  }
  return sizes;
}

const inKiB = (sizes: number[]) => sizes.map((bytes) => Math.round(bytes / 1024)).join(' ');

test('over a simulated year the database does not grow once the first orders go; control: without retention it does', async (t) => {
  // The pages of tables without a row, which do not grow.
  let empty = 0;
  const grow = async (settings: Partial<RetailerRow>) => {
    const place = await newPlace(t);
    const { store, retailers } = await house(t, 1, 0, { place });
    await store.write(async (tx) =>
      tx.retailers.update({ ...(await tx.retailers.lock(retailers[0]!.id))!, ...settings }),
    );
    empty = await sizeOf(place, store);
    return year(place, store, retailers[0]!);
  };
  // Receipts have only IDs; by default they are kept for more than this year.
  const kept = await grow({ receiptRetentionDays: 30 });
  t.diagnostic(`with retention, KiB by month: ${inKiB(kept)}`);
  const without = await grow({ orderRetentionDays: forever, personRetentionDays: forever });
  t.diagnostic(`without: ${inKiB(without)}`);
  // Users stay for 90 days.
  const [fourth, last] = [kept[3]!, kept.at(-1)!];
  assert.ok(last < 1.1 * fourth, `${last} bytes after ${fourth}`);
  assert.ok(without.at(-1)! - empty > 1.8 * (without[3]! - empty), 'without retention it grows');
});
