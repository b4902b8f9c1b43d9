/** Orders that are kept no longer, with every row that belongs to them. */
import type { Sql } from '../sql.ts';
import type { OrderRow } from './orders.ts';

export type EndedOrder = Pick<OrderRow, 'id' | 'seq'> & { endedAt: number };

export type UnendedOrder = Pick<OrderRow, 'id' | 'createdAt' | 'lastEventAt'>;

/** The order after which a slice starts. */
export type EndPosition = Pick<EndedOrder, 'endedAt' | 'id'>;

/**
 * The tables whose rows go with their order. Attempts at a delivery go with the delivery. Receipts and audit entries,
 * which have only IDs, stay; tickets expire within seconds.
 */
const belongings = [
  'order_details',
  'order_items',
  'assignments',
  'batch_orders',
  'order_events',
  'order_reports',
  'messages',
  'lifecycle_messages',
  'idempotency_keys',
  'images',
  'callback_deliveries',
  'push_subscriptions',
  'order_phones',
  'link_codes',
  'sms_copies',
  'notifications',
];

/**
 * An order goes once nothing of it is left to erase: no text, no evidence, no image file, no copy at a provider of text
 * messages, no unverified receipt.
 * @param before the parameter with the time before which it must have ended
 */
const isDue = (before: string) => `
  o.ended_at < ${before} AND o.erased_at IS NOT NULL AND o.erasing_to IS NULL
  AND NOT EXISTS (SELECT 1 FROM report_evidence v WHERE v.retailer_id = o.retailer_id AND v.order_id = o.id)
  AND NOT EXISTS (SELECT 1 FROM images i WHERE i.retailer_id = o.retailer_id AND i.order_id = o.id)
  AND NOT EXISTS (SELECT 1 FROM sms_copies c WHERE c.retailer_id = o.retailer_id AND c.order_id = o.id)
  AND NOT EXISTS (
    SELECT 1 FROM erasure_receipts r
    WHERE r.retailer_id = o.retailer_id AND r.order_id = o.id AND r.verified_at IS NULL
  )`;

export const orderRemovalReader = (sql: Sql) => ({
  /** Orders that ended before `before` and are wholly erased, the longest ended first, following `after`. */
  due(
    retailerId: number,
    before: number,
    limit: number,
    after: EndPosition = { endedAt: Number.MIN_SAFE_INTEGER, id: 0 },
  ): Promise<EndedOrder[]> {
    return sql.all(
      `SELECT o.id, o.seq, o.ended_at AS "endedAt"
       FROM orders o
       WHERE o.retailer_id = $1 AND ${isDue('$2')} AND (o.ended_at, o.id) > ($4, $5)
       ORDER BY o.ended_at, o.id
       LIMIT $3`,
      retailerId,
      before,
      limit,
      after.endedAt,
      after.id,
    );
  },

  /** When the order ended that has been due the longest, whatever it waits for; undefined if none is due. */
  async oldestEnd(retailerId: number, before: number): Promise<number | undefined> {
    const row = await sql.one<{ endedAt: number }>(
      `SELECT ended_at AS "endedAt"
       FROM orders
       WHERE retailer_id = $1 AND ended_at < $2
       ORDER BY ended_at
       LIMIT 1`,
      retailerId,
      before,
    );
    return row?.endedAt;
  },

  /** Orders that have not ended, oldest first, following the one with the ID `after`. */
  unended(retailerId: number, limit: number, after: number): Promise<UnendedOrder[]> {
    // The IDs come from an index alone; if it selected whole rows, SQLite would scan all orders.
    return sql.all(
      `SELECT id, created_at AS "createdAt", last_event_at AS "lastEventAt"
       FROM orders
       WHERE retailer_id = $1 AND id IN (
         SELECT id FROM orders WHERE retailer_id = $1 AND ended_at IS NULL AND id > $3 ORDER BY id LIMIT $2
       )
       ORDER BY id`,
      retailerId,
      limit,
      after,
    );
  },
});

export const orderRemovalWriter = (sql: Sql) => ({
  /**
   * Deletes those of the given orders that are still due. A customer without an ID of the retailer's, who exists only
   * for their order, goes with it.
   * @returns how many orders
   */
  async delete(retailerId: number, before: number, ids: number[]): Promise<number> {
    // Checked again with the orders locked: one of them may have been taken up again.
    const gone = await sql.all<{ id: number; userId: number }>(
      `SELECT o.id, o.user_id AS "userId"
       FROM orders o
       WHERE o.retailer_id = $1 AND o.id ${sql.isInList('BIGINT')} AND ${isDue('$3')}
       ORDER BY o.id${sql.forUpdate}`,
      retailerId,
      JSON.stringify(ids),
      before,
    );
    if (gone.length === 0) return 0;
    const goneIds = JSON.stringify(gone.map(({ id }) => id));
    const batches = await sql.all<{ id: number }>(
      `SELECT DISTINCT batch_id AS id FROM batch_orders WHERE retailer_id = $1 AND order_id ${sql.isInList('BIGINT')}`,
      retailerId,
      goneIds,
    );
    for (const table of belongings) {
      await sql.send(
        `DELETE FROM ${table} WHERE retailer_id = $1 AND order_id ${sql.isInList('BIGINT')}`,
        retailerId,
        goneIds,
      );
    }
    await sql.send(
      `DELETE FROM batches
       WHERE retailer_id = $1 AND id ${sql.isInList('BIGINT')} AND NOT EXISTS (
         SELECT 1 FROM batch_orders b WHERE b.retailer_id = batches.retailer_id AND b.batch_id = batches.id
       )`,
      retailerId,
      JSON.stringify(batches.map(({ id }) => id)),
    );
    await sql.send(
      `DELETE FROM orders WHERE retailer_id = $1 AND id ${sql.isInList('BIGINT')}`,
      retailerId,
      goneIds,
    );
    await sql.send(
      `DELETE FROM users
       WHERE retailer_id = $1 AND id ${sql.isInList('BIGINT')} AND external_id IS NULL AND erased_at IS NULL
         AND NOT EXISTS (
           SELECT 1 FROM orders o WHERE o.retailer_id = users.retailer_id AND o.user_id = users.id
         )`,
      retailerId,
      JSON.stringify([...new Set(gone.map(({ userId }) => userId))]),
    );
    return gone.length;
  },
});
