import type { ErasureReceiptRow } from '../../storage/store.ts';
import type { OrderChange } from './change.ts';
import { forgetLocation } from './location.ts';

/** What went in slices, before the transaction that ends the erasure. */
export interface SlicedTexts {
  images: number;
}

/**
 * Erases the texts of an order under change, with where its shopper is, and writes the receipt, unverified.
 * @param sliced where all but the order's last events went before
 */
export async function eraseTexts(
  change: OrderChange,
  reason: ErasureReceiptRow['reason'],
  sliced?: SlicedTexts,
): Promise<ErasureReceiptRow> {
  const { tx, order, at } = change;
  const { retailerId, id: orderId } = order;
  await forgetLocation(change);
  await tx.idempotencyKeys.deleteAll(retailerId, orderId);
  const erased = await tx.messages.eraseTexts(retailerId, orderId);
  // Those that no message carries too.
  const uploaded = await tx.images.erase(retailerId, orderId, at);
  order.unreadByUser = 0;
  order.unreadByShopper = 0;
  // An active chat goes on and will expire in its turn.
  if (order.expiresAt !== null) order.erasedAt = at;
  const earlier = await tx.erasureReceipts.list(retailerId, orderId);
  // Counted by what was ever sent: a breakdown between slices makes the receipt no smaller.
  const messages = sliced
    ? (await tx.messages.count(retailerId, orderId)) - earlier.reduce((sum, one) => sum + one.messages, 0)
    : erased.messages;
  const receipt: ErasureReceiptRow = {
    messages,
    images: erased.images + uploaded + (sliced?.images ?? 0),
    retailerId,
    orderId,
    erasedAt: Math.max(at, (earlier.at(-1)?.erasedAt ?? -1) + 1),
    reason,
    verifiedAt: null,
  };
  await tx.erasureReceipts.insert(receipt);
  return receipt;
}
