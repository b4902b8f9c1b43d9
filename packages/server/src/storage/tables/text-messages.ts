/** What sending and receiving text messages (SMS) needs: senders, numbers, opt-outs, and copies at the provider. */
import type { SmsAdapter } from '@aislechat/contract';
import type { Sql } from '../sql.ts';

/** How a retailer sends and receives text messages. */
export interface SmsSenderRow {
  retailerId: number;
  adapter: SmsAdapter;
  /** The retailer's own number, in E.164. */
  number: string;
  /** The account at the provider. */
  account: string | null;
  url: string | null;
  /** The secret that signs or authenticates, sealed. */
  secret: string;
  createdAt: number;
}

/** The number to which text messages about an order go. */
export interface OrderPhoneRow {
  retailerId: number;
  orderId: number;
  /** Sealed. */
  number: string;
  numberHash: string;
}

/** A text message whose provider holds a copy of what somebody wrote. */
export interface SmsCopyRow {
  retailerId: number;
  orderId: number;
  providerId: string;
}

export const textMessageReader = (sql: Sql) => ({
  sender(retailerId: number): Promise<SmsSenderRow | undefined> {
    return sql.one(
      `SELECT retailer_id AS "retailerId", adapter, number, account, url, sealed_secret AS "secret",
         created_at AS "createdAt"
       FROM sms_senders
       WHERE retailer_id = $1`,
      retailerId,
    );
  },

  phone(retailerId: number, orderId: number): Promise<OrderPhoneRow | undefined> {
    return sql.one(
      `SELECT retailer_id AS "retailerId", order_id AS "orderId", sealed_number AS "number",
         number_hash AS "numberHash"
       FROM order_phones
       WHERE retailer_id = $1 AND order_id = $2`,
      retailerId,
      orderId,
    );
  },

  /** The IDs of the orders that have not ended and whose customer has this number. */
  async openOrders(retailerId: number, numberHash: string): Promise<number[]> {
    const rows = await sql.all<{ id: number }>(
      `SELECT o.id
       FROM order_phones p
       JOIN orders o ON o.retailer_id = p.retailer_id AND o.id = p.order_id
       WHERE p.retailer_id = $1 AND p.number_hash = $2 AND o.ended_at IS NULL
       ORDER BY o.id`,
      retailerId,
      numberHash,
    );
    return rows.map(({ id }) => id);
  },

  async hasStopped(retailerId: number, numberHash: string): Promise<boolean> {
    const row = await sql.one(
      'SELECT 1 AS stopped FROM sms_opt_outs WHERE retailer_id = $1 AND number_hash = $2',
      retailerId,
      numberHash,
    );
    return row !== undefined;
  },

  /** Whether the provider of a retailer holds copies of texts. */
  async hasCopies(retailerId: number): Promise<boolean> {
    const row = await sql.one('SELECT 1 AS held FROM sms_copies WHERE retailer_id = $1 LIMIT 1', retailerId);
    return row !== undefined;
  },

  /** Copies of an order's texts that are to be deleted at the provider. */
  erasedCopies(retailerId: number, orderId: number): Promise<SmsCopyRow[]> {
    return sql.all(
      `SELECT retailer_id AS "retailerId", order_id AS "orderId", provider_id AS "providerId"
       FROM sms_copies
       WHERE retailer_id = $1 AND order_id = $2 AND erased_at IS NOT NULL`,
      retailerId,
      orderId,
    );
  },
});

export const textMessageWriter = (sql: Sql) => ({
  async setSender(sender: SmsSenderRow): Promise<void> {
    await sql.send('DELETE FROM sms_senders WHERE retailer_id = $1', sender.retailerId);
    await sql.send(
      `INSERT INTO sms_senders (retailer_id, adapter, number, account, url, sealed_secret, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      sender.retailerId,
      sender.adapter,
      sender.number,
      sender.account,
      sender.url,
      sender.secret,
      sender.createdAt,
    );
  },

  /** Returns how many. */
  deleteSender: (retailerId: number): Promise<number> =>
    sql.run('DELETE FROM sms_senders WHERE retailer_id = $1', retailerId),

  async insertPhone({ retailerId, orderId, number, numberHash }: OrderPhoneRow): Promise<void> {
    await sql.send(
      `INSERT INTO order_phones (retailer_id, order_id, sealed_number, number_hash) VALUES ($1, $2, $3, $4)`,
      retailerId,
      orderId,
      number,
      numberHash,
    );
  },

  /** Returns how many. */
  deletePhone: (retailerId: number, orderId: number): Promise<number> =>
    sql.run('DELETE FROM order_phones WHERE retailer_id = $1 AND order_id = $2', retailerId, orderId),

  async stop(retailerId: number, numberHash: string, at: number): Promise<void> {
    await sql.send(
      `INSERT INTO sms_opt_outs (retailer_id, number_hash, stopped_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      retailerId,
      numberHash,
      at,
    );
  },

  async start(retailerId: number, numberHash: string): Promise<void> {
    await sql.send(
      'DELETE FROM sms_opt_outs WHERE retailer_id = $1 AND number_hash = $2',
      retailerId,
      numberHash,
    );
  },

  /** Notes an incoming message. False if it was noted before. */
  async receive(retailerId: number, providerId: string, at: number): Promise<boolean> {
    const changed = await sql.run(
      `INSERT INTO sms_received (retailer_id, provider_id, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      retailerId,
      providerId,
      at,
    );
    return changed === 1;
  },

  /** Deletes at most `limit` notes of incoming messages received before `before`; returns how many. */
  deleteReceived(retailerId: number, before: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM sms_received
       WHERE retailer_id = $1 AND provider_id IN (
         SELECT provider_id FROM sms_received WHERE retailer_id = $1 AND received_at < $2 LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
  },

  async insertCopy({ retailerId, orderId, providerId }: SmsCopyRow): Promise<void> {
    await sql.send(
      `INSERT INTO sms_copies (retailer_id, order_id, provider_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      retailerId,
      orderId,
      providerId,
    );
  },

  /** Marks the copies of an order's texts, which are then deleted at the provider; returns how many. */
  eraseCopies(retailerId: number, orderId: number, at: number): Promise<number> {
    return sql.run(
      'UPDATE sms_copies SET erased_at = $3 WHERE retailer_id = $1 AND order_id = $2 AND erased_at IS NULL',
      retailerId,
      orderId,
      at,
    );
  },

  async deleteCopy({ retailerId, orderId, providerId }: SmsCopyRow): Promise<void> {
    await sql.send(
      'DELETE FROM sms_copies WHERE retailer_id = $1 AND order_id = $2 AND provider_id = $3',
      retailerId,
      orderId,
      providerId,
    );
  },
});
