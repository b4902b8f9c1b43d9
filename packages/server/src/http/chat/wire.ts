/** Converts a conversation from the domain's values to the contract's shapes. */
import { eventId, type schemas, wireTime } from '@aislechat/contract';
import type { Conversation } from '../../domain/chat/read.ts';
import type { SentMessage } from '../../domain/chat/send.ts';
import type { MessageOfOrder, RetailerRow, ShopperOfOrder } from '../../storage/store.ts';

const otherParty = { user: 'driver', driver: 'user' } as const;

export function wireMessage(orderId: number, message: MessageOfOrder): schemas.Message {
  return {
    id: eventId(orderId, message.seq),
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
    id: eventId(conversation.orderId, message.seq),
    order_id: conversation.orderId,
    created_at: wireTime(message.createdAt),
    type: message.type,
    body: message.body,
  })),
  metadata: wireMetadata(conversation, retailer),
});

export const wireSentMessage = (sent: SentMessage): schemas.SentMessage => ({
  id: eventId(sent.orderId, sent.seq),
  type: 'CHAT',
  created_at: wireTime(sent.createdAt),
  timezone: sent.timezone,
});
