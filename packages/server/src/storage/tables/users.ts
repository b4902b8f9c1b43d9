import { canBeStored, type Sql } from '../sql.ts';

export interface UserRow {
  retailerId: number;
  id: number;
  /** The retailer's own ID; null for the customer of a dispatched order, for whom no token can be issued. */
  externalId: string | null;
  firstName: string;
  lastName: string | null;
  phoneNumber: string | null;
  locale: string | null;
  avatarUrl: string;
}

/** How a user is named: by the retailer's string or by our number. */
export type UserReference = { externalId: string } | { id: number };

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

  /** Finds a user who has not been erased. */
  async findUnerased(retailerId: number, user: UserReference): Promise<UserRow | undefined> {
    const [column, value] = 'id' in user ? ['id', user.id] : ['external_id', user.externalId];
    if (typeof value === 'string' && !canBeStored(value)) return undefined;
    return sql.one(
      `SELECT ${columns} FROM users WHERE retailer_id = $1 AND ${column} = $2 AND erased_at IS NULL`,
      retailerId,
      value,
    );
  },
});

export const userWriter = (sql: Sql) => ({
  /** Finds and locks the user until the transaction ends. */
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
           locale = $6,
           avatar_url = $7
       WHERE retailer_id = $1 AND id = $2`,
      user.retailerId,
      user.id,
      user.firstName,
      user.lastName,
      user.phoneNumber,
      user.locale,
      user.avatarUrl,
    );
  },

  /** Finds a user, erased or not, and locks them until the transaction ends. */
  async lock(
    retailerId: number,
    user: UserReference,
  ): Promise<{ id: number; externalId: string | null; erasedAt: number | null } | undefined> {
    const [column, value] = 'id' in user ? ['id', user.id] : ['external_id', user.externalId];
    if (typeof value === 'string' && !canBeStored(value)) return undefined;
    return sql.one(
      `SELECT id, external_id AS "externalId", erased_at AS "erasedAt"
       FROM users
       WHERE retailer_id = $1 AND ${column} = $2${sql.forUpdate}`,
      retailerId,
      value,
    );
  },

  /**
   * Removes all personal data from the row, which the user's orders refer to. `mark` replaces the retailer's own
   * ID.
   */
  async erase(retailerId: number, id: number, mark: string | null, at: number): Promise<void> {
    // If two people had the same ID one after the other, the mark leads to the later one.
    await sql.send(
      'UPDATE users SET external_id = NULL WHERE retailer_id = $1 AND external_id = $2',
      retailerId,
      mark,
    );
    await sql.send(
      `UPDATE users
       SET external_id = $3,
           first_name = '',
           last_name = NULL,
           phone_number = NULL,
           locale = NULL,
           avatar_url = '',
           erased_at = $4
       WHERE retailer_id = $1 AND id = $2`,
      retailerId,
      id,
      mark,
      at,
    );
  },
});
