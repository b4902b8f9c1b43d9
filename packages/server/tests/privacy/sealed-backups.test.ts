/** Backups of the embedded database through two days of a shop: what each still shows is what the rule says. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../src/domain/clock.ts';
import { beginBackupEpoch, destroyBackupKeys } from '../../src/domain/erasure/backup-keys.ts';
import { eraseExpired } from '../../src/domain/erasure/erasure.ts';
import { localEpochKeys } from '../../src/storage/keys/local.ts';
import { backUp } from '../../src/storage/sqlite/backup.ts';
import { KeyGone, restore } from '../../src/storage/sqlite/restore.ts';
import { createStore, type OrderRow } from '../../src/storage/store.ts';
import { active, house, newOrder, noFiles } from '../support/house.ts';
import { folderPlace } from '../support/place.ts';
import { temporaryFolder } from '../support/server.ts';

const hourMs = 3_600_000;
const restorableHours = 24;
const chatHours = 24;
/** One order ends in each hour, and its chat lives for a day. */
const hours = 50;
const quiet = { signal: new AbortController().signal, onProgress() {} };

async function shop(t: TestContext, folder: string) {
  const { store, retailers, orders } = await house(t, 1, 1, {
    messages: 0,
    place: folderPlace(folder),
  });
  const [[{ userId }]] = orders as [[OrderRow]];
  return { store, retailer: retailers[0]!, userId };
}

/** Orders whose texts a restored backup shows at `at`, by the hour in which they ended; undefined if its key is gone. */
async function shown(
  t: TestContext,
  file: string,
  keysFolder: string,
  at: number,
): Promise<number[] | undefined> {
  const epochs = localEpochKeys(keysFolder);
  const clock: Clock = { now: () => at };
  const folder = temporaryFolder(t);
  try {
    return await restore(
      { ...quiet, folder, file, epochKey: (number) => epochs.find(number), withoutTexts: false },
      async (engine) => {
        const store = createStore(engine);
        await eraseExpired(store, clock, noFiles);
        const [retailer] = await store.read.retailers.list();
        const living: number[] = [];
        for (let hour = 0; hour < hours; hour++) {
          const order = await store.read.orders.find(retailer!.id, { externalId: `WEB-${hour + 1}` });
          const texts = order ? await store.read.messages.list(retailer!.id, order.id) : [];
          if (texts.length === 0) continue;
          assert.equal(texts[0]!.body, 'secret 1');
          living.push(hour);
        }
        return living;
      },
    );
  } catch (error) {
    if (error instanceof KeyGone) return undefined;
    throw error;
  }
}

test('a backup of every hour restores the chats of its time for a day, and then no texts', async (t) => {
  const folder = temporaryFolder(t);
  const backups = temporaryFolder(t);
  const keysFolder = temporaryFolder(t);
  const epochs = localEpochKeys(keysFolder);
  const { store, retailer, userId } = await shop(t, folder);
  let at = 0;
  const clock: Clock = { now: () => at };
  const file = (hour: number) => join(backups, `${hour}.db`);
  const backedUp: number[] = [];

  for (let hour = 0; hour < hours; hour++) {
    at = hour * hourMs;
    await store.write((tx) =>
      newOrder(tx, retailer.id, userId, hour + 1, 2, { endedAt: at, expiresAt: at + chatHours * hourMs }),
    );
    at += hourMs - 1;
    const { verified } = await eraseExpired(store, clock, noFiles);
    assert.ok(verified);
    await beginBackupEpoch({ epochs }, clock);
    const epoch = await epochs.newest();
    await backUp({ ...quiet, folder, file: file(hour), epoch });
    assert.equal(readFileSync(file(hour)).includes('secret 1'), false);
    backedUp.push(hour);
    await destroyBackupKeys({ epochs }, clock, restorableHours);
  }

  let restored = 0;
  for (const hour of backedUp) {
    const ageMs = at - ((hour + 1) * hourMs - 1);
    const found = await shown(t, file(hour), keysFolder, at);
    if (ageMs <= restorableHours * hourMs) {
      // Of the chats that lived then, those that still live now.
      const living = Array.from({ length: hour + 1 }, (_, n) => n).filter(
        (n) => n * hourMs + chatHours * hourMs >= at,
      );
      assert.deepEqual(found, living, `backup of hour ${hour}`);
      restored += 1;
    } else if (ageMs > (restorableHours + 1) * hourMs) {
      assert.equal(found, undefined, `backup of hour ${hour}`);
    }
  }
  assert.equal(restored, restorableHours + 1);
  t.diagnostic(`${backedUp.length} backups, ${restored} with texts`);
});

test('control: with a key kept aside, an old backup still shows its texts', async (t) => {
  const folder = temporaryFolder(t);
  const keysFolder = temporaryFolder(t);
  const aside = temporaryFolder(t);
  const file = join(temporaryFolder(t), 'old.db');
  const { store, retailer, userId } = await shop(t, folder);
  await store.write((tx) => newOrder(tx, retailer.id, userId, 1, 2, active));
  const epochs = localEpochKeys(keysFolder);
  await beginBackupEpoch({ epochs }, { now: () => 0 });
  await backUp({ ...quiet, folder, file, epoch: await epochs.newest() });
  cpSync(keysFolder, aside, { recursive: true });
  const later = 30 * hourMs;
  await destroyBackupKeys({ epochs }, { now: () => later }, restorableHours);
  assert.equal(await shown(t, file, keysFolder, later), undefined);
  assert.deepEqual(await shown(t, file, aside, later), [0]);
});

test('a backup made in the first hour after days without a server restores for a day too', async (t) => {
  const epochs = localEpochKeys(temporaryFolder(t));
  const [stopped, started] = [10, 250];
  await beginBackupEpoch({ epochs }, { now: () => started * hourMs, certain: () => stopped * hourMs });
  const later = (hours: number) => ({ now: () => (started + hours) * hourMs });
  assert.equal(await destroyBackupKeys({ epochs }, later(restorableHours), restorableHours), 0);
  assert.deepEqual(await epochs.list(), [started]);
  assert.equal(await destroyBackupKeys({ epochs }, later(restorableHours + 1), restorableHours), 1);
});
