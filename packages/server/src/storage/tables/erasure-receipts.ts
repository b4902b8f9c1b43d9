import type { Sql } from '../sql.ts';

/**
 * Proof of an erasure, without content. `verifiedAt` is set once no file holds the text any more; on
 * PostgreSQL, whose pages and log the service cannot clean, once no row does.
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

  unverified(): Promise<ErasureReceiptRow[]> {
    return sql.acrossRetailers.all(`SELECT ${columns} FROM erasure_receipts WHERE verified_at IS NULL`);
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

  /** @param at real time, ms: the moment the files were seen clean */
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
