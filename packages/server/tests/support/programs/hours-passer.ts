/**
 * Lets hours pass as fast as it can, until it is killed or has reached the last one: erases, deletes, and turns keys, as
 * the server's background work does. Prints a dot after each transaction and each deleted image or key. Started with the
 * environment of a server and the hour to stop after.
 */
import { readSettings } from '../../../src/config/settings.ts';
import { eraseExpired } from '../../../src/domain/erasure/erasure.ts';
import { turnKeys } from '../../../src/domain/erasure/keys.ts';
import { applyRetention } from '../../../src/domain/erasure/retention.ts';
import type { Store } from '../../../src/storage/store.ts';
import { openImageFiles } from '../../../src/wiring/open-image-files.ts';
import { openStore } from '../../../src/wiring/open-store.ts';
import { hourMs, hourName, restorableHours } from '../passing-hours.ts';

const last = Number(process.argv[2]);
const settings = readSettings(process.env);
const opened = await openStore(settings, { owner: true });
const step = () => process.stdout.write('.');
const store: Store = { ...opened, write: (unit) => opened.write(unit).finally(step) };
const files = openImageFiles(settings, opened);
const stepping = {
  ...files,
  delete: (image: Parameters<typeof files.delete>[0]) => files.delete(image).finally(step),
};
step();
const reached = Number((await opened.read.serviceValues.find(hourName)) ?? 0);
// The hour in which it was killed is done again.
for (let hour = reached; hour <= last; hour++) {
  await opened.write((tx) => tx.serviceValues.set(hourName, String(hour)));
  const clock = { now: () => hour * hourMs };
  const { failures } = await eraseExpired(store, clock, stepping);
  const retained = await applyRetention(store, clock);
  if (failures.length + retained.failures.length > 0) throw failures[0] ?? retained.failures[0];
  if (store.keys) {
    const epochs = store.keys.epochs;
    const keys = {
      ...store.keys,
      epochs: { ...epochs, destroy: (n: number) => epochs.destroy(n).finally(step) },
    };
    await turnKeys(store, keys, clock, restorableHours);
  }
  await opened.scrub();
}
await opened.cleanPages();
await opened.scrub();
await opened.close();
