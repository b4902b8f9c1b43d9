import { noteShopperActivity } from '../people/activity.ts';
import type { OrderChange } from './change.ts';
import { forgetLocation } from './location.ts';

/** Assigns an order under change to a shopper; returns false if that shopper already has it. */
export async function assign(change: OrderChange, shopperId: number): Promise<boolean> {
  const { order, tx } = change;
  if (order.currentShopperId === shopperId) return false;
  await forgetLocation(change);
  const seq = await change.record('shopper_assigned', { shopper_id: shopperId });
  await tx.assignments.insert({
    retailerId: order.retailerId,
    orderId: order.id,
    seq,
    shopperId,
    assignedAt: change.at,
  });
  order.currentShopperId = shopperId;
  await tx.orders.findShopperReachable(order.retailerId, order.id, shopperId);
  await noteShopperActivity(tx, { retailerId: order.retailerId, id: shopperId }, change.at);
  return true;
}
