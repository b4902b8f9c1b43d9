/**
 * Deletes what a retailer keeps no longer: orders some time after their end, people some time after they were last heard
 * of, and old audit entries and receipts (docs/privacy.md). The retailer's own clock rules, and only the time that has certainly come. Retailers take turns, one
 * short transaction each; an order goes in one transaction, so nobody sees half of it. What fails is tried again later,
 * alone, and holds up nothing else.
 */
import { limits } from '@aislechat/contract';
import type { EndPosition, IdlePosition, RetailerRow, Store } from '../../storage/store.ts';
import { Backoff } from '../backoff.ts';
import { type Clock, retailerCertain } from '../clock.ts';
import { assertAnswers, forEachRetailer, retailersOf, turn } from '../each-retailer.ts';
import { OrderChange } from '../orders/change.ts';
import { forgetLocation } from '../orders/location.ts';
import { keptSince } from './kept-since.ts';
import { groupsOf } from './order.ts';

const dayMs = 24 * 60 * 60_000;
const ordersPerSlice = 100;
const peoplePerSlice = 500;
const rowsPerSlice = 1000;
/** An order that is still there so long after its time is worth a warning. */
export const deletedWithinMs = dayMs;

export interface Deleted {
  orders: number;
  users: number;
  shoppers: number;
  auditEntries: number;
  receipts: number;
}

export interface RetentionReport {
  deleted: Deleted;
  /** Orders that nothing had happened to for so long that they count as ended now. */
  abandoned: number;
  failures: unknown[];
}

interface Run {
  store: Store;
  /** What failed in earlier runs. */
  backoff: Backoff;
  report: RetentionReport;
}

/** The work on one retailer; a slice is done each time it yields. */
type Work = AsyncGenerator<void, void>;
type Kind = (run: Run, retailer: RetailerRow, now: number) => Work;

/** @throws StorageUnavailable when storage is down altogether */
export async function applyRetention(
  store: Store,
  clock: Clock,
  { only, backoff = new Backoff() }: { only?: ReadonlySet<number> | undefined; backoff?: Backoff } = {},
): Promise<RetentionReport> {
  const report: RetentionReport = {
    deleted: { orders: 0, users: 0, shoppers: 0, auditEntries: 0, receipts: 0 },
    abandoned: 0,
    failures: [],
  };
  const run: Run = { store, backoff, report };
  const retailers = await retailersOf(store, only);
  let works = retailers.map((retailer) => workOf(run, retailer, retailerCertain(clock, retailer)));
  while (works.length > 0) {
    const unfinished: Work[] = [];
    for (const work of works) {
      const { done } = await work.next();
      if (!done) unfinished.push(work);
      await turn();
    }
    works = unfinished;
  }
  return report;
}

async function* workOf(run: Run, retailer: RetailerRow, now: number): Work {
  for (const kind of kinds) {
    try {
      yield* kind(run, retailer, now);
    } catch (error) {
      await fail(run, error);
    }
  }
}

/** An order that nobody ends must not be kept for ever: it counts as ended, whatever state it is in. */
async function* closeAbandoned(
  { store, backoff, report }: Run,
  { id: retailerId }: RetailerRow,
  now: number,
): Work {
  const before = now - limits.abandonedOrderMs;
  for (let after = 0; ; ) {
    const orders = await store.read.orderRemovals.unended(retailerId, ordersPerSlice, after);
    for (const { id, lastEventAt } of orders) {
      if (lastEventAt >= before) continue;
      await attempt({ store, backoff, report }, `abandoned ${retailerId}:${id}`, async () => {
        report.abandoned += await store.write(async (tx) => {
          const order = await tx.orders.lock(retailerId, { id });
          if (!order || order.endedAt !== null || order.lastEventAt >= before) return 0;
          const change = new OrderChange(tx, order, now);
          change.isEnd = true;
          await forgetLocation(change);
          await change.record('chat_closed', {});
          change.order.endedAt = change.at;
          change.order.expiresAt = change.at + limits.chatLifetimeMs;
          await change.save();
          return 1;
        });
      });
      yield;
    }
    // IDs rise with time, so no later order is older.
    const last = orders.at(-1);
    if (!last || orders.length < ordersPerSlice || last.createdAt >= before) return;
    after = last.id;
  }
}

async function* deleteOrders(
  run: Run,
  { id: retailerId, orderRetentionDays }: RetailerRow,
  now: number,
): Work {
  const { store, report } = run;
  const before = keptSince(now, orderRetentionDays);
  if (before === undefined) return;
  const deleteThese = async (ids: number[]) => {
    // There may be many of these, and nobody looks for them in an order that is over.
    const deleteDeliveries = () =>
      store.write((tx) => tx.callbackDeliveries.deleteFinished(retailerId, ids, rowsPerSlice));
    while ((await deleteDeliveries()) >= rowsPerSlice) await turn();
    report.deleted.orders += await store.write(async (tx) => {
      const count = await tx.orderRemovals.delete(retailerId, before, ids);
      for (const orderId of ids) tx.changed({ retailerId, orderId });
      return count;
    });
  };
  for (let after: EndPosition | undefined; ; ) {
    const due = await store.read.orderRemovals.due(retailerId, before, ordersPerSlice, after);
    for (const group of groupsOf(due)) {
      const ids = group.map(({ id }) => id);
      yield* inOneOrEach(run, (id) => `order ${retailerId}:${id}`, ids, deleteThese);
    }
    if (due.length < ordersPerSlice) return;
    after = due.at(-1)!;
  }
}

const deletePeople = (kind: 'users' | 'shoppers'): Kind =>
  async function* deletePeopleOfKind(run, { id: retailerId, personRetentionDays }, now) {
    const { store, report } = run;
    const before = keptSince(now, personRetentionDays);
    if (before === undefined) return;
    for (let after: IdlePosition | undefined; ; ) {
      const idle = await store.read[kind].idle(retailerId, before, peoplePerSlice, after);
      const ids = idle.filter(({ isAlone }) => isAlone === 1).map(({ id }) => id);
      yield* inOneOrEach(
        run,
        (id) => `person ${retailerId}:${id}`,
        ids,
        async (these) => {
          report.deleted[kind] += await store.write((tx) => tx[kind].delete(retailerId, before, these));
        },
      );
      if (idle.length < peoplePerSlice) return;
      after = idle.at(-1)!;
    }
  };

async function* deleteAuditEntries({ store, report }: Run, retailer: RetailerRow, now: number): Work {
  const before = keptSince(now, retailer.auditRetentionDays);
  if (before === undefined) return;
  for (let count = rowsPerSlice; count >= rowsPerSlice; ) {
    count = await store.write((tx) => tx.auditEntries.deleteOld(retailer.id, before, rowsPerSlice));
    report.deleted.auditEntries += count;
    if (count > 0) yield;
  }
}

/** A receipt is kept at least as long as its order. */
async function* deleteReceipts({ store, report }: Run, retailer: RetailerRow, now: number): Work {
  const before = keptSince(now, retailer.receiptRetentionDays, retailer.orderRetentionDays);
  if (before === undefined) return;
  for (let count = rowsPerSlice; count >= rowsPerSlice; ) {
    const [ofOrders, ofPeople] = await store.write(async (tx) => [
      await tx.erasureReceipts.deleteOld(retailer.id, before, rowsPerSlice),
      await tx.personErasures.deleteOld(retailer.id, before, rowsPerSlice),
    ]);
    report.deleted.receipts += ofOrders! + ofPeople!;
    count = Math.max(ofOrders!, ofPeople!);
    if (count > 0) yield;
  }
}

const kinds: Kind[] = [
  closeAbandoned,
  deleteOrders,
  // Before people: whoever has a receipt stays.
  deleteReceipts,
  deletePeople('users'),
  deletePeople('shoppers'),
  deleteAuditEntries,
];

/** Does the work for all at once; if that fails, for each alone, so that only those fail that cannot be done. */
async function* inOneOrEach(
  run: Run,
  keyOf: (id: number) => string,
  ids: number[],
  work: (ids: number[]) => Promise<void>,
): Work {
  const due = ids.filter((id) => run.backoff.isDue(keyOf(id)));
  if (due.length === 0) return;
  if (due.length > 1) {
    try {
      await work(due);
      yield;
      return;
    } catch (error) {
      await assertAnswers(run.store, error);
    }
  }
  for (const id of due) {
    await attempt(run, keyOf(id), () => work([id]));
    yield;
  }
}

async function attempt(run: Run, key: string, work: () => Promise<void>): Promise<void> {
  if (!run.backoff.isDue(key)) return;
  try {
    await work();
    run.backoff.succeeded(key);
  } catch (error) {
    run.backoff.failed(key);
    await fail(run, error);
  }
}

/** Adds an error to the report. @throws StorageUnavailable when storage is down altogether */
async function fail({ store, report }: Run, error: unknown): Promise<void> {
  await assertAnswers(store, error);
  report.failures.push(error);
}

/** How long the order of any retailer that is the most overdue has been kept beyond its time; 0 when none is. */
export async function longestKeptMs(store: Store, clock: Clock): Promise<number> {
  let longest = 0;
  const look = async (retailer: RetailerRow) => {
    const before = keptSince(retailerCertain(clock, retailer), retailer.orderRetentionDays);
    const oldest =
      before === undefined ? undefined : await store.read.orderRemovals.oldestEnd(retailer.id, before);
    if (oldest !== undefined) longest = Math.max(longest, before! - oldest);
  };
  await forEachRetailer(store, await store.read.retailers.list(), look, (error) => {
    throw error;
  });
  return longest;
}
