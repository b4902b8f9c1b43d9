import { canBeStored, type Sql } from '../sql.ts';

/** A public key for checking an application's signed assertions. */
export interface AssertionKeyRow {
  retailerId: number;
  applicationId: number;
  /** The `kid` in the assertions' header. */
  keyId: string;
  algorithm: 'ES256' | 'EdDSA';
  /** A JWK. */
  publicKey: string;
  createdAt: number;
}

const columns = `
  retailer_id AS "retailerId",
  application_id AS "applicationId",
  key_id AS "keyId",
  algorithm,
  public_key AS "publicKey",
  created_at AS "createdAt"`;

export const assertionKeyReader = (sql: Sql) => ({
  async find(retailerId: number, applicationId: number, keyId: string): Promise<AssertionKeyRow | undefined> {
    if (!canBeStored(keyId)) return undefined;
    return sql.one(
      `SELECT ${columns} FROM assertion_keys WHERE retailer_id = $1 AND application_id = $2 AND key_id = $3`,
      retailerId,
      applicationId,
      keyId,
    );
  },

  list(retailerId: number, applicationId: number): Promise<AssertionKeyRow[]> {
    return sql.all(
      `SELECT ${columns}
       FROM assertion_keys
       WHERE retailer_id = $1 AND application_id = $2
       ORDER BY created_at, key_id`,
      retailerId,
      applicationId,
    );
  },
});

export const assertionKeyWriter = (sql: Sql) => ({
  async insert(key: AssertionKeyRow): Promise<void> {
    await sql.send(
      `INSERT INTO assertion_keys (retailer_id, application_id, key_id, algorithm, public_key, created_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      key.retailerId,
      key.applicationId,
      key.keyId,
      key.algorithm,
      key.publicKey,
      key.createdAt,
    );
  },

  /** Returns the number of deleted keys: 1 or 0. */
  delete(retailerId: number, applicationId: number, keyId: string): Promise<number> {
    return sql.run(
      'DELETE FROM assertion_keys WHERE retailer_id = $1 AND application_id = $2 AND key_id = $3',
      retailerId,
      applicationId,
      keyId,
    );
  },
});
