/**
 * Support reads a conversation: only with a reason, and only after the audit log has recorded it. The entry is
 * committed before any text is read, so no text is ever seen without an entry. Who follows the conversation continues
 * their reading for a while without another entry.
 */

import { limits } from '@aislechat/contract';
import type { LocatedOrder, OrderReference, OrderSummaryRow } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { linksExpireAt } from '../images/links.ts';
import { audit } from '../operate/audit.ts';
import { assertSeesShopper } from '../orders/reach.ts';
import { isExpired } from '../orders/states.ts';
import { type Conversation, type Located, readConversation } from './read.ts';

export interface Why {
  reason: string;
  agent: string | undefined;
}

/** What an answer was: which entry of the audit log covers it, and what it showed. */
export interface Reading {
  entryId: number;
  state: string;
}

interface Found extends Reading {
  /** Undefined if nothing has changed since the reading that is continued. */
  content: { summary: OrderSummaryRow; conversation: Conversation } | undefined;
}

/** @param earlier the reading that the caller wants to continue @throws Refusal */
export async function readForSupport(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  { why, earlier }: { why: Why; earlier: Reading | undefined },
): Promise<Found> {
  const { read } = context.store;
  const retailerId = caller.retailer.id;
  const now = retailerNow(context.clock, caller.retailer);
  const order = await read.orders.find(retailerId, reference);
  if (!order) throw new Refusal('resource_not_found');
  assertSeesShopper(caller);
  const located = { order, isExpired: isExpired(order, now), now };
  const state = stateOf(caller, located);
  const isContinued = earlier !== undefined && (await covers(context, caller, order, { why, earlier }));
  if (isContinued && earlier.state === state) return { ...earlier, content: undefined };
  const entryId = isContinued
    ? earlier.entryId
    : await context.store.write((tx) => {
        const subject = { type: 'order', id: order.id } as const;
        return audit(tx, caller, now, { action: 'conversation_read', subject, ...why });
      });
  const summary = await read.orderSummaries.find(retailerId, order.id);
  // Deleted meanwhile.
  if (!summary) throw new Refusal('resource_not_found');
  return {
    entryId,
    state,
    content: { summary, conversation: await readConversation(context, located, true) },
  };
}

/** Whether an entry of the audit log covers this request: it names the same reader, order and reason, and is recent. */
async function covers(
  { store, clock }: Context,
  caller: Caller,
  { id }: LocatedOrder,
  { why, earlier }: { why: Why; earlier: Reading },
): Promise<boolean> {
  const entry = await store.read.auditEntries.find(caller.retailer.id, earlier.entryId);
  const agent = caller.kind === 'support' ? caller.agent : (why.agent ?? null);
  return (
    entry?.action === 'conversation_read' &&
    entry.subject === `order:${id}` &&
    entry.applicationId === caller.applicationId &&
    entry.agent === agent &&
    entry.reason === why.reason &&
    retailerNow(clock, caller.retailer) < entry.at + limits.readingMs
  );
}

/** Differs whenever an answer would. */
const stateOf = ({ retailer }: Caller, { order, isExpired, now }: Located): string =>
  [order.version, retailer.version, Number(isExpired), linksExpireAt(now)].join('-');
