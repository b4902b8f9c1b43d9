import type { Sql } from '../sql.ts';

/** A slot held for a user; a user has at most one. */
export interface HoldRow {
  retailerId: number;
  userId: number;
  id: number;
  serviceOptionId: number;
  expiresAt: number;
}

const columns = `
  retailer_id AS "retailerId",
  user_id AS "userId",
  id,
  service_option_id AS "serviceOptionId",
  expires_at AS "expiresAt"`;

export const holdWriter = (sql: Sql) => ({
  /** Deletes and returns the hold, so that it works once; undefined if it does not exist. */
  take(retailerId: number, userId: number, id: number): Promise<HoldRow | undefined> {
    return sql.one(
      `DELETE FROM holds WHERE retailer_id = $1 AND user_id = $2 AND id = $3 RETURNING ${columns}`,
      retailerId,
      userId,
      id,
    );
  },

  async deleteOfUser(retailerId: number, userId: number): Promise<void> {
    await sql.send('DELETE FROM holds WHERE retailer_id = $1 AND user_id = $2', retailerId, userId);
  },

  /** Replaces the user's hold. */
  async replace(hold: HoldRow): Promise<void> {
    await sql.send(
      `INSERT INTO holds (retailer_id, user_id, id, service_option_id, expires_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (retailer_id, user_id) DO UPDATE
       SET id = excluded.id,
           service_option_id = excluded.service_option_id,
           expires_at = excluded.expires_at`,
      hold.retailerId,
      hold.userId,
      hold.id,
      hold.serviceOptionId,
      hold.expiresAt,
    );
  },

  /** Deletes at most `limit` holds that expired before `at`; returns how many. */
  deleteExpired(retailerId: number, at: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM holds
       WHERE retailer_id = $1 AND user_id IN (
         SELECT user_id FROM holds WHERE retailer_id = $1 AND expires_at < $2 LIMIT $3
       )`,
      retailerId,
      at,
      limit,
    );
  },
});
