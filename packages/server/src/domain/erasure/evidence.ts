/** Erases evidence: reported messages that a retailer held for some days, and holds no longer. */
import type { ErasureReceiptRow, EvidenceRange, OrderRow, RetailerRow, Writer } from '../../storage/store.ts';
import { holdingOf } from '../chat/evidence.ts';
import { keptSince } from './kept-since.ts';

/** What a receipt says of the evidence that stays. */
export async function heldAfter(
  tx: Writer,
  retailer: RetailerRow,
  { retailerId, id }: OrderRow,
  now: number,
): Promise<Pick<ErasureReceiptRow, 'held' | 'heldUntil'>> {
  // The look-up is only for those who hold anything.
  if (retailer.reportEvidenceDays === 0) return { held: 0, heldUntil: null };
  const { messages, until } = await tx.reportEvidence.held(retailerId, id, holdingOf(retailer, now));
  return { held: messages, heldUntil: until };
}

/** Erases evidence of a locked order, and writes a receipt, unverified, if there was any. @returns of how many messages */
export async function eraseEvidence(
  tx: Writer,
  retailer: RetailerRow,
  order: OrderRow,
  now: number,
  ranges: EvidenceRange[],
): Promise<number> {
  const { retailerId, id: orderId } = order;
  let evidence = 0;
  for (const range of ranges) evidence += await tx.reportEvidence.erase(retailerId, orderId, range);
  if (evidence === 0) return 0;
  const earlier = await tx.erasureReceipts.list(retailerId, orderId);
  await tx.erasureReceipts.insert({
    retailerId,
    orderId,
    orderExternalId: order.externalId,
    erasedAt: Math.max(now, (earlier.at(-1)?.erasedAt ?? -1) + 1),
    messages: 0,
    evidence,
    ...(await heldAfter(tx, retailer, order, now)),
    images: 0,
    subscriptions: 0,
    phoneNumbers: 0,
    providerCopies: 0,
    reason: 'evidence',
    verifiedAt: null,
    keyEpoch: null,
  });
  return evidence;
}

/** Before this end, the retailer keeps no order, and so no evidence of one. */
export const ordersKeptSince = (retailer: RetailerRow, now: number): number =>
  keptSince(now, retailer.orderRetentionDays) ?? Number.MIN_SAFE_INTEGER;

/** Erases what is held no longer of an order. @returns of how many messages */
export async function endEvidence(
  tx: Writer,
  retailer: RetailerRow,
  orderId: number,
  now: number,
): Promise<number> {
  const order = await tx.orders.lock(retailer.id, { id: orderId });
  if (!order) return 0;
  const isKept = order.endedAt === null || order.endedAt >= ordersKeptSince(retailer, now);
  const range = isKept ? { ended: holdingOf(retailer, now) } : {};
  return eraseEvidence(tx, retailer, order, now, [range]);
}
