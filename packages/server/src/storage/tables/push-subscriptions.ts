import type { Sql } from '../sql.ts';

/** A device that may be woken: a customer's for one order, or a shopper's. */
export interface PushSubscriptionRow {
  retailerId: number;
  id: number;
  userId: number | null;
  orderId: number | null;
  shopperId: number | null;
  /** A keyed hash of the address, which recognizes a device that subscribes again. */
  endpointHash: string;
  /** The address and the keys that encrypt for it, sealed. */
  sealed: string;
  language: string;
  createdAt: number;
}

/** Whose devices: a customer's for an order, or a shopper's. */
export type SubscriberReference = { orderId: number } | { userId: number } | { shopperId: number };

const columns = `
  retailer_id AS "retailerId",
  id,
  user_id AS "userId",
  order_id AS "orderId",
  shopper_id AS "shopperId",
  endpoint_hash AS "endpointHash",
  sealed_subscription AS "sealed",
  language,
  created_at AS "createdAt"`;

function isOf(of: SubscriberReference): [condition: string, value: number] {
  if ('orderId' in of) return ['order_id = $2', of.orderId];
  return 'userId' in of ? ['user_id = $2', of.userId] : ['shopper_id = $2', of.shopperId];
}

export const pushSubscriptionReader = (sql: Sql) => ({
  /** The oldest first. */
  list(retailerId: number, of: SubscriberReference): Promise<PushSubscriptionRow[]> {
    const [condition, value] = isOf(of);
    return sql.all(
      `SELECT ${columns} FROM push_subscriptions WHERE retailer_id = $1 AND ${condition} ORDER BY id`,
      retailerId,
      value,
    );
  },
});

export const pushSubscriptionWriter = (sql: Sql) => ({
  async insert(row: PushSubscriptionRow): Promise<void> {
    await sql.send(
      `INSERT INTO push_subscriptions (retailer_id, id, user_id, order_id, shopper_id, endpoint_hash,
         sealed_subscription, language, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      row.retailerId,
      row.id,
      row.userId,
      row.orderId,
      row.shopperId,
      row.endpointHash,
      row.sealed,
      row.language,
      row.createdAt,
    );
  },

  /**
   * Deletes what a device subscribed to before: the same order, and everything of other people. The device wakes for
   * the person who used it last.
   */
  async replace({
    retailerId,
    userId,
    orderId,
    shopperId,
    endpointHash,
  }: PushSubscriptionRow): Promise<void> {
    await sql.send(
      `DELETE FROM push_subscriptions
       WHERE retailer_id = $1 AND endpoint_hash = $2
         AND (COALESCE(user_id, 0) <> $3 OR COALESCE(shopper_id, 0) <> $4 OR COALESCE(order_id, 0) = $5)`,
      retailerId,
      endpointHash,
      userId ?? 0,
      shopperId ?? 0,
      orderId ?? 0,
    );
  },

  /** Returns how many. */
  delete(retailerId: number, id: number): Promise<number> {
    return sql.run('DELETE FROM push_subscriptions WHERE retailer_id = $1 AND id = $2', retailerId, id);
  },

  /** Returns how many. */
  deleteOf(retailerId: number, of: SubscriberReference): Promise<number> {
    const [condition, value] = isOf(of);
    return sql.run(
      `DELETE FROM push_subscriptions WHERE retailer_id = $1 AND ${condition}`,
      retailerId,
      value,
    );
  },
});
