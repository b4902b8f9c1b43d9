/** Converts what an operator administers from the domain's values to the contract's shapes. */
import {
  type ApplicationScope,
  type AuditSubject,
  type SettingValues,
  type schemas,
  settingNames,
  wireSettingName,
  wireTime,
} from '@aislechat/contract';
import type { Static } from 'typebox';
import type { Caller } from '../../domain/access/access.ts';
import type { Waiting } from '../../domain/operate/waiting.ts';
import type { NewApplication } from '../../domain/retailers/retailers.ts';
import type {
  ApplicationRow,
  AuditEntryOfList,
  ErasureReceiptRow,
  RetailerRow,
} from '../../storage/store.ts';
import { wireErasure } from '../../wire/erasures.ts';
import type { Latency, SendReading } from './send-figures.ts';

export const wireRetailer = (retailer: RetailerRow): schemas.Retailer =>
  ({
    retailer_id: retailer.id,
    ...Object.fromEntries(settingNames.map((name) => [wireSettingName(name), retailer[name]])),
  }) as schemas.Retailer;

export const wireApplication = (row: ApplicationRow, caller: Caller): schemas.Application => ({
  client_id: row.clientId,
  name: row.name,
  scopes: row.scopes.split(',') as ApplicationScope[],
  state: row.state,
  created_at: wireTime(row.createdAt),
  is_own: row.id === caller.applicationId,
});

export const wireNewApplication = (
  { application, clientSecret }: NewApplication,
  caller: Caller,
): Static<typeof schemas.NewApplication> => ({
  ...wireApplication(application, caller),
  client_secret: clientSecret,
});

export const wireReceipt = (
  receipt: ErasureReceiptRow,
): Static<typeof schemas.ErasureReceipts>['receipts'][number] => ({
  id: receipt.orderId,
  order_id: receipt.orderExternalId,
  ...wireErasure(receipt),
});

function wireLatency(latency: Latency | undefined): { latency_ms?: schemas.SendLatency } {
  if (!latency) return {};
  const [p50, p95, p99] = latency.map((ms) => Math.round(ms * 100) / 100) as Latency;
  return { latency_ms: { p50, p95, p99 } };
}

export function wireFigures(waiting: Waiting, sends: SendReading, streams: number): schemas.Figures {
  const { now, callbacks, erasures } = waiting;
  return {
    at: wireTime(now),
    sends: {
      per_second: sends.perSecond,
      ...wireLatency(sends.latency),
      per_minute: sends.perMinute.map(({ sends, latency }) => ({ sends, ...wireLatency(latency) })),
    },
    streams,
    callbacks: {
      pending: callbacks.pending,
      dead: callbacks.dead,
      ...(callbacks.oldestPendingMs !== undefined && {
        oldest_pending_seconds: Math.round(callbacks.oldestPendingMs / 1000),
      }),
    },
    erasures: {
      unverified: erasures.unverified,
      ...(erasures.oldestDueMs !== undefined && {
        oldest_due_seconds: Math.round(erasures.oldestDueMs / 1000),
      }),
    },
  };
}

export function wireAuditEntry(entry: AuditEntryOfList): schemas.AuditEntries['entries'][number] {
  const [type, id] = entry.subject.split(':') as [AuditSubject, string];
  return {
    id: entry.id,
    at: wireTime(entry.at),
    ...(entry.clientId !== null && { client_id: entry.clientId }),
    action: entry.action,
    subject: { type, id: Number(id) },
    ...(entry.agent !== null && { agent: entry.agent }),
    ...(entry.reason !== null && { reason: entry.reason }),
    ...(entry.detail !== null && { detail: entry.detail }),
  };
}

/** Maps the settings in a request body to their names in the domain. */
export const settingsOf = (body: schemas.RetailerSettings): Partial<SettingValues> =>
  Object.fromEntries(
    settingNames
      .map((name) => [name, body[wireSettingName(name)]])
      .filter(([, value]) => value !== undefined),
  );
