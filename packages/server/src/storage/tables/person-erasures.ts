import type { Sql } from '../sql.ts';

/** Proof that a user or a shopper was erased, without content. */
export interface PersonErasureRow {
  retailerId: number;
  /** The number of the user or shopper. */
  personId: number;
  kind: 'user' | 'shopper';
  erasedAt: number;
  orders: number;
  messages: number;
  images: number;
  /** Reported messages of theirs that were held as evidence. */
  evidence: number;
  subscriptions: number;
  phoneNumbers: number;
  providerCopies: number;
  /** The person's orders up to this one are being erased; null once the erasure is finished. */
  markedTo: number | null;
  /** Set once no file holds the person any more, as for the receipts of orders. */
  verifiedAt: number | null;
}

const columns = `
  retailer_id AS "retailerId",
  person_id AS "personId",
  kind,
  erased_at AS "erasedAt",
  orders,
  messages,
  images,
  evidence,
  subscriptions,
  phone_numbers AS "phoneNumbers",
  provider_copies AS "providerCopies",
  marked_to AS "markedTo",
  verified_at AS "verifiedAt"`;

export const personErasureReader = (sql: Sql) => ({
  find(retailerId: number, personId: number): Promise<PersonErasureRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM person_erasures WHERE retailer_id = $1 AND person_id = $2`,
      retailerId,
      personId,
    );
  },

  /** At most `limit` unfinished erasures. */
  underWay(retailerId: number, limit: number): Promise<PersonErasureRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM person_erasures
       WHERE retailer_id = $1 AND marked_to IS NOT NULL
       ORDER BY person_id
       LIMIT $2`,
      retailerId,
      limit,
    );
  },

  /** At most `limit` finished, unverified erasures of all retailers. */
  unverified(limit: number): Promise<PersonErasureRow[]> {
    return sql.acrossRetailers.all(
      `SELECT ${columns}
       FROM person_erasures
       WHERE verified_at IS NULL AND marked_to IS NULL
       ORDER BY retailer_id, person_id
       LIMIT $1`,
      limit,
    );
  },
});

export const personErasureWriter = (sql: Sql) => ({
  async insert(receipt: PersonErasureRow): Promise<void> {
    await sql.send(
      `INSERT INTO person_erasures (retailer_id, person_id, kind, erased_at, orders, messages, images, subscriptions,
         phone_numbers, provider_copies, marked_to, evidence)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      receipt.retailerId,
      receipt.personId,
      receipt.kind,
      receipt.erasedAt,
      receipt.orders,
      receipt.messages,
      receipt.images,
      receipt.subscriptions,
      receipt.phoneNumbers,
      receipt.providerCopies,
      receipt.markedTo,
      receipt.evidence,
    );
  },

  /** Writes the fields that change during the erasure. */
  async update(receipt: PersonErasureRow): Promise<void> {
    await sql.send(
      `UPDATE person_erasures
       SET orders = $3,
           messages = $4,
           images = $5,
           subscriptions = $6,
           phone_numbers = $7,
           provider_copies = $8,
           marked_to = $9,
           evidence = $10
       WHERE retailer_id = $1 AND person_id = $2`,
      receipt.retailerId,
      receipt.personId,
      receipt.orders,
      receipt.messages,
      receipt.images,
      receipt.subscriptions,
      receipt.phoneNumbers,
      receipt.providerCopies,
      receipt.markedTo,
      receipt.evidence,
    );
  },

  async verify({ retailerId, personId }: PersonErasureRow, at: number): Promise<void> {
    await sql.send(
      'UPDATE person_erasures SET verified_at = $3 WHERE retailer_id = $1 AND person_id = $2',
      retailerId,
      personId,
      at,
    );
  },

  /** Deletes at most `limit` verified receipts written before `before`; returns how many. */
  deleteOld(retailerId: number, before: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM person_erasures
       WHERE retailer_id = $1 AND person_id IN (
         SELECT person_id
         FROM person_erasures
         WHERE retailer_id = $1 AND erased_at < $2 AND verified_at IS NOT NULL
         ORDER BY erased_at
         LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
  },
});
