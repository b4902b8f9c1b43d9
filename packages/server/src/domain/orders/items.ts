/** What becomes of an order's items while they are picked. Connect: Sandbox "Add item", "Update item". */
import { limits } from '@aislechat/contract';
import type {
  ItemDetails,
  OrderItemRow,
  OrderReference,
  OrderRow,
  Product,
  Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { enqueueItemCallback } from '../callbacks/record.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { notifyOfStep } from '../notifications/record.ts';
import { OrderChange } from './change.ts';
import { lockAsShopper, reached } from './reach.ts';

export interface Delivered {
  delivered_count?: number;
  delivered_weight?: number;
}

export interface ItemUpdate {
  lineNum: string;
  status: 'not_found' | 'found' | 'replaced' | 'to_refund';
  replacement: Product | undefined;
  delivered: Delivered;
}

const statusOf: Record<ItemUpdate['status'], OrderItemRow['status']> = {
  not_found: 'NOT_PICKED',
  found: 'FOUND',
  replaced: 'REPLACED',
  to_refund: 'TO_REFUND',
};

/** The product's display name. */
export const labelOf = ({ name, upc, rrc }: Product): string =>
  name || (upc !== undefined ? `UPC ${upc}` : `RRC ${rrc}`);
export const hasCode = (item: Product): boolean => item.upc !== undefined || item.rrc !== undefined;

/** @throws Refusal @throws InvalidParameters */
export function addItem(
  context: Context,
  caller: Caller,
  shopperId: number | undefined,
  reference: OrderReference,
  added: { item: Product } & Delivered,
): Promise<void> {
  return context.store.write(async (tx) => {
    const order = await lockAsShopper(tx, caller, shopperId, reference);
    if (!hasCode(added.item)) throw new InvalidParameters({ key: 'item.upc', problem: 'blank' });
    const items = await tx.orderItems.list(order.retailerId, order.id);
    if (items.length >= limits.itemsPerOrder) throw new Refusal('limit_reached', 'items of this order');
    const taken = new Set(items.map((row) => row.lineNum));
    let line = items.length + 1;
    while (taken.has(String(line))) line += 1;
    await tx.orderItems.insert({
      retailerId: order.retailerId,
      orderId: order.id,
      lineNum: String(line),
      position: items.length,
      status: 'FOUND',
      item: added,
    });
    const change = new OrderChange(tx, order, retailerNow(context.clock, caller.retailer));
    await change.record('item_changed', { line_num: String(line) });
    await change.saveLog();
  });
}

/** @throws Refusal @throws InvalidParameters */
export function updateItem(
  context: Context,
  caller: Caller,
  shopperId: number | undefined,
  reference: OrderReference,
  update: ItemUpdate,
): Promise<void> {
  return context.store.write(async (tx) => {
    const order = await lockAsShopper(tx, caller, shopperId, reference);
    await record(context, caller, tx, order, update);
  });
}

/**
 * Records what became of an item, for the retailer's systems and the shopper who has the order. Ours: in Connect, only
 * the sandbox's shopper does this.
 * @throws Refusal @throws InvalidParameters unless the order is being picked
 */
export function pickItem(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  update: ItemUpdate,
): Promise<void> {
  return context.store.write(async (tx) => {
    const order = reached(await tx.orders.lock(caller.retailer.id, reference), caller);
    if (order.workflowState !== 'picking') {
      throw new InvalidParameters({ key: 'workflow_state', problem: 'invalid' });
    }
    await record(context, caller, tx, order, update);
  });
}

async function record(
  context: Context,
  caller: Caller,
  tx: Writer,
  order: OrderRow,
  update: ItemUpdate,
): Promise<void> {
  const row = await tx.orderItems.find(order.retailerId, order.id, update.lineNum);
  if (!row) throw new Refusal('resource_not_found');
  const { replacement } = update;
  if (update.status === 'replaced' && !(replacement && hasCode(replacement))) {
    throw new InvalidParameters({ key: 'replacement_item', problem: 'blank' });
  }
  // Clears the previous proposal and the customer's answer to it.
  const { replacement: _, replacement_status, alternative_item, ...ordered } = row.item;
  const item: ItemDetails = { ...ordered, ...update.delivered };
  if (update.status === 'replaced') Object.assign(item, { replacement, replacement_status: 'PENDING' });
  const updated: OrderItemRow = { ...row, status: statusOf[update.status], item };
  await tx.orderItems.update(updated);

  const change = new OrderChange(tx, order, retailerNow(context.clock, caller.retailer));
  const name = labelOf(row.item.item);
  if (update.status === 'replaced') await noteProposal(change, updated);
  // The others have a notice that tells the readers of the order.
  if (update.status === 'found' || update.status === 'not_found') {
    await change.record('item_changed', { line_num: row.lineNum });
  }
  if (update.status === 'to_refund') {
    const seq = await change.notify('order_item_refund', `Item refunded: ${name}.`);
    await enqueueItemCallback(change, seq, 'fulfillment.order_item_refund', updated);
  }
  await change.save();
}

/** Notifies the customer and the retailer's systems of a replacement that waits for the customer's answer. */
export async function noteProposal(change: OrderChange, row: OrderItemRow): Promise<void> {
  const { item, replacement } = row.item;
  const text = `Item replaced: ${labelOf(item)} with ${labelOf(replacement!)}.`;
  const seq = await change.notify('order_item_replacement', text);
  await enqueueItemCallback(change, seq, 'fulfillment.order_item_replacement', row);
  await notifyOfStep(change, seq, 'replacement');
}
