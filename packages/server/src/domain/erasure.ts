/**
 * Erasure: what removes the text after expiry. Reads expire by the clock and do not wait for this. An
 * erasure is finished when storage says that no file holds the text any more; until then its receipt
 * stays unverified, and the next run, also after a crash, takes it up again.
 */
import type { ImageFiles } from '../storage/images/files.ts';
import {
  type ErasureReceiptRow,
  type ImageRow,
  type OrderRow,
  type RetailerRow,
  StorageUnavailable,
  type Store,
  type Writer,
} from '../storage/store.ts';
import { type Clock, retailerNow } from './clock.ts';
import { deleteErasedImages } from './images/erase.ts';
import { type AuditedCaller, audit } from './operate/audit.ts';
import { OrderChange } from './orders/change.ts';
import { eraseTexts } from './orders/erase.ts';
import { isExpired } from './orders/workflow.ts';

const ordersPerTransaction = 100;
const textsPerReclaim = 10_000;
const tokensKeptMs = 24 * 60 * 60_000;

export interface ErasureReport {
  orders: number;
  messages: number;
  /** False while the journal is busy or a file of an image remains; those receipts wait for the next run. */
  verified: boolean;
  /** Why a file of an image remains, for the log. */
  failure?: StorageUnavailable | undefined;
}

/** Erases every expired chat of every retailer, each by its own clock. */
export async function eraseExpired(store: Store, clock: Clock, files: ImageFiles): Promise<ErasureReport> {
  let orders = 0;
  let messages = 0;
  const retailers = await store.read.retailers.list();
  for (const retailer of retailers) {
    const now = retailerNow(clock, retailer);
    for (;;) {
      const expired = await store.read.orders.expired(retailer.id, now, ordersPerTransaction);
      if (expired.length === 0) break;
      const receipts = await store.write(async (tx) => {
        const written: ErasureReceiptRow[] = [];
        for (const { id } of expired) {
          const order = await tx.orders.lock(retailer.id, { id });
          if (order && order.erasedAt === null && isExpired(order, now)) {
            written.push(await eraseOrder(tx, order, now, 'expired'));
          }
        }
        return written;
      });
      orders += receipts.length;
      messages += receipts.reduce((sum, receipt) => sum + receipt.messages, 0);
    }
  }
  await store.write(async (tx) => {
    for (const retailer of retailers) {
      const now = retailerNow(clock, retailer);
      await tx.tokens.deleteExpired(retailer.id, now - tokensKeptMs);
      await tx.streamTickets.deleteExpired(retailer.id, now);
      await tx.supportLinks.deleteExpired(retailer.id, now);
      await tx.usedAssertions.deleteExpired(retailer.id, now);
    }
  });
  return { orders, messages, ...(await verify(store, clock, files)) };
}

/** Erases one chat now, expired or not. The order itself stays. */
export async function eraseOrderNow(
  store: Store,
  clock: Clock,
  files: ImageFiles,
  retailer: RetailerRow,
  orderExternalId: string,
  by?: AuditedCaller,
): Promise<{ receipt: ErasureReceiptRow; verified: boolean } | undefined> {
  const receipt = await store.write(async (tx) => {
    const order = await tx.orders.lock(retailer.id, { externalId: orderExternalId });
    if (!order) return undefined;
    const erased = await eraseOrder(tx, order, retailerNow(clock, retailer), 'requested');
    const subject = { type: 'order', id: order.id } as const;
    if (by) await audit(tx, by, erased.erasedAt, { action: 'chat_erasure', subject });
    return erased;
  });
  return receipt && { receipt, ...(await verify(store, clock, files)) };
}

async function eraseOrder(
  tx: Writer,
  order: OrderRow,
  now: number,
  reason: ErasureReceiptRow['reason'],
): Promise<ErasureReceiptRow> {
  const change = new OrderChange(tx, order, now);
  change.isEnd = true;
  if (reason === 'expired') await change.record('chat_expired', {});
  const receipt = await eraseTexts(change, reason);
  await change.save();
  return receipt;
}

/** Verifies the receipts that stood before the scrub; one written during it waits for the next. */
async function verify(
  store: Store,
  clock: Clock,
  files: ImageFiles,
): Promise<Pick<ErasureReport, 'verified' | 'failure'>> {
  const receipts = await store.read.erasureReceipts.unverified();
  if (receipts.length === 0) return { verified: true };
  const clean = await store.scrub();
  let failure: StorageUnavailable | undefined;
  const finished: { receipt: ErasureReceiptRow; images: ImageRow[] }[] = [];
  for (const receipt of receipts) {
    try {
      const images = await deleteErasedImages(store, files, receipt, clock.now());
      if (images) finished.push({ receipt, images });
    } catch (error) {
      // The next run tries again; the other receipts do not wait for it.
      if (!(error instanceof StorageUnavailable)) throw error;
      failure = error;
    }
  }
  if (!clean) return { verified: false, failure };
  await store.write(async (tx) => {
    for (const { receipt, images } of finished) {
      for (const { retailerId, orderId, id } of images) await tx.images.delete(retailerId, orderId, id);
      // Both times of a receipt are the retailer's.
      const retailer = (await tx.retailers.find(receipt.retailerId))!;
      const now = Math.max(receipt.erasedAt, retailerNow(clock, retailer));
      await tx.erasureReceipts.verify(receipt, now);
    }
  });
  await store.reclaim(textsPerReclaim);
  return { verified: finished.length === receipts.length, failure };
}
