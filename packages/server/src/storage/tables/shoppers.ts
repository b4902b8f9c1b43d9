import { canBeStored, type Sql } from '../sql.ts';
import type { IdlePerson, IdlePosition } from './users.ts';

export interface ShopperRow {
  retailerId: number;
  id: number;
  /** The retailer's own ID; null for a sandbox shopper. */
  externalId: string | null;
  displayName: string;
  avatarUrl: string;
  email: string | null;
  phone: string | null;
  /** When the person was last heard of, to the day. */
  activeAt: number;
}

/** How a shopper is named: by the retailer's string or by our number. */
export type ShopperReference = { externalId: string } | { id: number };

const columns = `
  retailer_id AS "retailerId",
  id,
  external_id AS "externalId",
  display_name AS "displayName",
  avatar_url AS "avatarUrl",
  email,
  phone,
  active_at AS "activeAt"`;

/** Nothing refers to the shopper: no order, token, sign-in or batch, and no receipt of an erasure that their ID leads to. */
const isAlone = `
  NOT EXISTS (
    SELECT 1 FROM assignments a WHERE a.retailer_id = shoppers.retailer_id AND a.shopper_id = shoppers.id
  )
  AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.retailer_id = shoppers.retailer_id AND t.shopper_id = shoppers.id)
  AND NOT EXISTS (SELECT 1 FROM sign_ins s WHERE s.retailer_id = shoppers.retailer_id AND s.shopper_id = shoppers.id)
  AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.retailer_id = shoppers.retailer_id AND b.shopper_id = shoppers.id)
  AND NOT EXISTS (
    SELECT 1 FROM person_erasures e WHERE e.retailer_id = shoppers.retailer_id AND e.person_id = shoppers.id
  )`;

export const shopperReader = (sql: Sql) => ({
  /** Shoppers who were not active since `before`, following `after`, and whether something refers to them. */
  idle(
    retailerId: number,
    before: number,
    limit: number,
    after: IdlePosition = { activeAt: Number.MIN_SAFE_INTEGER, id: 0 },
  ): Promise<IdlePerson[]> {
    return sql.all(
      `SELECT id, active_at AS "activeAt", CASE WHEN ${isAlone} THEN 1 ELSE 0 END AS "isAlone"
       FROM shoppers
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

  find(retailerId: number, id: number): Promise<ShopperRow | undefined> {
    return sql.one(`SELECT ${columns} FROM shoppers WHERE retailer_id = $1 AND id = $2`, retailerId, id);
  },

  /** Finds a shopper who has not been erased. */
  async findByReference(retailerId: number, shopper: ShopperReference): Promise<ShopperRow | undefined> {
    const [column, value] = 'id' in shopper ? ['id', shopper.id] : ['external_id', shopper.externalId];
    if (typeof value === 'string' && !canBeStored(value)) return undefined;
    return sql.one(
      `SELECT ${columns} FROM shoppers WHERE retailer_id = $1 AND ${column} = $2 AND erased_at IS NULL`,
      retailerId,
      value,
    );
  },

  findByPhone(retailerId: number, phone: string): Promise<ShopperRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM shoppers WHERE retailer_id = $1 AND phone = $2`,
      retailerId,
      phone,
    );
  },
});

export const shopperWriter = (sql: Sql) => ({
  async insert(shopper: ShopperRow): Promise<void> {
    await sql.send(
      `INSERT INTO shoppers (retailer_id, id, external_id, display_name, avatar_url, email, phone, active_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      shopper.retailerId,
      shopper.id,
      shopper.externalId,
      shopper.displayName,
      shopper.avatarUrl,
      shopper.email,
      shopper.phone,
      shopper.activeAt,
    );
  },

  /** Finds and locks the shopper until the transaction ends. */
  async lockByExternalId(retailerId: number, externalId: string): Promise<ShopperRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM shoppers WHERE retailer_id = $1 AND external_id = $2${sql.forUpdate}`,
      retailerId,
      externalId,
    );
  },

  async update(shopper: ShopperRow): Promise<void> {
    await sql.send(
      `UPDATE shoppers
       SET display_name = $3,
           avatar_url = $4,
           email = $5,
           phone = $6,
           active_at = $7
       WHERE retailer_id = $1 AND id = $2`,
      shopper.retailerId,
      shopper.id,
      shopper.displayName,
      shopper.avatarUrl,
      shopper.email,
      shopper.phone,
      shopper.activeAt,
    );
  },

  /** Finds a shopper, erased or not, and locks them until the transaction ends. */
  async lock(
    retailerId: number,
    shopper: ShopperReference,
  ): Promise<{ id: number; externalId: string | null; erasedAt: number | null } | undefined> {
    const [column, value] = 'id' in shopper ? ['id', shopper.id] : ['external_id', shopper.externalId];
    if (typeof value === 'string' && !canBeStored(value)) return undefined;
    return sql.one(
      `SELECT id, external_id AS "externalId", erased_at AS "erasedAt"
       FROM shoppers
       WHERE retailer_id = $1 AND ${column} = $2${sql.forUpdate}`,
      retailerId,
      value,
    );
  },

  /**
   * Removes all personal data from the row, which orders refer to. `name` is shown instead; `mark` replaces the
   * retailer's own ID.
   */
  async erase(retailerId: number, id: number, name: string, mark: string | null, at: number): Promise<void> {
    // If two people had the same ID one after the other, the mark leads to the later one.
    await sql.send(
      'UPDATE shoppers SET external_id = NULL WHERE retailer_id = $1 AND external_id = $2',
      retailerId,
      mark,
    );
    await sql.send(
      `UPDATE shoppers
       SET external_id = $3,
           display_name = $4,
           avatar_url = '',
           email = NULL,
           phone = NULL,
           erased_at = $5
       WHERE retailer_id = $1 AND id = $2`,
      retailerId,
      id,
      mark,
      name,
      at,
    );
  },

  /** Records that the person was active, unless a time since `since` is recorded already. */
  async noteActivity(retailerId: number, id: number, at: number, since: number): Promise<void> {
    await sql.send(
      'UPDATE shoppers SET active_at = $3 WHERE retailer_id = $1 AND id = $2 AND active_at < $4',
      retailerId,
      id,
      at,
      since,
    );
  },

  /** Deletes those of the given shoppers to whom nothing refers and who were not active since `before`. */
  delete(retailerId: number, before: number, ids: number[]): Promise<number> {
    return sql.run(
      `DELETE FROM shoppers WHERE retailer_id = $1 AND id ${sql.isInList('BIGINT')} AND active_at < $3 AND ${isAlone}`,
      retailerId,
      JSON.stringify(ids),
      before,
    );
  },
});
