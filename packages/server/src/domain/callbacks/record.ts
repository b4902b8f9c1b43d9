/**
 * Decides which events of an order become callbacks. A callback is enqueued in the transaction that records the
 * event, under the event's number in the order's log.
 */
import {
  type CallbackEventName,
  type CancellationReason,
  callbackAt,
  gives,
  limits,
  type ReportReason,
  type WorkflowState,
} from '@aislechat/contract';
import type { OrderItemRow, Party, Rating, RetailerRow } from '../../storage/store.ts';
import type { OrderChange } from '../orders/change.ts';

/** A callback's content besides its name and time. It is stored in the outbox, so it holds only IDs and codes. */
export interface CallbackDetails {
  /** The retailer's own ID of the order. */
  order?: string;
  windowStartsAt?: number;
  windowEndsAt?: number;
  items?: { requested: ItemCode; delivered: ItemCode }[];
  shopperId?: number;
  cancellationReason?: CancellationReason;
  rating?: Rating;
  reason?: ReportReason;
  /** The retailer's own IDs of two people who are to be kept apart. */
  apart?: { userId?: string; shopperId?: string };
}

interface ItemCode {
  upc?: string;
  rrc?: string;
}

/** Enqueues event `seq` of the order's log as callback `name`, if the order's type has that callback. */
export async function enqueueCallback(
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

/** The callback for a message carries only the order's numeric ID. */
export async function enqueueMessageCallback(
  change: OrderChange,
  seq: number,
  sender: Party,
  retailer: RetailerRow,
): Promise<void> {
  if (retailer.chatCallbacks === 'customer' && sender !== 'user') return;
  await enqueueCallback(change, seq, 'chat_message_created', {});
}

/** Enqueues the callback for the outcome of one item. */
export const enqueueItemCallback = (
  change: OrderChange,
  seq: number,
  name: CallbackEventName,
  item: OrderItemRow,
): Promise<void> =>
  enqueueCallback(change, seq, name, { order: change.order.externalId, items: [codesOf(item)] });

/** Enqueues the callback for the state that the order reached with event `seq`. */
export async function enqueueStateCallback(
  change: OrderChange,
  seq: number,
  state: WorkflowState,
): Promise<void> {
  const name = callbackAt(state, change.order.fulfillmentType);
  if (name !== undefined) await enqueueCallback(change, seq, name, await detailsOf(change, name));
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
  const requested = item.item;
  if (status === 'FOUND') return { requested, delivered: requested };
  return { requested, delivered: status === 'REPLACED' ? item.replacement! : {} };
}
