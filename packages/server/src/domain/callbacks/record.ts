/**
 * Which events of an order its retailer's systems are told of. An event goes into the outbox in the transaction that
 * makes it, under the number it has in the order's log.
 */
import {
  type CallbackEventName,
  type CancellationReason,
  callbackAt,
  gives,
  limits,
  type WorkflowState,
} from '@aislechat/contract';
import type { OrderItemRow, Party, RetailerRow } from '../../storage/store.ts';
import type { OrderChange } from '../orders/change.ts';

/** What an event tells besides its name and time. It rests in the outbox, so it holds IDs and codes only. */
export interface CallbackDetails {
  /** The retailer's own ID of the order. */
  order?: string;
  windowStartsAt?: number;
  windowEndsAt?: number;
  items?: { requested: ItemCode; delivered: ItemCode }[];
  shopperId?: number;
  cancellationReason?: CancellationReason;
}

interface ItemCode {
  upc?: string;
  rrc?: string;
}

/** Event `seq` of the order's log is also to be told as `name`, where its type of order gives that. */
export async function tell(
  change: OrderChange,
  seq: number,
  name: CallbackEventName,
  details: CallbackDetails = { order: change.order.externalId },
): Promise<void> {
  const { order, tx, at } = change;
  if (!gives(name, order.fulfillmentType)) return;
  await tx.callbackDeliveries.enqueue({
    retailerId: order.retailerId,
    orderId: order.id,
    seq,
    eventName: name,
    metadata: JSON.stringify(details),
    at,
    giveUpAt: at + limits.callbackRetryMs,
  });
}

/** A message is told of by the order's integer alone. */
export async function tellMessage(
  change: OrderChange,
  seq: number,
  sender: Party,
  retailer: RetailerRow,
): Promise<void> {
  if (retailer.chatCallbacks === 'customer' && sender !== 'user') return;
  await tell(change, seq, 'chat_message_created', {});
}

/** What became of one item. */
export const tellItem = (
  change: OrderChange,
  seq: number,
  name: CallbackEventName,
  item: OrderItemRow,
): Promise<void> => tell(change, seq, name, { order: change.order.externalId, items: [codesOf(item)] });

/** The order has reached a state with event `seq`. */
export async function tellState(change: OrderChange, seq: number, state: WorkflowState): Promise<void> {
  const name = callbackAt(state, change.order.fulfillmentType);
  if (name !== undefined) await tell(change, seq, name, await detailsOf(change, name));
}

async function detailsOf({ order, tx }: OrderChange, name: CallbackEventName): Promise<CallbackDetails> {
  const { retailerId, id, externalId, currentShopperId, cancellationReason } = order;
  const details: CallbackDetails = { order: externalId };
  if (name === 'fulfillment.brand_new') {
    const { windowStartsAt, windowEndsAt } = await tx.orders.details(retailerId, id);
    if (windowStartsAt !== undefined) details.windowStartsAt = windowStartsAt;
    if (windowEndsAt !== undefined) details.windowEndsAt = windowEndsAt;
  }
  if (name === 'fulfillment.checkout') {
    details.items = (await tx.orderItems.list(retailerId, id)).map(codesOf);
  }
  if (name === 'fulfillment.canceled' && cancellationReason !== null) {
    details.cancellationReason = cancellationReason;
  }
  if (name === 'fulfillment.customer_acknowledged' && currentShopperId !== null) {
    details.shopperId = currentShopperId;
  }
  return details;
}

function codesOf({ item, status }: OrderItemRow): { requested: ItemCode; delivered: ItemCode } {
  const requested = item.item as ItemCode;
  if (status === 'FOUND') return { requested, delivered: requested };
  return { requested, delivered: status === 'REPLACED' ? (item.replacement as ItemCode) : {} };
}
