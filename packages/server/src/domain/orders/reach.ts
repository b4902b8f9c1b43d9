/** Which orders the sides of a conversation reach on the native routes. */
import type { OrderReference, OrderRow } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';

/**
 * A customer reaches their own orders, a shopper those they have now, a client those of its retailer.
 * Whatever else there is, is as unknown as what does not exist. @throws Refusal
 */
export function reachable(order: OrderRow | undefined, caller: Caller): OrderRow {
  const { userId, shopperId, onlyOrderId } = caller;
  const isTheirs =
    (userId === null || order?.userId === userId) &&
    (shopperId === null || order?.currentShopperId === shopperId) &&
    (onlyOrderId === undefined || order?.id === onlyOrderId);
  if (!order || !isTheirs) throw new Refusal('resource_not_found');
  return order;
}

/** The same, for what tells of the shopper: only shoppers see that where the retailer removes it. @throws Refusal */
export async function reachOrder(
  { store }: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<OrderRow> {
  const order = reachable(await store.read.orders.find(caller.retailer.id, reference), caller);
  if (caller.retailer.shopperInformationRemoval && caller.shopperId === null)
    throw new Refusal('shopper_pii');
  return order;
}
