/**
 * Before a server starts, it makes sure that it has the keys of the database's texts: all servers must use one key
 * folder or bucket, and one without the keys in use would leave living chats unreadable.
 */
import type { Clock } from '../domain/clock.ts';
import { forEachRetailer } from '../domain/each-retailer.ts';
import { beginEpoch } from '../domain/erasure/keys.ts';
import type { OrderKeys, RetailerRow, Store } from '../storage/store.ts';
import type { Log } from './log.ts';
import { capitalized, type OpenedKeys } from './open-epoch-keys.ts';

/** In `service_values`. */
const valueName = 'key_folder';

/** @param place of the keys, named in messages @throws Error with a message for the operator */
export async function openKeys(store: Store, clock: Clock, place: OpenedKeys, log: Log): Promise<void> {
  const { keys } = store;
  if (!keys) return;
  const { name, kind, variable } = place;
  if (!(await place.isSafe())) log.warn('keys_bucket_unchecked');
  const missing = await missingEpochs(store, keys);
  if (missing.length > 0) {
    throw new Error(
      `${capitalized(name)} lacks ${missing.length} of the keys that the texts in the database are encrypted with (the oldest is epoch-${missing[0]}.key). Set ${variable} to the ${kind} of this database's keys, or restore it; without it the chats cannot be read (docs/operations.md).`,
    );
  }
  let known = await store.read.serviceValues.find(valueName);
  if (known === undefined) {
    const id = await keys.epochs.id({ make: true });
    await store.write((tx) => tx.serviceValues.insertIfAbsent(valueName, id!));
    known = await store.read.serviceValues.find(valueName);
  }
  if ((await keys.epochs.id({ make: false })) !== known) {
    throw new Error(
      `${capitalized(name)} is not the key ${kind} of this database. Set ${variable} to the ${kind} that all its servers share (docs/operations.md).`,
    );
  }
  await beginEpoch(keys, clock);
}

async function missingEpochs(store: Store, keys: OrderKeys): Promise<number[]> {
  const inUse = new Set<number>();
  const look = async ({ id }: RetailerRow) => {
    for (const epoch of await keys.epochsInUse(id)) inUse.add(epoch);
  };
  await forEachRetailer(store, await store.read.retailers.list(), look, (error) => {
    throw error;
  });
  const present = await keys.epochs.list();
  return [...inUse].filter((epoch) => !present.includes(epoch)).sort((a, b) => a - b);
}
