import type { Sql } from '../sql.ts';
import type { EventRange } from './messages.ts';

/**
 * The response to a request with an idempotency key. Holds only hashes and IDs, and is deleted when the chat is
 * erased.
 */
export interface IdempotencyKeyRow {
  retailerId: number;
  orderId: number;
  senderId: number;
  keyHash: string;
  payloadHash: string;
  seq: number;
  createdAt: number;
  timezone: string;
}

export const idempotencyKeyReader = (sql: Sql) => ({
  find(
    retailerId: number,
    orderId: number,
    senderId: number,
    keyHash: string,
  ): Promise<Pick<IdempotencyKeyRow, 'payloadHash' | 'seq' | 'createdAt' | 'timezone'> | undefined> {
    return sql.one(
      `SELECT payload_hash AS "payloadHash", seq, created_at AS "createdAt", timezone
       FROM idempotency_keys
       WHERE retailer_id = $1 AND order_id = $2 AND sender_id = $3 AND key_hash = $4`,
      retailerId,
      orderId,
      senderId,
      keyHash,
    );
  },
});

export const idempotencyKeyWriter = (sql: Sql) => ({
  async insert(key: IdempotencyKeyRow): Promise<void> {
    await sql.send(
      `INSERT INTO idempotency_keys (retailer_id, order_id, sender_id, key_hash, payload_hash, seq, created_at,
         timezone)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      key.retailerId,
      key.orderId,
      key.senderId,
      key.keyHash,
      key.payloadHash,
      key.seq,
      key.createdAt,
      key.timezone,
    );
  },

  /** Deletes the keys of the order's events in `range`, along with their texts. */
  async delete(retailerId: number, orderId: number, { after, upTo, senderId }: EventRange): Promise<void> {
    await sql.send(
      `DELETE FROM idempotency_keys
       WHERE retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4
         AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId ?? null,
    );
  },
});
