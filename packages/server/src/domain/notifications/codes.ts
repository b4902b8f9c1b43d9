/** Codes by text message, with which a customer shows that a device is theirs. */
import { notificationLanguage } from '@aislechat/contract';
import type { OrderRow, RetailerRow } from '../../storage/store.ts';
import type { Context } from '../context.ts';
import type { ChannelResult, SmsProvider, SmsSender } from './notifications.ts';
import { openNumber } from './phones.ts';
import { openSender } from './senders.ts';
import { codeIn, filled } from './texts.ts';

export interface ReachablePhone {
  number: string;
  sender: SmsSender;
  provider: SmsProvider;
}

/** All that is shown of a number to somebody who may not be the customer. */
export const endOf = ({ number }: ReachablePhone): string => number.slice(-2);

/** @returns undefined if no text message reaches the customer of the order */
export async function phoneForCodes(
  context: Context,
  retailer: RetailerRow,
  orderId: number,
): Promise<ReachablePhone | undefined> {
  const { store, notifications } = context;
  if (retailer.smsNotifications === 'off' || !notifications.box) return undefined;
  const phone = await store.read.textMessages.phone(retailer.id, orderId);
  if (!phone || (await store.read.textMessages.hasStopped(retailer.id, phone.numberHash))) return undefined;
  const sender = await openSender(context, retailer.id);
  const provider = sender && notifications.sms[sender.adapter];
  return provider && { number: openNumber(context, phone), sender: sender!, provider };
}

/** @param id ours, a different one for each code */
export async function sendCode(
  context: Context,
  retailer: RetailerRow,
  order: OrderRow,
  { phone, code, id }: { phone: ReachablePhone; code: string; id: string },
): Promise<ChannelResult> {
  const { read } = context.store;
  const { locale } = await read.orders.details(retailer.id, order.id);
  const user = await read.users.findUnerased(retailer.id, { id: order.userId });
  const text = filled(codeIn[notificationLanguage(locale, user?.locale)], { code, retailer: retailer.name });
  const base = context.notifications.baseUrl();
  // The last line lets a phone fill in the code on our page and on no other (WICG, "Origin-bound one-time codes").
  const bound = base === undefined ? '' : `\n\n@${new URL(base).hostname} #${code}`;
  return phone.provider.send(phone.sender, { id, to: phone.number, text: text + bound });
}
