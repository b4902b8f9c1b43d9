/**
 * Erasure removes the texts of expired chats. Reads check the expiry themselves and do not depend on it. An erasure
 * is complete when storage confirms that no file holds the text any more; until then its receipt stays unverified,
 * and the next run takes it up again, even after a crash.
 *
 * Retailers take turns, one slice of orders each. A slice that fails is split up, so that only the failing order
 * waits, longer after each failure; long conversations are erased in slices of their own. Requested erasures that
 * were cut short (domain/erasure/requested.ts) are finished here too, and evidence that is held no longer is erased.
 */
import type { ImageFiles } from '../../storage/images/files.ts';
import type {
  ErasureReceiptRow,
  ExpiryPosition,
  ImageRow,
  OrderRow,
  PersonErasureRow,
  PositionOfUser,
  ReceiptKey,
  RetailerRow,
  Store,
  Writer,
} from '../../storage/store.ts';
import { Backoff } from '../backoff.ts';
import { holdingOf } from '../chat/evidence.ts';
import { type Clock, retailerCertain, retailerNow } from '../clock.ts';
import { assertAnswers, forEachRetailer, retailersOf, turn } from '../each-retailer.ts';
import { type AuditedCaller, audit } from '../operate/audit.ts';
import { OrderChange } from '../orders/change.ts';
import { isExpired } from '../orders/states.ts';
import { endEvidence, ordersKeptSince } from './evidence.ts';
import { deleteErasedImages } from './images.ts';
import { eraseInSlices, eraseTexts, groupsOf, hideTexts, recordErased, type SlicedTexts } from './order.ts';
import { closePerson, finishOrder, markAllOrders } from './requested.ts';
import { finishShopper } from './shopper.ts';

const ordersPerSlice = 100;
/** People whose erasure one round resumes, per retailer. */
const peopleAtOnce = 100;
/** After this many failures of single orders, the next retailer gets its turn. */
const failuresPerTurn = 3;
const receiptsPerSlice = 100;
const textsPerReclaim = 10_000;
/** Expired text is erased within this time; a longer delay raises an alarm. */
export const erasedWithinMs = 15 * 60_000;

export interface ErasureReport {
  orders: number;
  messages: number;
  /** Messages that were held as evidence. */
  evidence: number;
  /** False while the journal is busy or an image file remains; those receipts wait for the next run. */
  verified: boolean;
  /** Whether receipts wait for copies at a provider of text messages, which this run cannot delete. */
  waitsForProvider: boolean;
  /** Errors with orders, retailers and files, for the log. */
  failures: unknown[];
}

const newReport = (): ErasureReport => ({
  orders: 0,
  messages: 0,
  evidence: 0,
  verified: true,
  waitsForProvider: false,
  failures: [],
});

interface Needs {
  store: Store;
  clock: Clock;
  files: ImageFiles;
}

interface Run extends Needs {
  /** What failed in earlier runs. */
  backoff: Backoff;
  report: ErasureReport;
  deleteCopies?: DeleteCopies | undefined;
}

/** Deletes the copies of a chat at a provider of text messages. @returns whether none is left */
export type DeleteCopies = (receipt: ErasureReceiptRow) => Promise<boolean>;

export interface ErasureScope {
  /** These retailers; omit for all. */
  only?: ReadonlySet<number> | undefined;
  /** Shared between runs. */
  backoff?: Backoff;
  /** Without it, receipts of chats with such copies stay unverified. */
  deleteCopies?: DeleteCopies;
}

/** Erases every expired chat, each by its retailer's own clock. @throws StorageUnavailable */
export async function eraseExpired(
  store: Store,
  clock: Clock,
  files: ImageFiles,
  { only, backoff = new Backoff(), deleteCopies }: ErasureScope = {},
): Promise<ErasureReport> {
  const report = newReport();
  const run = { store, clock, files, backoff, report, deleteCopies };
  let turns: Turn[] = [];
  await forEachRetailer(
    store,
    await retailersOf(store, only),
    async (retailer) => {
      const { orders, personErasures } = store.read;
      const [expired, evidence, requested, people] = await Promise.all([
        orders.expired(retailer.id, retailerCertain(clock, retailer), 1),
        ordersWithEndedEvidence(run, retailer, 0, 1),
        orders.beingErased(retailer.id, 1),
        personErasures.underWay(retailer.id, 1),
      ]);
      if (requested.length > 0 || people.length > 0) turns.push(() => startRequested(run, retailer));
      if (expired.length > 0) turns.push(() => takeTurn(run, retailer, undefined));
      if (evidence.length > 0) turns.push(() => takeEvidenceTurn(run, retailer, 0));
    },
    (error) => report.failures.push(error),
  );
  while (turns.length > 0) {
    const next: Turn[] = [];
    for (const take of turns) {
      const more = await take();
      if (more) next.push(more);
      await turn();
    }
    turns = next;
  }
  await verifyAll(run);
  return report;
}

/** Does one slice of a retailer's work. @returns the next one, if there may be more */
type Turn = () => Promise<Turn | undefined>;

/** Erases one slice of a retailer's expired orders. */
async function takeTurn(
  run: Run,
  retailer: RetailerRow,
  after: ExpiryPosition | undefined,
): Promise<Turn | undefined> {
  const nextAfter =
    (order: OrderRow): Turn =>
    () =>
      takeTurn(run, retailer, positionOf(order));
  const { store, clock, backoff, report } = run;
  const now = retailerCertain(clock, retailer);
  const expired = await store.read.orders
    .expired(retailer.id, now, ordersPerSlice, after)
    .catch((error) => fail(run, error));
  if (!expired) return undefined;
  let failures = 0;
  for (const group of groupsOf(expired.filter((order) => backoff.isDue(keyOf(order))))) {
    // The group is split, so that only the failing orders fail.
    if (group.length > 1 && (await eraseGroup(run, retailer, now, group))) continue;
    for (const order of group) {
      if (await eraseGroup(run, retailer, now, [order], (error) => report.failures.push(error))) {
        backoff.succeeded(keyOf(order));
        continue;
      }
      backoff.failed(keyOf(order));
      failures += 1;
      if (failures === failuresPerTurn) return nextAfter(order);
    }
  }
  return expired.length === ordersPerSlice ? nextAfter(expired.at(-1)!) : undefined;
}

function ordersWithEndedEvidence({ store, clock }: Run, retailer: RetailerRow, after: number, limit: number) {
  const now = retailerCertain(clock, retailer);
  const { ordersWithEnded } = store.read.reportEvidence;
  return ordersWithEnded(retailer.id, holdingOf(retailer, now), ordersKeptSince(retailer, now), limit, after);
}

/** Erases evidence that is held no longer, of one slice of orders. @param after the last order of the slice before */
async function takeEvidenceTurn(run: Run, retailer: RetailerRow, after: number): Promise<Turn | undefined> {
  const { store, clock, report } = run;
  const ids = await ordersWithEndedEvidence(run, retailer, after, ordersPerSlice).catch((error) =>
    fail(run, error),
  );
  if (!ids) return undefined;
  let failures = 0;
  for (const id of ids) {
    const isDone = await attempt(run, `evidence ${retailer.id}:${id}`, async () => {
      const now = retailerCertain(clock, retailer);
      report.evidence += await store.write((tx) => endEvidence(tx, retailer, id, now));
    });
    if (!isDone) failures += 1;
    if (failures === failuresPerTurn) return () => takeEvidenceTurn(run, retailer, id);
  }
  return ids.length === ordersPerSlice ? () => takeEvidenceTurn(run, retailer, ids.at(-1)!) : undefined;
}

/** Resumes requested erasures that were cut short. */
async function startRequested(run: Run, retailer: RetailerRow): Promise<Turn | undefined> {
  const people = await run.store.read.personErasures
    .underWay(retailer.id, peopleAtOnce)
    .catch((error) => fail(run, error));
  const userIds: number[] = [];
  for (const { personId: userId, kind } of people ?? []) {
    if (kind === 'shopper') {
      await attempt(run, keyOfPerson(retailer, userId), async () => {
        await finishShopper(run, retailer, userId);
      });
      continue;
    }
    const isMarked = await attempt(run, keyOfPerson(retailer, userId), async () => {
      await markAllOrders(run, retailer, userId);
    });
    if (isMarked) userIds.push(userId);
  }
  return takeRequestedTurn(run, retailer, userIds, undefined);
}

/**
 * Erases one slice of the orders whose erasure was requested; after the last, closes the erasures of their people.
 */
async function takeRequestedTurn(
  run: Run,
  retailer: RetailerRow,
  userIds: number[],
  after: PositionOfUser | undefined,
): Promise<Turn | undefined> {
  const { store, report } = run;
  const orders = await store.read.orders
    .beingErased(retailer.id, ordersPerSlice, after)
    .catch((error) => fail(run, error));
  if (!orders) return undefined;
  let failures = 0;
  for (const order of orders) {
    const isDone = await attempt(run, keyOf(order), async () => {
      const receipt = await finishOrder(run, retailer, order);
      if (!receipt) return;
      report.orders += 1;
      report.messages += receipt.messages;
    });
    if (!isDone) failures += 1;
    if (failures === failuresPerTurn) return () => takeRequestedTurn(run, retailer, userIds, order);
  }
  if (orders.length === ordersPerSlice) {
    return () => takeRequestedTurn(run, retailer, userIds, orders.at(-1)!);
  }
  for (const userId of userIds) {
    await attempt(run, keyOfPerson(retailer, userId), () => closePerson(store, retailer, userId));
  }
  return undefined;
}

/**
 * @returns whether it succeeded; after a failure it waits, longer each time
 * @throws StorageUnavailable when storage is down altogether
 */
async function attempt(run: Run, key: string, work: () => Promise<void>): Promise<boolean> {
  if (!run.backoff.isDue(key)) return false;
  try {
    await work();
    run.backoff.succeeded(key);
    return true;
  } catch (error) {
    run.backoff.failed(key);
    await fail(run, error);
    return false;
  }
}

/** @returns whether it succeeded @throws StorageUnavailable when storage is down altogether */
async function eraseGroup(
  run: Run,
  retailer: RetailerRow,
  now: number,
  orders: OrderRow[],
  failed: (error: unknown) => void = () => {},
): Promise<boolean> {
  const { store, report } = run;
  try {
    const sliced = new Map<number, SlicedTexts>();
    for (const order of orders) {
      const lock = (tx: Writer) => lockExpired(tx, retailer.id, order.id, now);
      sliced.set(order.id, await eraseInSlices(store, order, order.seq, lock));
    }
    const receipts = await store.write(async (tx) => {
      const written: ErasureReceiptRow[] = [];
      for (const { id } of orders) {
        const order = await lockExpired(tx, retailer.id, id, now);
        if (order) written.push(await eraseOrder(new OrderChange(tx, order, now), retailer, sliced.get(id)));
      }
      return written;
    });
    report.orders += receipts.length;
    report.messages += receipts.reduce((sum, { messages }) => sum + messages, 0);
    return true;
  } catch (error) {
    await assertAnswers(store, error);
    failed(error);
    return false;
  }
}

/** Locks an order that is due for erasure. Leaves out requested erasures, which have their own turn. */
async function lockExpired(
  tx: Writer,
  retailerId: number,
  id: number,
  now: number,
): Promise<OrderRow | undefined> {
  const order = await tx.orders.lock(retailerId, { id });
  const isDue = order && order.erasedAt === null && order.erasingTo === null && isExpired(order, now);
  return isDue ? order : undefined;
}

const keyOf = ({ retailerId, id }: OrderRow): string => `order ${retailerId}:${id}`;
const keyOfPerson = ({ id }: RetailerRow, userId: number): string => `person ${id}:${userId}`;
const positionOf = ({ expiresAt, id }: OrderRow): ExpiryPosition => ({ expiresAt: expiresAt!, id });

/** Adds an error to the report. @throws StorageUnavailable when storage is down altogether */
async function fail({ store, report }: Run, error: unknown): Promise<undefined> {
  await assertAnswers(store, error);
  report.failures.push(error);
}

/** How long the most overdue erasure of any retailer has been waiting; 0 when none is due. */
export async function longestDueMs(store: Store, clock: Clock): Promise<number> {
  let longest = 0;
  await forEachRetailer(
    store,
    await store.read.retailers.list(),
    async (retailer) => {
      const now = retailerCertain(clock, retailer);
      const [oldest] = await store.read.orders.expired(retailer.id, now, 1);
      if (oldest) longest = Math.max(longest, now - oldest.expiresAt!);
      const ended = await store.read.reportEvidence.oldestEnd(retailer.id, holdingOf(retailer, now));
      if (ended !== undefined) longest = Math.max(longest, now - ended);
    },
    (error) => {
      throw error;
    },
  );
  return longest;
}

/**
 * Erases one chat now, expired or not, and keeps the order. From the first transaction on nobody can read the
 * texts; messages sent afterwards are kept. A request repeated while the erasure is running joins the same erasure.
 */
export async function eraseOrderNow(
  needs: Needs,
  retailer: RetailerRow,
  orderExternalId: string,
  by?: AuditedCaller,
): Promise<{ receipt: ErasureReceiptRow; verified: boolean } | undefined> {
  const { store, clock } = needs;
  const hidden = await store.write(async (tx) => {
    const order = await tx.orders.lock(retailer.id, { externalId: orderExternalId });
    if (!order) return undefined;
    const change = new OrderChange(tx, order, retailerNow(clock, retailer));
    hideTexts(change);
    await recordErased(change, order.seq);
    await change.save();
    const subject = { type: 'order', id: order.id } as const;
    if (by && order.erasingTo === null) {
      await audit(tx, by, change.at, { action: 'chat_erasure', subject });
    }
    return order;
  });
  if (!hidden) return undefined;
  await finishOrder(needs, retailer, hidden);
  // The background erasure may have finished it first.
  const receipt = (await store.read.erasureReceipts.list(retailer.id, hidden.id)).at(-1)!;
  const report = newReport();
  await verifyAll({ ...needs, backoff: new Backoff(), report });
  return { receipt, verified: report.verified && !report.waitsForProvider };
}

/** Erases an expired chat. */
async function eraseOrder(
  change: OrderChange,
  retailer: RetailerRow,
  sliced: SlicedTexts | undefined,
): Promise<ErasureReceiptRow> {
  change.isEnd = true;
  await change.record('chat_expired', {});
  const receipt = await eraseTexts(change, retailer, 'expired', sliced);
  await change.save();
  return receipt;
}

/** Verifies the receipts written before the scrub; one written during it waits for the next. */
async function verifyAll(run: Run): Promise<void> {
  const { store, report } = run;
  let receipts = await store.read.erasureReceipts.unverified(receiptsPerSlice);
  const people = await store.read.personErasures.unverified(peopleAtOnce);
  if (receipts.length === 0 && people.length === 0) return;
  // Before the scrub, which then clears their rows too.
  for (const receipt of receipts) await hasNoCopies(run, receipt).catch((error) => fail(run, error));
  report.verified = await store.scrub();
  const isClean = report.verified;
  // Unlike texts, the rows of a person can leave copies in unused parts of pages.
  if (isClean && people.length > 0) {
    const isCleaned = await store.cleanPages().catch((error) => fail(run, error));
    if (isCleaned) await verifyPeople(run, people);
  }
  for (let after: ReceiptKey | undefined; receipts.length > 0; ) {
    await verifySlice(run, receipts, isClean);
    await turn();
    after = receipts.at(-1)!;
    // Receipts written after the scrub wait for the next one.
    if (receipts.length < receiptsPerSlice) break;
    receipts = await store.read.erasureReceipts.unverified(receiptsPerSlice, after);
  }
  if (isClean) await store.reclaim(textsPerReclaim);
}

/** A person's own row is clean once no journal holds it; their orders have receipts of their own. */
async function verifyPeople({ store, clock }: Run, people: PersonErasureRow[]): Promise<void> {
  await store.write(async (tx) => {
    for (const person of people) {
      const retailer = (await tx.retailers.find(person.retailerId))!;
      await tx.personErasures.verify(person, Math.max(person.erasedAt, retailerNow(clock, retailer)));
    }
  });
}

interface Finished {
  receipt: ErasureReceiptRow;
  images: ImageRow[];
}

async function verifySlice(run: Run, receipts: ErasureReceiptRow[], isClean: boolean): Promise<void> {
  const { store, clock, files, backoff, report } = run;
  const finished: Finished[] = [];
  for (const receipt of receipts) {
    const key = keyOfReceipt(receipt);
    if (!backoff.isDue(key)) {
      report.verified = false;
      continue;
    }
    try {
      const images = await deleteErasedImages(store, files, receipt, clock.now());
      const hasCopies = !(await hasNoCopies(run, receipt));
      if (images && !hasCopies) finished.push({ receipt, images });
      else if (hasCopies) report.waitsForProvider = true;
      else report.verified = false;
    } catch (error) {
      // Another run retries it; the other receipts do not wait.
      await giveUpFor(run, receipt, error);
    }
  }
  if (!isClean) return;
  try {
    await settle(store, clock, finished);
  } catch (error) {
    await assertAnswers(store, error);
    for (const one of finished) {
      await settle(store, clock, [one]).catch((cause) => giveUpFor(run, one.receipt, cause));
    }
  }
}

async function hasNoCopies({ store, deleteCopies }: Run, receipt: ErasureReceiptRow): Promise<boolean> {
  if (receipt.providerCopies === 0) return true;
  if (deleteCopies) return deleteCopies(receipt);
  return (await store.read.textMessages.erasedCopies(receipt.retailerId, receipt.orderId)).length === 0;
}

async function giveUpFor(run: Run, receipt: ErasureReceiptRow, error: unknown): Promise<void> {
  run.report.verified = false;
  run.backoff.failed(keyOfReceipt(receipt));
  await fail(run, error);
}

const keyOfReceipt = ({ retailerId, orderId, erasedAt }: ErasureReceiptRow): string =>
  `receipt ${retailerId}:${orderId}:${erasedAt}`;

async function settle(store: Store, clock: Clock, finished: Finished[]): Promise<void> {
  if (finished.length === 0) return;
  // What was erased was encrypted with keys of epochs that began before.
  const epoch = await store.keys?.epochs.newest();
  await store.write(async (tx) => {
    for (const { receipt, images } of finished) {
      for (const { retailerId, orderId, id } of images) await tx.images.delete(retailerId, orderId, id);
      // Both times on a receipt are on the retailer's clock.
      const retailer = (await tx.retailers.find(receipt.retailerId))!;
      const now = Math.max(receipt.erasedAt, retailerNow(clock, retailer));
      await tx.erasureReceipts.verify(receipt, now, epoch?.number ?? null);
    }
  });
}
