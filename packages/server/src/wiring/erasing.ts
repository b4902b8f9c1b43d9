/**
 * Erases what has expired, and deletes what has run out or is kept no longer, in the background, for as long as the
 * server runs.
 */

import { Backoff } from '../domain/backoff.ts';
import { tidyDeliveries } from '../domain/callbacks/deliveries.ts';
import type { Clock } from '../domain/clock.ts';
import { destroyBackupKeys } from '../domain/erasure/backup-keys.ts';
import { type DeleteCopies, eraseExpired } from '../domain/erasure/erasure.ts';
import { keysLateHours, turnKeys } from '../domain/erasure/keys.ts';
import { applyRetention, deletedWithinMs, longestKeptMs } from '../domain/erasure/retention.ts';
import { tidyTokens } from '../domain/erasure/tidy.ts';
import { Lease, leaseStepMs } from '../domain/lease.ts';
import { tidyNotifications } from '../domain/notifications/outbox.ts';
import type { ImageFiles } from '../storage/images/files.ts';
import type { EpochKeys } from '../storage/keys/epochs.ts';
import { isRevocation, type Store } from '../storage/store.ts';
import { runInBackground } from './background.ts';
import type { ErasureAlarm } from './erasure-alarm.ts';
import type { Log } from './log.ts';

/** Expired text is gone well within the 15 minutes that are promised. */
const roundEveryMs = 60_000;
/** What is kept for days may go an hour late. */
const retentionEveryMs = 60 * 60_000;

interface Parts {
  store: Store;
  clock: Clock;
  files: ImageFiles;
  alarm: ErasureAlarm;
  /** How old a backup of the database may be and still restore. */
  restorableHours: number;
  deleteCopies: DeleteCopies;
  /** The keys of the epochs that backups of an embedded database are encrypted with. */
  backupEpochs: EpochKeys | undefined;
  log: Log;
}

/**
 * Of several processes on one database, only the holder of the lease erases.
 * @returns ends it: what is under way is finished, and another process may take over at once
 */
export function startErasing({
  store,
  clock,
  files,
  alarm,
  restorableHours,
  deleteCopies,
  backupEpochs,
  log,
}: Parts): () => Promise<void> {
  const lease = store.isShared
    ? new Lease(store, 'erasure', () => {
        eraser.wake();
        tidier.wake();
        turner?.wake();
      })
    : undefined;
  const isOurs = () => lease === undefined || lease.isHeld;
  const failed = (error: unknown) => log.fault(error);
  const backoff = new Backoff();

  const eraser = runInBackground(log, roundEveryMs, async (only) => {
    if (!isOurs()) return;
    const {
      failures,
      waitsForProvider: _,
      ...erased
    } = await eraseExpired(store, clock, files, {
      only,
      backoff,
      deleteCopies,
    });
    for (const failure of failures) failed(failure);
    if (erased.orders + erased.evidence > 0) {
      log.info('erased', { ...erased });
      cleanDueMs = Math.min(cleanDueMs, performance.now() + retentionEveryMs);
    }
    alarm.forget();
    if (!only || failures.length > 0) await alarm.warn(log);
    await retain(only);
  });

  let retentionDueMs = performance.now();
  // Rows that a process deleted before it was killed may still be in the journal.
  let isScrubbed = false;
  // What a process deleted before it was killed, or in a chat besides texts, waits for the hour.
  let cleanDueMs = performance.now() + retentionEveryMs;
  async function retain(only: ReadonlySet<number> | undefined): Promise<void> {
    const isRound = !only && performance.now() >= retentionDueMs;
    if (only || isRound) {
      const { deleted, abandoned, failures } = await applyRetention(store, clock, { only, backoff });
      for (const failure of failures) failed(failure);
      const count = Object.values(deleted).reduce((sum, rows) => sum + rows, 0);
      if (count + abandoned > 0) log.info('deleted', { ...deleted, abandoned });
      if (count > 0) {
        isScrubbed = false;
        cleanDueMs = 0;
      }
    }
    if (!isScrubbed) isScrubbed = await store.scrub();
    if (isScrubbed && performance.now() >= cleanDueMs) {
      const isClean = await store.cleanPages().catch(failed);
      if (isClean) cleanDueMs = Number.POSITIVE_INFINITY;
    }
    if (!isRound) return;
    retentionDueMs = performance.now() + retentionEveryMs;
    const keptMs = await longestKeptMs(store, clock);
    if (keptMs > deletedWithinMs)
      log.warn('retention_late', { oldest_due_seconds: Math.round(keptMs / 1000) });
  }

  const tidier = runInBackground(log, roundEveryMs, async (only) => {
    if (!isOurs()) return;
    await tidyTokens(store, clock, failed, only);
    await tidyDeliveries(store, clock, failed, only);
    await tidyNotifications(store, clock, failed, only);
  });
  const { keys } = store;
  const turner =
    keys &&
    runInBackground(log, roundEveryMs, async () => {
      if (isOurs()) {
        const { failures, ...turned } = await turnKeys(store, keys, clock, restorableHours);
        for (const failure of failures) failed(failure);
        if (turned.wrapped > 0 || turned.destroyed > 0) log.info('keys_turned', { ...turned });
      } else {
        // What another process destroyed is forgotten.
        await keys.epochs.list();
      }
      const hours = await keysLateHours(store, clock);
      if (hours > 0) log.warn('keys_late', { hours });
    });
  const destroyer =
    backupEpochs &&
    runInBackground(log, roundEveryMs, async () => {
      const destroyed = await destroyBackupKeys({ epochs: backupEpochs }, clock, restorableHours);
      if (destroyed > 0) log.info('backup_keys_destroyed', { destroyed });
    });
  const keeper = lease && runInBackground(log, leaseStepMs, () => lease.step());

  // If a retailer's clock was moved, chats of this retailer may have expired.
  store.onChange((change) => {
    if (change?.orderId !== undefined || isRevocation(change)) return;
    eraser.wake(change?.retailerId);
    tidier.wake(change?.retailerId);
  });

  return async () => {
    await destroyer?.stop();
    await turner?.stop();
    await tidier.stop();
    await eraser.stop();
    await keeper?.stop();
    await lease?.release().catch(failed);
  };
}
