/** Reading a conversation. Connect: "Get chat messages", "Get order messages". */
import type { ConversationRows, LocatedOrder, OrderReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { withLinks } from '../images/links.ts';
import { assertSeesShopper, reachedByChat } from '../orders/reach.ts';
import { isExpired } from '../orders/states.ts';

/** A conversation that the caller may read, as it is now. */
export interface Located {
  order: LocatedOrder;
  isExpired: boolean;
  /** The retailer's time. */
  now: number;
}

export interface Conversation extends ConversationRows {
  orderId: number;
  isExpired: boolean;
}

/**
 * A single indexed lookup: enough to tell whether an earlier response is still current.
 * @throws Refusal
 */
export async function locateConversation(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<Located> {
  const found = await context.store.read.orders.locate(caller.retailer.id, reference);
  const order = reachedByChat(found, caller);
  assertSeesShopper(caller);
  const now = retailerNow(context.clock, caller.retailer);
  return { order, isExpired: isExpired(order, now), now };
}

/** @param lifecycle whether to include the automated notices */
export async function readConversation(
  context: Context,
  { order, isExpired, now }: Located,
  lifecycle: boolean,
): Promise<Conversation> {
  const rows = await context.store.read.conversation(order.retailerId, order.id, {
    messages: !isExpired,
    lifecycleMessages: lifecycle,
  });
  const messages = rows.messages.map((message) => withLinks(context.images.links, order, message, now));
  return { ...rows, messages, orderId: order.id, isExpired };
}
