/** The shopper's side: their orders, and the conversation of one of them. */
import { limits } from '@aislechat/contract';
import type { OrderReference, OrderRow, ShopperConversationRows } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { withLinks } from '../images/links.ts';
import { markDelivered } from '../orders/log.ts';
import { reachOrder } from '../orders/reach.ts';
import { chatIsOpen, isExpired } from '../orders/states.ts';

export interface ShopperOrderView extends ShopperConversationRows {
  chatOpen: boolean;
  isExpired: boolean;
}

/** The most recently active first. */
export async function listOrdersOfShopper(context: Context, caller: Caller): Promise<ShopperOrderView[]> {
  const { store, clock } = context;
  if (caller.kind !== 'shopper') throw new Refusal('insufficient_scope');
  const { retailer, shopperId } = caller;
  const now = retailerNow(clock, retailer);
  const orders = await store.read.orders.ofShopper(retailer.id, shopperId, now, limits.shopperOrders);
  const rows = await Promise.all(orders.map((order) => store.read.shopperSide(order, 'latest')));
  return rows.map((row) => view(context, row, caller, now));
}

/** @throws Refusal */
export async function readAsShopper(
  context: Context,
  caller: Caller,
  reference: OrderReference,
): Promise<ShopperOrderView> {
  const order = await reachOrder(context, caller, reference);
  const rows = await context.store.read.shopperSide(order, 'all');
  const unseen = rows.messages.some((m) => m.senderType === 'user' && m.deliveredAt === null);
  if (unseen) await markDelivered(context, caller, order.id, rows.order.seq);
  return view(context, rows, caller, retailerNow(context.clock, caller.retailer));
}

function view(
  { images }: Context,
  rows: ShopperConversationRows,
  { retailer }: Caller,
  now: number,
): ShopperOrderView {
  const { order }: { order: OrderRow } = rows;
  const expired = isExpired(order, now);
  return {
    ...rows,
    messages: expired ? [] : rows.messages.map((message) => withLinks(images.links, order, message, now)),
    chatOpen: chatIsOpen(order, retailer),
    isExpired: expired,
  };
}
