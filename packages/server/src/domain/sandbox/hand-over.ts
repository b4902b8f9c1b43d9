import type { OrderReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { nextId } from '../ids.ts';
import { assign } from '../orders/assign.ts';
import { OrderChange } from '../orders/change.ts';
import { reaches } from '../orders/reach.ts';
import { isOver } from '../orders/states.ts';

/** Hands an order that has a shopper to a new one. An order without a shopper is left untouched. */
export function handOver(
  { store, clock }: Context,
  caller: Caller,
  reference: OrderReference,
  displayName: string,
): Promise<void> {
  const { retailer } = caller;
  return store.write(async (tx) => {
    const order = await tx.orders.lock(retailer.id, reference);
    if (!order || order.currentShopperId === null || isOver(order.workflowState)) return;
    if (!reaches(caller, order)) return;
    const change = new OrderChange(tx, order, retailerNow(clock, retailer));
    const id = await nextId(tx, retailer.id);
    await tx.shoppers.insert({
      retailerId: retailer.id,
      id,
      externalId: null,
      displayName,
      avatarUrl: '',
      email: null,
      phone: null,
      activeAt: change.at,
    });
    await assign(change, id);
    await change.save();
  });
}
