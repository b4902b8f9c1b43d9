/** The customer's rating of a delivered order. Connect: "Order feedback". */
import type { OrderReference, OrderRow, Rating, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { enqueueCallback } from '../callbacks/record.ts';
import { sendThanks } from '../chat/thanks.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { findUser } from '../people/users.ts';
import { OrderChange } from './change.ts';
import { reachedByChat } from './reach.ts';

export type GivenRating = Rating & {
  /** For the shopper, who gets it as a message. */
  note: string | undefined;
};

/** @param read parses the rating; called once the caller is known to reach the order. @throws Refusal @throws InvalidParameters */
export function rateOrder(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  read: () => GivenRating,
): Promise<void> {
  return context.store.write(async (tx) => {
    const order = reachedByChat(await tx.orders.lock(caller.retailer.id, reference), caller);
    await rate(context, caller, tx, order, read());
  });
}

/** @throws Refusal user_not_found, resource_not_found @throws InvalidParameters */
export async function rateOrderOfUser(
  context: Context,
  caller: Caller,
  userExternalId: string,
  orderExternalId: string,
  read: () => GivenRating,
): Promise<void> {
  const user = await findUser(context, caller, userExternalId);
  await context.store.write(async (tx) => {
    const order = await tx.orders.lock(user.retailerId, { externalId: orderExternalId });
    if (order?.userId !== user.id) throw new Refusal('resource_not_found');
    await rate(context, caller, tx, order, read());
  });
}

/** A rating replaces the one before. If it says the same, nothing changes. */
async function rate(
  context: Context,
  caller: Caller,
  tx: Writer,
  order: OrderRow,
  { note, ...given }: GivenRating,
): Promise<void> {
  if (order.workflowState !== 'delivered') {
    throw new InvalidParameters({ key: 'workflow_state', problem: 'invalid' });
  }
  const thanked = note === undefined ? order : await sendThanks(context, caller, tx, order, note);
  const rating: Rating = { value: given.value, highlights: [...new Set(given.highlights)].sort() };
  const details = await tx.orders.details(order.retailerId, order.id);
  if (JSON.stringify(details.rating) === JSON.stringify(rating)) return;
  await tx.orders.setDetails(order.retailerId, order.id, { ...details, rating });
  const change = new OrderChange(tx, thanked, retailerNow(context.clock, caller.retailer));
  const seq = await change.record('rating_updated', {});
  await enqueueCallback(change, seq, 'fulfillment.rating_updated', { order: order.externalId, rating });
  await change.saveLog();
}
