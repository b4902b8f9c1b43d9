import type { Sql } from '../sql.ts';

export interface TokenRow {
  /** SHA-256 of the token, base64url. The token itself is nowhere. */
  tokenHash: string;
  retailerId: number;
  applicationId: number;
  /** The user of a user token; null for client credentials. */
  userId: number | null;
  /** The shopper of a shopper token; null for the others. */
  shopperId: number | null;
  /** The name of the support agent of an agent's token; null for the others. */
  agent: string | null;
  /** Comma-separated. */
  scopes: string;
  issuedAt: number;
  expiresAt: number;
  revokedAt: number | null;
}

const columns = `
  token_hash AS "tokenHash",
  retailer_id AS "retailerId",
  application_id AS "applicationId",
  user_id AS "userId",
  shopper_id AS "shopperId",
  agent,
  scopes,
  issued_at AS "issuedAt",
  expires_at AS "expiresAt",
  revoked_at AS "revokedAt"`;

export const tokenReader = (sql: Sql) => ({
  /** Those of these tokens that were revoked. */
  async revokedOf(retailerId: number, tokenHashes: string[]): Promise<Set<string>> {
    const rows = await sql.all<{ tokenHash: string }>(
      `SELECT token_hash AS "tokenHash"
       FROM tokens
       WHERE retailer_id = $1 AND token_hash ${sql.isInList('TEXT')} AND revoked_at IS NOT NULL`,
      retailerId,
      JSON.stringify(tokenHashes),
    );
    return new Set(rows.map(({ tokenHash }) => tokenHash));
  },

  find(tokenHash: string): Promise<TokenRow | undefined> {
    return sql.acrossRetailers.one(`SELECT ${columns} FROM tokens WHERE token_hash = $1`, tokenHash);
  },
});

export const tokenWriter = (sql: Sql) => ({
  async insert(token: TokenRow): Promise<void> {
    await sql.send(
      `INSERT INTO tokens (retailer_id, token_hash, application_id, user_id, shopper_id, agent, scopes,
         issued_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      token.retailerId,
      token.tokenHash,
      token.applicationId,
      token.userId,
      token.shopperId,
      token.agent,
      token.scopes,
      token.issuedAt,
      token.expiresAt,
    );
  },

  async revoke(retailerId: number, tokenHash: string, at: number): Promise<void> {
    await sql.send(
      'UPDATE tokens SET revoked_at = $3 WHERE retailer_id = $1 AND token_hash = $2 AND revoked_at IS NULL',
      retailerId,
      tokenHash,
      at,
    );
  },

  /** Revokes all that speak for the user; returns their hashes. */
  async revokeOfUser(retailerId: number, userId: number, at: number): Promise<string[]> {
    const rows = await sql.all<{ tokenHash: string }>(
      `UPDATE tokens
       SET revoked_at = $3
       WHERE retailer_id = $1 AND user_id = $2 AND revoked_at IS NULL
       RETURNING token_hash AS "tokenHash"`,
      retailerId,
      userId,
      at,
    );
    return rows.map(({ tokenHash }) => tokenHash);
  },

  /** Forgets the living tokens of a subject but for the `most` newest; returns the hashes of those forgotten. */
  async deleteOldest(
    { retailerId, applicationId, userId, shopperId }: TokenRow,
    now: number,
    most: number,
  ): Promise<string[]> {
    let ofSubject = 'application_id = $2 AND user_id IS NULL AND shopper_id IS NULL';
    if (userId !== null) ofSubject = 'user_id = $2';
    else if (shopperId !== null) ofSubject = 'shopper_id = $2';
    const rows = await sql.all<{ tokenHash: string }>(
      `DELETE FROM tokens
       WHERE retailer_id = $1 AND token_hash IN (
         SELECT token_hash
         FROM tokens
         WHERE retailer_id = $1 AND ${ofSubject} AND agent IS NULL AND expires_at > $3
         ORDER BY expires_at DESC, token_hash
         LIMIT 1000 OFFSET $4
       )
       RETURNING token_hash AS "tokenHash"`,
      retailerId,
      userId ?? shopperId ?? applicationId,
      now,
      most,
    );
    return rows.map(({ tokenHash }) => tokenHash);
  },

  /** Forgets tokens that expired before `at`; returns how many. */
  deleteExpired(retailerId: number, at: number): Promise<number> {
    return sql.run('DELETE FROM tokens WHERE retailer_id = $1 AND expires_at < $2', retailerId, at);
  },
});
