/** Whether a notification is still to be sent when its time has come, and with which content. */
import type { NotificationKind, WorkflowState } from '@aislechat/contract';
import type { NotificationRow, OrderRow, RetailerRow } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { chatIsOpen, isExpired } from '../orders/states.ts';

export type Decision =
  | { send: OrderRow }
  | { send?: undefined; state: 'seen' | 'dropped'; reason: string | null };

const dropped = (reason: string): Decision => ({ state: 'dropped', reason });
const seen: Decision = { state: 'seen', reason: null };

/** The state of an order in which a step is news. */
const newsIn: Record<Exclude<NotificationKind, 'message'>, WorkflowState> = {
  shopping_started: 'picking',
  replacement: 'picking',
  on_the_way: 'delivering',
  delivered: 'delivered',
  canceled: 'canceled',
};

type Needs = Pick<Context, 'store' | 'clock'>;

export async function decide(
  { store: { read }, clock }: Needs,
  retailer: RetailerRow,
  notification: NotificationRow,
): Promise<Decision> {
  const { orderId, kind, recipient, seq, lastSeq } = notification;
  const order = await read.orders.find(retailer.id, { id: orderId });
  if (!order || order.erasedAt !== null || isExpired(order, retailerNow(clock, retailer)))
    return dropped('expired');
  if (recipient === 'user' && retailer.shopperInformationRemoval)
    return dropped('shopper_information_removed');
  if (kind === 'message') {
    if (!chatIsOpen(order, retailer)) return dropped('chat_closed');
    const sender = recipient === 'user' ? 'driver' : 'user';
    // What is being erased has been hidden already.
    const after = Math.max(seq - 1, order.erasingTo ?? 0);
    const unseen = await read.messages.countUnseen(retailer.id, orderId, sender, { after, upTo: lastSeq });
    return unseen > 0 ? { send: order } : seen;
  }
  if (!retailer.lifecycleNotices) return dropped('switched_off');
  if (order.workflowState !== newsIn[kind]) return dropped('outdated');
  if (kind === 'replacement') {
    const items = await read.orderItems.list(retailer.id, orderId);
    if (!items.some(({ item }) => item.replacement_status === 'PENDING')) return seen;
  }
  return { send: order };
}
