/**
 * In SQLite, texts are stored in `message_texts`, a table that is only appended to and never moves a row, so
 * overwriting a text leaves no copy behind (docs/decisions/text-at-rest.md).
 */
import { crc32 } from 'node:zlib';
import type { Sql } from '../sql.ts';
import {
  DamagedText,
  type MessageOfLog,
  type MessageRow,
  type MessageTexts,
  type StoredMessage,
} from '../tables/messages.ts';

/** Erased texts next to live ones are left alone: deleting rows may move their neighbors. */
const reclaimMargin = 4096;

const columns = `
      m.seq,
      m.sender_type AS "senderType",
      m.sender_id AS "senderId",
      m.recipient_id AS "recipientId",
      m.created_at AS "createdAt",
      m.delivered_at AS "deliveredAt",
      m.read_at AS "readAt",
      t.body,
      t.image,
      m.image_id AS "imageId",
      m.checksum`;

/** As stored: with the checksum of its text. */
type CheckedMessage = StoredMessage & Pick<MessageOfLog, 'body' | 'image'> & { checksum: number | null };

/** CRC-32 of a message's content. */
export const checksumOf = ({ body, image }: Pick<MessageRow, 'body' | 'image'>): number =>
  crc32(image ?? '', crc32(body));

export const messageTexts: MessageTexts = {
  ofOrder: `
    SELECT ${columns}
    FROM messages m
    JOIN message_texts t ON t.id = m.text_id
    WHERE m.retailer_id = $1 AND m.order_id = $2
    ORDER BY m.seq`,

  latest: `
    SELECT ${columns}
    FROM messages m
    JOIN message_texts t ON t.id = m.text_id
    WHERE m.retailer_id = $1 AND m.order_id = $2
    ORDER BY m.seq DESC
    LIMIT 1`,

  after: `
    SELECT ${columns}
    FROM messages m
    LEFT JOIN message_texts t ON t.id = m.text_id
    WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.seq > $3
    ORDER BY m.seq
    LIMIT $4`,

  hasText: 'text_id IS NOT NULL',

  async insert(sql, message) {
    await sql.acrossRetailers.run(
      'INSERT INTO message_texts (body, image) VALUES ($1, $2)',
      message.body,
      message.image,
    );
    await sql.send(
      `INSERT INTO messages (retailer_id, order_id, seq, sender_type, sender_id, recipient_id, created_at, image_id,
         checksum, text_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, last_insert_rowid())`,
      message.retailerId,
      message.orderId,
      message.seq,
      message.senderType,
      message.senderId,
      message.recipientId,
      message.createdAt,
      message.imageId,
      checksumOf(message),
    );
  },

  /** The rows are returned as they are, because copying each would cost more than the check. */
  async opened(_retailerId, _orderId, rows) {
    for (const { checksum, body, image, seq } of rows as CheckedMessage[]) {
      if (checksum !== null && body !== null && checksumOf({ body, image }) !== checksum) {
        throw new DamagedText(`The stored text of message ${seq} of an order is damaged`);
      }
    }
    return rows as never;
  },

  /**
   * Overwrites each text in place with the same number of zeros. A row of unchanged length stays where it is, so
   * the bytes on disk are replaced rather than abandoned.
   */
  async erase(sql, retailerId, orderId, { after, upTo, senderId = null }) {
    const these = `retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4
      AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)`;
    const texts = `SELECT text_id FROM messages WHERE ${these}`;
    const images = await sql.one<{ count: number }>(
      `SELECT COUNT(image) AS count FROM message_texts WHERE id IN (${texts})`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId,
    );
    await sql.send(
      `UPDATE message_texts
       SET body = zeroblob(octet_length(body)),
           image = CASE WHEN image IS NULL THEN NULL ELSE zeroblob(octet_length(image)) END
       WHERE id IN (${texts})`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId,
    );
    const messages = await sql.run(
      `UPDATE messages
       SET text_id = NULL,
           image_id = NULL,
           checksum = NULL
       WHERE ${these} AND text_id IS NOT NULL`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId,
    );
    return { messages, images: images!.count };
  },
};

/** Deletes erased texts from the old end of the table, where all neighbors are erased too. */
export async function reclaim({ acrossRetailers: sql }: Sql, limit: number): Promise<number> {
  const live = await sql.one<{ id: number }>(
    `SELECT id
     FROM (SELECT id, body FROM message_texts ORDER BY id LIMIT $1)
     WHERE typeof(body) = 'text'
     ORDER BY id
     LIMIT 1`,
    limit + reclaimMargin,
  );
  const bounds = await sql.one<{ first: number | null; last: number | null }>(
    'SELECT (SELECT MIN(id) FROM message_texts) AS first, (SELECT MAX(id) FROM message_texts) AS last',
  );
  if (bounds?.first == null || bounds.last == null) return 0;
  const end = Math.min(live?.id ?? bounds.first + limit + reclaimMargin, bounds.last) - reclaimMargin;
  return end > bounds.first ? sql.run('DELETE FROM message_texts WHERE id < $1', end) : 0;
}
