/**
 * Keys of backups of the embedded database, whose texts are encrypted with the key of the hour in which the backup was
 * made (docs/decisions/sealed-backups.md). The key is destroyed once the backup should restore chats no more.
 */
import type { OrderKeys } from '../../storage/store.ts';
import type { Clock } from '../clock.ts';
import { certainHour } from './keys.ts';

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
