import type { ErasureReceiptRow, OrderRow, RetailerRow, Store, Writer } from '../../storage/store.ts';
import { turn } from '../each-retailer.ts';
import type { OrderChange } from '../orders/change.ts';
import { forgetLocation } from '../orders/location.ts';
import { isExpired } from '../orders/states.ts';
import { heldAfter } from './evidence.ts';

/** The most events of orders that one transaction erases. A longer order is erased in slices of this size. */
export const eventsPerTransaction = 1000;

/** What was erased in slices before the transaction that completes the erasure. */
export interface SlicedTexts {
  /** Up to and including this event. */
  upTo: number;
  images: number;
}

/**
 * Erases all but the last slice of an order's log up to event `upTo`. Nobody can read it any more, so it may be
 * erased piece by piece. The receipt is written with the last slice.
 * @param lock locks the order; returns undefined when there is nothing left to erase
 */
export async function eraseInSlices(
  store: Store,
  { retailerId, id }: OrderRow,
  upTo: number,
  lock: (tx: Writer) => Promise<OrderRow | undefined>,
): Promise<SlicedTexts> {
  const sliced: SlicedTexts = { upTo: 0, images: 0 };
  while (upTo - sliced.upTo > eventsPerTransaction) {
    const slice = { after: sliced.upTo, upTo: sliced.upTo + eventsPerTransaction };
    const erased = await store.write(async (tx) => {
      if (!(await lock(tx))) return undefined;
      await tx.idempotencyKeys.delete(retailerId, id, slice);
      return tx.messages.eraseTexts(retailerId, id, slice);
    });
    if (!erased) break;
    sliced.upTo = slice.upTo;
    sliced.images += erased.images;
    await turn();
  }
  return sliced;
}

/** Hides everything written in the order up to now from all readers. */
export function hideTexts({ order }: OrderChange): void {
  order.erasingTo = order.seq;
  order.unreadByUser = 0;
  order.unreadByShopper = 0;
}

/**
 * Makes the pages that show an order drop what was written up to event `upTo`, and read names and items again. An
 * expired chat has no readers.
 * @param shopperId set if only this shopper was erased
 */
export async function recordErased(change: OrderChange, upTo: number, shopperId?: number): Promise<void> {
  if (isExpired(change.order, change.at)) return;
  // A full log must not keep a page from dropping a text.
  change.isEnd = true;
  await change.record('texts_erased', {
    up_to: upTo,
    ...(shopperId !== undefined && { shopper_id: shopperId }),
  });
}

/**
 * Erases the texts of a locked order and its shopper's location, and writes the receipt, unverified. A requested
 * erasure covers only the texts hidden at the time of the request, with what is held of them as evidence; anything
 * written since is kept.
 * @param sliced what was erased before
 */
export async function eraseTexts(
  change: OrderChange,
  retailer: RetailerRow,
  reason: 'expired' | 'requested',
  sliced: SlicedTexts = { upTo: 0, images: 0 },
): Promise<ErasureReceiptRow> {
  const { tx, order, at } = change;
  const { retailerId, id: orderId, seq } = order;
  const upTo = reason === 'requested' ? (order.erasingTo ?? seq) : seq;
  const rest = { after: sliced.upTo, upTo };
  await forgetLocation(change);
  await tx.idempotencyKeys.delete(retailerId, orderId, rest);
  const erased = await tx.messages.eraseTexts(retailerId, orderId, rest);
  const evidence = reason === 'requested' ? await tx.reportEvidence.erase(retailerId, orderId, { upTo }) : 0;
  const subscriptions = await tx.pushSubscriptions.deleteOf(retailerId, { orderId });
  const phoneNumbers = await tx.textMessages.deletePhone(retailerId, orderId);
  const providerCopies = await tx.textMessages.eraseCopies(retailerId, orderId, at);
  if (phoneNumbers > 0) await tx.notifications.forgetProvider(retailerId, orderId);
  // Includes images that no message uses.
  const uploaded = await tx.images.erase(retailerId, orderId, upTo, at);
  const isWhole =
    upTo === seq || (await tx.messages.count(retailerId, orderId, { after: upTo, upTo: seq })) === 0;
  if (isWhole) {
    order.unreadByUser = 0;
    order.unreadByShopper = 0;
  }
  order.erasingTo = null;
  // An active chat continues and will expire in turn, with anything written during its erasure.
  if (order.expiresAt !== null && isWhole) order.erasedAt = at;
  await tx.linkCodes.delete(retailerId, orderId);
  // Only once the link has ended: until then it would work on any device again.
  if (order.erasedAt !== null && order.linkDevices !== '') {
    order.linkDevices = '';
    await tx.orders.setLink(order);
  }
  const earlier = await tx.erasureReceipts.list(retailerId, orderId);
  // Counts the messages ever sent, so that an interruption between slices does not lower the number on the receipt.
  const sent = await tx.messages.count(retailerId, orderId, { after: 0, upTo });
  const receipt: ErasureReceiptRow = {
    messages: sent - earlier.reduce((sum, one) => sum + one.messages, 0),
    images: erased.images + uploaded + sliced.images,
    evidence,
    ...(await heldAfter(tx, retailer, order, at)),
    subscriptions,
    phoneNumbers,
    providerCopies,
    retailerId,
    orderId,
    orderExternalId: order.externalId,
    erasedAt: Math.max(at, (earlier.at(-1)?.erasedAt ?? -1) + 1),
    reason,
    verifiedAt: null,
    keyEpoch: null,
  };
  await tx.erasureReceipts.insert(receipt);
  return receipt;
}

/** Groups short orders, so that they are handled in one transaction together. */
export function* groupsOf<Order extends Pick<OrderRow, 'seq'>>(orders: Order[]): Generator<Order[]> {
  let group: Order[] = [];
  let events = 0;
  for (const order of orders) {
    if (group.length > 0 && events + order.seq > eventsPerTransaction) {
      yield group;
      group = [];
      events = 0;
    }
    group.push(order);
    events += order.seq;
  }
  if (group.length > 0) yield group;
}
