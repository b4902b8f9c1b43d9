/**
 * Lets hours pass as fast as it can, as the server's background work does, until it is killed. Prints a dot after
 * each transaction and each destroyed key. Started with a
 * database's address, its key folder, and whether it is broken on purpose: it then destroys keys too early.
 */
import { turnKeys } from '../../../src/domain/erasure/keys.ts';
import { localEpochKeys } from '../../../src/storage/keys/local.ts';
import { openPostgres } from '../../../src/storage/postgres/engine.ts';
import { createStore, type OrderKeys } from '../../../src/storage/store.ts';
import { postgresDefaults } from '../postgres.ts';

const [url, folder, broken] = process.argv.slice(2) as [string, string, string?];
const hourMs = 3_600_000;
const keys = localEpochKeys(folder);
const store = createStore(await openPostgres({ url, ...postgresDefaults, keys }));
const step = () => process.stdout.write('.');
const stepping: OrderKeys = {
  ...store.keys!,
  epochs: { ...keys, destroy: (number) => keys.destroy(number).finally(step) },
  wrapAnew: (...slice) => store.keys!.wrapAnew(...slice).finally(step),
};
step();
for (let hour = (await keys.list()).at(-1)! + 1; ; hour++) {
  if (broken !== undefined) {
    await keys.create(hour);
    for (const number of await keys.list()) if (number < hour) await keys.destroy(number);
  }
  await turnKeys(store, stepping, { now: () => hour * hourMs }, 1);
}
