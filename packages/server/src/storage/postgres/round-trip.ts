/**
 * Several statements sent together and answered together. The driver would end each statement with a Sync, for which
 * the server sends a packet of its own, and would have the columns described each time. Here one Sync ends all, and a
 * connection parses and describes a statement once. If one fails, the server skips those behind it.
 */
import type { Writable } from 'node:stream';
import pg from 'pg';
import type { Value } from '../sql.ts';

export interface Statement {
  text: string;
  values: readonly Value[];
}

export interface Result {
  rows: unknown[];
  /** What the statement did, such as `COMMIT`, `SELECT 3` or `INSERT 0 1`. */
  tag: string;
}

interface Column {
  name: string;
  parse(text: string): unknown;
}

/** A statement as a connection knows it. */
interface Prepared {
  name: string;
  columns: Column[];
}

/** The part of the driver's connection that is used here. */
interface Wire {
  stream: Writable;
  parse(statement: { name: string; text: string }): void;
  describe(statement: { type: 'S'; name: string }): void;
  bind(statement: { statement: string; values: readonly Value[]; valueMapper: typeof wireValue }): void;
  execute(): void;
  close(statement: { type: 'S'; name: string }): void;
  sync(): void;
}

/** A statement has the same name on every connection. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `aislechat_${names.size + 1}`;
    names.set(text, name);
  }
  return name;
}

const preparedOn = new WeakMap<object, Map<string, Prepared>>();

function preparedStatements(connection: object): Map<string, Prepared> {
  let prepared = preparedOn.get(connection);
  if (!prepared) {
    prepared = new Map();
    preparedOn.set(connection, prepared);
  }
  return prepared;
}

function wireValue(value: Value): string | Buffer | null {
  if (typeof value === 'number') return String(value);
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

// All our numbers are below 2^53, so COUNT(*) and BIGINT are read as numbers.
const bigint = 20;
export const columnParser = (type: number, format?: 'text' | 'binary'): ((text: string) => unknown) =>
  type === bigint ? Number : pg.types.getTypeParser(type, format as 'text');

type Done = (error: Error | null, results: Result[]) => void;

/** What the driver calls a query. */
class Trip implements pg.Submittable {
  readonly #statements: readonly Statement[];
  readonly #prepared: Prepared[] = [];
  /** The statements that this trip prepares: if it fails, nobody knows how many of them exist. */
  readonly #new: string[] = [];
  readonly #results: Result[] = [];
  #rows: unknown[] = [];
  /** The driver replaces it by one that also ends its time-out. */
  callback: Done;

  constructor(statements: readonly Statement[], done: Done) {
    this.#statements = statements;
    this.callback = done;
  }

  submit(connection: object): void {
    const wire = connection as Wire;
    const known = preparedStatements(connection);
    wire.stream.cork();
    for (const { text, values } of this.#statements) {
      let prepared = known.get(text);
      if (!prepared) {
        prepared = { name: nameOf(text), columns: [] };
        known.set(text, prepared);
        this.#new.push(text);
        wire.parse({ name: prepared.name, text });
        wire.describe({ type: 'S', name: prepared.name });
      }
      this.#prepared.push(prepared);
      wire.bind({ statement: prepared.name, values, valueMapper: wireValue });
      wire.execute();
    }
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#prepared[this.#results.length]!.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: columnParser(dataTypeID),
    }));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const { columns } = this.#prepared[this.#results.length]!;
    const row: Record<string, unknown> = {};
    for (let n = 0; n < columns.length; n++) {
      const { name, parse } = columns[n]!;
      const text = fields[n]!;
      row[name] = text === null ? null : parse(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#results.push({ rows: this.#rows, tag: text });
    this.#rows = [];
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#results);
  }

  handleError(error: Error, connection: object): void {
    const wire = connection as Wire;
    const known = preparedStatements(connection);
    for (const text of this.#new) {
      wire.close({ type: 'S', name: nameOf(text) });
      known.delete(text);
    }
    // Without an answer of the server, such as after a time-out, the connection is of no more use.
    if (!(error instanceof pg.DatabaseError)) wire.stream.destroy();
    this.callback(error, []);
  }
}

/** @throws Error of the first statement that failed, or of the connection */
export function roundTrip(client: pg.ClientBase, statements: readonly Statement[]): Promise<Result[]> {
  return new Promise((resolve, reject) => {
    client.query(new Trip(statements, (error, results) => (error ? reject(error) : resolve(results))));
  });
}
