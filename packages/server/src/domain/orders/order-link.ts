/** The link that the customer of an order gets, and its renewal and revocation by the retailer's systems. */
import type { OrderReference, OrderRow, RetailerRow } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';
import { OrderChange } from './change.ts';
import { isExpired } from './states.ts';

/**
 * The address that the customer of an order gets, in the answers of the API, in messages to their phone and on paper.
 * Null if the retailer has no hosted pages, or once the link was revoked or has expired.
 */
export function customerLinkOf(
  { orderLinks, clock }: Pick<Context, 'orderLinks' | 'clock'>,
  retailer: RetailerRow,
  order: Pick<OrderRow, 'retailerId' | 'id' | 'linkNumber' | 'linkRevokedAt' | 'expiresAt'>,
): string | null {
  if (!retailer.hostedPage || order.linkRevokedAt !== null) return null;
  if (isExpired(order, retailerNow(clock, retailer))) return null;
  return orderLinks.addressOf({ retailerId: order.retailerId, orderId: order.id, number: order.linkNumber });
}

/** Ends all earlier links of the order and makes a new one. @throws Refusal */
export async function renewLink(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<string | null> {
  const order = await changeLink(context, caller, reference, false);
  return customerLinkOf(context, caller.retailer, order);
}

/** Ends all links of the order. @throws Refusal */
export async function revokeLink(context: Context, caller: Caller, reference: OrderReference): Promise<void> {
  await changeLink(context, caller, reference, true);
}

function changeLink(
  { store, clock }: Context,
  caller: Caller,
  reference: OrderReference,
  isRevoked: boolean,
): Promise<OrderRow> {
  const { retailer } = caller;
  return store.write(async (tx) => {
    const order = await tx.orders.lock(retailer.id, reference);
    if (!order) throw new Refusal('resource_not_found');
    const change = new OrderChange(tx, order, retailerNow(clock, retailer));
    // A link that reached the wrong person is ended even if the log is full.
    change.isEnd = true;
    change.order.linkNumber += 1;
    change.order.linkRevokedAt = isRevoked ? change.at : null;
    change.order.linkDevices = '';
    await tx.orders.setLink(change.order);
    await tx.linkCodes.delete(retailer.id, order.id);
    // Devices of whoever had the link; the customer's own subscribe again at their next visit.
    await tx.pushSubscriptions.deleteOf(retailer.id, { orderId: order.id });
    // An event, so that every process ends the streams of the former link.
    await change.record('link_changed', {});
    await change.saveLog();
    const detail = { link: isRevoked ? 'revoked' : 'renewed' };
    const subject = { type: 'order', id: order.id } as const;
    await audit(tx, caller, change.at, { action: 'link_change', subject, detail });
    return change.order;
  });
}
