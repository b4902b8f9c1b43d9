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
import { asSuperuser, type Database, newDatabase, openDatabase, textsIn, withKeys } from './postgres.ts';
import { type Cleanup, temporaryFolder } from './server.ts';

export const testsPostgres = process.env.TEST_ENGINE === 'postgres';

export interface Place {
  /** The environment in which a server or a command finds it. */
  env: Record<string, string>;
  open(): Promise<Engine>;
  /** Every row of every table, as text, and every text that is encrypted. */
  dump(): Promise<string>;
  /** Another place with the same data; this one must be closed. */
  copy(t: Cleanup): Promise<Place>;
}

export async function newPlace(t: Cleanup): Promise<Place> {
  return testsPostgres ? placeIn(t, await newDatabase(t)) : folderPlace(temporaryFolder(t));
}

function placeIn(t: Cleanup, { url, superuserUrl }: Database): Place {
  return {
    // Images are in files on either engine.
    env: withKeys({ DATABASE_URL: url, DATA_DIR: temporaryFolder(t) }),
    open: () => openDatabase(url),
    dump: () => asSuperuser(superuserUrl, (client) => dumpPostgres(client, url)),
    copy: async (t) => placeIn(t, await newDatabase(t, { copyOf: new URL(url).pathname.slice(1) })),
  };
}

function folderPlace(folder: string): Place {
  return {
    env: { DATA_DIR: folder },
    open: async () => openSqlite({ folder, owner: true }),
    dump: async () => dumpSqlite(folder),
    async copy(t) {
      const copied = temporaryFolder(t);
      cpSync(folder, copied, { recursive: true });
      return folderPlace(copied);
    },
  };
}

async function dumpPostgres(client: pg.Client, url: string): Promise<string> {
  const tables = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  const rows: unknown[] = [];
  for (const { tablename } of tables.rows) rows.push((await client.query(`TABLE ${tablename}`)).rows);
  rows.push(await textsIn(client, url));
  return JSON.stringify(rows);
}

function dumpSqlite(folder: string): string {
  const database = new DatabaseSync(join(folder, 'aislechat.db'), { readOnly: true });
  try {
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    return JSON.stringify(tables.map(({ name }) => database.prepare(`SELECT * FROM ${name}`).all()));
  } finally {
    database.close();
  }
}
