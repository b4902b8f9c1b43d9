/** What an operator administers, from the domain's values to the contract's shapes. */
import { type ApplicationScope, type AuditSubject, type schemas, wireTime } from '@aislechat/contract';
import type { Static } from 'typebox';
import type { Caller } from '../../domain/access/access.ts';
import type { Waiting } from '../../domain/operate/waiting.ts';
import type { NewApplication, RetailerSettings } from '../../domain/retailers/retailers.ts';
import type {
  ApplicationRow,
  AuditEntryOfList,
  ErasureReceiptOfList,
  RetailerRow,
} from '../../storage/store.ts';
import { percentile, type SendReading } from './send-figures.ts';

export const wireRetailer = (retailer: RetailerRow): schemas.Retailer => ({
  retailer_id: retailer.id,
  name: retailer.name,
  timezone: retailer.timezone,
  shopper_information_removal: retailer.shopperInformationRemoval,
  chat_enabled: retailer.chatEnabled,
  chat_opens_at: retailer.chatOpensAt,
  last_mile_chat: retailer.lastMileChat,
  absent_shopper: retailer.absentShopper,
  privacy_masks: retailer.privacyMasks,
  signed_assertions: retailer.signedAssertions,
  chat_callbacks: retailer.chatCallbacks,
  quick_replies: [...retailer.quickReplies],
});

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
  receipt: ErasureReceiptOfList,
): Static<typeof schemas.ErasureReceipts>['receipts'][number] => ({
  id: receipt.orderId,
  order_id: receipt.externalId,
  erased_at: wireTime(receipt.erasedAt),
  reason: receipt.reason,
  messages: receipt.messages,
  images: receipt.images,
  ...(receipt.verifiedAt !== null && { verified_at: wireTime(receipt.verifiedAt) }),
});

export function wireFigures(waiting: Waiting, sends: SendReading, streams: number): schemas.Figures {
  const { now, callbacks, erasures } = waiting;
  const { perSecond, times } = sends;
  const time = (share: number) => Math.round(percentile(times, share) * 100) / 100;
  return {
    at: wireTime(now),
    sends: {
      per_second: perSecond,
      ...(times.length > 0 && { latency_ms: { p50: time(0.5), p95: time(0.95), p99: time(0.99) } }),
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

const settingNames: Record<keyof Static<typeof schemas.RetailerSettings>, keyof RetailerSettings> = {
  name: 'name',
  timezone: 'timezone',
  shopper_information_removal: 'shopperInformationRemoval',
  chat_enabled: 'chatEnabled',
  chat_opens_at: 'chatOpensAt',
  last_mile_chat: 'lastMileChat',
  absent_shopper: 'absentShopper',
  privacy_masks: 'privacyMasks',
  signed_assertions: 'signedAssertions',
  chat_callbacks: 'chatCallbacks',
  quick_replies: 'quickReplies',
};

/** The settings that a body gives, by their names in the domain. */
export function settingsOf(body: Static<typeof schemas.RetailerSettings>): Partial<RetailerSettings> {
  const known = Object.entries(settingNames) as [keyof typeof settingNames, keyof RetailerSettings][];
  return Object.fromEntries(
    known.filter(([wire]) => body[wire] !== undefined).map(([wire, name]) => [name, body[wire]]),
  );
}
