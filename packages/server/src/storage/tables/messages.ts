import type { Sql } from '../sql.ts';

export type Party = 'user' | 'driver';

export interface MessageRow {
  retailerId: number;
  orderId: number;
  /** The `seq` of the message's event in the order's log. */
  seq: number;
  senderType: Party;
  senderId: number;
  recipientId: number;
  createdAt: number;
  readAt: number | null;
  body: string;
  image: string | null;
}

/**
 * The row of a message is its event in the order's log and outlives the text. The text rests in
 * `message_texts`, which is written once and never moves, so that erasing it leaves no copy behind
 * (docs/decisions/text-at-rest.md).
 */
export const messagesOfOrder = `
  SELECT
    m.seq,
    m.sender_type AS "senderType",
    m.sender_id AS "senderId",
    m.recipient_id AS "recipientId",
    m.created_at AS "createdAt",
    m.read_at AS "readAt",
    t.body,
    t.image
  FROM messages m
  JOIN message_texts t ON t.id = m.text_id
  WHERE m.retailer_id = $1 AND m.order_id = $2
  ORDER BY m.seq`;
export type MessageOfOrder = Omit<MessageRow, 'retailerId' | 'orderId'>;

export const messageReader = (sql: Sql) => ({
  list(retailerId: number, orderId: number): Promise<MessageOfOrder[]> {
    return sql.all(messagesOfOrder, retailerId, orderId);
  },
});

export const messageWriter = (sql: Sql) => ({
  async insert(message: MessageRow): Promise<void> {
    const text = await sql.one<{ id: number }>(
      'INSERT INTO message_texts (body, image) VALUES ($1, $2) RETURNING id',
      message.body,
      message.image,
    );
    await sql.run(
      `INSERT INTO messages (retailer_id, order_id, seq, sender_type, sender_id, recipient_id, created_at, text_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      message.retailerId,
      message.orderId,
      message.seq,
      message.senderType,
      message.senderId,
      message.recipientId,
      message.createdAt,
      text!.id,
    );
  },

  /** Marks what `sender` sent and nobody read yet; returns how many. A time once set never moves. */
  markRead(retailerId: number, orderId: number, sender: Party, at: number): Promise<number> {
    return sql.run(
      `UPDATE messages
       SET read_at = $4
       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND read_at IS NULL
         AND text_id IS NOT NULL`,
      retailerId,
      orderId,
      sender,
      at,
    );
  },
});
