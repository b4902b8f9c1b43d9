/**
 * Exports everything stored about a person, piece by piece: memory never holds more than a page of an order's log.
 * Expired texts are left out, as everywhere.
 */
import { limits } from '@aislechat/contract';
import type {
  ErasureReceiptRow,
  LifecycleMessageOfOrder,
  MessageOfLog,
  OrderDetails,
  OrderEventRow,
  OrderItemRow,
  OrderRow,
  ShopperReference,
  ShopperRow,
  UserReference,
  UserRow,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';
import { isExpired } from '../orders/states.ts';

const ordersPerRead = 100;

export type Exported =
  | { type: 'user'; user: UserRow }
  | { type: 'order'; order: OrderRow; details: OrderDetails }
  | { type: 'item'; order: OrderRow; item: OrderItemRow }
  | { type: 'event'; order: OrderRow; event: OrderEventRow; notice: LifecycleMessageOfOrder | undefined }
  | { type: 'message'; order: OrderRow; message: MessageOfLog }
  | { type: 'erasure'; order: OrderRow; receipt: ErasureReceiptRow };

/** The audit log records the export before the first piece is read. @throws Refusal user_not_found */
export async function exportPerson(
  context: Context,
  caller: Caller,
  reference: UserReference,
): Promise<AsyncGenerator<Exported>> {
  const now = retailerNow(context.clock, caller.retailer);
  const user = await context.store.write(async (tx) => {
    const found = await tx.users.findUnerased(caller.retailer.id, reference);
    if (!found) throw new Refusal('user_not_found');
    await audit(tx, caller, now, { action: 'user_export', subject: { type: 'user', id: found.id } });
    return found;
  });
  return piecesOf(context, caller, user);
}

async function* piecesOf(context: Context, caller: Caller, user: UserRow): AsyncGenerator<Exported> {
  const { read } = context.store;
  yield { type: 'user', user };
  for (let after = 0; ; ) {
    const ids = await read.orderSummaries.idsOfUser(user.retailerId, user.id, after, ordersPerRead);
    for (const id of ids) {
      // The person was erased during the export: there is nothing left to export.
      if (!(await read.users.findUnerased(user.retailerId, { id: user.id }))) return;
      yield* orderOf(context, caller, user.retailerId, id);
    }
    if (ids.length < ordersPerRead) return;
    after = ids.at(-1)!;
  }
}

async function* orderOf(
  context: Context,
  caller: Caller,
  retailerId: number,
  id: number,
): AsyncGenerator<Exported> {
  const { read } = context.store;
  const order = await read.orders.find(retailerId, { id });
  // Deleted since it was listed.
  if (!order) return;
  yield { type: 'order', order, details: await read.orders.details(retailerId, id) };
  for (const item of await read.orderItems.list(retailerId, id)) yield { type: 'item', order, item };
  for (let after = 0; ; ) {
    const page = await read.log(retailerId, id, after, limits.eventsPerPage);
    const expired = isExpired(page.order, retailerNow(context.clock, caller.retailer));
    const messages = new Map(page.messages.map((message) => [message.seq, message]));
    const notices = new Map(page.lifecycleMessages.map((notice) => [notice.seq, notice]));
    for (const event of page.events) {
      const message = messages.get(event.seq);
      if (!message) yield { type: 'event', order, event, notice: notices.get(event.seq) };
      else yield { type: 'message', order, message: expired ? withoutText(message) : message };
    }
    if (page.events.length < limits.eventsPerPage) break;
    after = page.events.at(-1)!.seq;
  }
  for (const receipt of await read.erasureReceipts.list(retailerId, id)) {
    // The other side must not learn of a report.
    if (receipt.reason === 'evidence') continue;
    yield { type: 'erasure', order, receipt };
  }
}

export type ExportedOfShopper =
  | { type: 'shopper'; shopper: ShopperRow }
  | { type: 'assignment'; order: OrderRow; assignedAt: number }
  | { type: 'message'; order: OrderRow; message: MessageOfLog };

/** The same for a shopper, with what they wrote and nothing of their customers'. @throws Refusal resource_not_found */
export async function exportShopper(
  context: Context,
  caller: Caller,
  reference: ShopperReference,
): Promise<AsyncGenerator<ExportedOfShopper>> {
  const { retailer } = caller;
  const now = retailerNow(context.clock, retailer);
  const shopper = await context.store.write(async (tx) => {
    const found = await tx.shoppers.findByReference(retailer.id, reference);
    if (!found) throw new Refusal('resource_not_found');
    const subject = { type: 'shopper', id: found.id } as const;
    await audit(tx, caller, now, { action: 'shopper_export', subject });
    return found;
  });
  return piecesOfShopper(context, caller, shopper);
}

async function* piecesOfShopper(
  { store: { read }, clock }: Context,
  { retailer }: Caller,
  shopper: ShopperRow,
): AsyncGenerator<ExportedOfShopper> {
  const { retailerId } = shopper;
  yield { type: 'shopper', shopper };
  for (let after = 0; ; ) {
    const ids = await read.orderSummaries.idsOfShopper(retailerId, shopper.id, after, ordersPerRead);
    for (const id of ids) {
      // The shopper was erased during the export, or the order deleted.
      if (!(await read.shoppers.findByReference(retailerId, { id: shopper.id }))) return;
      const order = await read.orders.find(retailerId, { id });
      if (!order) continue;
      for (const assignment of await read.orderSummaries.assignments(retailerId, id)) {
        if (assignment.id === shopper.id) {
          yield { type: 'assignment', order, assignedAt: assignment.assignedAt };
        }
      }
      for (let seq = 0; ; ) {
        const page = await read.log(retailerId, id, seq, limits.eventsPerPage);
        const expired = isExpired(page.order, retailerNow(clock, retailer));
        for (const message of page.messages) {
          const isOfPage = message.seq <= (page.events.at(-1)?.seq ?? 0);
          if (!isOfPage || message.senderType !== 'driver' || message.senderId !== shopper.id) continue;
          yield { type: 'message', order, message: expired ? withoutText(message) : message };
        }
        if (page.events.length < limits.eventsPerPage) break;
        seq = page.events.at(-1)!.seq;
      }
    }
    if (ids.length < ordersPerRead) return;
    after = ids.at(-1)!;
  }
}

const withoutText = (message: MessageOfLog): MessageOfLog => ({
  ...message,
  body: null,
  image: null,
  imageId: null,
});
