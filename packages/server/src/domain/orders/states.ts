/** What an order's state says: how far it is, whether its chat is open, and whether that has expired. */
import { type BatchState, type WorkflowState, workflowStates } from '@aislechat/contract';
import type { OrderRow, RetailerRow } from '../../storage/store.ts';

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
