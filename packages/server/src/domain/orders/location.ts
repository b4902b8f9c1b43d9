/**
 * The shopper's location during a delivery. It belongs to the shopper, not to the order: it is kept only while that
 * shopper is delivering the order, each position overwrites the last, and no log records it.
 */
import type { Coordinates, OrderDetails, OrderReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import type { OrderChange } from './change.ts';
import { assertSeesShopper, reachOrder } from './reach.ts';

/** @throws Refusal @throws InvalidParameters unless the order is being delivered */
export function setLocation(
  { store, clock }: Context,
  caller: Caller,
  reference: OrderReference,
  location: Coordinates,
): Promise<void> {
  const retailerId = caller.retailer.id;
  return store.write(async (tx) => {
    const order = await tx.orders.lock(retailerId, reference);
    if (!order) throw new Refusal('resource_not_found');
    // The retailer hides it from everyone, so it is not stored.
    assertSeesShopper(caller);
    if (order.workflowState !== 'delivering') {
      throw new InvalidParameters({ key: 'workflow_state', problem: 'invalid' });
    }
    const details = await tx.orders.details(retailerId, order.id);
    await tx.orders.setDetails(retailerId, order.id, {
      ...details,
      location: { ...location, at: retailerNow(clock, caller.retailer) },
    });
  });
}

/** Undefined unless the order is being delivered and a position was sent. @throws Refusal */
export async function locationOf(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<OrderDetails['location']> {
  const order = await reachOrder(context, caller, reference);
  if (order.workflowState !== 'delivering') return undefined;
  return (await context.store.read.orders.details(order.retailerId, order.id)).location;
}

/** Called before the order changes shopper or state, or is erased. */
export async function forgetLocation({ tx, order }: OrderChange): Promise<void> {
  if (order.workflowState !== 'delivering') return;
  const { location, ...details } = await tx.orders.details(order.retailerId, order.id);
  if (location) await tx.orders.setDetails(order.retailerId, order.id, details);
}
