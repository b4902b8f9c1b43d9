import type { NotificationChannel, NotificationKind, NotificationState } from '@aislechat/contract';
import type { Sql, Value } from '../sql.ts';
import type { Party } from './messages.ts';

/** A bundle of events about which one side of an order is notified, identified by its first event. */
export interface NotificationKey {
  retailerId: number;
  orderId: number;
  seq: number;
}

export interface NotificationRow extends NotificationKey {
  recipient: Party;
  lastSeq: number;
  events: number;
  kind: NotificationKind;
  at: number;
  state: NotificationState;
  channel: NotificationChannel | null;
  /** Why it was refused, or not sent. */
  reason: string | null;
  /** What the provider of text messages calls it. */
  providerId: string | null;
  attempts: number;
  failures: number;
  /** When it is sent next; null while an earlier one of the order and side is pending, and once it is finished. */
  dueAt: number | null;
  giveUpAt: number;
  /** The process that is sending it. */
  claimedBy: string | null;
  finishedAt: number | null;
}

export interface NotificationFilter {
  orderId?: number;
  state?: NotificationState;
  channel?: NotificationChannel;
}

/** The notification after which a page starts. */
export type NotificationPosition = Pick<NotificationRow, 'at' | 'orderId' | 'seq'>;

export interface NotificationOutcome {
  state: Exclude<NotificationState, 'pending'>;
  channel: NotificationChannel | null;
  reason: string | null;
  providerId?: string | undefined;
}

const columns = `
  retailer_id AS "retailerId",
  order_id AS "orderId",
  recipient,
  seq,
  last_seq AS "lastSeq",
  events,
  kind,
  at,
  state,
  channel,
  reason,
  provider_id AS "providerId",
  attempts,
  failures,
  due_at AS "dueAt",
  give_up_at AS "giveUpAt",
  claimed_by AS "claimedBy",
  finished_at AS "finishedAt"`;

const isKey = 'retailer_id = $1 AND order_id = $2 AND seq = $3';
const keyOf = ({ retailerId, orderId, seq }: NotificationKey) => [retailerId, orderId, seq] as const;

export const notificationReader = (sql: Sql) => ({
  find(key: NotificationKey): Promise<NotificationRow | undefined> {
    return sql.one(`SELECT ${columns} FROM notifications WHERE ${isKey}`, ...keyOf(key));
  },

  /** The newest notification of a side of an order. */
  latest(retailerId: number, orderId: number, recipient: Party): Promise<NotificationRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM notifications
       WHERE retailer_id = $1 AND order_id = $2 AND recipient = $3
       ORDER BY seq DESC
       LIMIT 1`,
      retailerId,
      orderId,
      recipient,
    );
  },

  /** Whether a side of an order has a notification that is not finished. */
  async hasPending(retailerId: number, orderId: number, recipient: Party): Promise<boolean> {
    const row = await sql.one(
      `SELECT 1 AS pending FROM notifications
       WHERE retailer_id = $1 AND order_id = $2 AND recipient = $3 AND state = 'pending'
       LIMIT 1`,
      retailerId,
      orderId,
      recipient,
    );
    return row !== undefined;
  },

  /** At most `limit` notifications after `after`, newest first. */
  list(
    retailerId: number,
    { orderId, state, channel }: NotificationFilter,
    after: NotificationPosition | undefined,
    limit: number,
  ): Promise<NotificationRow[]> {
    const values: Value[] = [limit];
    const conditions = ['retailer_id = $1'];
    const given = (value: Value): string => {
      values.push(value);
      return `$${values.length + 1}`;
    };
    if (orderId !== undefined) conditions.push(`order_id = ${given(orderId)}`);
    if (state !== undefined) conditions.push(`state = ${given(state)}`);
    if (channel !== undefined) conditions.push(`channel = ${given(channel)}`);
    if (after) {
      const position = [after.at, after.orderId, after.seq].map(given).join(', ');
      conditions.push(`(at, order_id, seq) < (${position})`);
    }
    return sql.all(
      `SELECT ${columns} FROM notifications
       WHERE ${conditions.join(' AND ')}
       ORDER BY at DESC, order_id DESC, seq DESC
       LIMIT $2`,
      retailerId,
      ...values,
    );
  },

  /** For all retailers with notifications that nobody has claimed: when the first is due. */
  due(): Promise<{ retailerId: number; dueAt: number }[]> {
    return sql.acrossRetailers.all(
      `SELECT retailer_id AS "retailerId", MIN(due_at) AS "dueAt"
       FROM notifications
       WHERE due_at IS NOT NULL AND claimed_by IS NULL
       GROUP BY retailer_id`,
    );
  },

  /** For all retailers: the number of unfinished notifications by state, and the oldest of each. */
  backlog(): Promise<{ retailerId: number; state: NotificationState; count: number; oldest: number }[]> {
    return sql.acrossRetailers.all(
      `SELECT retailer_id AS "retailerId", state, COUNT(*) AS count, MIN(at) AS oldest
       FROM notifications
       WHERE state IN ('pending', 'dead')
       GROUP BY retailer_id, state`,
    );
  },

  /** Processes with claimed notifications. */
  async claimants(): Promise<string[]> {
    const rows = await sql.acrossRetailers.all<{ claimant: string }>(
      'SELECT DISTINCT claimed_by AS claimant FROM notifications WHERE claimed_by IS NOT NULL',
    );
    return rows.map(({ claimant }) => claimant);
  },

  /** How many text messages about an order were sent since `since`. */
  async countSent(retailerId: number, orderId: number, channel: NotificationChannel, since: number) {
    const row = await sql.one<{ count: number }>(
      `SELECT COUNT(*) AS count FROM notifications
       WHERE retailer_id = $1 AND order_id = $2 AND channel = $3 AND state = 'sent' AND finished_at > $4`,
      retailerId,
      orderId,
      channel,
      since,
    );
    return row!.count;
  },
});

export const notificationWriter = (sql: Sql) => ({
  async insert(row: NotificationRow): Promise<void> {
    await sql.send(
      `INSERT INTO notifications (retailer_id, order_id, seq, recipient, last_seq, events, kind, at, state, attempts,
         failures, due_at, give_up_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      ...keyOf(row),
      row.recipient,
      row.lastSeq,
      row.events,
      row.kind,
      row.at,
      row.state,
      row.attempts,
      row.failures,
      row.dueAt,
      row.giveUpAt,
    );
  },

  /** Adds an event to a bundle that is not being sent. False if it is, or has been. */
  async join(key: NotificationKey, lastSeq: number): Promise<boolean> {
    const changed = await sql.run(
      `UPDATE notifications
       SET last_seq = $4,
           events = events + 1
       WHERE ${isKey} AND state = 'pending' AND claimed_by IS NULL`,
      ...keyOf(key),
      lastSeq,
    );
    return changed === 1;
  },

  /** Claims at most `limit` notifications due at `now`, the longest overdue first; each claim counts as an attempt. */
  claim(retailerId: number, now: number, claimant: string, limit: number): Promise<NotificationRow[]> {
    return sql.all(
      // Materialized, because if the plan ran the locking subquery again, it would lock further rows beyond the limit.
      `WITH due AS MATERIALIZED (
         SELECT order_id, seq FROM notifications
         WHERE retailer_id = $1 AND due_at <= $2 AND claimed_by IS NULL
         ORDER BY due_at
         LIMIT $4${sql.forUpdate}
       )
       UPDATE notifications
       SET claimed_by = $3,
           attempts = attempts + 1
       WHERE retailer_id = $1 AND claimed_by IS NULL
         AND (order_id, seq) IN (SELECT order_id, seq FROM due)
       RETURNING ${columns}`,
      retailerId,
      now,
      claimant,
      limit,
    );
  },

  /** Returns a claimed notification to the queue, to be sent at `dueAt`. False if another process has claimed it. */
  async postpone(key: NotificationKey, claimant: string, dueAt: number, reason: string): Promise<boolean> {
    const changed = await sql.run(
      `UPDATE notifications
       SET claimed_by = NULL,
           due_at = $5,
           reason = $6,
           failures = failures + 1
       WHERE ${isKey} AND claimed_by = $4`,
      ...keyOf(key),
      claimant,
      dueAt,
      reason,
    );
    return changed === 1;
  },

  /** Finishes a claimed notification. False if another process has claimed it. */
  async finish(
    key: NotificationKey,
    claimant: string,
    { state, channel, reason, providerId }: NotificationOutcome,
    at: number,
  ): Promise<boolean> {
    const changed = await sql.run(
      `UPDATE notifications
       SET state = $5,
           channel = $6,
           reason = $7,
           provider_id = $9,
           claimed_by = NULL,
           due_at = NULL,
           finished_at = $8
       WHERE ${isKey} AND claimed_by = $4`,
      ...keyOf(key),
      claimant,
      state,
      channel,
      reason,
      at,
      providerId ?? null,
    );
    return changed === 1;
  },

  /** Records that a text message that its provider had accepted did not arrive. */
  async fail(retailerId: number, providerId: string, reason: string): Promise<void> {
    await sql.send(
      `UPDATE notifications SET state = 'dead', reason = $3
       WHERE retailer_id = $1 AND provider_id = $2 AND state = 'sent'`,
      retailerId,
      providerId,
      reason,
    );
  },

  /** Forgets what the provider of text messages calls those about an order. */
  async forgetProvider(retailerId: number, orderId: number): Promise<void> {
    await sql.send(
      `UPDATE notifications SET provider_id = NULL
       WHERE retailer_id = $1 AND order_id = $2 AND provider_id IS NOT NULL`,
      retailerId,
      orderId,
    );
  },

  /** The next pending notification of a side of an order, unless one is due. The order must be locked. */
  next(retailerId: number, orderId: number, recipient: Party): Promise<NotificationRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM notifications
       WHERE retailer_id = $1 AND order_id = $2 AND recipient = $3 AND state = 'pending' AND NOT EXISTS (
         SELECT 1 FROM notifications
         WHERE retailer_id = $1 AND order_id = $2 AND recipient = $3 AND due_at IS NOT NULL
       )
       ORDER BY seq
       LIMIT 1`,
      retailerId,
      orderId,
      recipient,
    );
  },

  async setDue(key: NotificationKey, dueAt: number): Promise<void> {
    await sql.send(`UPDATE notifications SET due_at = $4 WHERE ${isKey}`, ...keyOf(key), dueAt);
  },

  /** Makes a finished notification pending again; it takes its place in the order's sequence. */
  async revive(key: NotificationKey, giveUpAt: number): Promise<void> {
    await sql.send(
      `UPDATE notifications
       SET state = 'pending',
           failures = 0,
           reason = NULL,
           give_up_at = $4,
           finished_at = NULL
       WHERE ${isKey} AND state <> 'pending'`,
      ...keyOf(key),
      giveUpAt,
    );
  },

  /** Releases at most `limit` notifications a process had claimed, so that others can send them; returns how many. */
  async release(claimant: string, limit: number): Promise<number> {
    return sql.acrossRetailers.run(
      `UPDATE notifications
       SET claimed_by = NULL
       WHERE claimed_by = $1 AND (retailer_id, order_id, seq) IN (
         SELECT retailer_id, order_id, seq FROM notifications WHERE claimed_by = $1 LIMIT $2
       )`,
      claimant,
      limit,
    );
  },

  /** Deletes at most `limit` notifications finished before `before`; returns how many. */
  deleteOld(retailerId: number, before: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM notifications
       WHERE retailer_id = $1 AND (order_id, seq) IN (
         SELECT order_id, seq FROM notifications
         WHERE retailer_id = $1 AND finished_at < $2
         LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
  },
});
