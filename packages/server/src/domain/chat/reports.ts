/**
 * Reports about a chat, by either side, and what an operator does about them. A report names messages by number: their
 * texts expire as always, so the queue shows how long they can still be read. A retailer can hold copies of them for
 * some days (`evidence.ts`).
 */
import { eventId, limits, type ReportReason } from '@aislechat/contract';
import type { OrderReference, OrderReportOfList, OrderRow } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { enqueueCallback } from '../callbacks/record.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { eraseEvidence } from '../erasure/evidence.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { type Audited, audit } from '../operate/audit.ts';
import { OrderChange } from '../orders/change.ts';
import { partyOf } from '../orders/log.ts';
import { assertSeesShopper, reached } from '../orders/reach.ts';
import { type IdPosition, type Page, type PageOf, readPage } from '../page.ts';
import { hold, holdingOf, messagesToHold } from './evidence.ts';

export interface GivenReport {
  reason: ReportReason;
  /** The IDs of messages. */
  messageIds: number[];
}

/**
 * Each side has at most one open report for each reason, so neither can fill the queue. A repetition adds its messages
 * to the open report.
 * @param read parses the report; called once the caller is known to reach the order
 * @throws Refusal limit_reached and others @throws InvalidParameters
 */
export function reportChat(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  read: () => GivenReport,
): Promise<void> {
  const { retailer } = caller;
  return context.store.write(async (tx) => {
    const order = reached(await tx.orders.lock(retailer.id, reference), caller);
    assertSeesShopper(caller);
    const { reason, messageIds } = read();
    const messages = messageIds.map((id) => numberOf(order, id));
    const now = retailerNow(context.clock, retailer);
    // A shop's own server speaks for its customer.
    const reportedBy = partyOf(caller) ?? 'user';
    const side = { retailerId: order.retailerId, orderId: order.id, reportedBy, reason };
    const open = await tx.orderReports.findOpen(side);
    if (open) {
      const added = [...new Set(messages)].filter((seq) => !open.messages.includes(seq));
      const all = [...open.messages, ...added];
      if (all.length > limits.messagesPerOpenReport)
        throw new Refusal('limit_reached', 'additions to this report');
      await tx.orderReports.setMessages({ ...side, id: open.id, messages: all });
      const held = await messagesToHold(tx, retailer, order, { messages: added, now });
      await hold(tx, retailer, order, { reportId: open.id, messages: held, now });
      return;
    }
    const change = new OrderChange(tx, order, now);
    // A safety measure is taken even if the log is full.
    change.isEnd = true;
    const seq = await change.record('noted', {});
    await enqueueCallback(change, seq, 'aislechat.chat_reported', { order: order.externalId, reason });
    await change.saveLog();
    const held = await messagesToHold(tx, retailer, order, { messages, now });
    const id = await nextId(tx, order.retailerId);
    await tx.orderReports.insert({ ...side, id, messages, createdAt: change.at, resolvedAt: null });
    await hold(tx, retailer, order, { reportId: id, messages: held, now });
  });
}

/** The number of a message in the order's log. @throws InvalidParameters if it cannot be one of this order */
function numberOf(order: OrderRow, id: number): number {
  const seq = id - eventId(order.id, 0);
  if (seq < 1 || seq > order.seq) throw new InvalidParameters({ key: 'message_ids', problem: 'invalid' });
  return seq;
}

export function listReports(
  { store, clock }: Context,
  caller: Caller,
  which: 'all' | 'open' | 'resolved',
  page: Page<IdPosition>,
): Promise<PageOf<OrderReportOfList, IdPosition>> {
  const { retailer } = caller;
  const holding = holdingOf(retailer, retailerNow(clock, retailer));
  return readPage(page, (after, limit) =>
    store.read.orderReports.list(retailer.id, which, holding, after, limit),
  );
}

/** @param erasesEvidence whether what is held of the order as evidence is erased now @throws Refusal */
export const resolveReports = (
  context: Context,
  caller: Caller,
  reference: OrderReference,
  erasesEvidence: boolean,
): Promise<void> =>
  change(context, caller, reference, async ({ tx, order, at }) => {
    const reports = await tx.orderReports.resolve(order.retailerId, order.id, at);
    const evidence = erasesEvidence ? await eraseEvidence(tx, caller.retailer, order, at, [{}]) : 0;
    // Names no order: this wakes the verification.
    if (evidence > 0) tx.changed({ retailerId: order.retailerId });
    if (reports + evidence === 0) return undefined;
    return { action: 'report_resolution', detail: { reports, ...(erasesEvidence && { evidence }) } };
  });

/** Nobody can send any more; both sides see a notice. @throws Refusal */
export const closeChat = (context: Context, caller: Caller, reference: OrderReference): Promise<void> =>
  change(context, caller, reference, async (closing) => {
    if (closing.order.chatClosedAt !== null) return undefined;
    closing.order.chatClosedAt = closing.at;
    await closing.tx.orders.setChatClosed(closing.order);
    await closing.notify('chat_closed', 'The store has closed this chat.');
    await closing.saveLog();
    return { action: 'chat_closing' };
  });

/** @throws Refusal */
export const reopenChat = (context: Context, caller: Caller, reference: OrderReference): Promise<void> =>
  change(context, caller, reference, async (opening) => {
    if (opening.order.chatClosedAt === null) return undefined;
    opening.order.chatClosedAt = null;
    await opening.tx.orders.setChatClosed(opening.order);
    await opening.notify('chat_reopened', 'The store has opened this chat again.');
    await opening.saveLog();
    return { action: 'chat_reopening' };
  });

/** Tells the retailer's systems, which assign shoppers, not to bring these two together again. @throws Refusal */
export const keepApart = (context: Context, caller: Caller, reference: OrderReference): Promise<void> =>
  change(context, caller, reference, async (marking) => {
    const { tx, order } = marking;
    const user = await tx.users.findUnerased(order.retailerId, { id: order.userId });
    const shopper =
      order.currentShopperId === null
        ? undefined
        : await tx.shoppers.find(order.retailerId, order.currentShopperId);
    if (!user || !shopper) throw new Refusal('resource_not_found');
    const seq = await marking.record('noted', {});
    await enqueueCallback(marking, seq, 'aislechat.keep_apart', {
      order: order.externalId,
      apart: {
        ...(user.externalId !== null && { userId: user.externalId }),
        ...(shopper.externalId !== null && { shopperId: shopper.externalId }),
      },
      shopperId: shopper.id,
    });
    await marking.saveLog();
    return { action: 'keep_apart', detail: { user: user.id, shopper: shopper.id } };
  });

function change(
  { store, clock }: Context,
  caller: Caller,
  reference: OrderReference,
  apply: (change: OrderChange) => Promise<Omit<Audited, 'subject'> | undefined>,
): Promise<void> {
  const { retailer } = caller;
  return store.write(async (tx) => {
    const order = await tx.orders.lock(retailer.id, reference);
    if (!order) throw new Refusal('resource_not_found');
    const changing = new OrderChange(tx, order, retailerNow(clock, retailer));
    // A safety measure is taken even if the log is full.
    changing.isEnd = true;
    const done = await apply(changing);
    if (done) {
      const subject = { type: 'order', id: order.id } as const;
      await audit(tx, caller, changing.at, { ...done, subject });
    }
  });
}
