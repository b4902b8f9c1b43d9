/**
 * The target of a move: a database with our tables, all of them empty. A row of `service_values` records the move's
 * progress. It is written in the same transaction as the rows it covers, so it is correct whatever interrupts the
 * process; while it exists, no server starts.
 */
import type pg from 'pg';
import type { EpochKeys } from '../keys/epochs.ts';
import type { MovedImageKey } from '../move/images.ts';
import type { Row, Table } from '../move/table.ts';
import { openClient } from './client.ts';
import { assertUsable, clientConfig, DatabaseUnfit, moveMarker, translate } from './connection.ts';
import { MovedEvidence } from './moved-evidence.ts';
import { MovedTexts, type SealedTable } from './moved-texts.ts';
import type { OrderKeyRow } from './order-keys.ts';

/** An arbitrary number not used elsewhere: only one move into a database runs at a time. */
const moveLock = 7_102_032;
/** Sorting a large table by key takes the server a while. */
const statementTimeoutMs = 10 * 60_000;
/** How long the server may take to notice that a killed move is gone. */
const lockTimeoutMs = 15_000;
const noRetailer = 0;

/** The last row copied to the target. */
export interface Position {
  table: string;
  retailerId: number;
  key: Row;
  /** Rows of this table copied so far. */
  rows: number;
}

interface Marker {
  source: string;
  at?: Position;
}

const startOver =
  'Recreate the database (drop it, create it, run aislechat migrate), then move again; the data folder is unchanged.';

export class MoveTarget {
  readonly #client: pg.Client;
  /** Column types by table. */
  #types = new Map<string, Map<string, string>>();
  #source = '';
  /** The tables with texts. */
  readonly #sealed: Map<string, SealedTable>;

  private constructor(client: pg.Client, epochs: EpochKeys) {
    this.#client = client;
    this.#sealed = new Map<string, SealedTable>([
      ['messages', new MovedTexts(epochs, (...order) => this.#findKey(...order))],
      ['report_evidence', new MovedEvidence(epochs)],
    ]);
  }

  /** @throws DatabaseUnfit @throws StorageUnavailable */
  static async connect(url: string, epochs: EpochKeys): Promise<MoveTarget> {
    const config = {
      ...clientConfig({ url, connections: 1, statementTimeoutMs, lockTimeoutMs }),
      // Statements are sent together.
      pipeline: true,
    };
    const client = await openClient(config).catch((error: unknown) => {
      throw translate(error);
    });
    try {
      await assertUsable(client);
      await client.query('SELECT pg_advisory_lock($1)', [moveLock]);
      const target = new MoveTarget(client, epochs);
      await target.#describe();
      return target;
    } catch (error) {
      await client.end().catch(() => {});
      if (error instanceof DatabaseUnfit) throw error;
      if ((error as { code?: string }).code === '55P03') {
        throw new DatabaseUnfit('Another move into this database is running. Let it finish.');
      }
      throw translate(error);
    }
  }

  /** @throws Error when a table or column exists on only one side, so that the move would lose it */
  assertSameColumns(tables: Table[]): void {
    const here = [...this.#types].flatMap(([table, types]) =>
      [...types.keys()].map((name) => `${table}.${name}`),
    );
    const there = tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`));
    const unpaired = [...new Set(here).symmetricDifference(new Set(there))];
    if (unpaired.length > 0) {
      throw new DatabaseUnfit(
        `Only one of the two databases has ${unpaired.join(', ')}. Bring both to the same version of aislechat first.`,
      );
    }
  }

  /**
   * @param source fingerprint of the data being moved
   * @returns how far an earlier run of the same move got
   * @throws DatabaseUnfit when the database contains anything else
   */
  async begin(source: string): Promise<Position | undefined> {
    this.#source = source;
    const [found, taken] = await this.#transact(noRetailer, [
      { text: 'SELECT value FROM service_values WHERE name = $1', values: [moveMarker] },
      { text: 'SELECT EXISTS (SELECT FROM retailers) OR EXISTS (SELECT FROM service_values) AS taken' },
    ]);
    if (found!.rows.length > 0) {
      const marker: Marker = JSON.parse(String(found!.rows[0]![0]));
      if (marker.source === source) return marker.at;
      throw new DatabaseUnfit(
        `An unfinished move into this database began with other data: another DATA_DIR, or this one before a server worked on it. ${startOver}`,
      );
    }
    if (taken!.rows[0]![0]) {
      throw new DatabaseUnfit(
        'The database is not empty: a server has run on it. Name one that has the tables and nothing in them.',
      );
    }
    const marker: Marker = { source };
    await this.#transact(noRetailer, [
      {
        text: 'INSERT INTO service_values (name, value) VALUES ($1, $2)',
        values: [moveMarker, JSON.stringify(marker)],
      },
    ]);
    return undefined;
  }

  /** @param at position of the last row */
  async insert(table: Table, rows: Row[], at: Position): Promise<void> {
    const types = this.#types.get(table.name)!;
    const sealed = this.#sealed.get(table.name);
    const typeOf = (name: string) => types.get(name) ?? sealed?.sealedColumns[name];
    const { keys, ...inserted } = sealed
      ? await sealed.seal(table.columns, rows)
      : { columns: table.columns, rows, keys: [] };
    const arrays = inserted.columns.map((name, n) => `$${n + 1}::${typeOf(name)}[]`);
    const marker: Marker = { source: this.#source, at };
    await this.#transact(at.retailerId, [
      ...keys.map((key) => ({
        text: 'INSERT INTO order_keys (retailer_id, order_id, first_seq, epoch, wrapped) VALUES ($1, $2, $3, $4, $5)',
        values: [key.retailerId, key.orderId, key.firstSeq, key.epoch, key.wrapped],
      })),
      {
        text: `INSERT INTO ${table.name} (${inserted.columns.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`,
        values: inserted.columns.map((_, n) => inserted.rows.map((row) => row[n])),
      },
      {
        text: 'UPDATE service_values SET value = $2 WHERE name = $1',
        values: [moveMarker, JSON.stringify(marker)],
      },
    ]);
  }

  /** Reads a table's rows in key order. */
  read(table: Table, retailerId: number): MovedRows {
    const types = this.#types.get(table.name)!;
    // SQLite compares texts byte by byte.
    const order = table.key.map((name) => (types.get(name) === 'text' ? `${name} COLLATE "C"` : name));
    const condition = table.isPerRetailer ? `WHERE retailer_id = ${retailerId}` : '';
    // Nobody else writes, so every statement sees the same data.
    const marker = table.name === 'service_values' ? `WHERE name <> '${moveMarker}'` : '';
    const sealed = this.#sealed.get(table.name);
    const select = sealed
      ? `SELECT ${sealed.select(table.columns)} FROM ${sealed.from} ${condition.replace('retailer_id', 'm.retailer_id')} ORDER BY ${order.map((name) => `m.${name}`).join(', ')}`
      : `SELECT ${table.columns.join(', ')} FROM ${table.name} ${condition} ${marker} ORDER BY ${order.join(', ')}`;
    const begun = this.#send([
      'BEGIN',
      setRetailer(retailerId),
      `DECLARE moved NO SCROLL CURSOR FOR ${select}`,
    ]);
    return {
      next: async (count) => {
        const [, fetched] = await Promise.all([begun, this.#send([`FETCH ${count} FROM moved`])]);
        const { rows } = fetched[0]!;
        if (!sealed) return rows;
        const opened: Row[] = [];
        for (const row of rows) opened.push(await sealed.open(table.columns, row));
        return opened;
      },
      end: async () => {
        await this.#send(['COMMIT']);
      },
    };
  }

  /** The database continues numbering where SQLite stopped. */
  async setSequence(table: Table, last: number): Promise<void> {
    await this.#transact(noRetailer, [
      {
        text: 'SELECT setval(pg_get_serial_sequence($1, $2), $3)',
        values: [table.name, table.key[0], last],
      },
    ]);
  }

  /** Stores the keys of the images, and lets servers start. */
  async finish(keys: MovedImageKey[]): Promise<void> {
    const ofRetailers = Map.groupBy(keys, ({ retailerId }) => retailerId);
    const stored = [...ofRetailers].flatMap(([retailerId, ofRetailer]) => [
      setRetailer(retailerId),
      {
        text: `UPDATE images i
               SET key_epoch = v.epoch,
                   wrapped_key = v.wrapped
               FROM unnest($2::BIGINT[], $3::BIGINT[], $4::BIGINT[], $5::BYTEA[]) AS v (order_id, id, epoch, wrapped)
               WHERE i.retailer_id = $1 AND i.order_id = v.order_id AND i.id = v.id`,
        values: [
          retailerId,
          ofRetailer.map(({ orderId }) => orderId),
          ofRetailer.map(({ id }) => id),
          ofRetailer.map(({ epoch }) => epoch),
          ofRetailer.map(({ wrapped }) => wrapped),
        ],
      },
    ]);
    await this.#transact(noRetailer, [
      ...stored,
      setRetailer(noRetailer),
      { text: 'DELETE FROM service_values WHERE name = $1', values: [moveMarker] },
    ]);
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  async #describe(): Promise<void> {
    const { rows } = await this.#client.query<{ table: string; column: string; type: string }>(
      `SELECT table_name AS table, column_name AS column, data_type AS type
       FROM information_schema.columns
       JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema = current_schema AND table_type = 'BASE TABLE'
         AND table_name NOT IN ('schema_migrations', 'leases', 'order_keys')`,
    );
    const clear = [...this.#sealed].flatMap(([table, { clearColumns }]) =>
      clearColumns.map((column) => ({ table, column, type: 'text' })),
    );
    for (const { table, column, type } of [...rows, ...clear]) {
      const sealed = this.#sealed.get(table);
      if (sealed && column in sealed.sealedColumns) continue;
      const types = this.#types.get(table) ?? new Map();
      this.#types.set(table, types.set(column, type));
    }
  }

  async #findKey(retailerId: number, orderId: number): Promise<OrderKeyRow | undefined> {
    const [found] = await this.#transact(retailerId, [
      {
        text: 'SELECT first_seq, epoch, wrapped FROM order_keys WHERE retailer_id = $1 AND order_id = $2',
        values: [retailerId, orderId],
      },
    ]);
    const [row] = found!.rows as unknown as [number, number, Uint8Array][];
    return row && { retailerId, orderId, firstSeq: row[0], epoch: row[1], wrapped: row[2] };
  }

  async #transact(retailerId: number, statements: pg.QueryConfig[]): Promise<Answer[]> {
    const answers = await this.#send(['BEGIN', setRetailer(retailerId), ...statements, 'COMMIT']);
    return answers.slice(2, -1);
  }

  /** Sends all statements at once; the first failure is the cause of any that follow. */
  async #send(statements: (string | pg.QueryConfig)[]): Promise<Answer[]> {
    const sent = statements.map((statement) => {
      const config = typeof statement === 'string' ? { text: statement } : statement;
      return this.#client.query<Row>({ ...config, rowMode: 'array' });
    });
    const settled = await Promise.allSettled(sent);
    const failure = settled.find((one) => one.status === 'rejected');
    if (!failure) return Promise.all(sent);
    if (failure.reason?.code === '23505') {
      throw new DatabaseUnfit(`Something else wrote to the database during the move. ${startOver}`);
    }
    throw translate(failure.reason);
  }
}

export interface MovedRows {
  /** The next rows; fewer than `count` at the end. */
  next(count: number): Promise<Row[]>;
  end(): Promise<void>;
}

type Answer = pg.QueryArrayResult<Row>;

const setRetailer = (retailerId: number): pg.QueryConfig => ({
  text: `SELECT set_config('aislechat.retailer_id', $1, true)`,
  values: [String(retailerId)],
});

/** @param where table and key; never the row's content */
export const unequal = (where: string): DatabaseUnfit =>
  new DatabaseUnfit(`The copy differs from the data folder: ${where}. ${startOver}`);
