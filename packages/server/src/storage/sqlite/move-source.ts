/**
 * The source of a move: a data folder that no server is using, read as one snapshot. Tables, columns and foreign
 * keys are read from the database itself.
 */
import { createHash } from 'node:crypto';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { ImageKey } from '../images/files.ts';
import type { Row, Table } from '../move/table.ts';
import { openConnection } from './connection.ts';
import { databaseFile, takeFolder } from './engine.ts';
import { checksumOf } from './message-texts.ts';
import { migrate } from './migrate.ts';

/** Leases record who does background work; they are meaningless while no server runs. */
const leases = 'leases';
/** Verified here and not moved: encrypted texts have a check of their own. */
const checksum = 'checksum';
/** Texts are stored apart in SQLite only, and joined by these columns (docs/decisions/text-at-rest.md). */
const texts = { table: 'message_texts', key: 'id', reference: 'text_id' };
/** The tables that they belong to, and the columns of a text that the rows of a table never have. */
const textsOf = new Map([
  ['messages', [] as string[]],
  ['report_evidence', ['image']],
]);

export class MoveSource {
  /** In foreign-key order. */
  readonly tables: Table[];
  readonly #database: DatabaseSync;
  readonly #release: () => void;

  /** @throws Error with a message for the operator when a server is using the folder */
  constructor(folder: string) {
    this.#release = takeFolder(folder);
    this.#database = openConnection(databaseFile(folder));
    migrate(this.#database);
    this.#database.exec('PRAGMA query_only = ON; BEGIN');
    this.tables = this.#describe();
  }

  retailerIds(): number[] {
    return this.#column<number>('SELECT id FROM retailers ORDER BY id');
  }

  count(table: string): number {
    return this.#column<number>(`SELECT COUNT(*) FROM ${table}`)[0]!;
  }

  /**
   * Rows in primary-key order, read on demand.
   * @param retailerId the retailer whose rows to read, if the table is divided by retailer
   * @param after key of the row before the first one wanted
   */
  rows(table: Table, retailerId: number, after: Row | undefined): Iterable<Row> {
    const conditions: string[] = [];
    const values: Row = [];
    if (table.isPerRetailer) {
      conditions.push('r.retailer_id = ?');
      values.push(retailerId);
    }
    if (after) {
      const skipped = table.isPerRetailer ? 1 : 0;
      const names = table.key.slice(skipped).map((name) => `r.${name}`);
      conditions.push(`(${names.join(', ')}) > (${names.map(() => '?').join(', ')})`);
      values.push(...after.slice(skipped));
    }
    const own = new Set(this.#columnsOf(table.name));
    const columns = table.columns.map((name) => (own.has(name) ? `r.${name}` : `t.${name}`));
    const hasTexts = textsOf.has(table.name);
    if (hasTexts) columns.push(`r.${checksum}`);
    const statement = this.#database.prepare(
      `SELECT ${columns.join(', ')}
       FROM ${table.name} r
       ${hasTexts ? `LEFT JOIN ${texts.table} t ON t.${texts.key} = r.${texts.reference}` : ''}
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
       ORDER BY ${table.key.map((name) => `r.${name}`).join(', ')}`,
    );
    statement.setReturnArrays(true);
    const rows = statement.iterate(...(values as SQLInputValue[])) as unknown as Iterable<Row>;
    return hasTexts ? intact(table, rows) : rows;
  }

  /** The images that are not erased. */
  images(): ImageKey[] {
    const rows = this.#database
      .prepare('SELECT retailer_id, order_id, id FROM images WHERE erased_at IS NULL ORDER BY 1, 2, 3')
      .all();
    return rows.map(({ retailer_id, order_id, id }) => ({
      retailerId: Number(retailer_id),
      orderId: Number(order_id),
      id: Number(id),
    }));
  }

  /** The last number that SQLite assigned itself, by table. */
  sequences(): { table: string; last: number }[] {
    return this.#database
      .prepare('SELECT name, seq FROM sqlite_sequence WHERE seq > 0')
      .all()
      .map(({ name, seq }) => ({ table: String(name), last: Number(seq) }));
  }

  /**
   * Identifies this data, and changes once a server works on it: a move may only resume with the data it started
   * with.
   */
  fingerprint(): string {
    const all = (text: string) => this.#database.prepare(text).all();
    const facts = [
      all('SELECT * FROM service_values ORDER BY name'),
      all('SELECT * FROM retailers ORDER BY id'),
      all('SELECT COUNT(*), SUM(version), COUNT(erased_at) FROM orders'),
      this.tables.map(({ name }) => this.count(name)),
    ];
    return createHash('sha256').update(JSON.stringify(facts)).digest('base64url');
  }

  close(): void {
    this.#database.close();
    this.#release();
  }

  #describe(): Table[] {
    const names = this.#column<string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name`,
    );
    const ordered: string[] = [];
    const add = (name: string) => {
      if (ordered.includes(name)) return;
      for (const parent of this.#parentsOf(name)) if (parent !== name) add(parent);
      ordered.push(name);
    };
    for (const name of names) if (name !== leases && name !== texts.table) add(name);
    return ordered.map((name) => {
      const key = this.#column<string>(
        'SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk',
        name,
      );
      const columns = this.#columnsOf(name);
      const without = textsOf.get(name);
      if (without) {
        for (const name of [texts.reference, checksum]) columns.splice(columns.indexOf(name), 1);
        const ofText = this.#columnsOf(texts.table).filter((column) => column !== texts.key);
        columns.push(...ofText.filter((column) => !without.includes(column)));
      }
      return { name, columns, key, isPerRetailer: key[0] === 'retailer_id' };
    });
  }

  #columnsOf(table: string): string[] {
    return this.#column<string>('SELECT name FROM pragma_table_info(?)', table);
  }

  #parentsOf(table: string): string[] {
    return this.#column<string>('SELECT DISTINCT "table" FROM pragma_foreign_key_list(?) ORDER BY 1', table);
  }

  #column<T>(text: string, ...values: Row): T[] {
    return this.#database
      .prepare(text)
      .all(...values)
      .map((row) => Object.values(row)[0] as T);
  }
}

/** Rows with texts, without the checksum that follows their columns. @throws Error for the operator when a text is damaged */
function* intact({ columns }: Table, rows: Iterable<Row>): Generator<Row> {
  const cell = (row: Row, name: string) => (row[columns.indexOf(name)] ?? null) as string;
  for (const row of rows) {
    const expected = row.pop();
    const [body, image] = [cell(row, 'body'), cell(row, 'image')];
    if (body !== null && checksumOf({ body, image }) !== expected) {
      throw new Error(
        `The text of message ${cell(row, 'seq')} in order ${cell(row, 'order_id')} is damaged on disk. Erase the texts of that order (aislechat erase), then move again.`,
      );
    }
    yield row;
  }
}
