import type { Sql } from '../sql.ts';

export interface ShopperRow {
  retailerId: number;
  id: number;
  displayName: string;
  avatarUrl: string;
  email: string | null;
  phone: string | null;
}

const columns = `
  retailer_id AS "retailerId",
  id,
  display_name AS "displayName",
  avatar_url AS "avatarUrl",
  email,
  phone`;

export const shopperReader = (sql: Sql) => ({
  find(retailerId: number, id: number): Promise<ShopperRow | undefined> {
    return sql.one(`SELECT ${columns} FROM shoppers WHERE retailer_id = $1 AND id = $2`, retailerId, id);
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
      `INSERT INTO shoppers (retailer_id, id, display_name, avatar_url, email, phone)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      shopper.retailerId,
      shopper.id,
      shopper.displayName,
      shopper.avatarUrl,
      shopper.email,
      shopper.phone,
    );
  },
});
