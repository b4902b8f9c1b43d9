import type { Sql } from '../sql.ts';

/** Proof that a person was erased, without content. */
export interface PersonErasureRow {
  retailerId: number;
  userId: number;
  erasedAt: number;
  orders: number;
  messages: number;
  images: number;
}

export const personErasureReader = (sql: Sql) => ({
  find(retailerId: number, userId: number): Promise<PersonErasureRow | undefined> {
    return sql.one(
      `SELECT retailer_id AS "retailerId", user_id AS "userId", erased_at AS "erasedAt", orders, messages, images
       FROM person_erasures
       WHERE retailer_id = $1 AND user_id = $2`,
      retailerId,
      userId,
    );
  },
});

export const personErasureWriter = (sql: Sql) => ({
  async insert(receipt: PersonErasureRow): Promise<void> {
    await sql.send(
      `INSERT INTO person_erasures (retailer_id, user_id, erased_at, orders, messages, images)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      receipt.retailerId,
      receipt.userId,
      receipt.erasedAt,
      receipt.orders,
      receipt.messages,
      receipt.images,
    );
  },
});
