/** The chat of an order. Connect: Post-checkout > Chat. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import { choice, Integer, object, optional, Timestamp } from '../schema-kinds.ts';
import { lifecycleTypes } from '../workflow.ts';

export const ChatUser = object({
  id: Integer('The ID of the user'),
  display_name: Type.String({ description: 'The display name of the user' }),
  avatar_url: Type.String({ description: 'URL of the avatar, empty when there is none' }),
});
export type ChatUser = Static<typeof ChatUser>;

export const Party = choice(['user', 'driver'], '`user` is the customer, `driver` any shopper');

export const Message = object({
  id: Integer('The ID of the message'),
  order_id: Integer('The internal ID of the order'),
  created_at: Timestamp('When the message was created'),
  recipient_id: Integer('The ID of the recipient'),
  recipient_type: Party,
  sender_id: Integer('The ID of the sender'),
  sender_type: Party,
  read: Type.Boolean({ description: 'Whether the recipient has read it' }),
  read_at: optional(Timestamp('When it was read; present if and only if `read` is true')),
  body: Type.String({ description: 'The text, empty for a message that is only an image' }),
  image: optional(Type.String({ description: 'Absolute HTTPS URL of an attached image' })),
});
export type Message = Static<typeof Message>;

export const ChatMessagesMetadata = object({
  customer: ChatUser,
  current_shopper: optional(
    Type.Union([ChatUser, Type.Null()], {
      description:
        'The latest assigned shopper; null when none ever was (or left out, by the retailer’s setting)',
    }),
  ),
  shoppers: Type.Array(ChatUser, { description: 'Every shopper so far, first assignment first' }),
  is_expired: Type.Boolean({ description: 'More than 24 hours have passed since delivery or cancellation' }),
});
export type ChatMessagesMetadata = Static<typeof ChatMessagesMetadata>;

export const ChatMessages = object({
  chat_messages: Type.Array(Message, { description: 'Oldest first; empty once expired' }),
  metadata: ChatMessagesMetadata,
});
export type ChatMessages = Static<typeof ChatMessages>;

export const LifecycleMessage = object({
  id: Type.Integer(),
  order_id: Type.Integer(),
  created_at: Timestamp('When the notice was written'),
  type: choice(lifecycleTypes, 'What happened'),
  body: Type.String(),
});
export type LifecycleMessage = Static<typeof LifecycleMessage>;

export const OrderMessages = object({
  chat_messages: Type.Array(Message),
  lifecycle_messages: Type.Array(LifecycleMessage, { description: 'Automated notices, oldest first' }),
  metadata: ChatMessagesMetadata,
});
export type OrderMessages = Static<typeof OrderMessages>;

export const ImageId = Type.Unsafe<unknown>({
  type: 'integer',
  description: 'Ours: an image that the sender uploaded to this order. `body` may then be empty',
});

/** `body` is judged by the domain (blank, length), after the order is known: any JSON is read here. */
export const SendMessageRequest = object({
  body: optional(
    Type.Unsafe<unknown>({
      type: 'string',
      description: `Required, 1 to ${limits.messageCharacters} characters`,
    }),
  ),
  image_id: optional(ImageId),
});

export const SentMessage = object({
  id: Type.Integer(),
  type: Type.Literal('CHAT'),
  created_at: Timestamp('When the message was created'),
  timezone: Type.String({ description: 'IANA name of the order’s time zone' }),
});
export type SentMessage = Static<typeof SentMessage>;

export const MessagesRead = object({ messages_read_count: Type.Integer({ minimum: 0 }) });

const chat = {
  tag: 'Chat',
  surface: 'connect',
  identity: 'client_or_user',
  scope: 'connect:post_checkout',
  internalIds: true,
} as const;
const chatPath = '/v2/post_checkout/chat/{order_id}/messages';
const orderPath = '/v2/post_checkout/orders/{order_id}';

export const chatRoutes = define({
  getChat: {
    ...chat,
    method: 'GET',
    path: chatPath,
    summary: 'Get chat messages',
    conditional: true,
    answer: ChatMessages,
    errors: ['user_id_not_found', 'shopper_pii', 'resource_not_found'],
  },
  sendMessage: {
    ...chat,
    method: 'POST',
    path: chatPath,
    summary: 'Send a message to the shopper',
    idempotencyKey: true,
    body: SendMessageRequest,
    answer: SentMessage,
    errors: [
      'user_id_not_found',
      'invalid_parameters',
      'sending_not_allowed',
      'resource_not_found',
      'idempotency_key_reused',
    ],
  },
  markMessagesRead: {
    ...chat,
    method: 'PUT',
    path: chatPath,
    summary: 'Mark the shoppers’ messages as read',
    answer: MessagesRead,
    errors: ['user_id_not_found', 'resource_not_found'],
  },
  getOrderMessages: {
    ...chat,
    method: 'GET',
    path: `${orderPath}/order_messages`,
    summary: 'Get all messages of an order, automated notices included',
    conditional: true,
    answer: OrderMessages,
    errors: ['user_id_not_found', 'shopper_pii', 'resource_not_found'],
  },
});
