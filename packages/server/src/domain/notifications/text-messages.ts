/** Sends a customer a text message (SMS), and deletes the copies of what was written at its provider. */
import { limits, notificationLanguage } from '@aislechat/contract';
import type { ErasureReceiptRow, RetailerRow } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { type Needs, type NotifiedOrder, type Sending, shopperName, shortened, textsOf } from './content.ts';
import { orderLink } from './links.ts';
import type { ChannelResult } from './notifications.ts';
import { openNumber } from './phones.ts';
import { openSender } from './senders.ts';
import { textOf } from './texts.ts';

const hourMs = 60 * 60_000;

/** @returns undefined if the customer has no number, or the retailer sends no text messages */
export async function textToCustomer(
  context: Needs,
  retailer: RetailerRow,
  order: NotifiedOrder,
  sending: Sending,
): Promise<ChannelResult | undefined> {
  const { store, clock, notifications } = context;
  if (retailer.smsNotifications === 'off' || !notifications.box) return undefined;
  const { read } = store;
  const phone = await read.textMessages.phone(retailer.id, order.id);
  const sender = phone && (await openSender(context, retailer.id));
  const provider = sender && notifications.sms[sender.adapter];
  if (!phone || !provider) return undefined;
  if (await read.textMessages.hasStopped(retailer.id, phone.numberHash)) return unwanted('opted_out');
  const since = retailerNow(clock, retailer) - hourMs;
  if (
    (await read.notifications.countSent(retailer.id, order.id, 'sms', since)) >= limits.smsPerOrderAndHour
  ) {
    return unwanted('hourly_limit');
  }
  const { text, isWritten } = await smsTextOf(context, retailer, order, sending);
  const result = await provider.send(sender, {
    id: `${retailer.id}-${order.id}-${sending.seq}`,
    to: openNumber(context, phone),
    text,
  });
  if (result.isTaken && isWritten && result.providerId !== undefined) {
    await noteCopy(context, order, result.providerId);
  }
  return result;
}

const unwanted = (reason: string): ChannelResult => ({
  isTaken: false,
  reason,
  isTemporary: false,
  isUnwanted: true,
});

/** @returns the text, and whether it has what somebody wrote */
async function smsTextOf(
  context: Needs,
  retailer: RetailerRow,
  order: NotifiedOrder,
  sending: Sending,
): Promise<{ text: string; isWritten: boolean }> {
  const { read } = context.store;
  const { locale } = await read.orders.details(retailer.id, order.id);
  const userId = (await read.orders.find(retailer.id, { id: order.id }))?.userId ?? 0;
  const user = await read.users.findUnerased(retailer.id, { id: userId });
  const language = notificationLanguage(locale, user?.locale);
  const link = orderLink(context, retailer, order, 'user');
  const { kind } = sending;
  const isFull = kind === 'message' && retailer.smsNotifications === 'full' && sending.lastSeq > 0;
  const written = isFull ? (await textsOf(context, order, sending)).join('\n') : '';
  const isWritten = written !== '';
  const name = kind !== 'message' ? kind : isWritten ? 'message_sms_full' : 'message_sms';
  const values = {
    order: order.externalId,
    retailer: retailer.name,
    shopper: await shopperName(context, order),
    link,
    text: written,
  };
  const text = textOf(name, language, retailer.notificationTexts, values);
  const withLink = link === null || text.includes(link) ? text : `${text} ${link}`;
  return { text: shortened(withLink, limits.smsCharacters), isWritten };
}

/** Remembers a copy, so that the erasure of the chat deletes it. */
async function noteCopy(context: Needs, { retailerId, id: orderId }: NotifiedOrder, providerId: string) {
  const copy = { retailerId, orderId, providerId };
  const isErased = await context.store.write(async (tx) => {
    const order = await tx.orders.lock(retailerId, { id: orderId });
    if (!order || order.erasedAt !== null) return true;
    await tx.textMessages.insertCopy(copy);
    return false;
  });
  // Its chat was erased while it was being sent.
  if (isErased) await deleteCopy(context, copy);
}

async function deleteCopy(
  context: Pick<Context, 'store' | 'notifications'>,
  { retailerId, providerId }: { retailerId: number; providerId: string },
): Promise<boolean> {
  const sender = await openSender(context, retailerId);
  const provider = sender && context.notifications.sms[sender.adapter];
  return provider === undefined ? false : provider.deleteCopy(sender!, providerId);
}

/** Deletes the copies of an erased chat. @returns whether none is left */
export async function deleteErasedCopies(
  context: Pick<Context, 'store' | 'notifications'>,
  { retailerId, orderId }: Pick<ErasureReceiptRow, 'retailerId' | 'orderId'>,
): Promise<boolean> {
  const { store } = context;
  let areGone = true;
  for (const copy of await store.read.textMessages.erasedCopies(retailerId, orderId)) {
    if (await deleteCopy(context, copy)) await store.write((tx) => tx.textMessages.deleteCopy(copy));
    else areGone = false;
  }
  return areGone;
}
