/** What a shopper’s own device reaches. Ours. */
import { type Static, Type } from 'typebox';
import { define } from '../route.ts';
import { choice, Integer, object, optional, Timestamp } from '../schema-kinds.ts';
import { workflowStates } from '../workflow.ts';
import { ImageId, Message, MessagesRead, Party, SentMessage } from './chat.ts';

export const ShopperMessageRequest = object({
  body: optional(
    Type.Unsafe<unknown>({ type: 'string', description: 'Text; may be empty when there is an image' }),
  ),
  image: optional(Type.Unsafe<unknown>({ type: 'string', description: 'Absolute HTTPS URL' })),
  image_id: optional(ImageId),
});

export const ShopperOrder = object({
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  id: Integer('The internal ID of the order'),
  workflow_state: choice(workflowStates, 'Where the order is'),
  customer: object({ first_name: Type.String() }),
  unread: Integer('Messages of the customer that no shopper has read yet'),
  chat_open: Type.Boolean(),
  last_activity_at: Timestamp('Time of the last event'),
  last_message: optional(
    object({
      sender_type: Party,
      preview: Type.String({ description: 'The beginning of the text' }),
      created_at: Timestamp('When it was sent'),
    }),
  ),
});

export const ShopperOrders = object({
  orders: Type.Array(ShopperOrder),
  quick_replies: Type.Array(Type.String(), {
    description:
      'What the retailer has for shoppers to tap, with `{customer}`, `{shopper}` and `{order}` to be filled in; empty where it has none',
  }),
});
export type ShopperOrders = Static<typeof ShopperOrders>;

export const ShopperConversation = object({
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  workflow_state: choice(workflowStates, 'Where the order is'),
  customer: object({ first_name: Type.String() }),
  messages: Type.Array(
    object({
      ...Message.properties,
      seq: Integer('Number in the order’s log'),
      delivered_at: optional(Timestamp('When a device of the other side had fetched it')),
    }),
  ),
  lifecycle_messages: Type.Array(
    object({ seq: Type.Integer(), type: Type.String(), body: Type.String(), created_at: Timestamp('When') }),
  ),
  unread: Integer('Messages of the customer that no shopper has read yet'),
  chat_open: Type.Boolean(),
  is_expired: Type.Boolean(),
  seq: Integer('Number of the last event: go on from here with the stream'),
});
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
    summary: 'The orders that the shopper has now, newest activity first',
    answer: ShopperOrders,
    errors: [],
  },
  getShopperConversation: {
    ...shopper,
    method: 'GET',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'The conversation of one of them',
    internalIds: true,
    answer: ShopperConversation,
    errors: ['resource_not_found'],
  },
  sendAsShopper: {
    ...shopper,
    method: 'POST',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'Send a message to the customer',
    internalIds: true,
    idempotencyKey: true,
    body: ShopperMessageRequest,
    answer: SentMessage,
    errors: ['invalid_parameters', 'sending_not_allowed', 'resource_not_found', 'idempotency_key_reused'],
  },
  markReadAsShopper: {
    ...shopper,
    method: 'PUT',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'Mark the customer’s messages as read',
    internalIds: true,
    answer: MessagesRead,
    errors: ['resource_not_found'],
  },
});
