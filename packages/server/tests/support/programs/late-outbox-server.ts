/**
 * A server broken on purpose: it enqueues callbacks in a transaction of their own, after that of the message.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import type { CallbackEvent, Store } from '../../../src/storage/store.ts';
import { openStore } from '../../../src/wiring/open-store.ts';

/** Each message waits longer than the one before, so that some wait whenever the server is killed. */
const delayMs = 25;
let delayed = 0;

const settings = readSettings(process.env);
const store = await openStore(settings, { owner: true });
const late: Store = {
  ...store,
  async write(unit) {
    let events: CallbackEvent[] = [];
    const value = await store.write((tx) => {
      events = [];
      const enqueue = async (event: CallbackEvent) => void events.push(event);
      return unit({ ...tx, callbackDeliveries: { ...tx.callbackDeliveries, enqueue } });
    });
    if (events.length > 0) {
      delayed += 1;
      sleep(delayed * delayMs).then(() =>
        store.write(async (tx) => {
          for (const event of events) await tx.callbackDeliveries.enqueue(event);
        }),
      );
    }
    return value;
  },
};
const app = await startApp(settings, { store: late });
process.stdout.write(`aislechat listening on ${app.url}\n`);
