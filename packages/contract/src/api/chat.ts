/** The chat of an order. Connect: Post-checkout > Chat. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import { described, Flag, Id, object, optional, Text, Timestamp, Url } from '../schema-kinds.ts';
import { LifecycleType, Party } from './enumerations.ts';

export const ChatUser = object(
  {
    id: Id('The ID of the user or shopper'),
    display_name: Text('The name that the other side sees'),
    avatar_url: Text('URL of a picture; empty when there is none'),
  },
  'A customer or shopper, as the other side sees them',
);
export type ChatUser = Static<typeof ChatUser>;

export const Message = object(
  {
    id: Id('The ID of the message'),
    order_id: Id('The internal ID of the order'),
    created_at: Timestamp('When the message was created'),
    recipient_id: Id('The ID of the recipient'),
    recipient_type: described(Party, 'Side of the recipient'),
    sender_id: Id('The ID of the sender'),
    sender_type: described(Party, 'Side of the sender'),
    read: Flag('Whether the recipient has read it'),
    read_at: optional(Timestamp('When it was read; present if and only if `read` is true')),
    body: Text('The text; empty for a message that is only an image'),
    image: optional(Url('HTTPS URL of the attached image')),
  },
  'A message of the customer or a shopper',
);
export type Message = Static<typeof Message>;

export const ChatMessagesMetadata = object(
  {
    customer: ChatUser,
    current_shopper: optional(
      Type.Union([ChatUser, Type.Null()], {
        description:
          'The shopper who was assigned last; if there was none, null, or omitted if the retailer’s settings say so',
      }),
    ),
    shoppers: Type.Array(ChatUser, {
      description: 'Every shopper who has had the order, in the order of assignment',
    }),
    is_expired: Flag('Whether more than 24 hours have passed since delivery or cancellation'),
  },
  'The participants in a chat, and whether it can still be read',
);
export type ChatMessagesMetadata = Static<typeof ChatMessagesMetadata>;

export const ChatMessages = object(
  {
    chat_messages: Type.Array(Message, { description: 'Oldest first; empty once the chat has expired' }),
    metadata: ChatMessagesMetadata,
  },
  'The messages of an order’s chat',
);
export type ChatMessages = Static<typeof ChatMessages>;

export const LifecycleMessage = object(
  {
    id: Id('The ID of the notice'),
    order_id: Id('The internal ID of the order'),
    created_at: Timestamp('When the notice was written'),
    type: LifecycleType,
    body: Text('The text of the notice'),
  },
  'An automated notice about a step of the order',
);
export type LifecycleMessage = Static<typeof LifecycleMessage>;

export const OrderMessages = object(
  {
    chat_messages: Type.Array(Message, { description: 'Oldest first; empty once the chat has expired' }),
    lifecycle_messages: Type.Array(LifecycleMessage, { description: 'Automated notices, oldest first' }),
    metadata: ChatMessagesMetadata,
  },
  'The messages and automated notices of an order',
);
export type OrderMessages = Static<typeof OrderMessages>;

export const ImageId = Type.Unsafe<unknown>({
  type: 'integer',
  format: 'int64',
  description: 'Ours: an image that the same sender uploaded to this order. `body` may then be empty',
});

/** The schema accepts any JSON as `body`. The domain checks it (blank, length) after it has found the order. */
export const SendMessageRequest = object(
  {
    body: optional(
      Type.Unsafe<unknown>({
        type: 'string',
        description: `The text: 1 to ${limits.messageCharacters} characters. Required unless there is an \`image_id\``,
      }),
    ),
    image_id: optional(ImageId),
  },
  'A message to the shopper',
);

export const SentMessage = object(
  {
    id: Id('The ID of the message'),
    type: Type.Literal('CHAT', { description: 'Always `CHAT`' }),
    created_at: Timestamp('When the message was created'),
    timezone: Text('IANA name of the order’s time zone'),
  },
  'A stored message',
);

export type SentMessage = Static<typeof SentMessage>;

export const MessagesRead = object(
  {
    messages_read_count: Type.Integer({
      minimum: 0,
      description: 'Messages that this request marked as read',
    }),
  },
  'How many messages were marked as read',
);

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
    description:
      'Returns the messages between the customer and the shoppers, oldest first, and the participants. Messages stay readable for 24 hours after delivery or cancellation; after that the list is empty and `is_expired` is true.',
    connectPage: 'Get chat messages',
    conditional: true,
    answer: ChatMessages,
    errors: ['user_id_not_found', 'shopper_pii', 'resource_not_found'],
  },
  sendMessage: {
    ...chat,
    method: 'POST',
    path: chatPath,
    summary: 'Send a message to the shopper',
    description: `Sends a text, an uploaded image, or both on behalf of the customer. The chat is open from the start of picking until delivery or cancellation; at other times the answer is 403. An order holds up to ${limits.messagesPerOrder.toLocaleString('en')} messages.`,
    connectPage: 'Send a message to the shopper',
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
    description:
      'Marks every message of the shoppers that the customer has not read yet, and returns how many there were. Repeating it is safe and returns 0.',
    connectPage: 'Mark messages as read',
    answer: MessagesRead,
    errors: ['user_id_not_found', 'resource_not_found'],
  },
  getOrderMessages: {
    ...chat,
    method: 'GET',
    path: `${orderPath}/order_messages`,
    summary: 'Get messages and automated notices of an order',
    description:
      'Returns what “Get chat messages” returns, and also the automated notices about replacements, refunds and delivery. The messages expire 24 hours after delivery or cancellation; the notices stay.',
    connectPage: 'Get order messages',
    conditional: true,
    answer: OrderMessages,
    errors: ['user_id_not_found', 'shopper_pii', 'resource_not_found'],
  },
});
