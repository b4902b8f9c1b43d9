import type { BatchState, BatchType } from '@aislechat/contract';
import type { Sql } from '../sql.ts';

export interface BatchRow {
  retailerId: number;
  id: number;
  shopperId: number;
  batchType: BatchType;
  workflowState: BatchState;
}

const columns = `
  retailer_id AS "retailerId",
  id,
  shopper_id AS "shopperId",
  batch_type AS "batchType",
  workflow_state AS "workflowState"`;

export const batchReader = (sql: Sql) => ({
  async orderIds(retailerId: number, id: number): Promise<number[]> {
    const rows = await sql.all<{ orderId: number }>(
      `SELECT order_id AS "orderId" FROM batch_orders WHERE retailer_id = $1 AND batch_id = $2 ORDER BY order_id`,
      retailerId,
      id,
    );
    return rows.map((row) => row.orderId);
  },
});

export const batchWriter = (sql: Sql) => ({
  /** Finds and locks the batch until the transaction ends. */
  lock(retailerId: number, id: number): Promise<BatchRow | undefined> {
    return sql.one(
      `SELECT ${columns} FROM batches WHERE retailer_id = $1 AND id = $2${sql.forUpdate}`,
      retailerId,
      id,
    );
  },

  async insert(batch: BatchRow, orderIds: Iterable<number>): Promise<void> {
    await sql.send(
      `INSERT INTO batches (retailer_id, id, shopper_id, batch_type, workflow_state)
       VALUES ($1, $2, $3, $4, $5)`,
      batch.retailerId,
      batch.id,
      batch.shopperId,
      batch.batchType,
      batch.workflowState,
    );
    for (const orderId of orderIds) {
      await sql.send(
        'INSERT INTO batch_orders (retailer_id, batch_id, order_id) VALUES ($1, $2, $3)',
        batch.retailerId,
        batch.id,
        orderId,
      );
    }
  },

  async setState(retailerId: number, id: number, state: BatchState): Promise<void> {
    await sql.send(
      'UPDATE batches SET workflow_state = $3 WHERE retailer_id = $1 AND id = $2',
      retailerId,
      id,
      state,
    );
  },
});
