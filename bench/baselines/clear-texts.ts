/**
 * Texts in PostgreSQL as they were before they were encrypted: no key is looked up, and nothing is encrypted or decrypted.
 * A server takes this in the place of `storage/postgres/message-texts.ts` when `without-sealing.ts` is loaded before it.
 */
import type { MessageTexts, StoredMessage } from '../../packages/server/src/storage/tables/messages.ts';

const columns = `
      m.seq,
      m.sender_type AS "senderType",
      m.sender_id AS "senderId",
      m.recipient_id AS "recipientId",
      m.created_at AS "createdAt",
      m.delivered_at AS "deliveredAt",
      m.read_at AS "readAt",
      m.image_id AS "imageId",
      convert_from(m.sealed, 'UTF8') AS clear`;

const refuse = () => {
  throw new Error('This server is only for measuring reads and sends');
};

export const sealText = refuse;
export const unsealText = refuse;

export const sealedTexts = (): MessageTexts => ({
  ofOrder: `
    SELECT ${columns}
    FROM messages m
    WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.sealed IS NOT NULL
    ORDER BY m.seq`,

  latest: `
    SELECT ${columns}
    FROM messages m
    WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.sealed IS NOT NULL
    ORDER BY m.seq DESC
    LIMIT 1`,

  after: `
    SELECT ${columns}
    FROM messages m
    WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.seq > $3
    ORDER BY m.seq
    LIMIT $4`,

  hasText: 'sealed IS NOT NULL',

  async insert(sql, message) {
    await sql.send(
      `INSERT INTO messages (retailer_id, order_id, seq, sender_type, sender_id, recipient_id, created_at, image_id,
         sealed, has_image)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      message.retailerId,
      message.orderId,
      message.seq,
      message.senderType,
      message.senderId,
      message.recipientId,
      message.createdAt,
      message.imageId,
      Buffer.from(JSON.stringify([message.body, message.image])),
      message.image === null ? 0 : 1,
    );
  },

  async opened(_retailerId, _orderId, rows) {
    const messages: unknown[] = [];
    for (const { clear, ...message } of rows as (StoredMessage & { clear: string | null })[]) {
      const [body, image] = clear === null ? [null, null] : JSON.parse(clear);
      messages.push(Object.assign(message, { body, image }));
    }
    return messages as never;
  },

  erase: refuse,
});
