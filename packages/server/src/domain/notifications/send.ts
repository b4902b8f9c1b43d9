/** Sends a notification to all devices of a person, or else to the customer's phone. */
import { createHash } from 'node:crypto';
import { limits, type NotificationLanguage } from '@aislechat/contract';
import type { PushSubscriptionRow, RetailerRow } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import { type Needs, type NotifiedOrder, type Sending, shopperName, shortened, textsOf } from './content.ts';
import { orderLink } from './links.ts';
import type { ChannelResult, PushMessage, Sent } from './notifications.ts';
import { targetOf } from './subscriptions.ts';
import { textToCustomer } from './text-messages.ts';
import { textOf } from './texts.ts';

/** The device subscribes anew at its next visit. */
const lost: ChannelResult = { isTaken: false, reason: 'key_lost', isTemporary: false, isGone: true };

/** How much of a message a push notification shows. */
const firstLineCharacters = 140;

/** @returns one result for each device and the number; none if there is no way to reach the person */
export async function sendToAll(
  context: Needs,
  retailer: RetailerRow,
  order: NotifiedOrder,
  sending: Sending,
): Promise<Sent[]> {
  const pushed = await pushToAll(context, retailer, order, sending);
  // A text message costs money, so it is for those whom push does not reach.
  if (sending.recipient === 'driver' || pushed.some(({ result }) => result.isTaken)) return pushed;
  const result = await textToCustomer(context, retailer, order, sending);
  return result ? [...pushed, { channel: 'sms', result }] : pushed;
}

async function pushToAll(
  context: Needs,
  retailer: RetailerRow,
  order: NotifiedOrder,
  sending: Sending,
): Promise<Sent[]> {
  const { store, notifications } = context;
  const { push, box } = notifications;
  if (!push || !box || !retailer.pushNotifications) return [];
  const of =
    sending.recipient === 'user' ? { orderId: order.id } : { shopperId: order.currentShopperId ?? 0 };
  const devices = await store.read.pushSubscriptions.list(retailer.id, of);
  if (devices.length === 0) return [];
  const messageIn = await pushMessageOf(context, retailer, order, sending);
  return Promise.all(
    devices.map(async (device): Promise<Sent> => {
      const target = targetOf(box, device);
      const result = target ? await push.send(target, messageIn(device)) : lost;
      if (!result.isTaken && result.isGone) {
        await store.write((tx) => tx.pushSubscriptions.delete(retailer.id, device.id));
      }
      return { channel: 'push', result };
    }),
  );
}

/** @returns the message for a device, in its language */
async function pushMessageOf(
  context: Needs,
  retailer: RetailerRow,
  order: NotifiedOrder,
  sending: Sending,
): Promise<(device: PushSubscriptionRow) => PushMessage> {
  const { kind, recipient } = sending;
  const isToShopper = recipient === 'driver';
  const base = context.notifications.baseUrl()!;
  const values = {
    order: order.externalId,
    retailer: retailer.name,
    shopper: isToShopper ? null : await shopperName(context, order),
  };
  const shared: Omit<PushMessage, 'title' | 'language'> = {
    link: orderLink(context, retailer, order, recipient) ?? `${base}/`,
    topic: topicOf(order, sending),
    orderId: order.externalId,
  };
  if (isToShopper) shared.badge = await unreadOfShopper(context, retailer, order);
  if (kind === 'message' && retailer.pushFirstLine && sending.lastSeq > 0) {
    const [last] = await textsOf(context, order, { ...sending, seq: sending.lastSeq });
    const line = last?.trim().split('\n')[0] ?? '';
    if (line !== '') shared.body = shortened(line, firstLineCharacters);
  }
  const name = kind === 'message' && isToShopper ? 'message_to_shopper' : kind;
  return ({ language }) => ({
    ...shared,
    language,
    title: textOf(name, language as NotificationLanguage, retailer.notificationTexts, values),
  });
}

/** At most 32 characters of base64url (RFC 8030, 5.4), which say nothing about the order. */
const topicOf = ({ retailerId, id }: NotifiedOrder, { kind, recipient }: Sending): string =>
  createHash('sha256')
    .update(`${retailerId}:${id}:${recipient}:${kind === 'message' ? 'message' : 'step'}`)
    .digest('base64url')
    .slice(0, 24);

async function unreadOfShopper({ store, clock }: Needs, retailer: RetailerRow, order: NotifiedOrder) {
  const now = retailerNow(clock, retailer);
  const shopperId = order.currentShopperId ?? 0;
  const orders = await store.read.orders.ofShopper(retailer.id, shopperId, now, limits.shopperOrders);
  return orders.reduce((sum, { unreadByShopper }) => sum + unreadByShopper, 0);
}
