/** What the shop's own system can do with its orders: list, view, assign and move them. */
import type { CancellationReason, WorkflowState } from '@aislechat/contract';
import type {
  AssignmentOfOrder,
  ErasureReceiptRow,
  OrderFilter,
  OrderReference,
  OrderSummaryRow,
  ShopperReference,
  Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { type Audited, audit } from '../operate/audit.ts';
import { type IdPosition, type Page, type PageOf, readPage } from '../page.ts';
import { assign } from './assign.ts';
import { OrderChange } from './change.ts';
import { isExpired } from './states.ts';
import { moveOrder } from './workflow.ts';

export interface OrderOverview {
  summary: OrderSummaryRow;
  assignments: AssignmentOfOrder[];
  messages: number;
  isExpired: boolean;
  isChatClosed: boolean;
  receipts: ErasureReceiptRow[];
}

/** Filtered by the retailer's own IDs of people; an unknown ID matches no orders. */
export async function listOrders(
  { store: { read } }: Context,
  caller: Caller,
  people: { shopper: string | undefined; user: string | undefined },
  filter: Pick<OrderFilter, 'workflowState' | 'active'>,
  page: Page<IdPosition>,
): Promise<PageOf<OrderSummaryRow, IdPosition>> {
  const retailerId = caller.retailer.id;
  const all: OrderFilter = { ...filter };
  if (people.user !== undefined) {
    const user = await read.users.findUnerased(retailerId, { externalId: people.user });
    if (!user) return { rows: [], next: undefined };
    all.userId = user.id;
  }
  if (people.shopper !== undefined) {
    const shopper = await read.shoppers.findByReference(retailerId, { externalId: people.shopper });
    if (!shopper) return { rows: [], next: undefined };
    all.shopperId = shopper.id;
  }
  return readPage(page, (after, limit) => read.orderSummaries.list(retailerId, all, after, limit));
}

/** @throws Refusal */
export async function overviewOf(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<OrderOverview> {
  const { read } = context.store;
  const order = await read.orders.find(caller.retailer.id, reference);
  if (!order) throw new Refusal('resource_not_found');
  const { retailerId, id } = order;
  const [summary, assignments, messages, receipts] = await Promise.all([
    read.orderSummaries.find(retailerId, id),
    read.orderSummaries.assignments(retailerId, id),
    read.orderSummaries.countMessages(retailerId, id),
    read.erasureReceipts.list(retailerId, id),
  ]);
  // Deleted since it was found.
  if (!summary) throw new Refusal('resource_not_found');
  const now = retailerNow(context.clock, caller.retailer);
  return {
    summary,
    assignments,
    messages,
    isExpired: isExpired(summary, now),
    isChatClosed: order.chatClosedAt !== null,
    receipts,
  };
}

/** Assigns the order. If the shopper already has it, nothing happens. @throws Refusal */
export function assignShopper(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  shopper: ShopperReference,
): Promise<OrderSummaryRow> {
  return changeOrder(context, caller, reference, 'assignment', async (change) => {
    const found = await change.tx.shoppers.findByReference(caller.retailer.id, shopper);
    if (!found) throw new InvalidParameters({ key: 'shopper_id', problem: 'invalid' });
    return assign(change, found.id);
  });
}

/**
 * Moves the order to a state, forward or back. If it is already there, nothing changes, except that a cancellation
 * may get a new reason.
 * @throws Refusal @throws InvalidParameters
 */
export function setOrderState(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  to: WorkflowState,
  reason: CancellationReason | undefined,
): Promise<OrderSummaryRow> {
  if (reason !== undefined && to !== 'canceled') {
    throw new InvalidParameters({ key: 'cancellation_reason', problem: 'invalid' });
  }
  return changeOrder(context, caller, reference, 'state_change', async (change) => {
    const { order } = change;
    const before = order.workflowState;
    const reasonBefore = order.cancellationReason;
    if (before !== to) await moveOrder(change, to, reason);
    else if (reason !== undefined) order.cancellationReason = reason;
    return before !== to || order.cancellationReason !== reasonBefore;
  });
}

async function changeOrder(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  action: Audited['action'],
  apply: (change: OrderChange) => Promise<boolean>,
): Promise<OrderSummaryRow> {
  const retailerId = caller.retailer.id;
  const now = retailerNow(context.clock, caller.retailer);
  return context.store.write(async (tx: Writer) => {
    const order = await tx.orders.lock(retailerId, reference);
    if (!order) throw new Refusal('resource_not_found');
    const change = new OrderChange(tx, order, now);
    if (await apply(change)) {
      await change.save();
      await audit(tx, caller, change.at, { action, subject: { type: 'order', id: order.id } });
    }
    return (await tx.orderSummaries.find(retailerId, order.id))!;
  });
}
