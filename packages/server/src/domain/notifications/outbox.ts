/**
 * The outbox of notifications: attempts, their outcomes and what follows. For each order and side one notification at a
 * time is due, so they arrive in order.
 */
import { limits } from '@aislechat/contract';
import type {
  NotificationFilter,
  NotificationKey,
  NotificationOutcome,
  NotificationPosition,
  NotificationRow,
  OrderReference,
  RetailerRow,
  Store,
  Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { nextTry } from '../callbacks/schedule.ts';
import { type Clock, retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { forEachRetailer, retailersOf, turn } from '../each-retailer.ts';
import { Refusal } from '../errors.ts';
import { type Page, type PageOf, readPage } from '../page.ts';
import type { Needs } from './content.ts';
import { decide } from './decide.ts';
import type { Sent } from './notifications.ts';
import { sendToAll } from './send.ts';

const rowsPerTransaction = 1000;

/** What an attempt came to; without a state, it is tried again. */
export type Attempted =
  | NotificationOutcome
  | { state?: undefined; reason: string; retryAfterMs?: number | undefined };

/** Sends a claimed notification, unless there is a reason not to. */
export async function attemptNotification(
  context: Needs,
  retailer: RetailerRow,
  notification: NotificationRow,
): Promise<Attempted> {
  const decision = await decide(context, retailer, notification);
  if (!decision.send) return { state: decision.state, channel: null, reason: decision.reason };
  return outcomeOf(await sendToAll(context, retailer, decision.send, notification));
}

/** One device or number is enough. */
function outcomeOf(sent: Sent[]): Attempted {
  const taken = sent.find(({ result }) => result.isTaken);
  if (taken?.result.isTaken) {
    return { state: 'sent', channel: taken.channel, reason: null, providerId: taken.result.providerId };
  }
  const refused = sent.flatMap(({ channel, result }) => (result.isTaken ? [] : [{ channel, ...result }]));
  const temporary = refused.find(({ isTemporary }) => isTemporary);
  if (temporary) return { reason: temporary.reason, retryAfterMs: temporary.retryAfterMs };
  const last = refused.at(-1);
  if (!last) return { state: 'dropped', channel: null, reason: 'no_channel' };
  if (last.isUnwanted) return { state: 'dropped', channel: last.channel, reason: last.reason };
  return { state: 'dead', channel: last.channel, reason: last.reason };
}

/**
 * Records the outcome of an attempt and schedules what follows.
 * @param notification as claimed; if another process has claimed it since, nothing changes
 * @param random from 0 to 1
 */
export async function settleNotification(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  retailer: RetailerRow,
  notification: NotificationRow,
  attempted: Attempted,
  random: number,
): Promise<void> {
  await store.write(async (tx) => {
    const now = retailerNow(clock, retailer);
    const claimant = notification.claimedBy!;
    if (attempted.state === undefined) {
      const { failures, giveUpAt } = notification;
      const again = nextTry(
        { failures: failures + 1, failedAt: now, giveUpAt, retryAfterMs: attempted.retryAfterMs },
        random,
      );
      if (again !== undefined) {
        await tx.notifications.postpone(notification, claimant, again, attempted.reason);
        return;
      }
    }
    const outcome =
      attempted.state === undefined
        ? ({ state: 'dead', channel: null, reason: attempted.reason } as const)
        : attempted;
    await tx.orders.lock(retailer.id, { id: notification.orderId });
    if (!(await tx.notifications.finish(notification, claimant, outcome, now))) return;
    await promote(tx, retailer, notification, outcome.state === 'sent', now);
  });
}

/** Makes the next notification due. The order is locked. */
async function promote(
  tx: Writer,
  retailer: RetailerRow,
  { orderId, recipient, kind }: NotificationRow,
  hasWoken: boolean,
  now: number,
): Promise<void> {
  const next = await tx.notifications.next(retailer.id, orderId, recipient);
  if (!next) return;
  const isQuiet = hasWoken && kind === 'message' && next.kind === 'message';
  const soonest = isQuiet ? now + limits.notificationQuietMs : now;
  await tx.notifications.setDue(next, Math.max(soonest, next.at + Number(retailer.notificationGrace) * 1000));
}

/** Newest first. @throws Refusal when `reference` names no order */
export async function listNotifications(
  { store }: Context,
  { retailer }: Caller,
  reference: OrderReference | undefined,
  filter: Omit<NotificationFilter, 'orderId'>,
  page: Page<NotificationPosition>,
): Promise<PageOf<NotificationRow, NotificationPosition>> {
  const order = reference && (await store.read.orders.find(retailer.id, reference));
  if (reference && !order) throw new Refusal('resource_not_found');
  const all = order ? { ...filter, orderId: order.id } : filter;
  return readPage(page, (after, limit) => store.read.notifications.list(retailer.id, all, after, limit));
}

/** Sends a finished notification again, if it is still needed. @throws Refusal */
export function replayNotification(
  { store, clock }: Context,
  { retailer }: Caller,
  key: NotificationKey,
): Promise<NotificationRow> {
  return store.write(async (tx) => {
    const now = retailerNow(clock, retailer);
    await tx.orders.lock(key.retailerId, { id: key.orderId });
    const found = await tx.notifications.find(key);
    if (!found) throw new Refusal('resource_not_found');
    await tx.notifications.revive(key, now + limits.notificationRetryMs);
    const next = await tx.notifications.next(key.retailerId, key.orderId, found.recipient);
    if (next) await tx.notifications.setDue(next, now);
    return (await tx.notifications.find(key))!;
  });
}

/** Deletes old notifications, and notes of old incoming text messages. @param only these retailers; omit for all @param failed called with each error */
export async function tidyNotifications(
  store: Store,
  clock: Clock,
  failed: (error: unknown) => void,
  only?: ReadonlySet<number>,
): Promise<void> {
  const tidyOf = async (retailer: RetailerRow) => {
    const before = retailerNow(clock, retailer) - limits.notificationHistoryMs;
    const deleteSlice = () =>
      store.write((tx) => tx.notifications.deleteOld(retailer.id, before, rowsPerTransaction));
    while ((await deleteSlice()) >= rowsPerTransaction) await turn();
    const receivedBefore = retailerNow(clock, retailer) - limits.smsReceivedMs;
    const deleteReceived = () =>
      store.write((tx) => tx.textMessages.deleteReceived(retailer.id, receivedBefore, rowsPerTransaction));
    while ((await deleteReceived()) >= rowsPerTransaction) await turn();
  };
  await forEachRetailer(store, await retailersOf(store, only), tidyOf, failed);
}
