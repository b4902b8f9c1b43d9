/** Which engine holds the data: PostgreSQL where the settings name one, else SQLite in the data folder. */
import type { Settings } from '../config/settings.ts';
import { openSqlite } from '../storage/sqlite/engine.ts';
import { createStore, type Store } from '../storage/store.ts';

/**
 * @param owner whether it is a server that opens it: a data folder has one, a command may visit
 * @throws Error with a sentence for the operator
 */
export async function openStore(settings: Settings, { owner }: { owner: boolean }): Promise<Store> {
  const { databaseUrl: url, databaseConnections: connections, statementTimeoutMs, lockTimeoutMs } = settings;
  if (url === undefined) return createStore(openSqlite({ folder: settings.dataDir, owner }));
  // Loaded by those who use it: it would lengthen every other start.
  const { openPostgres } = await import('../storage/postgres/engine.ts');
  return createStore(await openPostgres({ url, connections, statementTimeoutMs, lockTimeoutMs }));
}
