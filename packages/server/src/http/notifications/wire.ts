import { eventId, type NotificationLanguage, type schemas, wireTime } from '@aislechat/contract';
import type { Context } from '../../domain/context.ts';
import type { Sent } from '../../domain/notifications/notifications.ts';
import type { Subscription } from '../../domain/notifications/subscriptions.ts';
import type { PhoneMessage } from '../../domain/sandbox/phones.ts';
import type { NotificationRow, SmsSenderRow } from '../../storage/store.ts';

export const wireSubscription = ({ row, endpoint }: Subscription): schemas.PushSubscription => ({
  id: row.id,
  push_service: new URL(endpoint).origin,
  ...(row.orderId !== null && { order_id: row.orderId }),
  language: row.language as NotificationLanguage,
  created_at: wireTime(row.createdAt),
});

export const wireNotification = (row: NotificationRow): schemas.Notification => ({
  id: eventId(row.orderId, row.seq),
  order_id: row.orderId,
  recipient: row.recipient,
  kind: row.kind,
  seq: row.seq,
  last_seq: row.lastSeq,
  events: row.events,
  at: wireTime(row.at),
  state: row.state,
  ...(row.channel !== null && { channel: row.channel }),
  ...(row.reason !== null && { reason: row.reason }),
  attempts: row.attempts,
  ...(row.dueAt !== null && { next_attempt_at: wireTime(row.dueAt) }),
  ...(row.finishedAt !== null && { finished_at: wireTime(row.finishedAt) }),
});

export const wireSent = ({ channel, result }: Sent) => ({
  channel,
  sent: result.isTaken,
  ...(!result.isTaken && { reason: result.reason }),
});

export const wireSender = ({ notifications }: Context, row: SmsSenderRow): schemas.SmsSender => ({
  adapter: row.adapter,
  number: row.number,
  ...(row.account !== null && { account: row.account }),
  ...(row.url !== null && { url: row.url }),
  ...(row.adapter !== 'fake' && {
    incoming_url: `${notifications.baseUrl()}/v1/sms/${row.retailerId}${row.adapter === 'twilio' ? '/twilio' : ''}`,
  }),
  created_at: wireTime(row.createdAt),
});

export const wirePhoneMessage = ({ id, at, direction, text }: PhoneMessage) => ({
  id,
  at: wireTime(at),
  direction,
  text,
});
