/** How an order moves through its states, and the effects of each move. */
import {
  type CancellationReason,
  limits,
  type NotificationKind,
  type WorkflowState,
} from '@aislechat/contract';
import { enqueueStateCallback } from '../callbacks/record.ts';
import { greet } from '../chat/greeting.ts';
import { eraseTexts, hideTexts } from '../erasure/order.ts';
import { notifyOfStep } from '../notifications/record.ts';
import type { OrderChange } from './change.ts';
import { forgetLocation } from './location.ts';
import { isExpired, isOver } from './states.ts';

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
      const retailer = (await change.tx.retailers.find(order.retailerId))!;
      if (order.erasingTo === null) await eraseTexts(change, retailer, 'expired');
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
