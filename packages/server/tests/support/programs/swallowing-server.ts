/** A server broken on purpose: it reports a write as done although its disk refused it. */
import { startApp } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import { openSqlite } from '../../../src/storage/sqlite/engine.ts';
import { createStore, StorageUnavailable, type Store } from '../../../src/storage/store.ts';

const settings = readSettings(process.env);
const store = createStore(openSqlite({ folder: settings.dataDir, owner: true }));
const swallowing: Store = {
  ...store,
  async write<T>(unit: Parameters<typeof store.write<T>>[0]): Promise<T> {
    let value: T | undefined;
    try {
      return await store.write<T>(async (tx) => {
        value = await unit(tx);
        return value;
      });
    } catch (error) {
      if (error instanceof StorageUnavailable && value !== undefined) return value;
      throw error;
    }
  },
};
const app = await startApp(settings, { store: swallowing });
process.stdout.write(`aislechat listening on ${app.url}\n`);
