/** Orders as operators list them, with the retailer's own IDs of people. No names and no text. */
import type { WorkflowState } from '@aislechat/contract';
import { contains, partOf, type Sql, type Value } from '../sql.ts';
import type { OrderRow } from './orders.ts';

export type OrderSummaryRow = Pick<
  OrderRow,
  | 'id'
  | 'externalId'
  | 'userId'
  | 'fulfillmentType'
  | 'workflowState'
  | 'cancellationReason'
  | 'currentShopperId'
  | 'seq'
  | 'lastEventAt'
  | 'createdAt'
  | 'endedAt'
  | 'expiresAt'
  | 'erasedAt'
  | 'unreadByUser'
  | 'unreadByShopper'
> & {
  /** Null for the customer of a dispatched order, and for one who was erased. */
  userExternalId: string | null;
  shopperExternalId: string | null;
};

export interface AssignmentOfOrder {
  id: number;
  externalId: string | null;
  assignedAt: number;
}

export interface OrderFilter {
  workflowState?: WorkflowState;
  /** The shopper who has the order now. */
  shopperId?: number;
  userId?: number;
  /** Neither delivered nor canceled. */
  active?: boolean;
}

const summaries = `
  SELECT
    o.id,
    o.external_id AS "externalId",
    o.user_id AS "userId",
    o.fulfillment_type AS "fulfillmentType",
    o.workflow_state AS "workflowState",
    o.cancellation_reason AS "cancellationReason",
    o.current_shopper_id AS "currentShopperId",
    o.seq,
    o.last_event_at AS "lastEventAt",
    o.created_at AS "createdAt",
    o.ended_at AS "endedAt",
    o.expires_at AS "expiresAt",
    o.erased_at AS "erasedAt",
    o.unread_by_user AS "unreadByUser",
    o.unread_by_shopper AS "unreadByShopper",
    CASE WHEN u.erased_at IS NULL THEN u.external_id END AS "userExternalId",
    CASE WHEN s.erased_at IS NULL THEN s.external_id END AS "shopperExternalId"
  FROM orders o
  JOIN users u ON u.retailer_id = o.retailer_id AND u.id = o.user_id
  LEFT JOIN shoppers s ON s.retailer_id = o.retailer_id AND s.id = o.current_shopper_id
  WHERE o.retailer_id = $1`;

export const orderSummaryReader = (sql: Sql) => ({
  find(retailerId: number, id: number): Promise<OrderSummaryRow | undefined> {
    return sql.one(`${summaries} AND o.id = $2`, retailerId, id);
  },

  /** At most `limit` orders after one, newest first. */
  list(
    retailerId: number,
    { workflowState, shopperId, userId, active }: OrderFilter,
    after: { id: number } = { id: Number.MAX_SAFE_INTEGER },
    limit: number,
  ): Promise<OrderSummaryRow[]> {
    const values: Value[] = [after.id, limit];
    const conditions = ['retailer_id = $1', 'id < $2'];
    const given = (value: Value): string => {
      values.push(value);
      return `$${values.length + 1}`;
    };
    if (workflowState !== undefined) conditions.push(`workflow_state = ${given(workflowState)}`);
    if (userId !== undefined) conditions.push(`user_id = ${given(userId)}`);
    if (shopperId !== undefined) {
      const shopper = given(shopperId);
      // Assignments are indexed, and an order's current shopper is always among them.
      conditions.push(
        `current_shopper_id = ${shopper}`,
        `id IN (SELECT order_id FROM assignments WHERE retailer_id = $1 AND shopper_id = ${shopper})`,
      );
    }
    if (active !== undefined) conditions.push(`ended_at IS ${active ? 'NULL' : 'NOT NULL'}`);
    // The IDs come from an index alone; if it selected whole rows, SQLite would scan all orders.
    const ids = `SELECT id FROM orders WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT $3`;
    return sql.all(`${summaries} AND o.id IN (${ids}) ORDER BY o.id DESC`, retailerId, ...values);
  },

  /**
   * Orders with this internal ID, of these users, or with an external ID that contains the text, newest first, at most
   * `limit`. Part of an ID is searched among the `scanned` newest orders.
   */
  async search(
    retailerId: number,
    { id, userIds, text, scanned }: { id: number; userIds: number[]; text: string; scanned: number },
    limit: number,
  ): Promise<OrderSummaryRow[]> {
    const ids = `
      SELECT id FROM orders WHERE retailer_id = $1 AND user_id ${sql.isInList('BIGINT')}
      UNION SELECT id FROM orders WHERE retailer_id = $1 AND id = $4
      UNION SELECT id FROM orders WHERE retailer_id = $1 AND external_id = $5
      UNION SELECT id
      FROM (SELECT id, external_id FROM orders WHERE retailer_id = $1 ORDER BY id DESC LIMIT $6) AS latest
      WHERE ${contains('external_id', 7)}`;
    return sql.all(
      `${summaries} AND o.id IN (${ids}) ORDER BY o.id DESC LIMIT $3`,
      retailerId,
      JSON.stringify(userIds),
      limit,
      id,
      text,
      scanned,
      partOf(text),
    );
  },

  /** Order IDs of one user, oldest first, at most `limit`, above `after`. */
  async idsOfUser(retailerId: number, userId: number, after: number, limit: number): Promise<number[]> {
    const rows = await sql.all<{ id: number }>(
      'SELECT id FROM orders WHERE retailer_id = $1 AND user_id = $2 AND id > $3 ORDER BY id LIMIT $4',
      retailerId,
      userId,
      after,
      limit,
    );
    return rows.map(({ id }) => id);
  },

  /** Order IDs that a shopper was ever assigned, oldest first, at most `limit`, above `after`. */
  async idsOfShopper(retailerId: number, shopperId: number, after: number, limit: number): Promise<number[]> {
    const rows = await sql.all<{ id: number }>(
      `SELECT DISTINCT order_id AS id
       FROM assignments
       WHERE retailer_id = $1 AND shopper_id = $2 AND order_id > $3
       ORDER BY order_id
       LIMIT $4`,
      retailerId,
      shopperId,
      after,
      limit,
    );
    return rows.map(({ id }) => id);
  },

  /** All assignments of an order, oldest first. */
  assignments(retailerId: number, id: number): Promise<AssignmentOfOrder[]> {
    return sql.all(
      `SELECT s.id, CASE WHEN s.erased_at IS NULL THEN s.external_id END AS "externalId",
         a.assigned_at AS "assignedAt"
       FROM assignments a
       JOIN shoppers s ON s.retailer_id = a.retailer_id AND s.id = a.shopper_id
       WHERE a.retailer_id = $1 AND a.order_id = $2
       ORDER BY a.seq`,
      retailerId,
      id,
    );
  },

  async countMessages(retailerId: number, id: number): Promise<number> {
    const row = await sql.one<{ count: number }>(
      'SELECT COUNT(*) AS count FROM messages WHERE retailer_id = $1 AND order_id = $2',
      retailerId,
      id,
    );
    return row!.count;
  },
});
