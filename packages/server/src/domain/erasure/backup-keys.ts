/**
 * Keys of backups of the embedded database, whose texts are encrypted with the key of the hour in which the backup was
 * made (docs/decisions/sealed-backups.md). The key is destroyed once the backup should restore chats no more.
 */
import type { OrderKeys } from '../../storage/store.ts';
import type { Clock } from '../clock.ts';
import { beginEpoch, certainHour } from './keys.ts';

/**
 * Begins the epoch of a backup that is made now. Not of the hour that has certainly come, as for living texts: after days
 * without a server that is days ago, and the key would be destroyed as soon as the time is certain.
 * @throws StorageUnavailable
 */
export const beginBackupEpoch = (keys: Pick<OrderKeys, 'epochs'>, clock: Clock): Promise<number> =>
  beginEpoch(keys, { now: () => clock.now() });

/** @returns how many were destroyed @throws StorageUnavailable */
export async function destroyBackupKeys(
  { epochs }: Pick<OrderKeys, 'epochs'>,
  clock: Clock,
  restorableHours: number,
): Promise<number> {
  const hour = certainHour(clock);
  // A backup can be as young as the end of its hour.
  const dead = (await epochs.list()).filter((number) => number + restorableHours < hour);
  for (const number of dead) await epochs.destroy(number);
  return dead.length;
}
