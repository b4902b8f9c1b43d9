/**
 * Reported messages that a retailer holds as evidence for some days, if it has switched that on: copies of the messages
 * that a report names, which only operators and support agents can read (docs/decisions/evidence.md). The chat itself
 * ends as always.
 */
import type {
  EvidenceRow,
  Holding,
  MessageOfLog,
  OrderReference,
  OrderRow,
  RetailerRow,
  Writer,
} from '../../storage/store.ts';
import { DamagedText } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';
import { assertSeesShopper } from '../orders/reach.ts';
import { isExpired } from '../orders/states.ts';
import type { Why } from './support.ts';

const dayMs = 24 * 60 * 60_000;

/** For how many days the messages of a new report are held. Nothing is held that nobody may read. */
export const evidenceDays = (retailer: RetailerRow): number =>
  retailer.shopperInformationRemoval ? 0 : retailer.reportEvidenceDays;

/** What the retailer still holds: a shorter setting applies to what is held already, a longer one does not. */
export const holdingOf = ({ reportEvidenceDays }: RetailerRow, now: number): Holding => ({
  now,
  mostMs: reportEvidenceDays * dayMs,
});

/** The messages of a locked order that a report names, as far as they are to be held and can still be read. */
export async function messagesToHold(
  tx: Writer,
  retailer: RetailerRow,
  order: OrderRow,
  { messages, now }: { messages: readonly number[]; now: number },
): Promise<MessageOfLog[]> {
  if (evidenceDays(retailer) === 0 || isExpired(order, now)) return [];
  const found: MessageOfLog[] = [];
  for (const seq of new Set(messages)) {
    if (seq <= (order.erasingTo ?? 0)) continue;
    const message = await tx.messages.find(order.retailerId, order.id, seq).catch((error) => {
      // A report is taken even if a text is lost.
      if (error instanceof DamagedText) return undefined;
      throw error;
    });
    if (message && message.body !== null) found.push(message);
  }
  return found;
}

/** Copies messages for a report that is stored. Pictures are not copied. */
export async function hold(
  tx: Writer,
  retailer: RetailerRow,
  { retailerId, id: orderId }: OrderRow,
  { reportId, messages, now }: { reportId: number; messages: readonly MessageOfLog[]; now: number },
): Promise<void> {
  for (const { seq, senderType, senderId, createdAt, image, imageId, body } of messages) {
    await tx.reportEvidence.insert({
      retailerId,
      orderId,
      reportId,
      seq,
      senderType,
      senderId,
      sentAt: createdAt,
      hasImage: image !== null || imageId !== null ? 1 : 0,
      heldSince: now,
      heldUntil: now + evidenceDays(retailer) * dayMs,
      body: body ?? '',
    });
  }
}

/** Evidence with the time at which it is erased. */
export type HeldMessage = EvidenceRow & { endsAt: number };

/** The entry in the audit log is committed before any text is read. @throws Refusal */
export async function readEvidence(
  { store, clock }: Context,
  caller: Caller,
  reference: OrderReference,
  why: Why,
): Promise<HeldMessage[]> {
  const { retailer } = caller;
  const order = await store.read.orders.find(retailer.id, reference);
  if (!order) throw new Refusal('resource_not_found');
  assertSeesShopper(caller);
  const now = retailerNow(clock, retailer);
  const subject = { type: 'order', id: order.id } as const;
  await store.write((tx) => audit(tx, caller, now, { action: 'evidence_read', subject, ...why }));
  // Read again: an erasure may have begun meanwhile.
  const after = (await store.read.orders.find(retailer.id, { id: order.id }))?.erasingTo ?? 0;
  const holding = holdingOf(retailer, now);
  const held = await store.read.reportEvidence.list(retailer.id, order.id, holding, after);
  return held.map((row) => ({ ...row, endsAt: Math.min(row.heldUntil, row.heldSince + holding.mostMs) }));
}
