/** How an order moves through its states, and the effects of each move. */
import {
  type BatchState,
  type CancellationReason,
  limits,
  type NotificationKind,
  type WorkflowState,
  workflowStates,
} from '@aislechat/contract';
import type { OrderRow, RetailerRow } from '../../storage/store.ts';
import { enqueueStateCallback } from '../callbacks/record.ts';
import { greet } from '../chat/greeting.ts';
import { eraseTexts, hideTexts } from '../erasure/order.ts';
import { notifyOfStep } from '../notifications/record.ts';
import type { OrderChange } from './change.ts';
import { forgetLocation } from './location.ts';

/** States are ordered as in the contract's list, whichever chain of states a batch runs through. */
const progress = (state: WorkflowState): number =>
  state === 'rescheduled' ? 0 : workflowStates.indexOf(state);

export const isOver = (state: WorkflowState): boolean => state === 'delivered' || state === 'canceled';

/** The order's state when its batch reaches `state`. */
export function stateOfBatch(state: BatchState): WorkflowState {
  if (state === 'receipt_sanity_check') return 'checkout';
  return state === 'completed' ? 'delivered' : state;
}

/** Whether a batch that reaches `state` moves the order forward. */
export const isAhead = (order: OrderRow, state: WorkflowState): boolean =>
  progress(state) > progress(order.workflowState);

/**
 * Moves the order. A cancellation without a reason keeps the one it had, or gets `other`. The first end starts the
 * 24 hours (Connect: "measured from when an order is delivered or cancelled"). Returning to an active state undoes
 * the end, but never brings back what has expired.
 */
export async function moveOrder(
  change: OrderChange,
  to: WorkflowState,
  reason?: CancellationReason,
): Promise<void> {
  const { order } = change;
  if (isOver(to)) change.isEnd = true;
  order.cancellationReason = to === 'canceled' ? (reason ?? order.cancellationReason ?? 'other') : null;
  await forgetLocation(change);
  const seq = await change.record('state_changed', { from: order.workflowState, to });
  await enqueueStateCallback(change, seq, to);
  const step = stepAt[to];
  if (step) await notifyOfStep(change, seq, step);
  order.workflowState = to;
  if (isOver(to)) {
    if (order.endedAt === null) await change.record('chat_closed', {});
    order.endedAt ??= change.at;
    order.expiresAt ??= order.endedAt + limits.chatLifetimeMs;
  } else {
    if (isExpired(order, change.at) && order.erasedAt === null) {
      if (order.erasingTo === null) await eraseTexts(change, 'expired');
      else hideTexts(change);
    }
    order.endedAt = null;
    order.expiresAt = null;
    order.erasedAt = null;
  }
  if (to === 'picking') await greet(change);
  if (to === 'delivering') await change.notify('delivery_in_progress', 'Your order is on its way.');
  if (to === 'delivered') await change.notify('delivery_completed', 'Your order has been delivered.');
  if (to === 'canceled') await change.notify('order_canceled', 'Your order has been canceled.');
  if (to === 'rescheduled') await change.notify('order_rescheduled', 'Your order has been rescheduled.');
}

/** What a customer is notified of when the order reaches a state. */
const stepAt: Partial<Record<WorkflowState, Exclude<NotificationKind, 'message'>>> = {
  picking: 'shopping_started',
  delivering: 'on_the_way',
  delivered: 'delivered',
  canceled: 'canceled',
};

const beforePicking: readonly WorkflowState[] = ['brand_new', 'acknowledged', 'rescheduled'];

/**
 * Whether messages may be sent now. Connect: the chat starts when picking starts and stays active until the
 * customer receives the order; it is for the workflows in which a shopper picks.
 */
export function chatIsOpen(order: OrderRow, retailer: RetailerRow): boolean {
  if (!retailer.chatEnabled || order.currentShopperId === null || order.chatClosedAt !== null) return false;
  if (order.fulfillmentType === 'last_mile_delivery' && !retailer.lastMileChat) return false;
  // An abandoned order has ended without reaching a final state.
  if (isOver(order.workflowState) || order.endedAt !== null) return false;
  if (order.workflowState === 'acknowledged' && retailer.chatOpensAt === 'acknowledged') return true;
  return !beforePicking.includes(order.workflowState);
}

/** Readable at 24 h exactly, but not a millisecond later. */
export const isExpired = (order: Pick<OrderRow, 'expiresAt'>, now: number): boolean =>
  order.expiresAt !== null && now > order.expiresAt;
