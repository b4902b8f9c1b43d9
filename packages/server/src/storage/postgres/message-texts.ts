/**
 * In PostgreSQL, texts are stored in the rows of `messages`. Erasing sets them to NULL; the bytes stay in their
 * page until it is reused, and in the write-ahead log until that is recycled (docs/operations.md).
 */
import { checksumOf, type MessageTexts } from '../tables/messages.ts';

const columns = `
      seq,
      sender_type AS "senderType",
      sender_id AS "senderId",
      recipient_id AS "recipientId",
      created_at AS "createdAt",
      delivered_at AS "deliveredAt",
      read_at AS "readAt",
      body,
      image,
      image_id AS "imageId",
      checksum`;

export const messageTexts: MessageTexts = {
  ofOrder: `
    SELECT ${columns}
    FROM messages
    WHERE retailer_id = $1 AND order_id = $2 AND body IS NOT NULL
    ORDER BY seq`,

  latest: `
    SELECT ${columns}
    FROM messages
    WHERE retailer_id = $1 AND order_id = $2 AND body IS NOT NULL
    ORDER BY seq DESC
    LIMIT 1`,

  after: `
    SELECT ${columns}
    FROM messages
    WHERE retailer_id = $1 AND order_id = $2 AND seq > $3
    ORDER BY seq
    LIMIT $4`,

  hasText: 'body IS NOT NULL',

  async insert(sql, message) {
    await sql.send(
      `INSERT INTO messages (retailer_id, order_id, seq, sender_type, sender_id, recipient_id, created_at, body,
         image, image_id, checksum)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      message.retailerId,
      message.orderId,
      message.seq,
      message.senderType,
      message.senderId,
      message.recipientId,
      message.createdAt,
      message.body,
      message.image,
      message.imageId,
      checksumOf(message),
    );
  },

  async erase(sql, retailerId, orderId, { after, upTo, senderId = null }) {
    const images = await sql.one<{ count: number }>(
      `SELECT COUNT(image) AS count
       FROM messages
       WHERE retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4
         AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId,
    );
    const messages = await sql.run(
      `UPDATE messages
       SET body = NULL,
           image = NULL,
           image_id = NULL,
           checksum = NULL
       WHERE retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4 AND body IS NOT NULL
         AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId,
    );
    return { messages, images: images!.count };
  },
};
