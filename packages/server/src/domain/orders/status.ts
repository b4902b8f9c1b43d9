/**
 * The content of an order status page. Connect: "Get an order", "Get order handling information", "Get order
 * items".
 */
import type {
  OrderDetails,
  OrderItemRow,
  OrderReference,
  OrderRow,
  ShopperRow,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';
import { reached, seesShopper } from './reach.ts';

export interface OrderStatus {
  order: OrderRow;
  details: OrderDetails;
}

export interface OrderHandling extends OrderStatus {
  items: OrderItemRow[];
  /** The current or last shopper; undefined if the retailer hides shopper information. */
  shopper: ShopperRow | undefined;
}

/** @throws Refusal */
export async function statusOf(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<OrderStatus> {
  const order = await reach(context, caller, reference);
  return { order, details: await context.store.read.orders.details(order.retailerId, order.id) };
}

/** @throws Refusal */
export async function handlingOf(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<OrderHandling> {
  const { read } = context.store;
  const order = await reach(context, caller, reference);
  const { retailerId, id, currentShopperId } = order;
  const isShown = currentShopperId !== null && seesShopper(caller);
  const [details, items, shopper] = await Promise.all([
    read.orders.details(retailerId, id),
    read.orderItems.list(retailerId, id),
    isShown ? read.shoppers.find(retailerId, currentShopperId) : undefined,
  ]);
  return { order, details, items, shopper };
}

/** @throws Refusal */
export async function itemsOf(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<OrderItemRow[]> {
  const { retailerId, id } = await reach(context, caller, reference);
  return context.store.read.orderItems.list(retailerId, id);
}

const reach = async ({ store }: Context, caller: Caller, reference: OrderReference): Promise<OrderRow> =>
  reached(await store.read.orders.find(caller.retailer.id, reference), caller);
