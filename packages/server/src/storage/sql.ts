/**
 * The common ground of both engines: run a statement with parameters `$1`, `$2` ... and get rows. Table files are
 * written against this and do not depend on an engine.
 *
 * `$1` is always the retailer. The statement filters by it in WHERE, and PostgreSQL, where the same number is set
 * for row-level security, also hides every other retailer's rows.
 */
export type Value = string | number | Uint8Array | null;

export interface Statements {
  all<Row>(text: string, ...values: Value[]): Promise<Row[]>;
  /** The first row, or undefined. */
  one<Row>(text: string, ...values: Value[]): Promise<Row | undefined>;
  /** Returns how many rows were changed. */
  run(text: string, ...values: Value[]): Promise<number>;
}

export interface Sql {
  /** Completes a condition on a column of `type`: its value is in the JSON array in parameter `$2`. */
  isInList(type: 'BIGINT' | 'TEXT'): string;
  /** Completes a SELECT that must lock its rows until the transaction ends; empty where there is only one writer. */
  readonly forUpdate: string;
  /** The same, but several transactions may hold the lock together. */
  readonly forShare: string;
  all<Row>(text: string, retailerId: number, ...values: Value[]): Promise<Row[]>;
  /** The first row, or undefined. */
  one<Row>(text: string, retailerId: number, ...values: Value[]): Promise<Row | undefined>;
  /** Returns how many rows were changed. */
  run(text: string, retailerId: number, ...values: Value[]): Promise<number>;
  /**
   * A change whose result is not awaited. It is sent with the next statement or the commit at the latest, and if it
   * fails, the transaction fails.
   */
  send(text: string, retailerId: number, ...values: Value[]): Promise<void>;
  /**
   * For the few statements that run before the retailer is known, or that cover all retailers. They access callers
   * (retailers, applications, tokens) and the service's own tables, never a conversation.
   */
  readonly acrossRetailers: Statements;
}

/**
 * PostgreSQL cannot store NUL in a text, and with either engine the driver replaces a lone surrogate by U+FFFD. No
 * row has such an ID, so it is treated as unknown.
 */
export const canBeStored = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** A condition, without regard to case: a column contains the text whose `partOf` is the parameter of this number. */
export const contains = (column: string, parameter: number): string =>
  `lower(${column}) LIKE lower($${parameter}) ESCAPE '!'`;

export const partOf = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`;

export interface Query {
  text: string;
  /** The retailer comes first, as everywhere. */
  values: [retailerId: number, ...values: Value[]];
}
