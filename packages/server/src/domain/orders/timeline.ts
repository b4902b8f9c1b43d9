/**
 * What happened to an order, for staff who may look after it but not read its chat: IDs and states, no text and no
 * names.
 */
import { limits } from '@aislechat/contract';
import type { OrderEventRow, OrderReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';

/** At most one page of events after number `after`. @throws Refusal resource_not_found */
export async function readTimeline(
  { store: { read } }: Context,
  caller: Caller,
  reference: OrderReference,
  after: number,
): Promise<OrderEventRow[]> {
  const order = await read.orders.find(caller.retailer.id, reference);
  if (!order) throw new Refusal('resource_not_found');
  return read.orderEvents.after(order.retailerId, order.id, after, limits.eventsPerPage);
}
