/**
 * Keys that die (docs/decisions/keys-that-die.md). Where erased texts stay on disk for a while, they are encrypted,
 * and their keys in turn with the key of an epoch. Every hour an epoch begins, and the keys of living texts are
 * encrypted anew. An epoch's key is destroyed once no backup that should still restore needs it: what was erased
 * before cannot be read by anybody from then on.
 */
import type { OrderKeys, RetailerRow, Store } from '../../storage/store.ts';
import type { Clock } from '../clock.ts';
import { forEachRetailer, retailersOf, turn } from '../each-retailer.ts';

const hourMs = 60 * 60_000;
const keysPerTransaction = 500;
/** An hour late may be the end of an hour; more is an alarm. */
const lateAfterHours = 2;

/** In `service_values`: when everything had been encrypted anew, for each epoch that a decision still depends on. */
const passesName = 'key_passes';

/** Since this hour no living text needs an epoch before this one. */
interface Pass {
  epoch: number;
  hour: number;
}

export interface KeysReport {
  /** Keys of orders that were encrypted anew. */
  wrapped: number;
  /** Keys of epochs that were destroyed. */
  destroyed: number;
  failures: unknown[];
}

/** The hour that has certainly come: a wrong clock must not destroy keys. */
export const certainHour = (clock: Clock): number => Math.floor((clock.certain?.() ?? clock.now()) / hourMs);

/** When an epoch began, in ms. */
export const startOfEpoch = (epoch: number): number => epoch * hourMs;

/** Begins the epoch of this hour, unless it has begun. @returns the newest epoch */
export async function beginEpoch({ epochs }: Pick<OrderKeys, 'epochs'>, clock: Clock): Promise<number> {
  const hour = certainHour(clock);
  const newest = (await epochs.list()).at(-1);
  if (newest !== undefined && newest >= hour) return newest;
  await epochs.create(hour);
  return hour;
}

/**
 * One round: begins an epoch if the hour has turned, encrypts anew what older epochs encrypt, and destroys the epochs
 * that nothing needs any more. Safe to do twice, and to be cut short anywhere.
 * @param restorableHours how old a backup may be and still restore @throws StorageUnavailable
 */
export async function turnKeys(
  store: Store,
  keys: OrderKeys,
  clock: Clock,
  restorableHours: number,
): Promise<KeysReport> {
  const report: KeysReport = { wrapped: 0, destroyed: 0, failures: [] };
  const newest = await beginEpoch(keys, clock);
  let oldest = newest;
  const wrapAll = async ({ id }: RetailerRow) => {
    for (;;) {
      const inUse = await keys.oldestEpoch(id);
      if (inUse === undefined || inUse >= newest) return;
      const wrapped = await keys.wrapAnew(id, keysPerTransaction);
      report.wrapped += wrapped;
      // The others are damaged, or being deleted.
      if (wrapped === 0) {
        oldest = Math.min(oldest, inUse);
        return;
      }
      await turn();
    }
  };
  await forEachRetailer(store, await retailersOf(store), wrapAll, (error) => report.failures.push(error));
  if (report.failures.length > 0 || oldest < newest) return report;
  report.destroyed = await destroyOld(store, keys, newest, certainHour(clock), restorableHours);
  return report;
}

/** After a round in which everything was encrypted with the newest epoch. @returns how many keys were destroyed */
async function destroyOld(
  store: Store,
  { epochs }: OrderKeys,
  newest: number,
  hour: number,
  restorableHours: number,
): Promise<number> {
  let passes = await passesOf(store);
  // After a restore, the time that has certainly come may be behind the epochs.
  if (passes.at(-1)?.epoch !== newest) passes = [...passes, { epoch: newest, hour: Math.max(hour, newest) }];
  // A backup made before such a pass is too old to restore by now.
  const settled = passes.findLast((pass) => pass.hour + restorableHours < hour);
  const kept = passes.slice(settled ? passes.indexOf(settled) : 0);
  const value = JSON.stringify(kept);
  if (value !== (await store.read.serviceValues.find(passesName))) {
    await store.write((tx) => tx.serviceValues.set(passesName, value));
  }
  const dead = settled ? (await epochs.list()).filter((number) => number < settled.epoch) : [];
  for (const number of dead) await epochs.destroy(number);
  return dead.length;
}

async function passesOf(store: Store): Promise<Pass[]> {
  return JSON.parse((await store.read.serviceValues.find(passesName)) ?? '[]');
}

/** For how many hours living texts have depended on keys that should not be needed any more; 0 if all is well. */
export async function keysLateHours(store: Store, clock: Clock): Promise<number> {
  const last = (await passesOf(store)).at(-1);
  const hours = last ? certainHour(clock) - last.hour : 0;
  return hours >= lateAfterHours ? hours : 0;
}
