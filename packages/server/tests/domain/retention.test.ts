/** What is kept for so many days and no longer: who goes when, and what a failure costs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forever, limits } from '@aislechat/contract';
import { Backoff } from '../../src/domain/backoff.ts';
import { eraseExpired } from '../../src/domain/erasure/erasure.ts';
import { applyRetention, type Deleted, longestKeptMs } from '../../src/domain/erasure/retention.ts';
import { tidyTokens } from '../../src/domain/erasure/tidy.ts';
import { type OrderRow, type RetailerRow, StorageUnavailable, type Store } from '../../src/storage/store.ts';
import { startErasing } from '../../src/wiring/erasing.ts';
import { ErasureAlarm } from '../../src/wiring/erasure-alarm.ts';
import type { Log } from '../../src/wiring/log.ts';
import { eventually } from '../support/eventually.ts';
import { active, house, noFiles } from '../support/house.ts';

const dayMs = 24 * 60 * 60_000;
const at = (days: number) => ({ now: () => Math.round(days * dayMs) });
const nothing: Deleted = { orders: 0, users: 0, shoppers: 0, auditEntries: 0, receipts: 0 };

const isThere = async (store: Store, { retailerId, id }: OrderRow) =>
  (await store.read.orders.find(retailerId, { id })) !== undefined;

const choose = (store: Store, retailer: RetailerRow, settings: Partial<RetailerRow>) =>
  store.write(async (tx) => tx.retailers.update({ ...(await tx.retailers.lock(retailer.id))!, ...settings }));

/** As the database does when a statement takes too long: what `isBad` says of fails, and nothing else. */
const failing = (store: Store, isBad: (retailerId: number, ids: number[]) => boolean): Store => ({
  ...store,
  write: (unit) =>
    store.write((tx) =>
      unit({
        ...tx,
        orderRemovals: {
          async delete(retailerId, before, ids) {
            if (isBad(retailerId, ids)) throw new StorageUnavailable('statement timeout');
            return tx.orderRemovals.delete(retailerId, before, ids);
          },
        },
      }),
    ),
});

test('an order goes 30 days after its end, its customer 90 days after they were last active, its receipt after 400', async (t) => {
  const { store, orders } = await house(t, 1, 2);
  const [order] = orders[0]! as [OrderRow];
  const { retailerId, id } = order;
  const deletedAt = async (days: number) => (await applyRetention(store, at(days))).deleted;
  assert.deepEqual(await deletedAt(31), nothing, 'its text is not erased yet');
  await eraseExpired(store, at(2), noFiles);
  // The order ended a second after the beginning.
  assert.deepEqual(await deletedAt(30), nothing);
  assert.deepEqual(await deletedAt(30.1), { ...nothing, orders: 2 });
  assert.equal(await isThere(store, order), false);
  assert.equal((await store.read.erasureReceipts.list(retailerId, id)).length, 1);
  const [listed] = await store.read.erasureReceipts.newest(retailerId, undefined, 1);
  assert.equal(listed!.orderExternalId, 'WEB-1');
  const noor = () => store.read.users.findByExternalId(retailerId, 'noor');
  assert.deepEqual(await deletedAt(90), nothing);
  assert.ok(await noor());
  assert.deepEqual(await deletedAt(90.1), { ...nothing, users: 1 });
  assert.equal(await noor(), undefined);
  assert.deepEqual(await deletedAt(401.9), nothing);
  assert.deepEqual(await deletedAt(402.1), { ...nothing, receipts: 2 });
});

test('a retailer may choose other spans, and forever by its name', async (t) => {
  const { store, retailers, orders } = await house(t, 2, 1);
  const [short, long] = retailers as [RetailerRow, RetailerRow];
  await choose(store, short, { orderRetentionDays: 1, personRetentionDays: 1, receiptRetentionDays: 1 });
  await choose(store, long, {
    orderRetentionDays: forever,
    personRetentionDays: forever,
    auditRetentionDays: forever,
    receiptRetentionDays: forever,
  });
  await eraseExpired(store, at(1.5), noFiles);
  const { deleted } = await applyRetention(store, at(1.6));
  assert.deepEqual(deleted, { ...nothing, orders: 1, users: 1 });
  assert.equal(await isThere(store, orders[0]![0]!), false);
  assert.deepEqual((await applyRetention(store, at(100_000))).deleted, { ...nothing, receipts: 1 });
  assert.ok(await isThere(store, orders[1]![0]!));
  assert.equal(await longestKeptMs(store, at(100_000)), 0);
});

test('the clock of the retailer rules', async (t) => {
  const { store, retailers, orders } = await house(t, 2, 1);
  await choose(store, retailers[0]!, { clockOffsetMs: 31 * dayMs });
  await choose(store, retailers[1]!, { clockFrozenAt: 2 * dayMs });
  for (const days of [1, 50]) {
    await eraseExpired(store, at(days), noFiles);
    await applyRetention(store, at(days));
  }
  assert.equal(await isThere(store, orders[0]![0]!), false);
  assert.ok(await isThere(store, orders[1]![0]!));
});

test('an order that nobody ends counts as ended after 90 days without an event, and then goes like any other', async (t) => {
  const { store, retailers, orders } = await house(t, 1, 2, { order: active });
  const [silent, spoken] = orders[0]! as [OrderRow, OrderRow];
  await store.write((tx) => tx.orders.advance({ ...spoken, lastEventAt: 60 * dayMs }));
  const { abandoned } = await applyRetention(store, at(limits.abandonedOrderMs / dayMs + 1));
  assert.equal(abandoned, 1);
  const closed = (await store.read.orders.find(silent.retailerId, silent))!;
  assert.deepEqual(
    [closed.endedAt, closed.expiresAt, closed.workflowState],
    [91 * dayMs, 92 * dayMs, 'picking'],
  );
  const { events } = await store.read.log(silent.retailerId, silent.id, 0, 10);
  assert.equal(events.at(-1)!.type, 'chat_closed');
  await eraseExpired(store, at(92.1), noFiles);
  await applyRetention(store, at(120));
  assert.ok(await isThere(store, silent));
  await applyRetention(store, at(121.1));
  assert.equal(await isThere(store, silent), false);
  assert.ok(await isThere(store, spoken));
  // People with orders stay.
  assert.ok(await store.read.users.findByExternalId(retailers[0]!.id, 'noor'));
});

test('an order that fails stops no other, of its retailer or another, and comes back later each time', async (t) => {
  const { store, orders } = await house(t, 3, 5);
  await eraseExpired(store, at(2), noFiles);
  const bad = [orders[0]![1]!, orders[1]![0]!];
  let isBroken = true;
  let tries = 0;
  const broken = failing(store, (retailerId, ids) => {
    const isBad = bad.some((order) => order.retailerId === retailerId && ids.includes(order.id));
    if (isBad && ids.length === 1) tries += 1;
    return isBroken && isBad;
  });
  let nowMs = 0;
  const backoff = new Backoff(undefined, () => nowMs);
  const run = () => applyRetention(broken, at(40), { backoff });
  const first = await run();
  assert.equal(first.deleted.orders, 13);
  assert.equal(first.failures.length, 2);
  for (const order of orders.flat()) assert.equal(await isThere(store, order), bad.includes(order));
  assert.ok((await longestKeptMs(store, at(40))) > 9 * dayMs, 'what failed is overdue');
  tries = 0;
  await run();
  assert.equal(tries, 0, 'not yet');
  nowMs += 45_000;
  isBroken = false;
  assert.equal((await run()).deleted.orders, 2);
  assert.equal(await longestKeptMs(store, at(40)), 0);
});

test('retailers take turns, and one of whom everything fails keeps the others waiting for a few tries', async (t) => {
  const { store, retailers, orders } = await house(t, 2, 5, { messages: 600 });
  await eraseExpired(store, at(2), noFiles);
  const log: number[] = [];
  const broken = failing(store, (retailerId) => {
    log.push(retailerId);
    return retailerId === retailers[0]!.id;
  });
  const { failures } = await applyRetention(broken, at(40));
  assert.equal(failures.length, 5);
  assert.ok(log.indexOf(retailers[1]!.id) < 3, `${log}`);
  for (const order of orders[1]!) assert.equal(await isThere(store, order), false);
});

test('the background work reports what it deleted, and warns of an order that should be gone since yesterday', async (t) => {
  const { store, orders } = await house(t, 1, 3);
  await eraseExpired(store, at(2), noFiles);
  const broken = failing(store, (_, ids) => ids.includes(orders[0]![1]!.id));
  const lines: Record<string, unknown>[] = [];
  const note = (event: string, fields = {}) => lines.push({ event, ...fields });
  const log = { info: note, warn: note, fault: () => note('fault') } as unknown as Log;
  const clock = at(40);
  const stop = startErasing({
    store: broken,
    clock,
    files: noFiles,
    alarm: new ErasureAlarm(store, clock),
    backupEpochs: undefined,
    restorableHours: 24,
    deleteCopies: async () => true,
    log,
  });
  const warned = () => lines.find(({ event }) => event === 'retention_late');
  await eventually(
    async () => warned(),
    (line) => line !== undefined,
  );
  await stop();
  assert.equal(lines.find(({ event }) => event === 'deleted')!.orders, 2);
  assert.equal(lines.filter(({ event }) => event === 'fault').length, 1);
  assert.ok(Number(warned()!.oldest_due_seconds) > 9 * 24 * 3600);
});

test('a round that deletes something cleans the pages, and a round that deletes nothing does not', async (t) => {
  const { store } = await house(t, 1, 1);
  await eraseExpired(store, at(2), noFiles);
  let days = 20;
  let [cleaned, scrubbed] = [0, 0];
  const lines: Record<string, unknown>[] = [];
  const note = (event: string, fields = {}) => lines.push({ event, ...fields });
  const log = { info: note, warn: note, fault: () => note('fault') } as unknown as Log;
  const clock = { now: () => at(days).now() };
  const run = async () => {
    const stop = startErasing({
      store: {
        ...store,
        async cleanPages() {
          cleaned += 1;
          return store.cleanPages();
        },
        async scrub() {
          scrubbed += 1;
          return store.scrub();
        },
      },
      clock,
      files: noFiles,
      alarm: new ErasureAlarm(store, clock),
      backupEpochs: undefined,
      restorableHours: 24,
      deleteCopies: async () => true,
      log,
    });
    const before = scrubbed;
    await eventually(
      async () => scrubbed,
      (count) => count > before,
    );
    await stop();
  };
  await run();
  assert.equal(cleaned, 0);
  days = 40;
  await run();
  assert.equal(cleaned, 1);
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['deleted'],
  );
});

test('after a jump of the clock nothing is deleted until the time is certain', async (t) => {
  const { store, orders } = await house(t, 1, 1);
  await eraseExpired(store, at(2), noFiles);
  const jumped = { now: at(500).now, certain: at(20).now };
  assert.deepEqual((await applyRetention(store, jumped)).deleted, nothing);
  assert.ok(await isThere(store, orders[0]![0]!));
  const certain = { now: at(500).now, certain: at(500).now };
  assert.deepEqual((await applyRetention(store, certain)).deleted, {
    ...nothing,
    orders: 1,
    users: 1,
    receipts: 1,
  });
});

test('when storage answers nobody, a round ends at once', async (t) => {
  const { store } = await house(t, 2, 3);
  await eraseExpired(store, at(2), noFiles);
  const away: Store = {
    ...failing(store, () => true),
    ping: () => Promise.reject(new StorageUnavailable('away')),
  };
  await assert.rejects(applyRetention(away, at(40)), { name: 'StorageUnavailable' });
});

test('an order that was taken up again, or has a picture left, stays', async (t) => {
  const { store, orders } = await house(t, 1, 3);
  const [revived, pictured, gone] = orders[0]! as [OrderRow, OrderRow, OrderRow];
  await eraseExpired(store, at(2), noFiles);
  await store.write(async (tx) => {
    const locked = (await tx.orders.lock(revived.retailerId, revived))!;
    await tx.orders.update({ ...locked, endedAt: null, expiresAt: null, erasedAt: null });
    const { retailerId, id: orderId } = pictured;
    const picture = { senderType: 'user', senderId: 1, width: 1, height: 1, createdAt: 0 } as const;
    await tx.images.insert({ ...picture, retailerId, orderId, id: 77, seq: null, erasedAt: null });
  });
  // Whoever read it before the change deletes it no more.
  const ids = [revived.id, pictured.id];
  assert.equal(await store.write((tx) => tx.orderRemovals.delete(revived.retailerId, 40 * dayMs, ids)), 0);
  await applyRetention(store, at(40));
  assert.ok(await isThere(store, revived));
  assert.ok(await isThere(store, pictured));
  assert.equal(await isThere(store, gone), false);
});

test('holds, dead deliveries and audit entries go in slices, and audit entries by the setting of their retailer', async (t) => {
  const { store, retailers } = await house(t, 2, 1);
  const [first, second] = retailers as [RetailerRow, RetailerRow];
  await choose(store, second, { auditRetentionDays: 800 });
  const entriesEach = 1500;
  await store.write(async (tx) => {
    for (const { id: retailerId } of retailers) {
      const user = (await tx.users.findByExternalId(retailerId, 'noor'))!;
      await tx.holds.replace({ retailerId, userId: user.id, id: 1, serviceOptionId: 1, expiresAt: 1000 });
      for (let n = 0; n < entriesEach; n++) {
        await tx.auditEntries.insert({
          retailerId,
          id: 100_000 + n,
          at: n < 1200 ? 1000 : 30 * dayMs,
          applicationId: 0,
          action: 'conversation_read',
          subject: 'order:1',
          agent: 'dana',
          reason: 'case 7',
          detail: null,
        });
      }
    }
  });
  const heldBy = async (retailerId: number) => {
    const { idle } = store.read.users;
    return (await idle(retailerId, 100 * dayMs, 1)).length;
  };
  assert.equal(await heldBy(first.id), 1);
  await tidyTokens(store, at(16), (error) => {
    throw error;
  });
  const { deleted } = await applyRetention(store, at(401));
  assert.equal(deleted.auditEntries, 1200);
  const left = async ({ id }: RetailerRow) =>
    (await store.read.auditEntries.list(id, {}, undefined, 10_000)).length;
  assert.equal(await left(first), 300);
  assert.equal(await left(second), entriesEach);
});
