/** Marks messages as read. Connect: "Mark messages as read"; Connect has no counterpart for the shopper. */
import type { OrderReference, OrderRow, Party, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { OrderChange } from '../orders/change.ts';
import { lockAsShopper, reachedByChat } from '../orders/reach.ts';
import { isExpired } from '../orders/states.ts';

/** Returns how many of the shoppers' messages this newly marks as read. @throws Refusal */
export function markReadByCustomer(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<number> {
  return context.store.write(async (tx) => {
    const order = reachedByChat(await tx.orders.lock(caller.retailer.id, reference), caller);
    return markRead(context, caller, tx, order, 'driver');
  });
}

/** Returns how many of the customer's messages this newly marks as read. @throws Refusal */
export function markReadByShopper(
  context: Context,
  caller: Caller,
  shopperId: number | undefined,
  reference: OrderReference,
): Promise<number> {
  return context.store.write(async (tx) => {
    const order = await lockAsShopper(tx, caller, shopperId, reference);
    return markRead(context, caller, tx, order, 'user');
  });
}

async function markRead(
  context: Context,
  caller: Caller,
  tx: Writer,
  order: OrderRow,
  sender: Party,
): Promise<number> {
  const now = retailerNow(context.clock, caller.retailer);
  if (isExpired(order, now)) return 0;
  const change = new OrderChange(tx, order, now);
  const count = await tx.messages.markRead(order.retailerId, order.id, sender, change.at);
  if (count > 0) {
    if (sender === 'user') change.order.unreadByShopper = 0;
    else change.order.unreadByUser = 0;
    await change.record('messages_read', { sender_type: sender, count, up_to: order.seq });
    await change.saveLog();
  }
  return count;
}
