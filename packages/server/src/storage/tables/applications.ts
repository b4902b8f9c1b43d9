import { canBeStored, type Sql } from '../sql.ts';

export interface ApplicationRow {
  retailerId: number;
  id: number;
  clientId: string;
  /** SHA-256 of the secret, base64url. */
  secretHash: string;
  name: string;
  /** Comma-separated. */
  scopes: string;
  state: 'enabled' | 'disabled';
  createdAt: number;
  /** Where the application was created, in the other banners of that retailer's organization; null in that one. */
  homeId: number | null;
}

const columns = `
  retailer_id AS "retailerId",
  id,
  client_id AS "clientId",
  secret_hash AS "secretHash",
  name,
  scopes,
  state,
  created_at AS "createdAt",
  home_id AS "homeId"`;

export const applicationReader = (sql: Sql) => ({
  /**
   * The rows of an application: one, or one for each banner of its organization, oldest first. Client IDs and secrets
   * are unique across organizations: they identify the caller.
   */
  allBySecretHash(secretHash: string): Promise<ApplicationRow[]> {
    return sql.acrossRetailers.all(
      `SELECT ${columns} FROM applications WHERE secret_hash = $1 ORDER BY retailer_id`,
      secretHash,
    );
  },

  /** The oldest row of an application. */
  async findByClientId(clientId: string): Promise<ApplicationRow | undefined> {
    if (!canBeStored(clientId)) return undefined;
    return sql.acrossRetailers.one(
      `SELECT ${columns} FROM applications WHERE client_id = $1 ORDER BY retailer_id LIMIT 1`,
      clientId,
    );
  },

  /** As `allBySecretHash`. */
  async allByClientId(clientId: string): Promise<ApplicationRow[]> {
    if (!canBeStored(clientId)) return [];
    return sql.acrossRetailers.all(
      `SELECT ${columns} FROM applications WHERE client_id = $1 ORDER BY retailer_id`,
      clientId,
    );
  },

  find(retailerId: number, id: number): Promise<ApplicationRow | undefined> {
    return sql.one(`SELECT ${columns} FROM applications WHERE retailer_id = $1 AND id = $2`, retailerId, id);
  },

  list(retailerId: number): Promise<ApplicationRow[]> {
    return sql.all(`SELECT ${columns} FROM applications WHERE retailer_id = $1 ORDER BY id`, retailerId);
  },
});

export const applicationWriter = (sql: Sql) => ({
  /** Whether an enabled application has this secret; locks it against changes until the transaction ends. */
  async hold({ retailerId, id, secretHash }: ApplicationRow): Promise<boolean> {
    const row = await sql.one(
      `SELECT 1 AS held
       FROM applications
       WHERE retailer_id = $1 AND id = $2 AND secret_hash = $3 AND state = 'enabled'${sql.forShare}`,
      retailerId,
      id,
      secretHash,
    );
    return row !== undefined;
  },

  async insert(application: ApplicationRow): Promise<void> {
    await sql.send(
      `INSERT INTO applications (retailer_id, id, client_id, secret_hash, name, scopes, state, created_at,
         home_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      application.retailerId,
      application.id,
      application.clientId,
      application.secretHash,
      application.name,
      application.scopes,
      application.state,
      application.createdAt,
      application.homeId,
    );
  },

  async setSecretHash(retailerId: number, id: number, secretHash: string): Promise<void> {
    await sql.send(
      'UPDATE applications SET secret_hash = $3 WHERE retailer_id = $1 AND id = $2',
      retailerId,
      id,
      secretHash,
    );
  },

  async setName(retailerId: number, id: number, name: string): Promise<void> {
    await sql.send(
      'UPDATE applications SET name = $3 WHERE retailer_id = $1 AND id = $2',
      retailerId,
      id,
      name,
    );
  },

  async setState(retailerId: number, id: number, state: ApplicationRow['state']): Promise<void> {
    await sql.send(
      'UPDATE applications SET state = $3 WHERE retailer_id = $1 AND id = $2',
      retailerId,
      id,
      state,
    );
  },
});
