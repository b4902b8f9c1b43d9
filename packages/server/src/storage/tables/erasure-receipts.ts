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
  reason: 'expired' | 'requested';
  verifiedAt: number | null;
}

/** As listed, with the retailer's own ID of the order. */
export type ErasureReceiptOfList = ErasureReceiptRow & { externalId: string };

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
  reason,
  verified_at AS "verifiedAt"`;

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
  ): Promise<ErasureReceiptOfList[]> {
    const { erasedAt, orderId } = after ?? { erasedAt: Number.MAX_SAFE_INTEGER, orderId: 0 };
    return sql.all(
      `SELECT
         r.retailer_id AS "retailerId",
         r.order_id AS "orderId",
         o.external_id AS "externalId",
         r.erased_at AS "erasedAt",
         r.messages,
         r.images,
         r.reason,
         r.verified_at AS "verifiedAt"
       FROM erasure_receipts r
       JOIN orders o ON o.retailer_id = r.retailer_id AND o.id = r.order_id
       WHERE r.retailer_id = $1 AND (r.erased_at, r.order_id) < ($2, $3)
       ORDER BY r.erased_at DESC, r.order_id DESC
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
      `INSERT INTO erasure_receipts (retailer_id, order_id, erased_at, messages, images, reason)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      receipt.retailerId,
      receipt.orderId,
      receipt.erasedAt,
      receipt.messages,
      receipt.images,
      receipt.reason,
    );
  },

  /** @param at real time, in ms, when the files were found clean */
  async verify({ retailerId, orderId, erasedAt }: ErasureReceiptRow, at: number): Promise<void> {
    await sql.send(
      'UPDATE erasure_receipts SET verified_at = $4 WHERE retailer_id = $1 AND order_id = $2 AND erased_at = $3',
      retailerId,
      orderId,
      erasedAt,
      at,
    );
  },
});
