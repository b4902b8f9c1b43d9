import type { Sql } from '../sql.ts';
import type { ShopperRow } from './shoppers.ts';

/** Which shopper was assigned an order, and when. An order's last row names its current shopper. */
export interface AssignmentRow {
  retailerId: number;
  orderId: number;
  /** The `seq` of the event that recorded it, which gives an order's rows their sequence. */
  seq: number;
  shopperId: number;
  assignedAt: number;
}

/** Each shopper of an order once, in order of their first assignment. */
export const shoppersOfOrder = `
  SELECT s.id, s.display_name AS "displayName", s.avatar_url AS "avatarUrl"
  FROM assignments a
  JOIN shoppers s ON s.retailer_id = a.retailer_id AND s.id = a.shopper_id
  WHERE a.retailer_id = $1 AND a.order_id = $2
  GROUP BY s.id, s.display_name, s.avatar_url
  ORDER BY MIN(a.seq)`;
export type ShopperOfOrder = Pick<ShopperRow, 'id' | 'displayName' | 'avatarUrl'>;

export const assignmentReader = (sql: Sql) => ({
  async everHad(retailerId: number, orderId: number, shopperId: number): Promise<boolean> {
    const row = await sql.one(
      'SELECT 1 FROM assignments WHERE retailer_id = $1 AND order_id = $2 AND shopper_id = $3 LIMIT 1',
      retailerId,
      orderId,
      shopperId,
    );
    return row !== undefined;
  },
});

export const assignmentWriter = (sql: Sql) => ({
  async insert(assignment: AssignmentRow): Promise<void> {
    await sql.send(
      `INSERT INTO assignments (retailer_id, order_id, seq, shopper_id, assigned_at)
       VALUES ($1, $2, $3, $4, $5)`,
      assignment.retailerId,
      assignment.orderId,
      assignment.seq,
      assignment.shopperId,
      assignment.assignedAt,
    );
  },
});
