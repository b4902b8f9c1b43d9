import type { OrderEventType } from '@aislechat/contract';
import type { Sql } from '../sql.ts';

/**
 * One event of an order's log, numbered 1, 2, 3 ... without gaps. It holds IDs and states, never text. A message's
 * row in `messages` is itself its event (docs/decisions/order-log.md).
 */
export interface OrderEventRow {
  retailerId: number;
  orderId: number;
  seq: number;
  type: OrderEventType;
  at: number;
  data: Record<string, string | number | null>;
}

/** At most `$4` events after number `$3`. */
export const eventsAfter = `
  SELECT retailer_id AS "retailerId", order_id AS "orderId", seq, type, at, data
  FROM order_events
  WHERE retailer_id = $1 AND order_id = $2 AND seq > $3
  UNION ALL
  SELECT retailer_id, order_id, seq, 'message', created_at, '{"sender_type":"' || sender_type || '"}'
  FROM messages
  WHERE retailer_id = $1 AND order_id = $2 AND seq > $3
  ORDER BY seq
  LIMIT $4`;
export type StoredOrderEvent = Omit<OrderEventRow, 'data'> & { data: string };
export const fromStored = (row: StoredOrderEvent): OrderEventRow => ({ ...row, data: JSON.parse(row.data) });

export const orderEventReader = (sql: Sql) => ({
  /** The states that the order went through, with its notices and delays: what its steps are made of. */
  async ofSteps(retailerId: number, orderId: number): Promise<OrderEventRow[]> {
    const rows = await sql.all<StoredOrderEvent>(
      `SELECT retailer_id AS "retailerId", order_id AS "orderId", seq, type, at, data
       FROM order_events
       WHERE retailer_id = $1 AND order_id = $2
         AND type IN ('state_changed', 'late_delivery', 'lifecycle_message')
       ORDER BY seq`,
      retailerId,
      orderId,
    );
    return rows.map(fromStored);
  },

  async after(retailerId: number, orderId: number, seq: number, limit: number): Promise<OrderEventRow[]> {
    const rows = await sql.all<StoredOrderEvent>(eventsAfter, retailerId, orderId, seq, limit);
    return rows.map(fromStored);
  },
});

export const orderEventWriter = (sql: Sql) => ({
  async insert(event: OrderEventRow): Promise<void> {
    await sql.send(
      `INSERT INTO order_events (retailer_id, order_id, seq, type, at, data)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      event.retailerId,
      event.orderId,
      event.seq,
      event.type,
      event.at,
      JSON.stringify(event.data),
    );
  },
});
