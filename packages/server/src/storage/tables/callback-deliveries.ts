import type { AttemptError, CallbackEventName, DeliveryState } from '@aislechat/contract';
import type { Sql, Value } from '../sql.ts';

/**
 * One event to be delivered to one endpoint, identified by the endpoint, the order and the event's number in its
 * log.
 */
export interface DeliveryKey {
  retailerId: number;
  endpointId: number;
  orderId: number;
  seq: number;
}

export interface CallbackDeliveryRow extends DeliveryKey {
  eventName: CallbackEventName;
  /** The event's metadata as JSON: only IDs and states. */
  metadata: string;
  at: number;
  state: DeliveryState;
  attempts: number;
  /** Consecutive failed attempts since the event, or since it was last replayed. */
  failures: number;
  /** When it is sent next; null while an earlier event of its order is pending, and once it is finished. */
  dueAt: number | null;
  giveUpAt: number;
  /** The process that is sending it. */
  claimedBy: string | null;
  finishedAt: number | null;
}

export interface CallbackAttemptRow extends DeliveryKey {
  attempt: number;
  at: number;
  durationMs: number;
  status: number | null;
  error: AttemptError | null;
  /** The beginning of the receiver's answer, without secrets. */
  answer: string | null;
}

export interface DeliveryFilter {
  endpointId?: number;
  orderId?: number;
  eventName?: CallbackEventName;
  state?: DeliveryState;
}

/** The delivery after which a page starts. */
export type DeliveryPosition = Pick<CallbackDeliveryRow, 'at' | 'orderId' | 'seq' | 'endpointId'>;

/** An event to be sent to every endpoint that subscribes to it. */
export interface CallbackEvent extends Omit<DeliveryKey, 'endpointId'> {
  eventName: CallbackEventName;
  metadata: string;
  at: number;
  giveUpAt: number;
}

const columns = `
  retailer_id AS "retailerId",
  endpoint_id AS "endpointId",
  order_id AS "orderId",
  seq,
  event_name AS "eventName",
  metadata,
  at,
  state,
  attempts,
  failures,
  due_at AS "dueAt",
  give_up_at AS "giveUpAt",
  claimed_by AS "claimedBy",
  finished_at AS "finishedAt"`;

const isKey = 'retailer_id = $1 AND endpoint_id = $2 AND order_id = $3 AND seq = $4';
export const keyOfDelivery = ({ retailerId, endpointId, orderId, seq }: DeliveryKey) =>
  [retailerId, endpointId, orderId, seq] as const;

export const deliveryByKey = `SELECT ${columns} FROM callback_deliveries WHERE ${isKey}`;
export const attemptsOfDelivery = `
  SELECT retailer_id AS "retailerId", endpoint_id AS "endpointId", order_id AS "orderId", seq, attempt, at,
    duration_ms AS "durationMs", status, error, answer
  FROM callback_attempts
  WHERE ${isKey}
  ORDER BY attempt`;

export const callbackDeliveryReader = (sql: Sql) => ({
  find(key: DeliveryKey): Promise<CallbackDeliveryRow | undefined> {
    return sql.one(deliveryByKey, ...keyOfDelivery(key));
  },

  /** At most `limit` deliveries after `after`, newest first. */
  list(
    retailerId: number,
    { endpointId, orderId, eventName, state }: DeliveryFilter,
    after: DeliveryPosition | undefined,
    limit: number,
  ): Promise<CallbackDeliveryRow[]> {
    const values: Value[] = [limit];
    const conditions = ['retailer_id = $1'];
    const given = (value: Value): string => {
      values.push(value);
      return `$${values.length + 1}`;
    };
    if (endpointId !== undefined) conditions.push(`endpoint_id = ${given(endpointId)}`);
    if (orderId !== undefined) conditions.push(`order_id = ${given(orderId)}`);
    if (eventName !== undefined) conditions.push(`event_name = ${given(eventName)}`);
    if (state !== undefined) conditions.push(`state = ${given(state)}`);
    if (after) {
      const position = [after.at, after.orderId, after.seq, after.endpointId].map(given).join(', ');
      conditions.push(`(at, order_id, seq, endpoint_id) < (${position})`);
    }
    return sql.all(
      `SELECT ${columns} FROM callback_deliveries
       WHERE ${conditions.join(' AND ')}
       ORDER BY at DESC, order_id DESC, seq DESC, endpoint_id DESC
       LIMIT $2`,
      retailerId,
      ...values,
    );
  },

  /** For all retailers: when the first delivery of each endpoint is due, if it has any. */
  due(): Promise<{ retailerId: number; endpointId: number; dueAt: number }[]> {
    return sql.acrossRetailers.all(
      `SELECT retailer_id AS "retailerId", endpoint_id AS "endpointId", MIN(due_at) AS "dueAt"
       FROM callback_deliveries
       WHERE due_at IS NOT NULL AND claimed_by IS NULL
       GROUP BY retailer_id, endpoint_id`,
    );
  },

  /** Whether an endpoint has a delivery due at `now` that nobody has claimed. */
  async isDue(retailerId: number, endpointId: number, now: number): Promise<boolean> {
    const row = await sql.one<{ due: number }>(
      `SELECT 1 AS due FROM callback_deliveries
       WHERE retailer_id = $1 AND endpoint_id = $2 AND due_at <= $3 AND claimed_by IS NULL
       LIMIT 1`,
      retailerId,
      endpointId,
      now,
    );
    return row !== undefined;
  },

  /** For all retailers: the number of undelivered callbacks by state, and the oldest of each. */
  backlog(): Promise<{ retailerId: number; state: DeliveryState; count: number; oldest: number }[]> {
    return sql.acrossRetailers.all(
      `SELECT retailer_id AS "retailerId", state, COUNT(*) AS count, MIN(at) AS oldest
       FROM callback_deliveries
       WHERE state <> 'delivered'
       GROUP BY retailer_id, state`,
    );
  },

  /** The same for one retailer. */
  backlogOf(retailerId: number): Promise<{ state: DeliveryState; count: number; oldest: number }[]> {
    return sql.all(
      `SELECT state, COUNT(*) AS count, MIN(at) AS oldest
       FROM callback_deliveries
       WHERE retailer_id = $1 AND state <> 'delivered'
       GROUP BY state`,
      retailerId,
    );
  },

  /** Orders with deliveries past their deadline at disabled endpoints. */
  async overdueOrders(retailerId: number, now: number, limit: number) {
    return sql.all<{ endpointId: number; orderId: number }>(
      `SELECT DISTINCT d.endpoint_id AS "endpointId", d.order_id AS "orderId"
       FROM callback_deliveries d
       JOIN callback_endpoints e ON e.retailer_id = d.retailer_id AND e.id = d.endpoint_id
       WHERE d.retailer_id = $1 AND d.state = 'pending' AND d.claimed_by IS NULL AND d.give_up_at < $2
         AND e.state = 'disabled'
       LIMIT $3`,
      retailerId,
      now,
      limit,
    );
  },

  /** Processes with claimed deliveries. */
  async claimants(): Promise<string[]> {
    const rows = await sql.acrossRetailers.all<{ claimant: string }>(
      'SELECT DISTINCT claimed_by AS claimant FROM callback_deliveries WHERE claimed_by IS NOT NULL',
    );
    return rows.map(({ claimant }) => claimant);
  },
});

export const callbackDeliveryWriter = (sql: Sql) => ({
  /**
   * Enqueues an event for every enabled endpoint that subscribes to it. It is due at once, unless an earlier event
   * of its order is still pending there.
   */
  async enqueue(event: CallbackEvent): Promise<void> {
    await sql.send(
      `INSERT INTO callback_deliveries (retailer_id, endpoint_id, order_id, seq, event_name, metadata, at, state,
         attempts, failures, due_at, give_up_at)
       SELECT e.retailer_id, e.id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), s.event_name, CAST($5 AS TEXT),
         CAST($6 AS BIGINT), 'pending', 0, 0,
         CASE WHEN EXISTS (
           SELECT 1 FROM callback_deliveries d
           WHERE d.retailer_id = e.retailer_id AND d.endpoint_id = e.id AND d.order_id = $2 AND d.due_at IS NOT NULL
         ) THEN NULL ELSE CAST($6 AS BIGINT) END,
         CAST($7 AS BIGINT)
       FROM callback_subscriptions s
       JOIN callback_endpoints e ON e.retailer_id = s.retailer_id AND e.id = s.endpoint_id
       WHERE s.retailer_id = $1 AND s.event_name = $4 AND e.state = 'enabled'`,
      event.retailerId,
      event.orderId,
      event.seq,
      event.eventName,
      event.metadata,
      event.at,
      event.giveUpAt,
    );
  },

  /** Claims at most `limit` deliveries due at `now`, the longest overdue first; each claim counts as an attempt. */
  claim(
    retailerId: number,
    endpointId: number,
    now: number,
    claimant: string,
    limit: number,
  ): Promise<CallbackDeliveryRow[]> {
    return sql.all(
      // Materialized, because if the plan ran the locking subquery again, it would lock further rows beyond the
      // limit.
      `WITH due AS MATERIALIZED (
         SELECT order_id, seq FROM callback_deliveries
         WHERE retailer_id = $1 AND endpoint_id = $2 AND due_at <= $3 AND claimed_by IS NULL
         ORDER BY due_at
         LIMIT $5${sql.forUpdate}
       )
       UPDATE callback_deliveries
       SET claimed_by = $4,
           attempts = attempts + 1
       WHERE retailer_id = $1 AND endpoint_id = $2 AND claimed_by IS NULL
         AND (order_id, seq) IN (SELECT order_id, seq FROM due)
       RETURNING ${columns}`,
      retailerId,
      endpointId,
      now,
      claimant,
      limit,
    );
  },

  async insertAttempt(attempt: CallbackAttemptRow): Promise<void> {
    await sql.send(
      `INSERT INTO callback_attempts (retailer_id, endpoint_id, order_id, seq, attempt, at, duration_ms, status, error,
         answer)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT DO NOTHING`,
      ...keyOfDelivery(attempt),
      attempt.attempt,
      attempt.at,
      attempt.durationMs,
      attempt.status,
      attempt.error,
      attempt.answer,
    );
  },

  /** Returns a claimed delivery to the queue, to be sent at `dueAt`. False if another process has claimed it. */
  async postpone(key: DeliveryKey, claimant: string, dueAt: number): Promise<boolean> {
    const changed = await sql.run(
      `UPDATE callback_deliveries
       SET claimed_by = NULL,
           due_at = $6,
           failures = failures + 1
       WHERE ${isKey} AND claimed_by = $5`,
      ...keyOfDelivery(key),
      claimant,
      dueAt,
    );
    return changed === 1;
  },

  /** Finishes a claimed delivery. False if another process has claimed it. */
  async finish(
    key: DeliveryKey,
    claimant: string,
    state: Exclude<DeliveryState, 'pending'>,
    at: number,
  ): Promise<boolean> {
    const changed = await sql.run(
      `UPDATE callback_deliveries
       SET state = $6,
           claimed_by = NULL,
           due_at = NULL,
           finished_at = $7
       WHERE ${isKey} AND claimed_by = $5`,
      ...keyOfDelivery(key),
      claimant,
      state,
      at,
    );
    return changed === 1;
  },

  /** Makes an order's next delivery due, if none is. The order must be locked. */
  async promote(retailerId: number, endpointId: number, orderId: number, dueAt: number): Promise<void> {
    await sql.send(
      `UPDATE callback_deliveries
       SET due_at = $4
       WHERE retailer_id = $1 AND endpoint_id = $2 AND order_id = $3 AND seq = (
         SELECT MIN(seq) FROM callback_deliveries
         WHERE retailer_id = $1 AND endpoint_id = $2 AND order_id = $3 AND state = 'pending'
       ) AND NOT EXISTS (
         SELECT 1 FROM callback_deliveries
         WHERE retailer_id = $1 AND endpoint_id = $2 AND order_id = $3 AND due_at IS NOT NULL
       )`,
      retailerId,
      endpointId,
      orderId,
      dueAt,
    );
  },

  /** Makes a finished delivery pending again; it takes its place in the order's sequence. */
  async revive(key: DeliveryKey, giveUpAt: number): Promise<boolean> {
    const changed = await sql.run(
      `UPDATE callback_deliveries
       SET state = 'pending',
           failures = 0,
           give_up_at = $5,
           finished_at = NULL
       WHERE ${isKey} AND state <> 'pending'`,
      ...keyOfDelivery(key),
      giveUpAt,
    );
    return changed === 1;
  },

  /** Dead deliveries of an endpoint, of events not before `since`, in sequence. */
  dead(retailerId: number, endpointId: number, since: number, limit: number): Promise<DeliveryKey[]> {
    return sql.all(
      `SELECT retailer_id AS "retailerId", endpoint_id AS "endpointId", order_id AS "orderId", seq
       FROM callback_deliveries
       WHERE retailer_id = $1 AND endpoint_id = $2 AND state = 'dead' AND at >= $3
       ORDER BY order_id, seq
       LIMIT $4`,
      retailerId,
      endpointId,
      since,
      limit,
    );
  },

  /** Gives up an order's pending deliveries that are past their deadline. */
  async giveUp(retailerId: number, endpointId: number, orderId: number, now: number): Promise<void> {
    await sql.send(
      `UPDATE callback_deliveries
       SET state = 'dead',
           due_at = NULL,
           finished_at = $4
       WHERE retailer_id = $1 AND endpoint_id = $2 AND order_id = $3 AND state = 'pending'
         AND claimed_by IS NULL AND give_up_at < $4`,
      retailerId,
      endpointId,
      orderId,
      now,
    );
  },

  /** Releases at most `limit` deliveries a process had claimed, so that others can send them; returns how many. */
  async release(claimant: string, limit: number): Promise<number> {
    return sql.acrossRetailers.run(
      `UPDATE callback_deliveries
       SET claimed_by = NULL
       WHERE claimed_by = $1 AND (retailer_id, endpoint_id, order_id, seq) IN (
         SELECT retailer_id, endpoint_id, order_id, seq
         FROM callback_deliveries
         WHERE claimed_by = $1
         LIMIT $2
       )`,
      claimant,
      limit,
    );
  },

  /** Deletes at most `limit` dead deliveries given up before `before`; returns how many. */
  deleteDead(retailerId: number, before: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM callback_deliveries
       WHERE retailer_id = $1 AND (endpoint_id, order_id, seq) IN (
         SELECT endpoint_id, order_id, seq
         FROM callback_deliveries
         WHERE retailer_id = $1 AND state = 'dead' AND finished_at < $2
         LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
  },

  /** Deletes at most `limit` finished deliveries of some orders; returns how many. */
  deleteFinished(retailerId: number, orderIds: number[], limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM callback_deliveries
       WHERE retailer_id = $1 AND (endpoint_id, order_id, seq) IN (
         SELECT endpoint_id, order_id, seq
         FROM callback_deliveries
         WHERE retailer_id = $1 AND order_id ${sql.isInList('BIGINT')} AND state <> 'pending'
         LIMIT $3
       )`,
      retailerId,
      JSON.stringify(orderIds),
      limit,
    );
  },

  /**
   * Deletes delivered callbacks, and records of attempts, older than `before`, at most `limit` of each.
   * @returns the larger of the two numbers
   */
  async deleteOld(retailerId: number, before: number, limit: number): Promise<number> {
    const deliveries = await sql.run(
      `DELETE FROM callback_deliveries
       WHERE retailer_id = $1 AND (endpoint_id, order_id, seq) IN (
         SELECT endpoint_id, order_id, seq
         FROM callback_deliveries
         WHERE retailer_id = $1 AND state = 'delivered' AND finished_at < $2
         LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
    const attempts = await sql.run(
      `DELETE FROM callback_attempts
       WHERE retailer_id = $1 AND (endpoint_id, order_id, seq, attempt) IN (
         SELECT endpoint_id, order_id, seq, attempt
         FROM callback_attempts
         WHERE retailer_id = $1 AND at < $2
         LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
    return Math.max(deliveries, attempts);
  },
});
