import type { Sql } from '../sql.ts';
import type { ApplicationRow } from './applications.ts';

export interface TokenRow {
  /** SHA-256 of the token, base64url. The token itself is not stored. */
  tokenHash: string;
  retailerId: number;
  applicationId: number;
  /** The user of a user token; null for client credentials. */
  userId: number | null;
  /** The shopper of a shopper token; null for the others. */
  shopperId: number | null;
  /** The support agent's name for an agent's token; null for the others. */
  agent: string | null;
  /** Comma-separated. */
  scopes: string;
  issuedAt: number;
  expiresAt: number;
  revokedAt: number | null;
}

/** A set of tokens: all that an application obtained, or all that speak for one person. */
export type TokenSubject =
  | { applicationId: number }
  | { userId: number }
  | { shopperId: number }
  | { agent: string };

/** A token with the current state of its application. */
export type TokenOfCaller = TokenRow & { applicationState: ApplicationRow['state'] };

const columns = `
  t.token_hash AS "tokenHash",
  t.retailer_id AS "retailerId",
  t.application_id AS "applicationId",
  t.user_id AS "userId",
  t.shopper_id AS "shopperId",
  t.agent,
  t.scopes,
  t.issued_at AS "issuedAt",
  t.expires_at AS "expiresAt",
  t.revoked_at AS "revokedAt",
  a.state AS "applicationState"`;

const withApplication =
  'tokens t JOIN applications a ON a.retailer_id = t.retailer_id AND a.id = t.application_id';

/** The column that identifies a subject, and its value. */
function columnOf(subject: TokenSubject): [string, number | string] {
  if ('applicationId' in subject) return ['application_id', subject.applicationId];
  if ('userId' in subject) return ['user_id', subject.userId];
  if ('shopperId' in subject) return ['shopper_id', subject.shopperId];
  return ['agent', subject.agent];
}

export const tokenReader = (sql: Sql) => ({
  /** Which of these tokens were revoked, or belong to a disabled application. */
  async revokedOf(retailerId: number, tokenHashes: string[]): Promise<Set<string>> {
    const rows = await sql.all<{ tokenHash: string }>(
      `SELECT t.token_hash AS "tokenHash"
       FROM ${withApplication}
       WHERE t.retailer_id = $1 AND t.token_hash ${sql.isInList('TEXT')}
         AND (t.revoked_at IS NOT NULL OR a.state = 'disabled')`,
      retailerId,
      JSON.stringify(tokenHashes),
    );
    return new Set(rows.map(({ tokenHash }) => tokenHash));
  },

  /** Whether any tokens expired before `tokensBefore`, any sign-ins, tickets, links or assertions before `othersBefore`, or any holds before `holdsBefore`. */
  async hasExpired(
    retailerId: number,
    tokensBefore: number,
    othersBefore: number,
    holdsBefore: number,
  ): Promise<boolean> {
    const row = await sql.one(
      `SELECT 1 AS expired
       WHERE EXISTS (SELECT 1 FROM tokens WHERE retailer_id = $1 AND expires_at < $2)
         OR EXISTS (SELECT 1 FROM sign_ins WHERE retailer_id = $1 AND expires_at < $3)
         OR EXISTS (SELECT 1 FROM stream_tickets WHERE retailer_id = $1 AND expires_at < $3)
         OR EXISTS (SELECT 1 FROM support_links WHERE retailer_id = $1 AND expires_at < $3)
         OR EXISTS (SELECT 1 FROM used_assertions WHERE retailer_id = $1 AND expires_at < $3)
         OR EXISTS (SELECT 1 FROM holds WHERE retailer_id = $1 AND expires_at < $4)`,
      retailerId,
      tokensBefore,
      othersBefore,
      holdsBefore,
    );
    return row !== undefined;
  },

  /** The rows of a token: one, or one for each banner that a client's token reaches. */
  all(tokenHash: string): Promise<TokenOfCaller[]> {
    return sql.acrossRetailers.all(
      `SELECT ${columns} FROM ${withApplication} WHERE t.token_hash = $1 ORDER BY t.retailer_id`,
      tokenHash,
    );
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

  /** Revokes at most `limit` valid tokens of a subject; returns how many. */
  revokeOf(retailerId: number, subject: TokenSubject, at: number, limit: number): Promise<number> {
    const [column, value] = columnOf(subject);
    return sql.run(
      `UPDATE tokens
       SET revoked_at = $3
       WHERE retailer_id = $1 AND token_hash IN (
         SELECT token_hash
         FROM tokens
         WHERE retailer_id = $1 AND ${column} = $2 AND revoked_at IS NULL AND expires_at > $3
         LIMIT $4
       )`,
      retailerId,
      value,
      at,
      limit,
    );
  },

  /** Deletes a subject's valid tokens except the `most` newest; returns the hashes of the deleted ones. */
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

  /** Deletes at most `limit` tokens that expired before `at`; returns how many. */
  deleteExpired(retailerId: number, at: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM tokens
       WHERE retailer_id = $1 AND token_hash IN (
         SELECT token_hash FROM tokens WHERE retailer_id = $1 AND expires_at < $2 LIMIT $3
       )`,
      retailerId,
      at,
      limit,
    );
  },
});
