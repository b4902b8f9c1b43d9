/**
 * Decides who is notified of an event. The notification is written in the event's transaction, under the event's number,
 * and sent later unless the person has seen the event by then. Messages that follow join a notification that waits, so
 * that many messages wake a phone once.
 */
import { limits, type NotificationKind } from '@aislechat/contract';
import type { NotificationRow, Party, RetailerRow } from '../../storage/store.ts';
import type { OrderChange } from '../orders/change.ts';

/** Steps of an order that follow each other at once are outdated within this time, and only the last is sent. */
const stepGraceMs = 3000;

/** Notifies the reader of message `seq`. The order's unread counts already include it. */
export async function notifyOfMessage(
  change: OrderChange,
  seq: number,
  sender: Party,
  retailer: RetailerRow,
): Promise<void> {
  const { order, at } = change;
  const recipient = sender === 'user' ? 'driver' : 'user';
  const isReachable = recipient === 'user' ? order.userReachable : order.shopperReachable;
  if (isReachable === 0) return;
  const unread = recipient === 'user' ? order.unreadByUser : order.unreadByShopper;
  const latest = await change.tx.notifications.latest(order.retailerId, order.id, recipient);
  const joins = latest?.kind === 'message' && latest.state === 'pending';
  if (joins && (await change.tx.notifications.join(latest, seq))) return;
  const soonest = at + Number(retailer.notificationGrace) * 1000;
  const wasWoken = latest?.kind === 'message' && latest.state === 'sent' && unread > 1;
  const dueAt = wasWoken ? Math.max(soonest, latest.finishedAt! + limits.notificationQuietMs) : soonest;
  await insert(change, { seq, recipient, kind: 'message', dueAt }, latest);
}

/** Notifies the customer of a step of their order, with event `seq`. */
export async function notifyOfStep(
  change: OrderChange,
  seq: number,
  kind: Exclude<NotificationKind, 'message'>,
): Promise<void> {
  const { order, at, tx } = change;
  if (order.userReachable === 0) return;
  const latest = await tx.notifications.latest(order.retailerId, order.id, 'user');
  await insert(change, { seq, recipient: 'user', kind, dueAt: at + stepGraceMs }, latest);
}

async function insert(
  { tx, order: { retailerId, id: orderId }, at }: OrderChange,
  given: Pick<NotificationRow, 'seq' | 'recipient' | 'kind'> & { dueAt: number },
  latest: NotificationRow | undefined,
): Promise<void> {
  // A replayed notification may be pending before a later one that is finished.
  const waits =
    latest !== undefined &&
    (latest.state === 'pending' || (await tx.notifications.hasPending(retailerId, orderId, given.recipient)));
  await tx.notifications.insert({
    ...given,
    dueAt: waits ? null : given.dueAt,
    retailerId,
    orderId,
    lastSeq: given.seq,
    events: 1,
    at,
    state: 'pending',
    channel: null,
    reason: null,
    providerId: null,
    attempts: 0,
    failures: 0,
    giveUpAt: at + limits.notificationRetryMs,
    claimedBy: null,
    finishedAt: null,
  });
}
