import type { Sql } from '../sql.ts';

/**
 * Proof of an erasure, without content. `verifiedAt` is set once no file contains the text any more. On PostgreSQL,
 * whose pages and log the service cannot clean, it is set once no row contains it.
 */
export interface ErasureReceiptRow {
  retailerId: number;
  orderId: number;
  erasedAt: number;
  messages: number;
  images: number;
  /** Reported messages that were held as evidence and were erased. */
  evidence: number;
  /** Reported messages that stayed held, and until when at the latest. */
  held: number;
  heldUntil: number | null;
  /** Push subscriptions of the customer, phone numbers, and copies of texts at a provider of text messages. */
  subscriptions: number;
  phoneNumbers: number;
  providerCopies: number;
  reason: 'expired' | 'requested' | 'evidence';
  verifiedAt: number | null;
  /**
   * The newest epoch whose key could read a copy of what was erased; set with `verifiedAt`. Null if the engine does not
   * encrypt.
   */
  keyEpoch: number | null;
  /** The retailer's own ID of the order, which the receipt outlives. */
  orderExternalId: string;
}

/** Identifies one receipt. */
export type ReceiptKey = Pick<ErasureReceiptRow, 'retailerId' | 'orderId' | 'erasedAt'>;

/** The receipt after which a page starts. */
export type ReceiptPosition = Pick<ErasureReceiptRow, 'erasedAt' | 'orderId'>;

const columns = `
  retailer_id AS "retailerId",
  order_id AS "orderId",
  erased_at AS "erasedAt",
  messages,
  images,
  evidence,
  held,
  held_until AS "heldUntil",
  subscriptions,
  phone_numbers AS "phoneNumbers",
  provider_copies AS "providerCopies",
  reason,
  verified_at AS "verifiedAt",
  key_epoch AS "keyEpoch",
  order_external_id AS "orderExternalId"`;

export const erasureReceiptReader = (sql: Sql) => ({
  list(retailerId: number, orderId: number): Promise<ErasureReceiptRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM erasure_receipts
       WHERE retailer_id = $1 AND order_id = $2
       ORDER BY erased_at`,
      retailerId,
      orderId,
    );
  },

  /** At most `limit` receipts after `after`, newest first. */
  newest(
    retailerId: number,
    after: ReceiptPosition | undefined,
    limit: number,
  ): Promise<ErasureReceiptRow[]> {
    const { erasedAt, orderId } = after ?? { erasedAt: Number.MAX_SAFE_INTEGER, orderId: 0 };
    return sql.all(
      `SELECT ${columns}
       FROM erasure_receipts
       WHERE retailer_id = $1 AND (erased_at, order_id) < ($2, $3)
       ORDER BY erased_at DESC, order_id DESC
       LIMIT $4`,
      retailerId,
      erasedAt,
      orderId,
      limit,
    );
  },

  /** The number of the retailer's unverified receipts. */
  async countUnverified(retailerId: number): Promise<number> {
    const row = await sql.one<{ count: number }>(
      'SELECT COUNT(*) AS count FROM erasure_receipts WHERE retailer_id = $1 AND verified_at IS NULL',
      retailerId,
    );
    return row!.count;
  },

  /** At most `limit` unverified receipts of all retailers, following `after`. */
  unverified(
    limit: number,
    { retailerId, orderId, erasedAt }: ReceiptKey = { retailerId: 0, orderId: 0, erasedAt: 0 },
  ): Promise<ErasureReceiptRow[]> {
    return sql.acrossRetailers.all(
      `SELECT ${columns}
       FROM erasure_receipts
       WHERE verified_at IS NULL AND (retailer_id, order_id, erased_at) > ($1, $2, $3)
       ORDER BY retailer_id, order_id, erased_at
       LIMIT $4`,
      retailerId,
      orderId,
      erasedAt,
      limit,
    );
  },
});

export const erasureReceiptWriter = (sql: Sql) => ({
  async insert(receipt: ErasureReceiptRow): Promise<void> {
    await sql.send(
      `INSERT INTO erasure_receipts (retailer_id, order_id, erased_at, messages, images, reason, order_external_id,
         subscriptions, phone_numbers, provider_copies, evidence, held, held_until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      receipt.retailerId,
      receipt.orderId,
      receipt.erasedAt,
      receipt.messages,
      receipt.images,
      receipt.reason,
      receipt.orderExternalId,
      receipt.subscriptions,
      receipt.phoneNumbers,
      receipt.providerCopies,
      receipt.evidence,
      receipt.held,
      receipt.heldUntil,
    );
  },

  /** @param at real time, in ms, when the files were found clean @param keyEpoch null if the engine does not encrypt */
  async verify(
    { retailerId, orderId, erasedAt }: ErasureReceiptRow,
    at: number,
    keyEpoch: number | null,
  ): Promise<void> {
    await sql.send(
      `UPDATE erasure_receipts
       SET verified_at = $4, key_epoch = $5
       WHERE retailer_id = $1 AND order_id = $2 AND erased_at = $3`,
      retailerId,
      orderId,
      erasedAt,
      at,
      keyEpoch,
    );
  },

  /** Deletes at most `limit` verified receipts written before `before`, of orders that are gone; returns how many. */
  deleteOld(retailerId: number, before: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM erasure_receipts
       WHERE retailer_id = $1 AND (order_id, erased_at) IN (
         SELECT r.order_id, r.erased_at
         FROM erasure_receipts r
         WHERE r.retailer_id = $1 AND r.erased_at < $2 AND r.verified_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.retailer_id = r.retailer_id AND o.id = r.order_id)
         LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
  },
});
