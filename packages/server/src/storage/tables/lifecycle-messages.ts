import type { LifecycleType } from '@aislechat/contract';
import type { Sql } from '../sql.ts';

/** An automated notice. It never contains a person's name, so it does not expire with the chat. */
export interface LifecycleMessageRow {
  retailerId: number;
  orderId: number;
  seq: number;
  type: LifecycleType;
  body: string;
  createdAt: number;
}

export const lifecycleMessagesOfOrder = `
  SELECT seq, type, body, created_at AS "createdAt"
  FROM lifecycle_messages
  WHERE retailer_id = $1 AND order_id = $2
  ORDER BY seq`;
/** Notices after number `$3`. */
export const lifecycleMessagesAfter = lifecycleMessagesOfOrder.replace('ORDER BY', 'AND seq > $3 ORDER BY');
export type LifecycleMessageOfOrder = Omit<LifecycleMessageRow, 'retailerId' | 'orderId'>;

export const lifecycleMessageWriter = (sql: Sql) => ({
  async insert(message: LifecycleMessageRow): Promise<void> {
    await sql.send(
      `INSERT INTO lifecycle_messages (retailer_id, order_id, seq, type, body, created_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      message.retailerId,
      message.orderId,
      message.seq,
      message.type,
      message.body,
      message.createdAt,
    );
  },
});
