import type { Sql } from '../sql.ts';
import type { Party } from './messages.ts';

/** One uploaded image. Its files are in storage/images; the row is written before them and deleted after them. */
export interface ImageRow {
  retailerId: number;
  orderId: number;
  id: number;
  senderType: Party;
  senderId: number;
  /** The message with the image; null until one is sent. */
  seq: number | null;
  width: number;
  height: number;
  /** Real time, in ms, not the retailer's clock: it shows whether its files may still be being written. */
  createdAt: number;
  erasedAt: number | null;
}

const columns = `
  retailer_id AS "retailerId",
  order_id AS "orderId",
  id,
  sender_type AS "senderType",
  sender_id AS "senderId",
  seq,
  width,
  height,
  created_at AS "createdAt",
  erased_at AS "erasedAt"`;

export const imageReader = (sql: Sql) => ({
  /** Does not find erased images. */
  find(retailerId: number, orderId: number, id: number): Promise<ImageRow | undefined> {
    return sql.one(
      `SELECT ${columns}
       FROM images
       WHERE retailer_id = $1 AND order_id = $2 AND id = $3 AND erased_at IS NULL`,
      retailerId,
      orderId,
      id,
    );
  },

  async count(retailerId: number, orderId: number): Promise<number> {
    const row = await sql.one<{ count: number }>(
      'SELECT COUNT(*) AS count FROM images WHERE retailer_id = $1 AND order_id = $2 AND erased_at IS NULL',
      retailerId,
      orderId,
    );
    return row!.count;
  },

  /** Erased images whose files have not been deleted yet. */
  erased(retailerId: number, orderId: number): Promise<ImageRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM images
       WHERE retailer_id = $1 AND order_id = $2 AND erased_at IS NOT NULL
       ORDER BY id`,
      retailerId,
      orderId,
    );
  },
});

export const imageWriter = (sql: Sql) => ({
  async insert(image: ImageRow): Promise<void> {
    await sql.send(
      `INSERT INTO images (retailer_id, order_id, id, sender_type, sender_id, width, height, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      image.retailerId,
      image.orderId,
      image.id,
      image.senderType,
      image.senderId,
      image.width,
      image.height,
      image.createdAt,
    );
  },

  async setSeq(retailerId: number, orderId: number, id: number, seq: number): Promise<void> {
    await sql.send(
      'UPDATE images SET seq = $4 WHERE retailer_id = $1 AND order_id = $2 AND id = $3',
      retailerId,
      orderId,
      id,
      seq,
    );
  },

  /**
   * Marks an order's images as erased if they were sent up to event `upTo`, or not sent at all, and removes the keys of
   * their files; returns how many.
   * @param senderId only those of this person
   */
  erase(
    retailerId: number,
    orderId: number,
    upTo: number,
    at: number,
    senderId: number | null = null,
  ): Promise<number> {
    return sql.run(
      `UPDATE images
       SET erased_at = $4,
           key_epoch = NULL,
           wrapped_key = NULL
       WHERE retailer_id = $1 AND order_id = $2 AND erased_at IS NULL AND (seq IS NULL OR seq <= $3)
         AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)`,
      retailerId,
      orderId,
      upTo,
      at,
      senderId,
    );
  },

  async delete(retailerId: number, orderId: number, id: number): Promise<void> {
    await sql.send(
      'DELETE FROM images WHERE retailer_id = $1 AND order_id = $2 AND id = $3',
      retailerId,
      orderId,
      id,
    );
  },
});
