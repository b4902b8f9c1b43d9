import type { Sql } from '../sql.ts';

/** Lets one support agent sign in. Works once. */
export interface SupportLinkRow {
  retailerId: number;
  /** SHA-256 of the code, base64url. The code itself is not stored. */
  codeHash: string;
  /** The application whose operator created it. */
  applicationId: number;
  agent: string;
  expiresAt: number;
}

export const supportLinkReader = (sql: Sql) => ({
  async exists(codeHash: string): Promise<boolean> {
    const text = 'SELECT 1 FROM support_links WHERE code_hash = $1';
    return (await sql.acrossRetailers.one(text, codeHash)) !== undefined;
  },
});

export const supportLinkWriter = (sql: Sql) => ({
  async insert(link: SupportLinkRow): Promise<void> {
    await sql.send(
      `INSERT INTO support_links (retailer_id, code_hash, application_id, agent, expires_at)
       VALUES ($1, $2, $3, $4, $5)`,
      link.retailerId,
      link.codeHash,
      link.applicationId,
      link.agent,
      link.expiresAt,
    );
  },

  /** The number of a retailer's valid links. */
  async count(retailerId: number, now: number): Promise<number> {
    const row = await sql.one<{ links: number }>(
      'SELECT count(*) AS links FROM support_links WHERE retailer_id = $1 AND expires_at > $2',
      retailerId,
      now,
    );
    return row!.links;
  },

  /** Deletes and returns the link; undefined if it does not exist or was used. */
  take(codeHash: string): Promise<SupportLinkRow | undefined> {
    return sql.acrossRetailers.one(
      `DELETE FROM support_links
       WHERE code_hash = $1
       RETURNING
         retailer_id AS "retailerId",
         code_hash AS "codeHash",
         application_id AS "applicationId",
         agent,
         expires_at AS "expiresAt"`,
      codeHash,
    );
  },

  /** Deletes the links created by an application, or those for an agent. */
  async deleteOf(retailerId: number, of: { applicationId: number } | { agent: string }): Promise<void> {
    const [column, value] = 'agent' in of ? ['agent', of.agent] : ['application_id', of.applicationId];
    await sql.send(`DELETE FROM support_links WHERE retailer_id = $1 AND ${column} = $2`, retailerId, value);
  },

  /** Deletes at most `limit` links that expired before `at`; returns how many. */
  deleteExpired(retailerId: number, at: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM support_links
       WHERE retailer_id = $1 AND code_hash IN (
         SELECT code_hash FROM support_links WHERE retailer_id = $1 AND expires_at < $2 LIMIT $3
       )`,
      retailerId,
      at,
      limit,
    );
  },
});
