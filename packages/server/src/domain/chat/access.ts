/** Which conversations a caller reaches. Connect: the error tables of the chat operations. */
import type { OrderRow } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { Refusal } from '../errors.ts';

/**
 * Another user's order is as unknown as one that does not exist. A client token must learn the user from
 * the order, which works for orders of Fulfillment v3 only.
 * @throws Refusal
 */
export function withinReach(order: OrderRow | undefined, caller: Caller): OrderRow {
  if (!order || (caller.userId !== null && caller.userId !== order.userId)) {
    throw new Refusal('resource_not_found');
  }
  if (caller.userId === null && order.fulfillmentVersion < 3) throw new Refusal('user_id_not_found');
  return order;
}
