/** Phone numbers for text messages: which order has which, and which want none. */
import type { OrderPhoneRow, OrderRow, RetailerRow, UserRow, Writer } from '../../storage/store.ts';
import { keyedHash } from '../access/secrets.ts';
import type { Context } from '../context.ts';

/** How to reach the customer about an order, as the request that creates it says. */
export interface Contact {
  phoneNumber?: string;
  smsOptIn?: boolean;
}

type Needs = Pick<Context, 'hashKey' | 'notifications'>;
export type ReadNumber = (text: string) => string | undefined;

/**
 * Loads what parses numbers; a transaction must not wait for it. A number without a country is read as one of the
 * country of the retailer's own number.
 * @returns a function that returns a number in E.164, or undefined if it is none
 */
export async function numberReader(own?: string): Promise<ReadNumber> {
  const { parsePhoneNumberFromString: parse } = await import('libphonenumber-js/min');
  const country = own === undefined ? undefined : parse(own)?.country;
  return (text) => {
    const number = parse(text, country);
    return number?.isValid() ? number.number : undefined;
  };
}

/** A keyed hash, which finds the orders of a number without storing it in the clear. */
export const numberHash = ({ hashKey }: Needs, retailerId: number, number: string): string =>
  keyedHash(hashKey, `${retailerId}:${number}`);

/** A sealed number opens only for its own retailer. */
const ownerOf = (retailerId: number) => `order phone ${retailerId}`;

export const openNumber = ({ notifications }: Needs, { retailerId, number }: OrderPhoneRow): string =>
  notifications.box!.open(number, ownerOf(retailerId));

/** Loads what `storePhone` needs; undefined if the retailer sends no text messages. */
export async function phoneStorage(
  { store, notifications }: Pick<Context, 'store' | 'notifications'>,
  retailer: RetailerRow,
): Promise<ReadNumber | undefined> {
  if (retailer.smsNotifications === 'off' || !notifications.box) return undefined;
  const sender = await store.read.textMessages.sender(retailer.id);
  return sender && numberReader(sender.number);
}

/**
 * Keeps the number of a new order's customer, if they agreed to text messages. As in Connect, a last-mile order agrees
 * unless it says otherwise, and any other does not.
 */
export async function storePhone(
  context: Needs,
  tx: Writer,
  order: OrderRow,
  user: UserRow,
  contact: Contact & { read: ReadNumber },
): Promise<void> {
  const isWanted = contact.smsOptIn ?? order.fulfillmentType === 'last_mile_delivery';
  const number = isWanted && contact.read(contact.phoneNumber ?? user.phoneNumber ?? '');
  if (!number) return;
  const { retailerId, id: orderId } = order;
  await tx.textMessages.insertPhone({
    retailerId,
    orderId,
    number: context.notifications.box!.seal(number, ownerOf(retailerId)),
    numberHash: numberHash(context, retailerId, number),
  });
  await tx.orders.setUserReachable(retailerId, orderId);
  order.userReachable = 1;
}
