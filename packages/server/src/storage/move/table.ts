/** What both sides of a move share: a table, and its rows in batches. */
import type { Value } from '../sql.ts';

export interface Table {
  name: string;
  columns: string[];
  /** The primary key: rows are read, copied and compared in its order. */
  key: string[];
  /** The key starts with the retailer, so its rows are copied retailer by retailer. */
  isPerRetailer: boolean;
}

/** Values in the order of the table's columns. */
export type Row = Value[];

export const keyOf = (table: Table, row: Row): Row =>
  table.key.map((name) => row[table.columns.indexOf(name)]!);

const maxRows = 1000;
/** A batch holds at most this much text, plus one row, however long the texts are. */
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
