import type { ErasureReceiptRow, OrderRow, Store, Writer } from '../../storage/store.ts';
import { turn } from '../each-retailer.ts';
import type { OrderChange } from '../orders/change.ts';
import { forgetLocation } from '../orders/location.ts';

/** Events of the orders that are erased in one transaction, at most. A longer order goes in slices of as many. */
export const eventsPerTransaction = 1000;

/** What went in slices, before the transaction that ends the erasure. */
export interface SlicedTexts {
  /** Up to this event. */
  upTo: number;
  images: number;
}

/**
 * Erases all but the last slice of what an order's log holds up to event `upTo`. Nobody can read it: it may go piece by
 * piece. What the receipt says comes with the last piece.
 * @param lock locks the order; undefined when there is nothing to erase any more
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

/** From now on nobody reads what was written in an order under change until now. */
export function hideTexts({ order }: OrderChange): void {
  order.erasingTo = order.seq;
  order.unreadByUser = 0;
  order.unreadByShopper = 0;
}

/**
 * Erases the texts of an order under change, with where its shopper is, and writes the receipt, unverified. What was
 * asked for ends with the texts that were hidden then: what was written since stays.
 * @param sliced what went before
 */
export async function eraseTexts(
  change: OrderChange,
  reason: ErasureReceiptRow['reason'],
  sliced: SlicedTexts = { upTo: 0, images: 0 },
): Promise<ErasureReceiptRow> {
  const { tx, order, at } = change;
  const { retailerId, id: orderId, seq } = order;
  const upTo = reason === 'requested' ? (order.erasingTo ?? seq) : seq;
  const rest = { after: sliced.upTo, upTo };
  await forgetLocation(change);
  await tx.idempotencyKeys.delete(retailerId, orderId, rest);
  const erased = await tx.messages.eraseTexts(retailerId, orderId, rest);
  // Those that no message carries too.
  const uploaded = await tx.images.erase(retailerId, orderId, upTo, at);
  const isWhole =
    upTo === seq || (await tx.messages.count(retailerId, orderId, { after: upTo, upTo: seq })) === 0;
  if (isWhole) {
    order.unreadByUser = 0;
    order.unreadByShopper = 0;
  }
  order.erasingTo = null;
  // An active chat goes on and will expire in its turn, as does what was written while it was erased.
  if (order.expiresAt !== null && isWhole) order.erasedAt = at;
  const earlier = await tx.erasureReceipts.list(retailerId, orderId);
  // Counted by what was ever sent: a breakdown between slices makes the receipt no smaller.
  const sent = await tx.messages.count(retailerId, orderId, { after: 0, upTo });
  const receipt: ErasureReceiptRow = {
    messages: sent - earlier.reduce((sum, one) => sum + one.messages, 0),
    images: erased.images + uploaded + sliced.images,
    retailerId,
    orderId,
    erasedAt: Math.max(at, (earlier.at(-1)?.erasedAt ?? -1) + 1),
    reason,
    verifiedAt: null,
  };
  await tx.erasureReceipts.insert(receipt);
  return receipt;
}
