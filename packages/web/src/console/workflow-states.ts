/** Every state of an order, to choose from. The type keeps the list equal to the contract's. */
import type { WorkflowState } from '@aislechat/client';

const positions = {
  brand_new: 0,
  acknowledged: 1,
  picking: 2,
  verifying_replacements: 3,
  checkout: 4,
  bags_check: 5,
  staged: 6,
  staged_for_delivery: 7,
  waiting_for_delivery: 8,
  acknowledged_for_delivery: 9,
  at_store: 10,
  bags_verified: 11,
  ready_for_pickup: 12,
  user_at_store: 13,
  runner_awaiting: 14,
  runner_acknowledged: 15,
  delivering: 16,
  delivered: 17,
  canceled: 18,
  rescheduled: 19,
} satisfies Record<WorkflowState, number>;

export const workflowStates = Object.keys(positions) as WorkflowState[];
