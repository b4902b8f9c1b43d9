import type { Sql } from '../sql.ts';

export const usedAssertionWriter = (sql: Sql) => ({
  /**
   * Whether the assertion was unused until now. Of two concurrent uses, the later one waits for the first to
   * commit.
   */
  async use(retailerId: number, assertionHash: string, expiresAt: number): Promise<boolean> {
    const inserted = await sql.run(
      `INSERT INTO used_assertions (retailer_id, assertion_hash, expires_at)
       VALUES ($1, $2, $3)
       ON CONFLICT (retailer_id, assertion_hash) DO NOTHING`,
      retailerId,
      assertionHash,
      expiresAt,
    );
    return inserted === 1;
  },

  /** Deletes at most `limit` assertions that expired before `at`; returns how many. */
  deleteExpired(retailerId: number, at: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM used_assertions
       WHERE retailer_id = $1 AND assertion_hash IN (
         SELECT assertion_hash FROM used_assertions WHERE retailer_id = $1 AND expires_at < $2 LIMIT $3
       )`,
      retailerId,
      at,
      limit,
    );
  },
});
