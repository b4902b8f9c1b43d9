/** The steps of the demo's order: what each does to it, and why it cannot happen now. */
import type { OrderOverview } from '@aislechat/client';

type State = Pick<OrderOverview, 'workflow_state' | 'is_expired'>;
export type Step = 'handOver' | 'delivering' | 'delivered' | 'canceled';

export const stepNames: Record<Step, string> = {
  handOver: 'Hand over to another shopper',
  delivering: 'On its way',
  delivered: 'Delivered',
  canceled: 'Canceled',
};

/** @returns a sentence; undefined if the step can happen */
export function whyNot(step: Step, { workflow_state: state, is_expired }: State): string | undefined {
  if (is_expired) return 'The order is over, and its chat has expired. Start a new order.';
  if (state === 'delivered') return 'The order was delivered, so no step is left. Start a new order.';
  if (state === 'canceled') return 'The order was canceled, so no step is left. Start a new order.';
  if (step === 'delivering' && state === 'delivering') return 'The order is on its way already.';
  return undefined;
}

const states: Partial<Record<OrderOverview['workflow_state'], string>> = {
  brand_new: 'Waiting for a shopper',
  acknowledged: 'Accepted',
  picking: 'Being picked',
  delivering: 'On its way',
  delivered: 'Delivered',
  canceled: 'Canceled',
};

/** The state in words. */
export function stateName({ workflow_state: state, is_expired }: State): string {
  if (is_expired) return 'Chat expired';
  return states[state] ?? state.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
}

/** What the state means for the chat. */
export function chatNote(order: OrderOverview, inZone: (at: string) => string): string {
  if (order.is_expired) return 'Nobody can read the chat any more.';
  if (order.expires_at !== undefined) {
    return `The chat is closed. It can be read until ${inZone(order.expires_at)}.`;
  }
  return order.chat_closed ? 'An operator has closed the chat.' : 'The chat is open.';
}
