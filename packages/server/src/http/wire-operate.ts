/** From the domain's values to the shapes of the operator's routes. */
import type {
  AuditSubject,
  LifecycleType,
  ReplacementAnswer,
  schemas,
  WorkflowState,
} from '@aislechat/contract';
import type { Static } from 'typebox';
import type { Exported } from '../domain/operate/export.ts';
import type { OrderOverview } from '../domain/operate/orders.ts';
import type {
  AuditEntryOfList,
  OrderEventRow,
  OrderSummaryRow,
  Party,
  PersonErasureRow,
  ShopperRow,
  UserRow,
} from '../storage/store.ts';
import { wireTime, wireUser } from './wire.ts';

export const wireNativeShopper = (shopper: ShopperRow): Static<typeof schemas.NativeShopper> => ({
  id: shopper.id,
  shopper_id: shopper.externalId!,
  display_name: shopper.displayName,
  avatar_url: shopper.avatarUrl,
  ...(shopper.email !== null && { email: shopper.email }),
  ...(shopper.phone !== null && { phone: shopper.phone }),
});

export const wireNativeUser = (user: UserRow): Static<typeof schemas.NativeUser> => ({
  id: user.id,
  ...wireUser(user),
  avatar_url: user.avatarUrl,
});

export const wirePersonErasure = (receipt: PersonErasureRow): Static<typeof schemas.PersonErasure> => ({
  id: receipt.userId,
  erased_at: wireTime(receipt.erasedAt),
  orders: receipt.orders,
  messages: receipt.messages,
  images: receipt.images,
});

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
  erasures: overview.receipts.map((receipt) => ({
    erased_at: wireTime(receipt.erasedAt),
    reason: receipt.reason,
    messages: receipt.messages,
    images: receipt.images,
    ...(receipt.verifiedAt !== null && { verified_at: wireTime(receipt.verifiedAt) }),
  })),
});

export function wireAuditEntry(entry: AuditEntryOfList): schemas.AuditEntries['entries'][number] {
  const [type, id] = entry.subject.split(':') as [AuditSubject, string];
  return {
    id: entry.id,
    at: wireTime(entry.at),
    ...(entry.clientId !== null && { client_id: entry.clientId }),
    action: entry.action,
    subject: { type, id: Number(id) },
    ...(entry.agent !== null && { agent: entry.agent }),
    ...(entry.reason !== null && { reason: entry.reason }),
    ...(entry.detail !== null && { detail: entry.detail }),
  };
}

/** Of what an event holds, what its type is known to hold: never more. */
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

/** One line of an export. */
export function wireExported(piece: Exported): Static<typeof schemas.ExportLine> {
  if (piece.type === 'user') return { type: 'user', ...wireNativeUser(piece.user) };
  const order_id = piece.order.externalId;
  switch (piece.type) {
    case 'order': {
      const { order, details } = piece;
      const { windowStartsAt, windowEndsAt } = details;
      return {
        type: 'order',
        order_id,
        id: order.id,
        workflow_state: order.workflowState,
        fulfillment_type: order.fulfillmentType,
        created_at: wireTime(order.createdAt),
        ...(order.cancellationReason !== null && { cancellation_reason: order.cancellationReason }),
        ...(order.endedAt !== null && { ended_at: wireTime(order.endedAt) }),
        ...(details.locale !== undefined && { locale: details.locale }),
        ...(details.storeLocation !== undefined && { store_location: details.storeLocation }),
        ...(windowStartsAt !== undefined && { window_starts_at: wireTime(windowStartsAt) }),
        ...(windowEndsAt !== undefined && { window_ends_at: wireTime(windowEndsAt) }),
        ...(details.bagCount !== undefined && { bag_count: details.bagCount }),
        request: details.request,
      };
    }
    case 'item': {
      const { lineNum, status, item } = piece.item;
      return { type: 'item', order_id, line_num: lineNum, status, details: item };
    }
    case 'event': {
      const { event, notice } = piece;
      return {
        type: 'event',
        order_id,
        seq: event.seq,
        at: wireTime(event.at),
        event: event.type,
        data: event.data,
        ...(notice && { body: notice.body }),
      };
    }
    case 'message': {
      const { message } = piece;
      return {
        type: 'message',
        order_id,
        seq: message.seq,
        created_at: wireTime(message.createdAt),
        sender_type: message.senderType,
        sender_id: message.senderId,
        recipient_id: message.recipientId,
        ...(message.readAt !== null && { read_at: wireTime(message.readAt) }),
        body: message.body,
        ...(message.image !== null && { image: message.image }),
        ...(message.imageId !== null && { image_id: message.imageId }),
      };
    }
    case 'erasure': {
      const { receipt } = piece;
      return {
        type: 'erasure',
        order_id,
        erased_at: wireTime(receipt.erasedAt),
        reason: receipt.reason,
        messages: receipt.messages,
        images: receipt.images,
      };
    }
  }
}
