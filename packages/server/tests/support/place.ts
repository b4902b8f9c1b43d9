/**
 * Where a test keeps its data: a folder, or a PostgreSQL database if the run is for that engine. Most tests
 * work with either, and run on both.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import type { Engine } from '../../src/storage/store.ts';
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
  if (!testsPostgres) return folderPlace(temporaryFolder(t));
  const { newPostgresPlace } = await import('./postgres-place.ts');
  return newPostgresPlace(t);
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
