/**
 * The little that both engines have in common: run a text with parameters `$1`, `$2` ... and get rows.
 * Table files are written against this and know no engine.
 *
 * `$1` is always the retailer. The text says so in its WHERE, and PostgreSQL, which is told the same number,
 * hides every row of any other retailer besides (row-level security).
 */
export type Value = string | number | null;

export interface Statements {
  all<Row>(text: string, ...values: Value[]): Promise<Row[]>;
  /** The first row, or undefined. */
  one<Row>(text: string, ...values: Value[]): Promise<Row | undefined>;
  /** How many rows were changed. */
  run(text: string, ...values: Value[]): Promise<number>;
}

export interface Sql {
  /** Ends a condition on a column of `type`: its value is in the JSON array that is parameter `$2`. */
  isInList(type: 'BIGINT' | 'TEXT'): string;
  /** Ends a SELECT that must keep its rows for this transaction; empty where the writer is alone. */
  readonly forUpdate: string;
  /** The same, but several transactions may keep the rows together. */
  readonly forShare: string;
  all<Row>(text: string, retailerId: number, ...values: Value[]): Promise<Row[]>;
  /** The first row, or undefined. */
  one<Row>(text: string, retailerId: number, ...values: Value[]): Promise<Row | undefined>;
  /** How many rows were changed. */
  run(text: string, retailerId: number, ...values: Value[]): Promise<number>;
  /**
   * A change whose outcome nobody waits for: it reaches the database with the next statement or the commit,
   * and what fails it fails the transaction.
   */
  send(text: string, retailerId: number, ...values: Value[]): Promise<void>;
  /**
   * For the few statements that come before a retailer is known or look at all of them. They reach who
   * calls (retailers, applications, tokens) and the service's own tables, never a conversation.
   */
  readonly acrossRetailers: Statements;
}

/**
 * PostgreSQL has no text with a NUL, and neither engine has half of a surrogate pair, which drivers replace by U+FFFD:
 * no row has such an ID, so it is as unknown as any other.
 */
export const canBeStored = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

export interface Query {
  text: string;
  /** The retailer first, as everywhere. */
  values: [retailerId: number, ...values: Value[]];
}
