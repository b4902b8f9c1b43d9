/**
 * Erases what a shopper wrote, order by order, each in one short transaction. Their own row is emptied before. A process
 * that is killed leaves the number of the last order in the receipt, and the next round goes on from there.
 *
 * Every transaction locks the shopper before the order.
 */
import type { PersonErasureRow, RetailerRow, Store, Writer } from '../../storage/store.ts';
import { type Clock, retailerNow } from '../clock.ts';
import { turn } from '../each-retailer.ts';
import { OrderChange } from '../orders/change.ts';
import { forgetLocation } from '../orders/location.ts';
import { heldAfter } from './evidence.ts';
import { recordErased } from './order.ts';

const ordersPerRead = 100;

interface Needs {
  store: Store;
  clock: Clock;
}

/** Finishes the erasure of a shopper, if it is in progress. @returns the receipt */
export async function finishShopper(
  { store, clock }: Needs,
  retailer: RetailerRow,
  shopperId: number,
): Promise<PersonErasureRow> {
  for (;;) {
    const erasure = (await store.read.personErasures.find(retailer.id, shopperId))!;
    if (erasure.markedTo === null) return erasure;
    const { idsOfShopper } = store.read.orderSummaries;
    const ids = await idsOfShopper(retailer.id, shopperId, erasure.markedTo, ordersPerRead);
    for (const id of ids) {
      await store.write((tx) => eraseInOrder(tx, retailer, shopperId, id, retailerNow(clock, retailer)));
      await turn();
    }
    if (ids.length === 0) await close(store, retailer.id, shopperId);
  }
}

async function eraseInOrder(
  tx: Writer,
  retailer: RetailerRow,
  shopperId: number,
  orderId: number,
  now: number,
): Promise<void> {
  const retailerId = retailer.id;
  await tx.shoppers.lock(retailerId, { id: shopperId });
  const erasure = await tx.personErasures.find(retailerId, shopperId);
  // Another process was here first.
  if (erasure?.markedTo == null || erasure.markedTo >= orderId) return;
  const order = await tx.orders.lock(retailerId, { id: orderId });
  const erased = order
    ? await eraseTextsOf(new OrderChange(tx, order, now), retailer, shopperId)
    : { messages: 0, images: 0, evidence: 0 };
  await tx.personErasures.update({
    ...erasure,
    orders: erasure.orders + 1,
    messages: erasure.messages + erased.messages,
    images: erasure.images + erased.images,
    evidence: erasure.evidence + erased.evidence,
    markedTo: orderId,
  });
}

async function eraseTextsOf(change: OrderChange, retailer: RetailerRow, shopperId: number) {
  const { tx, order } = change;
  const { retailerId, id: orderId, seq } = order;
  if (order.currentShopperId === shopperId) await forgetLocation(change);
  const theirs = { after: 0, upTo: seq, senderId: shopperId };
  await tx.idempotencyKeys.delete(retailerId, orderId, theirs);
  const { messages, images: links } = await tx.messages.eraseTexts(retailerId, orderId, theirs);
  const images = links + (await tx.images.erase(retailerId, orderId, seq, change.at, shopperId));
  const evidence = await tx.reportEvidence.erase(retailerId, orderId, theirs);
  if (messages + images + evidence > 0) {
    change.order.unreadByUser = await tx.messages.countUnread(retailerId, orderId, 'driver');
    const earlier = await tx.erasureReceipts.list(retailerId, orderId);
    await tx.erasureReceipts.insert({
      retailerId,
      orderId,
      orderExternalId: order.externalId,
      erasedAt: Math.max(change.at, (earlier.at(-1)?.erasedAt ?? -1) + 1),
      messages,
      images,
      evidence,
      ...(await heldAfter(tx, retailer, order, change.at)),
      subscriptions: 0,
      phoneNumbers: 0,
      providerCopies: 0,
      reason: 'requested',
      verifiedAt: null,
      keyEpoch: null,
    });
  }
  // Also where they wrote nothing: pages show their name.
  await recordErased(change, seq, shopperId);
  await change.save();
  return { messages, images, evidence };
}

async function close(store: Store, retailerId: number, shopperId: number): Promise<void> {
  await store.write(async (tx) => {
    await tx.shoppers.lock(retailerId, { id: shopperId });
    const erasure = await tx.personErasures.find(retailerId, shopperId);
    if (erasure?.markedTo == null) return;
    await tx.personErasures.update({ ...erasure, markedTo: null });
    // Names no order: this wakes the verification of erasures.
    tx.changed({ retailerId });
  });
}
