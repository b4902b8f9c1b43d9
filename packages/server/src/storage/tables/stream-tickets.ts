import type { Sql } from '../sql.ts';

/** Replaces the access token when a client that cannot send one opens a stream. Works once. */
export interface StreamTicketRow {
  retailerId: number;
  /** SHA-256 of the ticket, base64url. The ticket itself is not stored. */
  ticketHash: string;
  orderId: number;
  tokenHash: string;
  expiresAt: number;
}

export const streamTicketReader = (sql: Sql) => ({
  async exists(ticketHash: string): Promise<boolean> {
    const text = 'SELECT 1 FROM stream_tickets WHERE ticket_hash = $1';
    return (await sql.acrossRetailers.one(text, ticketHash)) !== undefined;
  },
});

export const streamTicketWriter = (sql: Sql) => ({
  async insert(ticket: StreamTicketRow): Promise<void> {
    await sql.send(
      `INSERT INTO stream_tickets (retailer_id, ticket_hash, order_id, token_hash, expires_at)
       VALUES ($1, $2, $3, $4, $5)`,
      ticket.retailerId,
      ticket.ticketHash,
      ticket.orderId,
      ticket.tokenHash,
      ticket.expiresAt,
    );
  },

  /** The number of a token's valid tickets. */
  async count(retailerId: number, tokenHash: string, now: number): Promise<number> {
    const row = await sql.one<{ tickets: number }>(
      `SELECT count(*) AS tickets
       FROM stream_tickets
       WHERE retailer_id = $1 AND token_hash = $2 AND expires_at > $3`,
      retailerId,
      tokenHash,
      now,
    );
    return row!.tickets;
  },

  /** Deletes and returns the ticket; undefined if it does not exist or was used. */
  take(ticketHash: string): Promise<StreamTicketRow | undefined> {
    return sql.acrossRetailers.one(
      `DELETE FROM stream_tickets
       WHERE ticket_hash = $1
       RETURNING
         retailer_id AS "retailerId",
         ticket_hash AS "ticketHash",
         order_id AS "orderId",
         token_hash AS "tokenHash",
         expires_at AS "expiresAt"`,
      ticketHash,
    );
  },

  /** Deletes at most `limit` tickets that expired before `at`; returns how many. */
  deleteExpired(retailerId: number, at: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM stream_tickets
       WHERE retailer_id = $1 AND ticket_hash IN (
         SELECT ticket_hash FROM stream_tickets WHERE retailer_id = $1 AND expires_at < $2 LIMIT $3
       )`,
      retailerId,
      at,
      limit,
    );
  },
});
