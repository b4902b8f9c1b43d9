import { canBeStored, contains, partOf, type Sql } from '../sql.ts';

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
  /** When the person was last heard of, to the day. */
  activeAt: number;
}

/** How a user is named: by the retailer's string or by our number. */
export type UserReference = { externalId: string } | { id: number };

/** The person after whom a slice of idle ones starts. */
export interface IdlePosition {
  activeAt: number;
  id: number;
}

export interface IdlePerson extends IdlePosition {
  /** 1 if nothing refers to the person. */
  isAlone: 0 | 1;
}

export type UserName = Pick<UserRow, 'id' | 'firstName' | 'lastName'>;
const nameColumns = 'id, first_name AS "firstName", last_name AS "lastName"';

const columns = `
  retailer_id AS "retailerId",
  id,
  external_id AS "externalId",
  first_name AS "firstName",
  last_name AS "lastName",
  phone_number AS "phoneNumber",
  locale,
  avatar_url AS "avatarUrl",
  active_at AS "activeAt"`;

const byExternalId = `SELECT ${columns} FROM users WHERE retailer_id = $1 AND external_id = $2`;

/** Nothing refers to the user: no order, token or hold, and no receipt of an erasure that their ID leads to. */
const isAlone = `
  NOT EXISTS (SELECT 1 FROM orders o WHERE o.retailer_id = users.retailer_id AND o.user_id = users.id)
  AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.retailer_id = users.retailer_id AND t.user_id = users.id)
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.retailer_id = users.retailer_id AND h.user_id = users.id)
  AND NOT EXISTS (
    SELECT 1 FROM person_erasures e WHERE e.retailer_id = users.retailer_id AND e.person_id = users.id
  )`;

export const userReader = (sql: Sql) => ({
  /** Users who were not active since `before`, following `after`, and whether something refers to them. */
  idle(
    retailerId: number,
    before: number,
    limit: number,
    after: IdlePosition = { activeAt: Number.MIN_SAFE_INTEGER, id: 0 },
  ): Promise<IdlePerson[]> {
    return sql.all(
      `SELECT id, active_at AS "activeAt", CASE WHEN ${isAlone} THEN 1 ELSE 0 END AS "isAlone"
       FROM users
       WHERE retailer_id = $1 AND active_at < $2 AND (active_at, id) > ($4, $5)
       ORDER BY active_at, id
       LIMIT $3`,
      retailerId,
      before,
      limit,
      after.activeAt,
      after.id,
    );
  },

  async findByExternalId(retailerId: number, externalId: string): Promise<UserRow | undefined> {
    if (!canBeStored(externalId)) return undefined;
    return sql.one(byExternalId, retailerId, externalId);
  },

  /**
   * The users with one of these phone numbers or with a name that contains one of these texts, at most `limit`. A name
   * is searched among the `scanned` users who were active last.
   */
  async search(
    retailerId: number,
    { phones, names, scanned }: { phones: string[]; names: string[]; scanned: number },
    limit: number,
  ): Promise<UserName[]> {
    const byPhone = sql.all<UserName>(
      `SELECT ${nameColumns} FROM users WHERE retailer_id = $1 AND phone_number ${sql.isInList('TEXT')} LIMIT $3`,
      retailerId,
      JSON.stringify(phones),
      limit,
    );
    const latest = `
      SELECT id, first_name, last_name, active_at, first_name || ' ' || coalesce(last_name, '') AS name
      FROM users
      WHERE retailer_id = $1 AND erased_at IS NULL
      ORDER BY active_at DESC, id DESC
      LIMIT $2`;
    const isNamed = names.map((_, n) => contains('name', n + 4)).join(' OR ');
    const byName =
      names.length > 0
        ? sql.all<UserName>(
            `SELECT ${nameColumns} FROM (${latest}) AS latest
             WHERE ${isNamed}
             ORDER BY active_at DESC, id DESC
             LIMIT $3`,
            retailerId,
            scanned,
            limit,
            ...names.map(partOf),
          )
        : [];
    return [...(await byPhone), ...(await byName)];
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
      `INSERT INTO users (retailer_id, id, external_id, first_name, last_name, phone_number, locale, avatar_url,
         active_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      user.retailerId,
      user.id,
      user.externalId,
      user.firstName,
      user.lastName,
      user.phoneNumber,
      user.locale,
      user.avatarUrl,
      user.activeAt,
    );
  },

  async update(user: UserRow): Promise<void> {
    await sql.send(
      `UPDATE users
       SET first_name = $3,
           last_name = $4,
           phone_number = $5,
           locale = $6,
           avatar_url = $7,
           active_at = $8
       WHERE retailer_id = $1 AND id = $2`,
      user.retailerId,
      user.id,
      user.firstName,
      user.lastName,
      user.phoneNumber,
      user.locale,
      user.avatarUrl,
      user.activeAt,
    );
  },

  /** Records that the person was active, unless a time since `since` is recorded already. */
  async noteActivity(retailerId: number, id: number, at: number, since: number): Promise<void> {
    await sql.send(
      'UPDATE users SET active_at = $3 WHERE retailer_id = $1 AND id = $2 AND active_at < $4',
      retailerId,
      id,
      at,
      since,
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

  /** Deletes those of the given users to whom nothing refers and who were not active since `before`. */
  delete(retailerId: number, before: number, ids: number[]): Promise<number> {
    return sql.run(
      `DELETE FROM users WHERE retailer_id = $1 AND id ${sql.isInList('BIGINT')} AND active_at < $3 AND ${isAlone}`,
      retailerId,
      JSON.stringify(ids),
      before,
    );
  },
});
