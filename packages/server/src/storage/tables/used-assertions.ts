import type { Sql } from '../sql.ts';

export const usedAssertionWriter = (sql: Sql) => ({
  /** Whether it was unused until now. Of two that come at once, the later one waits for the first to commit. */
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

  /** Forgets those that ran out before `at`. */
  async deleteExpired(retailerId: number, at: number): Promise<void> {
    await sql.send('DELETE FROM used_assertions WHERE retailer_id = $1 AND expires_at < $2', retailerId, at);
  },
});
