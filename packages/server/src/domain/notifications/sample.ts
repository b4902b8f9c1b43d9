/** Sends a test notification at once, without storing it, to check that a person can be reached. */
import type { OrderReference, ShopperReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Sent } from './notifications.ts';
import { sendToAll } from './send.ts';

/** It has no messages. */
const sample = { kind: 'message', seq: 1, lastSeq: 0 } as const;

/** @throws Refusal resource_not_found */
export async function testShopper(
  context: Context,
  { retailer }: Caller,
  reference: ShopperReference,
): Promise<Sent[]> {
  const shopper = await context.store.read.shoppers.findByReference(retailer.id, reference);
  if (!shopper) throw new Refusal('resource_not_found');
  // Belongs to no order.
  const order = {
    ...{ retailerId: retailer.id, id: 0, externalId: '', currentShopperId: shopper.id },
    ...{ linkNumber: 0, linkRevokedAt: null, expiresAt: null },
  };
  return sendToAll(context, retailer, order, { ...sample, recipient: 'driver' });
}

/** Says why there was no text message, although the retailer sends them. @throws Refusal resource_not_found */
export async function testCustomer(
  context: Context,
  { retailer }: Caller,
  reference: OrderReference,
): Promise<Sent[]> {
  const order = await context.store.read.orders.find(retailer.id, reference);
  if (!order) throw new Refusal('resource_not_found');
  const sent = await sendToAll(context, retailer, order, { ...sample, recipient: 'user' });
  const isReached = sent.some(({ result }) => result.isTaken);
  if (isReached || retailer.smsNotifications === 'off') return sent;
  const { textMessages } = context.store.read;
  const hasSender = (await textMessages.sender(retailer.id)) !== undefined;
  if (!hasSender || (await textMessages.phone(retailer.id, order.id))) return sent;
  return [...sent, { channel: 'sms', result: { isTaken: false, reason: 'no_number', isTemporary: false } }];
}
