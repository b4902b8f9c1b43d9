import type { Sql } from '../sql.ts';

/** Proof that a person was erased, without content. */
export interface PersonErasureRow {
  retailerId: number;
  userId: number;
  erasedAt: number;
  orders: number;
  messages: number;
  images: number;
  /** The person's orders up to this one are being erased; null once the erasure is finished. */
  markedTo: number | null;
}

const columns = `
  retailer_id AS "retailerId",
  user_id AS "userId",
  erased_at AS "erasedAt",
  orders,
  messages,
  images,
  marked_to AS "markedTo"`;

export const personErasureReader = (sql: Sql) => ({
  find(retailerId: number, userId: number): Promise<PersonErasureRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM person_erasures WHERE retailer_id = $1 AND user_id = $2`,
      retailerId,
      userId,
    );
  },

  /** At most `limit` unfinished erasures. */
  underWay(retailerId: number, limit: number): Promise<PersonErasureRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM person_erasures
       WHERE retailer_id = $1 AND marked_to IS NOT NULL
       ORDER BY user_id
       LIMIT $2`,
      retailerId,
      limit,
    );
  },
});

export const personErasureWriter = (sql: Sql) => ({
  async insert(receipt: PersonErasureRow): Promise<void> {
    await sql.send(
      `INSERT INTO person_erasures (retailer_id, user_id, erased_at, orders, messages, images, marked_to)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      receipt.retailerId,
      receipt.userId,
      receipt.erasedAt,
      receipt.orders,
      receipt.messages,
      receipt.images,
      receipt.markedTo,
    );
  },

  /** Writes the fields that change during the erasure. */
  async update({ retailerId, userId, orders, messages, images, markedTo }: PersonErasureRow): Promise<void> {
    await sql.send(
      `UPDATE person_erasures
       SET orders = $3,
           messages = $4,
           images = $5,
           marked_to = $6
       WHERE retailer_id = $1 AND user_id = $2`,
      retailerId,
      userId,
      orders,
      messages,
      images,
      markedTo,
    );
  },
});
