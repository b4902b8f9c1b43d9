import { canBeStored, type Sql } from '../sql.ts';

export interface ShopperRow {
  retailerId: number;
  id: number;
  /** The retailer's own ID; null for a sandbox shopper. */
  externalId: string | null;
  displayName: string;
  avatarUrl: string;
  email: string | null;
  phone: string | null;
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
  phone`;

export const shopperReader = (sql: Sql) => ({
  find(retailerId: number, id: number): Promise<ShopperRow | undefined> {
    return sql.one(`SELECT ${columns} FROM shoppers WHERE retailer_id = $1 AND id = $2`, retailerId, id);
  },

  async findByReference(retailerId: number, shopper: ShopperReference): Promise<ShopperRow | undefined> {
    const [column, value] = 'id' in shopper ? ['id', shopper.id] : ['external_id', shopper.externalId];
    if (typeof value === 'string' && !canBeStored(value)) return undefined;
    return sql.one(
      `SELECT ${columns} FROM shoppers WHERE retailer_id = $1 AND ${column} = $2`,
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
      `INSERT INTO shoppers (retailer_id, id, external_id, display_name, avatar_url, email, phone)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      shopper.retailerId,
      shopper.id,
      shopper.externalId,
      shopper.displayName,
      shopper.avatarUrl,
      shopper.email,
      shopper.phone,
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
           phone = $6
       WHERE retailer_id = $1 AND id = $2`,
      shopper.retailerId,
      shopper.id,
      shopper.displayName,
      shopper.avatarUrl,
      shopper.email,
      shopper.phone,
    );
  },
});
