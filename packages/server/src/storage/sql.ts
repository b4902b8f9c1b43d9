/**
 * The little that both engines have in common: run a text with parameters `$1`, `$2` ... and get rows.
 * Table files are written against this and know no engine.
 */
export type Value = string | number | null;

export interface Sql {
  /** Ends a SELECT that must keep its rows for this transaction; empty where the writer is alone. */
  readonly forUpdate: string;
  all<Row>(text: string, ...values: Value[]): Promise<Row[]>;
  /** The first row, or undefined. */
  one<Row>(text: string, ...values: Value[]): Promise<Row | undefined>;
  /** How many rows were changed. */
  run(text: string, ...values: Value[]): Promise<number>;
}

export interface Query {
  text: string;
  values: Value[];
}
