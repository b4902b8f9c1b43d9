import type { Sql } from '../sql.ts';

/** The code that lets one more device use the link of an order, and how many were sent. */
export interface LinkCodeRow {
  retailerId: number;
  orderId: number;
  /** The hash of the secret of the device that asked for the code. */
  deviceHash: string;
  /** A keyed hash; null once the code was used. */
  codeHash: string | null;
  sentAt: number;
  tries: number;
  /** When the hour began in which `hourCodes` codes were sent. */
  hourAt: number;
  hourCodes: number;
}

export const linkCodeWriter = (sql: Sql) => ({
  /** Of a locked order. */
  find(retailerId: number, orderId: number): Promise<LinkCodeRow | undefined> {
    return sql.one(
      `SELECT retailer_id AS "retailerId", order_id AS "orderId", device_hash AS "deviceHash", code_hash AS "codeHash",
         sent_at AS "sentAt", tries, hour_at AS "hourAt", hour_codes AS "hourCodes"
       FROM link_codes
       WHERE retailer_id = $1 AND order_id = $2`,
      retailerId,
      orderId,
    );
  },

  async set(row: LinkCodeRow): Promise<void> {
    await sql.send(
      `INSERT INTO link_codes (retailer_id, order_id, device_hash, code_hash, sent_at, tries, hour_at, hour_codes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (retailer_id, order_id) DO UPDATE
       SET device_hash = excluded.device_hash, code_hash = excluded.code_hash, sent_at = excluded.sent_at, tries = excluded.tries,
         hour_at = excluded.hour_at, hour_codes = excluded.hour_codes`,
      row.retailerId,
      row.orderId,
      row.deviceHash,
      row.codeHash,
      row.sentAt,
      row.tries,
      row.hourAt,
      row.hourCodes,
    );
  },

  async delete(retailerId: number, orderId: number): Promise<void> {
    await sql.send('DELETE FROM link_codes WHERE retailer_id = $1 AND order_id = $2', retailerId, orderId);
  },
});
