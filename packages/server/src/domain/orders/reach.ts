/**
 * Which orders a caller may read, write to, follow or hand over. An order out of reach is refused like one that
 * does not exist.
 */
import type { LocatedOrder, OrderReference, OrderRow, Writer } from '../../storage/store.ts';
import { type Caller, isCustomer } from '../access/access.ts';
import { stateOfLink } from '../access/order-links.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';

/**
 * For Connect's chat routes. A client's token takes the user from the order, which works only for orders of
 * Fulfillment v3. Connect: the error tables of the chat operations.
 * @throws Refusal resource_not_found, user_id_not_found
 */
export function reachedByChat<Order extends LocatedOrder>(order: Order | undefined, caller: Caller): Order {
  if (!order || (isCustomer(caller) && !reaches(caller, order))) throw new Refusal('resource_not_found');
  if (!isCustomer(caller) && order.fulfillmentVersion < 3) throw new Refusal('user_id_not_found');
  return order;
}

/**
 * For all other routes: a customer reaches their own orders, a shopper the orders they have now, and a client its
 * retailer's orders.
 * @throws Refusal resource_not_found
 */
export function reached(order: OrderRow | undefined, caller: Caller): OrderRow {
  if (!order || !reaches(caller, order)) throw new Refusal('resource_not_found');
  return order;
}

export function reaches(caller: Caller, { id, userId, currentShopperId }: LocatedOrder): boolean {
  if (caller.onlyOrderId !== undefined && caller.onlyOrderId !== id) return false;
  if (caller.kind === 'user') return caller.userId === userId;
  if (caller.kind === 'link') return caller.orderId === id;
  if (caller.kind === 'shopper') return caller.shopperId === currentShopperId;
  return true;
}

/** Whether the caller may know who the shopper is: a shopper always may, others unless the retailer hides it. */
export const seesShopper = ({ retailer, kind }: Caller): boolean =>
  !retailer.shopperInformationRemoval || kind === 'shopper';

/** @throws Refusal shopper_pii */
export function assertSeesShopper(caller: Caller): void {
  if (!seesShopper(caller)) throw new Refusal('shopper_pii');
}

/** Why a reader following an order must stop, if so. */
export function lostReach(
  order: OrderRow,
  caller: Caller,
): 'order_out_of_reach' | 'shopper_pii' | 'token_revoked' | undefined {
  if (caller.kind === 'link') {
    const use = { number: caller.linkNumber, device: caller.device };
    if (stateOfLink(caller.retailer, order, use) !== 'open') return 'token_revoked';
  }
  if (caller.kind === 'shopper' && !reaches(caller, order)) return 'order_out_of_reach';
  return seesShopper(caller) ? undefined : 'shopper_pii';
}

/** Finds an order for a route that shows who the shopper is. @throws Refusal resource_not_found, shopper_pii */
export async function reachOrder(
  { store }: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<OrderRow> {
  const order = reached(await store.read.orders.find(caller.retailer.id, reference), caller);
  assertSeesShopper(caller);
  return order;
}

/** Locks an order for one of its shoppers; see `reachedAsShopper`. */
export const lockAsShopper = async (
  tx: Writer,
  caller: Caller,
  shopperId: number | undefined,
  reference: OrderReference,
) => reachedAsShopper(tx, caller, shopperId, await tx.orders.lock(caller.retailer.id, reference));

/**
 * A shopper who never had the order cannot reach it; nor can a former shopper who uses a token of their own.
 * @param order it must be locked
 * @throws Refusal sending_not_allowed for a former shopper, resource_not_found for any other
 */
export async function reachedAsShopper(
  tx: Writer,
  caller: Caller,
  shopperId: number | undefined,
  order: OrderRow | undefined,
): Promise<OrderRow & { currentShopperId: number }> {
  const retailerId = caller.retailer.id;
  if (caller.kind === 'shopper') {
    return { ...reached(order, caller), currentShopperId: caller.shopperId };
  }
  if (!order || shopperId === undefined || !(await tx.assignments.everHad(retailerId, order.id, shopperId))) {
    throw new Refusal('resource_not_found');
  }
  if (order.currentShopperId !== shopperId) throw new Refusal('sending_not_allowed');
  return { ...order, currentShopperId: shopperId };
}
