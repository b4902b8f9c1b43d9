/** A server that is killed in the middle of its second transaction that deletes orders. A test could be too late for it. */
import { startApp } from '../../../src/app.ts';
import { readSettings } from '../../../src/config/settings.ts';
import type { Store } from '../../../src/storage/store.ts';
import { openStore } from '../../../src/wiring/open-store.ts';

const settings = readSettings(process.env);
const store = await openStore(settings, { owner: true });
let deletions = 0;
const dying: Store = {
  ...store,
  write: (unit) =>
    store.write((tx) =>
      unit({
        ...tx,
        orderRemovals: {
          async delete(...given) {
            const count = await tx.orderRemovals.delete(...given);
            if (++deletions === 2) process.kill(process.pid, 'SIGKILL');
            return count;
          },
        },
      }),
    ),
};
const app = await startApp(settings, { store: dying });
process.stdout.write(`aislechat listening on ${app.url}\n`);
