/** Converts orders, as an operator sees them, from the domain's values to the contract's shapes. */
import {
  type LifecycleType,
  type ReplacementAnswer,
  type schemas,
  type WorkflowState,
  wireTime,
} from '@aislechat/contract';
import type { OrderOverview } from '../../domain/orders/overview.ts';
import type { FoundOrder } from '../../domain/orders/search.ts';
import type { OrderEventRow, OrderSummaryRow, Party } from '../../storage/store.ts';
import { wireErasure } from '../../wire/erasures.ts';

export function wireSummary(order: OrderSummaryRow): schemas.OrderSummary {
  const wire: schemas.OrderSummary = {
    id: order.id,
    order_id: order.externalId,
    workflow_state: order.workflowState,
    fulfillment_type: order.fulfillmentType,
    user: { id: order.userId, ...(order.userExternalId !== null && { user_id: order.userExternalId }) },
    created_at: wireTime(order.createdAt),
    last_event_at: wireTime(order.lastEventAt),
  };
  if (order.cancellationReason !== null) wire.cancellation_reason = order.cancellationReason;
  if (order.currentShopperId !== null) {
    wire.shopper = {
      id: order.currentShopperId,
      ...(order.shopperExternalId !== null && { shopper_id: order.shopperExternalId }),
    };
  }
  if (order.endedAt !== null) wire.ended_at = wireTime(order.endedAt);
  if (order.expiresAt !== null) wire.expires_at = wireTime(order.expiresAt);
  if (order.erasedAt !== null) wire.erased_at = wireTime(order.erasedAt);
  return wire;
}

export const wireFound = ({ summary, customerName }: FoundOrder): schemas.OrdersFound['orders'][number] => ({
  ...wireSummary(summary),
  ...(customerName !== undefined && { customer_name: customerName }),
});

export const wireOverview = (overview: OrderOverview): schemas.OrderOverview => ({
  ...wireSummary(overview.summary),
  shoppers: overview.assignments.map(({ id, externalId, assignedAt }) => ({
    id,
    ...(externalId !== null && { shopper_id: externalId }),
    assigned_at: wireTime(assignedAt),
  })),
  seq: overview.summary.seq,
  messages: overview.messages,
  unread_by_user: overview.summary.unreadByUser,
  unread_by_shopper: overview.summary.unreadByShopper,
  is_expired: overview.isExpired,
  chat_closed: overview.isChatClosed,
  erasures: overview.receipts.map(wireErasure),
});

/** Returns only the members that each type of event is known to have. */
export function wireTimelineEvent({ seq, type, at, data }: OrderEventRow): TimelineEvent {
  const event: TimelineEvent = { seq, type, at: wireTime(at) };
  switch (type) {
    case 'state_changed':
      if (data.from !== null) event.from = data.from as WorkflowState;
      event.to = data.to as WorkflowState;
      break;
    case 'shopper_assigned':
      event.shopper_id = Number(data.shopper_id);
      break;
    case 'message':
      event.sender_type = data.sender_type as Party;
      break;
    case 'messages_read':
      event.sender_type = data.sender_type as Party;
      event.count = Number(data.count);
      break;
    case 'lifecycle_message':
      event.kind = data.kind as LifecycleType;
      break;
    case 'replacement_answered':
      event.status = data.status as ReplacementAnswer;
      break;
    default:
      break;
  }
  return event;
}
type TimelineEvent = schemas.OrderTimeline['events'][number];
