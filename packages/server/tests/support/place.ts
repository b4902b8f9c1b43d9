/**
 * Where a test keeps its data: a folder, or a PostgreSQL database if the run is for that engine. Most tests
 * work with either, and run on both.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type pg from 'pg';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import type { Engine } from '../../src/storage/store.ts';
import {
  asSuperuser,
  type Database,
  evidenceIn,
  newDatabase,
  openDatabase,
  textsIn,
  withKeys,
} from './postgres.ts';
import { type Cleanup, temporaryFolder } from './server.ts';

export const testsPostgres = process.env.TEST_ENGINE === 'postgres';

export interface Place {
  /** The environment in which a server or a command finds it. */
  env: Record<string, string>;
  open(): Promise<Engine>;
  /** Every row of every table, with texts in the clear. */
  rows(): Promise<Rows>;
  /** The same, as text. */
  dump(): Promise<string>;
  /** The columns of every table, as `table.column`. */
  columns(): Promise<string[]>;
  /** Another place with the same data; this one must be closed. */
  copy(t: Cleanup): Promise<Place>;
}

/** By table. */
export type Rows = Record<string, Record<string, unknown>[]>;

export async function newPlace(t: Cleanup): Promise<Place> {
  return testsPostgres ? placeIn(t, await newDatabase(t)) : folderPlace(temporaryFolder(t));
}

function placeIn(t: Cleanup, { url, superuserUrl }: Database): Place {
  return {
    // Images are in files on either engine.
    env: withKeys({ DATABASE_URL: url, DATA_DIR: temporaryFolder(t) }),
    open: () => openDatabase(url),
    rows: () => asSuperuser(superuserUrl, (client) => rowsOfPostgres(client, url)),
    dump: async () =>
      JSON.stringify(await asSuperuser(superuserUrl, (client) => rowsOfPostgres(client, url))),
    columns: () => asSuperuser(superuserUrl, columnsOfPostgres),
    copy: async (t) => placeIn(t, await newDatabase(t, { copyOf: new URL(url).pathname.slice(1) })),
  };
}

export function folderPlace(folder: string): Place {
  return {
    env: { DATA_DIR: folder },
    open: async () => openSqlite({ folder, owner: true }),
    rows: async () => rowsOfSqlite(folder),
    dump: async () => JSON.stringify(rowsOfSqlite(folder)),
    columns: async () => columnsOfSqlite(folder),
    async copy(t) {
      const copied = temporaryFolder(t);
      cpSync(folder, copied, { recursive: true });
      return folderPlace(copied);
    },
  };
}

async function rowsOfPostgres(client: pg.Client, url: string): Promise<Rows> {
  const tables = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  const rows: Rows = {};
  for (const { tablename } of tables.rows) rows[tablename] = (await client.query(`TABLE ${tablename}`)).rows;
  const messages = new Map(
    rows.messages!.map((row) => [`${row.retailer_id}/${row.order_id}/${row.seq}`, row]),
  );
  for (const { retailerId, orderId, seq, body, image } of await textsIn(client, url)) {
    const message = messages.get(`${retailerId}/${orderId}/${seq}`)!;
    message.sealed = image === null ? body : `${body} ${image}`;
  }
  for (const { retailerId, orderId, reportId, seq, body } of await evidenceIn(client, url)) {
    const held = rows.report_evidence!.find((row) =>
      [retailerId, orderId, reportId, seq].every(
        (number, n) => Number(row[['retailer_id', 'order_id', 'report_id', 'seq'][n]!]) === number,
      ),
    )!;
    held.sealed = body;
  }
  return rows;
}

async function columnsOfPostgres(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  return rows.map(({ name }) => name as string);
}

const tablesOfSqlite = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'`;

function rowsOfSqlite(folder: string): Rows {
  return inSqlite(folder, (database) => {
    const tables = database.prepare(tablesOfSqlite).all();
    return Object.fromEntries(
      tables.map(({ name }) => [String(name), database.prepare(`SELECT * FROM ${name}`).all()]),
    );
  });
}

const columnsOfSqlite = (folder: string): string[] =>
  inSqlite(folder, (database) =>
    database
      .prepare(
        `SELECT t.name || '.' || c.name AS name FROM (${tablesOfSqlite}) t, pragma_table_info(t.name) c`,
      )
      .all()
      .map(({ name }) => String(name)),
  );

function inSqlite<T>(folder: string, look: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(folder, 'aislechat.db'), { readOnly: true });
  try {
    return look(database);
  } finally {
    database.close();
  }
}
