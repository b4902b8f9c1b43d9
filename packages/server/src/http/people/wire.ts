/** Converts users and shoppers from the domain's values to the contract's shapes. */
import { type schemas, wireTime } from '@aislechat/contract';
import type { Static } from 'typebox';
import { kindsOfPerson, kindsOfReceipt } from '../../domain/erasure/kinds.ts';
import type { Exported, ExportedOfShopper } from '../../domain/people/export.ts';
import type {
  DeliveryWishes,
  MessageOfLog,
  OrderRow,
  PersonErasureRow,
  Pickup,
  ShopperRow,
  UserRow,
} from '../../storage/store.ts';
import { wireUser } from '../fulfillment/wire.ts';

export const wireNativeShopper = (shopper: ShopperRow): Static<typeof schemas.NativeShopper> => ({
  ...wireShopper(shopper),
  shopper_id: shopper.externalId!,
});

const wireShopper = (shopper: ShopperRow) => ({
  id: shopper.id,
  ...(shopper.externalId !== null && { shopper_id: shopper.externalId }),
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
  id: receipt.personId,
  erased_at: wireTime(receipt.erasedAt),
  kinds: kindsOfPerson(receipt),
  orders: receipt.orders,
  messages: receipt.messages,
  evidence: receipt.evidence,
  images: receipt.images,
  subscriptions: receipt.subscriptions,
  phone_numbers: receipt.phoneNumbers,
  provider_copies: receipt.providerCopies,
  ...(receipt.verifiedAt !== null && { verified_at: wireTime(receipt.verifiedAt) }),
});

const wireWishes = ({ address, dropoffLocation, instructions, leaveUnattended }: DeliveryWishes) => ({
  ...(address && { address }),
  ...(dropoffLocation !== undefined && { dropoff_location: dropoffLocation }),
  ...(instructions !== undefined && { special_instructions: instructions }),
  ...(leaveUnattended !== undefined && { leave_unattended: leaveUnattended }),
});

const wireExportedMessage = (
  order: OrderRow,
  message: MessageOfLog,
): Static<typeof schemas.ExportedMessage> => ({
  type: 'message',
  order_id: order.externalId,
  seq: message.seq,
  created_at: wireTime(message.createdAt),
  sender_type: message.senderType,
  sender_id: message.senderId,
  recipient_id: message.recipientId,
  ...(message.readAt !== null && { read_at: wireTime(message.readAt) }),
  body: message.body,
  ...(message.image !== null && { image: message.image }),
  ...(message.imageId !== null && { image_id: message.imageId }),
});

/** One line of the export of a shopper. */
export function wireExportedOfShopper(piece: ExportedOfShopper): Static<typeof schemas.ShopperExportLine> {
  switch (piece.type) {
    case 'shopper':
      return { type: 'shopper', ...wireShopper(piece.shopper) };
    case 'assignment':
      return {
        type: 'assignment',
        order_id: piece.order.externalId,
        assigned_at: wireTime(piece.assignedAt),
      };
    case 'message':
      return wireExportedMessage(piece.order, piece.message);
  }
}

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
        ...(details.wishes && { wishes: wireWishes(details.wishes) }),
        ...(details.pickup && { pickup: wirePickup(details.pickup) }),
        ...(details.rating && {
          rating: { rating_value: details.rating.value, highlights: details.rating.highlights },
        }),
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
    case 'message':
      return wireExportedMessage(piece.order, piece.message);
    case 'erasure': {
      const { receipt } = piece;
      return {
        type: 'erasure',
        order_id,
        erased_at: wireTime(receipt.erasedAt),
        reason: receipt.reason,
        // The other side must not learn of a report.
        kinds: kindsOfReceipt(receipt).filter((kind) => kind !== 'evidence'),
        messages: receipt.messages,
        images: receipt.images,
      };
    }
  }
}

const wirePickup = ({ etaAt, arrivedAt, delegate }: Pickup) => ({
  ...(etaAt !== undefined && { eta: wireTime(etaAt) }),
  ...(arrivedAt !== undefined && { arrived_at: wireTime(arrivedAt) }),
  ...(delegate && { delegate: { name: delegate.name, phone_number: delegate.phoneNumber } }),
});
