/** Operations for a shopper’s own device. These are ours. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import { described, Flag, Id, Integer, object, optional, Text, Timestamp } from '../schema-kinds.ts';
import { Success } from './answers.ts';
import { ImageId, Message, MessagesRead, SentMessage } from './chat.ts';
import { Party, WorkflowState } from './enumerations.ts';
import { OrderItems } from './order-status.ts';
import { PickItemRequest } from './orders.ts';

export const ShopperMessageRequest = object(
  {
    body: optional(
      Type.Unsafe<unknown>({
        type: 'string',
        description: `The text: 1 to ${limits.messageCharacters} characters. Required unless there is an image`,
      }),
    ),
    image: optional(
      Type.Unsafe<unknown>({ type: 'string', format: 'uri', description: 'HTTPS URL of an image' }),
    ),
    image_id: optional(ImageId),
  },
  'A message to the customer',
);

export const CustomerName = object(
  { first_name: Text('First name') },
  'The customer, as a shopper sees them',
);

export const MessagePreview = object(
  {
    sender_type: described(Party, 'Side of the sender'),
    preview: Text('The beginning of the text'),
    created_at: Timestamp('When the message was created'),
  },
  'The last message of an order',
);

export const ShopperOrder = object(
  {
    order_id: Text('The retailer’s own ID of the order'),
    id: Id('The internal ID of the order'),
    workflow_state: WorkflowState,
    customer: CustomerName,
    unread: Integer('Messages of the customer that no shopper has read yet'),
    chat_open: Flag('Whether messages can be sent now'),
    last_activity_at: Timestamp('When the last event of the order’s log happened'),
    last_message: optional(MessagePreview),
  },
  'An order that a shopper has',
);

export const ShopperOrders = object(
  {
    orders: Type.Array(ShopperOrder, { description: 'Newest activity first' }),
    quick_replies: Type.Array(Type.String(), {
      description:
        'Texts for the shopper to tap, in which `{customer}`, `{shopper}` and `{order}` are filled in; empty if the retailer has set none',
    }),
    timezone: Text('IANA name of the orders’ time zone'),
  },
  'The orders that a shopper has',
);
export type ShopperOrders = Static<typeof ShopperOrders>;

export const ConversationMessage = object(
  {
    ...Message.properties,
    seq: Integer('Number in the order’s log'),
    delivered_at: optional(Timestamp('When a device of the recipient received it')),
  },
  'A message, as a shopper sees it',
);

export const ConversationNotice = object(
  {
    seq: Integer('Number in the order’s log'),
    type: Text('The subject of the notice'),
    body: Text('The text of the notice'),
    created_at: Timestamp('When the notice was written'),
  },
  'An automated notice, as a shopper sees it',
);

export const ShopperConversation = object(
  {
    order_id: Text('The retailer’s own ID of the order'),
    workflow_state: WorkflowState,
    customer: CustomerName,
    messages: Type.Array(ConversationMessage, {
      description: 'Oldest first; empty once the chat has expired',
    }),
    lifecycle_messages: Type.Array(ConversationNotice, { description: 'Automated notices, oldest first' }),
    unread: Integer('Messages of the customer that no shopper has read yet'),
    chat_open: Flag('Whether messages can be sent now'),
    is_expired: Flag('Whether the chat can no longer be read'),
    seq: Integer('Number of the last event; the stream continues from here'),
  },
  'The conversation of an order, as its shopper sees it',
);
export type ShopperConversation = Static<typeof ShopperConversation>;

const shopper = {
  tag: 'Shopper',
  surface: 'native',
  identity: 'shopper',
  scope: 'aislechat:shopper',
} as const;

export const shopperRoutes = define({
  listShopperOrders: {
    ...shopper,
    method: 'GET',
    path: '/v1/shopper/orders',
    summary: 'List the shopper’s orders',
    description: `Returns the orders that the shopper has now, newest activity first, at most ${limits.shopperOrders}, without orders that were handed over.`,
    answer: ShopperOrders,
    errors: [],
  },
  getShopperConversation: {
    ...shopper,
    method: 'GET',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'Get a conversation as the shopper',
    description:
      'Returns the messages and automated notices of an order that the shopper has, with the times when each message was delivered and read. The stream of events continues from `seq`.',
    internalIds: true,
    answer: ShopperConversation,
    errors: ['resource_not_found'],
  },
  sendAsShopper: {
    ...shopper,
    method: 'POST',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'Send a message to the customer',
    description:
      'Sends a text, an image, or both on behalf of the shopper. The chat is open from the start of picking until delivery or cancellation; at other times the answer is 403.',
    internalIds: true,
    idempotencyKey: true,
    body: ShopperMessageRequest,
    answer: SentMessage,
    errors: ['invalid_parameters', 'sending_not_allowed', 'resource_not_found', 'idempotency_key_reused'],
  },
  getItemsAsShopper: {
    ...shopper,
    method: 'GET',
    path: '/v1/shopper/orders/{order_id}/items',
    summary: 'List the items of an order as the shopper',
    description:
      'Returns each item of an order that the shopper has, with its status and, if a replacement was proposed, the replacement and the customer’s decision.',
    internalIds: true,
    answer: OrderItems,
    errors: ['resource_not_found'],
  },
  pickItemAsShopper: {
    ...shopper,
    method: 'PUT',
    path: '/v1/shopper/orders/{order_id}/items/{line_num}',
    summary: 'Record what became of an item as the shopper',
    description:
      'Records that the item was found, was not found, is to be refunded, or is to be replaced by another product. The customer is notified of a proposed replacement and answers it. It works while the order is being picked.',
    internalIds: true,
    body: PickItemRequest,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  markReadAsShopper: {
    ...shopper,
    method: 'PUT',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'Mark the customer’s messages as read',
    description:
      'Marks every message of the customer that no shopper has read yet, and returns how many there were. Repeating it is safe and returns 0.',
    internalIds: true,
    answer: MessagesRead,
    errors: ['resource_not_found'],
  },
});
