/** Chooses the database: PostgreSQL if the settings name one, otherwise SQLite in the data folder. */
import type { Settings } from '../config/settings.ts';
import { openSqlite } from '../storage/sqlite/engine.ts';
import { createStore, type EpochKeys, type Store } from '../storage/store.ts';
import { openEpochKeys } from './open-epoch-keys.ts';

/**
 * @param owner whether a server opens it: a data folder has one server, and commands may use it besides
 * @throws Error with a message for the operator
 */
export async function openStore(
  settings: Settings,
  { owner, epochs }: { owner: boolean; epochs?: EpochKeys },
): Promise<Store> {
  const { databaseUrl: url, databaseConnections: connections, statementTimeoutMs, lockTimeoutMs } = settings;
  if (url === undefined) return createStore(openSqlite({ folder: settings.dataDir, owner }));
  // Loaded on demand, because it would slow down every other start.
  const { openPostgres } = await import('../storage/postgres/engine.ts');
  const keys = epochs ?? (await openEpochKeys(settings)).epochs;
  return createStore(await openPostgres({ url, connections, statementTimeoutMs, lockTimeoutMs, keys }));
}
