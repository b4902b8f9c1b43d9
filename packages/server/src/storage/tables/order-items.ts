import type { ItemStatus, ReplacementStatus } from '@aislechat/contract';
import { canBeStored, type Sql } from '../sql.ts';

/** There is no catalog, so a request may include the product's image. */
export interface Product {
  upc?: string;
  rrc?: string;
  name?: string;
  image_url?: string;
  alcoholic?: boolean;
  certified_delivery?: boolean;
}

/** A product that the customer would prefer to the proposed one. */
export interface Alternative {
  upc?: string;
  rrc?: string;
  count?: number;
  weight?: number;
}

/** An item as ordered and as delivered. */
export interface ItemDetails {
  item: Product;
  count?: number;
  weight?: number;
  special_instructions?: string;
  replacement_policy?: string;
  delivered_count?: number;
  delivered_weight?: number;
  replacement?: Product;
  replacement_status?: ReplacementStatus;
  alternative_item?: Alternative;
  /** How many answers to replacements of this item the customer has taken back. */
  withdrawals?: number;
}

export interface OrderItemRow {
  retailerId: number;
  orderId: number;
  lineNum: string;
  position: number;
  status: ItemStatus;
  item: ItemDetails;
}

type Stored = Omit<OrderItemRow, 'item'> & { item: string };

const columns = `
  retailer_id AS "retailerId",
  order_id AS "orderId",
  line_num AS "lineNum",
  position,
  status,
  item`;

const fromStored = (row: Stored): OrderItemRow => ({ ...row, item: JSON.parse(row.item) });

export const orderItemReader = (sql: Sql) => ({
  async list(retailerId: number, orderId: number): Promise<OrderItemRow[]> {
    const rows = await sql.all<Stored>(
      `SELECT ${columns} FROM order_items WHERE retailer_id = $1 AND order_id = $2 ORDER BY position`,
      retailerId,
      orderId,
    );
    return rows.map(fromStored);
  },

  async find(retailerId: number, orderId: number, lineNum: string): Promise<OrderItemRow | undefined> {
    if (!canBeStored(lineNum)) return undefined;
    const row = await sql.one<Stored>(
      `SELECT ${columns} FROM order_items WHERE retailer_id = $1 AND order_id = $2 AND line_num = $3`,
      retailerId,
      orderId,
      lineNum,
    );
    return row && fromStored(row);
  },
});

export const orderItemWriter = (sql: Sql) => ({
  async insert(item: OrderItemRow): Promise<void> {
    await sql.send(
      `INSERT INTO order_items (retailer_id, order_id, line_num, position, status, item)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      item.retailerId,
      item.orderId,
      item.lineNum,
      item.position,
      item.status,
      JSON.stringify(item.item),
    );
  },

  async update(item: OrderItemRow): Promise<void> {
    await sql.send(
      `UPDATE order_items
       SET status = $4,
           item = $5
       WHERE retailer_id = $1 AND order_id = $2 AND line_num = $3`,
      item.retailerId,
      item.orderId,
      item.lineNum,
      item.status,
      JSON.stringify(item.item),
    );
  },

  async deleteAll(retailerId: number, orderId: number): Promise<void> {
    await sql.send('DELETE FROM order_items WHERE retailer_id = $1 AND order_id = $2', retailerId, orderId);
  },
});
