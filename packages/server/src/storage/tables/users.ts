import { canBeStored, type Sql } from '../sql.ts';

export interface UserRow {
  retailerId: number;
  id: number;
  /** The retailer's own ID; null for the customer of a dispatched order, whom no token can name. */
  externalId: string | null;
  firstName: string;
  lastName: string | null;
  phoneNumber: string | null;
  locale: string | null;
  avatarUrl: string;
}

const columns = `
  retailer_id AS "retailerId",
  id,
  external_id AS "externalId",
  first_name AS "firstName",
  last_name AS "lastName",
  phone_number AS "phoneNumber",
  locale,
  avatar_url AS "avatarUrl"`;

const byExternalId = `SELECT ${columns} FROM users WHERE retailer_id = $1 AND external_id = $2`;

export const userReader = (sql: Sql) => ({
  async findByExternalId(retailerId: number, externalId: string): Promise<UserRow | undefined> {
    if (!canBeStored(externalId)) return undefined;
    return sql.one(byExternalId, retailerId, externalId);
  },
});

export const userWriter = (sql: Sql) => ({
  /** Finds the user and keeps others from changing it until the transaction ends. */
  async lockByExternalId(retailerId: number, externalId: string): Promise<UserRow | undefined> {
    if (!canBeStored(externalId)) return undefined;
    return sql.one(byExternalId + sql.forUpdate, retailerId, externalId);
  },

  async insert(user: UserRow): Promise<void> {
    await sql.send(
      `INSERT INTO users (retailer_id, id, external_id, first_name, last_name, phone_number, locale, avatar_url)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      user.retailerId,
      user.id,
      user.externalId,
      user.firstName,
      user.lastName,
      user.phoneNumber,
      user.locale,
      user.avatarUrl,
    );
  },

  async update(user: UserRow): Promise<void> {
    await sql.send(
      `UPDATE users
       SET first_name = $3,
           last_name = $4,
           phone_number = $5,
           locale = $6
       WHERE retailer_id = $1 AND id = $2`,
      user.retailerId,
      user.id,
      user.firstName,
      user.lastName,
      user.phoneNumber,
      user.locale,
    );
  },
});
