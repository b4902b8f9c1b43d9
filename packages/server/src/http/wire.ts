/** From the domain's values to the contract's shapes. */
import type { schemas } from '@aislechat/contract';
import { limits } from '@aislechat/contract';
import type { Conversation } from '../domain/chat/read.ts';
import type { SentMessage } from '../domain/chat/send.ts';
import type { Product } from '../domain/items.ts';
import type { OrderView } from '../domain/orders/fulfillment.ts';
import type { Hold, Slot } from '../domain/slots.ts';
import type { MessageOfOrder, RetailerRow, ShopperOfOrder, UserRow } from '../storage/store.ts';

const dayMs = 86_400_000;
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
let latestDay = { day: Number.NaN, prefix: '' };

/** Connect writes whole seconds and a Z. The date is kept: times in one answer are of the same day. */
export function wireTime(ms: number): string {
  const day = Math.floor(ms / dayMs);
  if (day !== latestDay.day) latestDay = { day, prefix: new Date(day * dayMs).toISOString().slice(0, 11) };
  const second = Math.floor((ms - day * dayMs) / 1000);
  const minute = Math.floor(second / 60);
  const hour = twoDigits[Math.floor(minute / 60)];
  return `${latestDay.prefix}${hour}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}Z`;
}

/** Unique within the retailer, increasing within the order, and made without a counter to wait for. */
export const messageId = (orderId: number, seq: number): number => orderId * limits.eventNumbers + seq;

const otherParty = { user: 'driver', driver: 'user' } as const;

export function wireMessage(orderId: number, message: MessageOfOrder): schemas.Message {
  return {
    id: messageId(orderId, message.seq),
    order_id: orderId,
    created_at: wireTime(message.createdAt),
    recipient_id: message.recipientId,
    recipient_type: otherParty[message.senderType],
    sender_id: message.senderId,
    sender_type: message.senderType,
    read: message.readAt !== null,
    ...(message.readAt !== null && { read_at: wireTime(message.readAt) }),
    body: message.body,
    ...(message.image !== null && { image: message.image }),
  };
}

export const wireShopper = (shopper: ShopperOfOrder): schemas.ChatUser => ({
  id: shopper.id,
  display_name: shopper.displayName,
  avatar_url: shopper.avatarUrl,
});

function wireMetadata(conversation: Conversation, retailer: RetailerRow): schemas.ChatMessagesMetadata {
  const { customer, currentShopperId } = conversation;
  const shoppers = conversation.shoppers.map(wireShopper);
  const metadata: schemas.ChatMessagesMetadata = {
    customer: { id: customer.id, display_name: customer.firstName, avatar_url: customer.avatarUrl },
    current_shopper: shoppers.find((shopper) => shopper.id === currentShopperId) ?? null,
    shoppers,
    is_expired: conversation.isExpired,
  };
  if (metadata.current_shopper === null && retailer.absentShopper === 'omit') delete metadata.current_shopper;
  return metadata;
}

export const wireChat = (conversation: Conversation, retailer: RetailerRow): schemas.ChatMessages => ({
  chat_messages: conversation.messages.map((message) => wireMessage(conversation.orderId, message)),
  metadata: wireMetadata(conversation, retailer),
});

export const wireOrderMessages = (
  conversation: Conversation,
  retailer: RetailerRow,
): schemas.OrderMessages => ({
  chat_messages: conversation.messages.map((message) => wireMessage(conversation.orderId, message)),
  lifecycle_messages: conversation.lifecycleMessages.map((message) => ({
    id: messageId(conversation.orderId, message.seq),
    order_id: conversation.orderId,
    created_at: wireTime(message.createdAt),
    type: message.type,
    body: message.body,
  })),
  metadata: wireMetadata(conversation, retailer),
});

export const wireSentMessage = (sent: SentMessage): schemas.SentMessage => ({
  id: messageId(sent.orderId, sent.seq),
  type: 'CHAT',
  created_at: wireTime(sent.createdAt),
  timezone: sent.timezone,
});

export function wireUser(user: UserRow): schemas.User {
  const wire: schemas.User = { user_id: user.externalId ?? '', first_name: user.firstName };
  if (user.lastName !== null) wire.last_name = user.lastName;
  if (user.phoneNumber !== null) wire.phone_number = user.phoneNumber;
  if (user.locale !== null) wire.locale = user.locale;
  return wire;
}

/** @param timezone IANA name of the zone whose calendar has the slot's day */
export function wireSlot({ id, kind, startsAt, endsAt }: Slot, timezone: string): schemas.ServiceOption {
  const [start, end] = [wireTime(startsAt), wireTime(endsAt)];
  return {
    id,
    service_option_reference: String(id),
    date: dayIn(timezone, startsAt),
    window: { start_at: start, end_at: end, type: 'scheduled', asap: false },
    availability: { available: true },
    service_type: kind,
    window_starts_at: start,
    window_ends_at: end,
  };
}

/** The Swedish calendar writes days as ISO 8601 does. */
const dayIn = (timezone: string, at: number): string =>
  new Intl.DateTimeFormat('sv', { timeZone: timezone }).format(at);

export const wireHold = (hold: Hold, timezone: string) => ({
  service_option_hold: {
    id: hold.id,
    expires_at: wireTime(hold.expiresAt),
    service_option: wireSlot(hold.slot, timezone),
  },
});

export function wireOrder({ order, details, items }: OrderView): schemas.Order {
  const fulfillment: schemas.Order['fulfillment_details'] = { fulfillment_type: order.fulfillmentType };
  if (details.storeLocation !== undefined) fulfillment.store_location = details.storeLocation;
  if (details.windowStartsAt !== undefined) fulfillment.window_starts_at = wireTime(details.windowStartsAt);
  if (details.windowEndsAt !== undefined) fulfillment.window_ends_at = wireTime(details.windowEndsAt);
  if (details.bagCount !== undefined) fulfillment.bag_count = details.bagCount;
  if (order.workflowState === 'delivered' && order.endedAt !== null) {
    fulfillment.delivered_at = wireTime(order.endedAt);
  }
  const wire: schemas.Order = {
    id: order.externalId,
    status: order.workflowState,
    order_url: null,
    created_at: wireTime(order.createdAt),
    is_instacartplus: false,
    is_express: false,
    metadata: {},
    fulfillment_details: fulfillment,
    warnings: [],
    items: items.map((row) => wireItem(row.lineNum, row.item)),
  };
  if (order.cancellationReason !== null) wire.cancellation_reason = order.cancellationReason;
  if (details.locale !== undefined) wire.locale = details.locale;
  return wire;
}

function wireItem(lineNum: string, item: Record<string, unknown>): schemas.Order['items'][number] {
  const { upc, rrc } = item.item as Product;
  const wire: schemas.Order['items'][number] = { line_num: lineNum, item: {} };
  if (upc !== undefined) wire.item.upc = upc;
  if (rrc !== undefined) wire.item.rrc = rrc;
  if (item.count !== undefined) wire.count = Number(item.count);
  if (item.weight !== undefined) wire.weight = Number(item.weight);
  if (item.special_instructions !== undefined) wire.special_instructions = String(item.special_instructions);
  if (item.replacement_policy !== undefined) wire.replacement_policy = String(item.replacement_policy);
  return wire;
}

export const wireRetailer = (retailer: RetailerRow): schemas.Retailer => ({
  retailer_id: retailer.id,
  name: retailer.name,
  timezone: retailer.timezone,
  shopper_information_removal: retailer.shopperInformationRemoval,
  chat_enabled: retailer.chatEnabled,
  chat_opens_at: retailer.chatOpensAt,
  last_mile_chat: retailer.lastMileChat,
  absent_shopper: retailer.absentShopper,
  privacy_masks: retailer.privacyMasks,
  signed_assertions: retailer.signedAssertions,
  chat_callbacks: retailer.chatCallbacks,
  quick_replies: [...retailer.quickReplies],
});
