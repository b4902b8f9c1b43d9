/** A server broken on purpose: it acknowledges a message some time before it commits it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import type { Store } from '../../../src/storage/store.ts';
import { openStore } from '../../../src/wiring/open-store.ts';

const commitDelayMs = 30;

const settings = readSettings(process.env);
const store = await openStore(settings, { owner: true });
const early: Store = {
  ...store,
  write: (unit) =>
    new Promise((resolve, reject) => {
      store
        .write(async (tx) => {
          let isMessage = false;
          const insert: typeof tx.messages.insert = (message, key) => {
            isMessage = true;
            return tx.messages.insert(message, key);
          };
          const value = await unit({ ...tx, messages: { ...tx.messages, insert } });
          if (isMessage) {
            resolve(value);
            await sleep(commitDelayMs);
          }
          return value;
        })
        .then(resolve, reject);
    }),
};
const app = await startApp(settings, { store: early });
process.stdout.write(`aislechat listening on ${app.url}\n`);
