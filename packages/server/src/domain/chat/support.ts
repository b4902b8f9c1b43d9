/**
 * Support reads a conversation: only with a reason, and only after the audit log has recorded it. The entry is
 * committed before any text is read, so no text is ever seen without an entry.
 */

import type { OrderReference, OrderSummaryRow } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';
import { assertSeesShopper } from '../orders/reach.ts';
import { isExpired } from '../orders/states.ts';
import { type Conversation, readConversation } from './read.ts';

/** @throws Refusal */
export async function readForSupport(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  why: { reason: string; agent: string | undefined },
): Promise<{ summary: OrderSummaryRow; conversation: Conversation }> {
  const retailerId = caller.retailer.id;
  const now = retailerNow(context.clock, caller.retailer);
  const { order, summary } = await context.store.write(async (tx) => {
    const order = await tx.orders.find(retailerId, reference);
    if (!order) throw new Refusal('resource_not_found');
    assertSeesShopper(caller);
    const summary = (await tx.orderSummaries.find(retailerId, order.id))!;
    const subject = { type: 'order', id: order.id } as const;
    await audit(tx, caller, now, { action: 'conversation_read', subject, ...why });
    return { order, summary };
  });
  const located = { order, isExpired: isExpired(order, now), now };
  return { summary, conversation: await readConversation(context, located, true) };
}
