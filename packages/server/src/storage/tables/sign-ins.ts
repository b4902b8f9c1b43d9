import type { Sql } from '../sql.ts';
import type { TokenSubject } from './tokens.ts';

/** A device on which a shopper stays signed in, with the refresh token that it has. */
export interface SignInRow {
  retailerId: number;
  /** The first part of the refresh token, the same for as long as the device is signed in. */
  id: string;
  applicationId: number;
  shopperId: number;
  /** SHA-256 of the second part, base64url. */
  secretHash: string;
  /** Of the refresh token before, which is accepted until this one is used: the answer with this one may be lost. */
  formerHash: string | null;
  expiresAt: number;
}

const columns = `
  retailer_id AS "retailerId",
  id,
  application_id AS "applicationId",
  shopper_id AS "shopperId",
  secret_hash AS "secretHash",
  former_hash AS "formerHash",
  expires_at AS "expiresAt"`;

export const signInReader = (sql: Sql) => ({
  find(id: string): Promise<SignInRow | undefined> {
    return sql.acrossRetailers.one(`SELECT ${columns} FROM sign_ins WHERE id = $1`, id);
  },
});

export const signInWriter = (sql: Sql) => ({
  async insert(signIn: SignInRow): Promise<void> {
    await sql.send(
      `INSERT INTO sign_ins (retailer_id, id, application_id, shopper_id, secret_hash, former_hash, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      signIn.retailerId,
      signIn.id,
      signIn.applicationId,
      signIn.shopperId,
      signIn.secretHash,
      signIn.formerHash,
      signIn.expiresAt,
    );
  },

  lock(retailerId: number, id: string): Promise<SignInRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM sign_ins WHERE retailer_id = $1 AND id = $2${sql.forUpdate}`,
      retailerId,
      id,
    );
  },

  /** Replaces the refresh token. */
  async renew({ retailerId, id, secretHash, formerHash, expiresAt }: SignInRow): Promise<void> {
    await sql.send(
      `UPDATE sign_ins
       SET secret_hash = $3, former_hash = $4, expires_at = $5
       WHERE retailer_id = $1 AND id = $2`,
      retailerId,
      id,
      secretHash,
      formerHash,
      expiresAt,
    );
  },

  async delete(retailerId: number, id: string): Promise<void> {
    await sql.send('DELETE FROM sign_ins WHERE retailer_id = $1 AND id = $2', retailerId, id);
  },

  /** Deletes the sign-ins of an application or a shopper; others have none. */
  async deleteOf(retailerId: number, subject: TokenSubject): Promise<void> {
    if ('shopperId' in subject) {
      const text = 'DELETE FROM sign_ins WHERE retailer_id = $1 AND shopper_id = $2';
      await sql.send(text, retailerId, subject.shopperId);
    } else if ('applicationId' in subject) {
      const text = 'DELETE FROM sign_ins WHERE retailer_id = $1 AND application_id = $2';
      await sql.send(text, retailerId, subject.applicationId);
    }
  },

  /** Deletes the sign-ins of a shopper except the `most` that were used last. */
  async deleteOldest(retailerId: number, shopperId: number, most: number): Promise<void> {
    await sql.send(
      `DELETE FROM sign_ins
       WHERE retailer_id = $1 AND id IN (
         SELECT id FROM sign_ins WHERE retailer_id = $1 AND shopper_id = $2
         ORDER BY expires_at DESC, id LIMIT 1000 OFFSET $3
       )`,
      retailerId,
      shopperId,
      most,
    );
  },

  /** Deletes at most `limit` sign-ins that expired before `at`; returns how many. */
  deleteExpired(retailerId: number, at: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM sign_ins
       WHERE retailer_id = $1 AND id IN (
         SELECT id FROM sign_ins WHERE retailer_id = $1 AND expires_at < $2 LIMIT $3
       )`,
      retailerId,
      at,
      limit,
    );
  },
});
