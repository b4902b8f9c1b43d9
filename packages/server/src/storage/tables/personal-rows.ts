/** What a table holds of some orders or people, for `aislechat audit-data`. Names of tables and columns are never given from outside. */
import type { Sql } from '../sql.ts';

export interface RowsWanted {
  table: string;
  columns: string[];
  /** The column that has one of `values`. */
  key: string;
  values: number[] | string[];
}

export const personalRowReader = (sql: Sql) => ({
  list(
    retailerId: number,
    { table, columns, key, values }: RowsWanted,
  ): Promise<Record<string, string | number | null>[]> {
    const type = typeof values[0] === 'string' ? 'TEXT' : 'BIGINT';
    return sql.all(
      `SELECT ${[key, ...columns].join(', ')} FROM ${table} WHERE retailer_id = $1 AND ${key} ${sql.isInList(type)}`,
      retailerId,
      JSON.stringify(values),
    );
  },
});
