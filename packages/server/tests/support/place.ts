/**
 * Where a test keeps its data: a folder, or a database of PostgreSQL when the run is told to test that
 * engine. Most tests do not care, and run on both.
 */
import { openPostgres } from '../../src/storage/postgres/engine.ts';
import { openSqlite } from '../../src/storage/sqlite/engine.ts';
import type { Engine } from '../../src/storage/store.ts';
import { newDatabase } from './postgres.ts';
import { type Cleanup, temporaryFolder } from './server.ts';

export const testsPostgres = process.env.TEST_ENGINE === 'postgres';
export const postgresDefaults = { connections: 10, statementTimeoutMs: 5000, lockTimeoutMs: 3000 };

export interface Place {
  /** What a server or a command is given to find it. */
  env: Record<string, string>;
  open(): Promise<Engine>;
}

export async function newPlace(t: Cleanup): Promise<Place> {
  if (testsPostgres) {
    const { url } = await newDatabase(t);
    return { env: { DATABASE_URL: url }, open: () => openPostgres({ url, ...postgresDefaults }) };
  }
  const folder = temporaryFolder(t);
  return { env: { DATA_DIR: folder }, open: async () => openSqlite({ folder, owner: true }) };
}
