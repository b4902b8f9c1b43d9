/**
 * A server broken on purpose: it writes notifications in a transaction of their own, after that of the message.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import type { NotificationRow, Store } from '../../../src/storage/store.ts';
import { openStore } from '../../../src/wiring/open-store.ts';

/** Longer than the test takes from the last message to the next kill. */
const delayMs = 10_000;

const settings = readSettings(process.env);
const store = await openStore(settings, { owner: true });
const late: Store = {
  ...store,
  async write(unit) {
    let rows: NotificationRow[] = [];
    const value = await store.write((tx) => {
      rows = [];
      const insert = async (row: NotificationRow) => void rows.push(row);
      return unit({ ...tx, notifications: { ...tx.notifications, insert } });
    });
    if (rows.length > 0) {
      sleep(delayMs)
        .then(() =>
          store.write(async (tx) => {
            for (const row of rows) await tx.notifications.insert(row);
          }),
        )
        // Another is due already.
        .catch(() => {});
    }
    return value;
  },
};
const app = await startApp(settings, { store: late });
process.stdout.write(`aislechat listening on ${app.url}\n`);
