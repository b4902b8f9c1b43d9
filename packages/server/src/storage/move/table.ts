/** What both sides of a move speak of: a table, and its rows so many at a time. */
import type { Value } from '../sql.ts';

export interface Table {
  name: string;
  columns: string[];
  /** The primary key: rows are read, copied and compared in its order. */
  key: string[];
  /** Its key begins with the retailer, so its rows go one retailer after the other. */
  isPerRetailer: boolean;
}

/** Values in the order of the table's columns. */
export type Row = Value[];

export const keyOf = (table: Table, row: Row): Row =>
  table.key.map((name) => row[table.columns.indexOf(name)]!);

const maxRows = 1000;
/** However long the texts are, so much of them is in memory, and one row more. */
const maxCharacters = 1024 * 1024;

export function* batchesOf(rows: Iterable<Row>): Generator<Row[]> {
  let batch: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    batch.push(row);
    for (const value of row) if (typeof value === 'string') characters += value.length;
    if (batch.length < maxRows && characters < maxCharacters) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
