/** Orders, as an operator reads and changes them. These operations are ours. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { byOperator, bySupport, define } from '../route.ts';
import {
  Amount,
  choice,
  described,
  EventNumber,
  Flag,
  Id,
  Identifier,
  Integer,
  object,
  optional,
  SafeId,
  Text,
  Timestamp,
} from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { NextPage, pageQuery, Success } from './answers.ts';
import {
  CancellationReason,
  ErasedKinds,
  ErasureReason,
  FulfillmentType,
  LifecycleType,
  OrderEventType,
  Party,
  ReplacementAnswer,
  WorkflowState,
} from './enumerations.ts';
import { Product } from './fulfillment.ts';
import { Coordinates } from './order-status.ts';

export const SetLocationRequest = object(
  { coordinates: described(Coordinates, 'Where the shopper is') },
  'Where an order is now',
);

export const UserOfOrder = object(
  {
    id: Id('The internal ID of the user'),
    user_id: optional(
      Text('The retailer’s own ID of the user; missing for dispatched orders and erased users'),
    ),
  },
  'The customer of an order, by ID',
);

export const ShopperOfOrder = object(
  {
    id: Id('The internal ID of the shopper'),
    shopper_id: optional(Text('The retailer’s own ID of the shopper')),
  },
  'The shopper who has an order, by ID',
);

const orderSummary = {
  id: Id('The internal ID of the order'),
  order_id: Text('The retailer’s own ID of the order'),
  workflow_state: WorkflowState,
  cancellation_reason: optional(
    described(CancellationReason, 'Why the order was canceled; of canceled orders only'),
  ),
  fulfillment_type: FulfillmentType,
  user: UserOfOrder,
  shopper: optional(ShopperOfOrder),
  created_at: Timestamp('When the order was created'),
  last_event_at: Timestamp('When the last event of its log happened'),
  ended_at: optional(Timestamp('When the order was delivered or canceled')),
  expires_at: optional(Timestamp('Until when its chat can be read')),
  erased_at: optional(Timestamp('When the texts of its chat were erased')),
};

export const OrderSummary = object(orderSummary, 'The state of an order, without texts or names');
export type OrderSummary = Static<typeof OrderSummary>;

export const OrderSummaries = object(
  { orders: Type.Array(OrderSummary, { description: 'Newest first' }), next: NextPage },
  'A page of orders',
);

export const SearchOrdersRequest = object(
  {
    text: Type.String({
      maxLength: limits.searchCharacters,
      pattern: visibleCharacter,
      description:
        'Part of the retailer’s order ID or of the customer’s name, in any case; the internal ID, with or without `#`; or the customer’s whole phone number',
    }),
  },
  'What an order is searched by',
);

export const OrdersFound = object(
  {
    orders: Type.Array(
      object(
        {
          ...orderSummary,
          customer_name: optional(
            Text('Name of the customer, if the order was found by name or phone number'),
          ),
        },
        'An order that was found',
      ),
      { description: 'Newest first' },
    ),
  },
  'The orders that were found',
);
export type OrdersFound = Static<typeof OrdersFound>;

export const Assignment = object(
  {
    id: Id('The internal ID of the shopper'),
    shopper_id: optional(Text('The retailer’s own ID of the shopper')),
    assigned_at: Timestamp('When the shopper got the order'),
  },
  'An assignment of an order to a shopper',
);

const erasure = {
  erased_at: Timestamp('When the texts were erased'),
  reason: ErasureReason,
  kinds: ErasedKinds,
  messages: Integer('Messages whose text was erased'),
  evidence: Integer('Reported messages that were held as evidence and were erased'),
  held: Integer('Reported messages that stayed held as evidence'),
  held_until: optional(
    Timestamp('When the last of these is erased, at the latest; missing if there are none'),
  ),
  images: Integer('Images that were erased'),
  subscriptions: Integer('Push subscriptions of the customer that were deleted'),
  phone_numbers: Integer('Phone numbers for text messages that were deleted'),
  provider_copies: Integer('Copies of texts at a provider of text messages that were deleted'),
  verified_at: optional(Timestamp('When it was verified that no file contains the texts any more')),
  key_epoch: optional(
    Timestamp(
      'On PostgreSQL, the start of the newest hour whose key could read a copy of the texts and images that the database left behind. Once this key and all before it are destroyed, none can be read',
    ),
  ),
};

export const Erasure = object(erasure, 'Receipt of an erasure of one order’s chat');

export const ErasureReceipt = object(
  {
    id: Id('The internal ID of the order'),
    order_id: Text('The retailer’s own ID of the order'),
    ...erasure,
  },
  'Receipt of an erasure, with its order',
);

export const OrderOverview = object(
  {
    ...orderSummary,
    shoppers: Type.Array(Assignment, { description: 'Every assignment, oldest first' }),
    seq: Integer('Number of the last event of the log'),
    messages: Integer('Messages sent so far'),
    unread_by_user: Integer('Messages of the shoppers that the customer has not read'),
    unread_by_shopper: Integer('Messages of the customer that no shopper has read'),
    is_expired: Flag('Whether the chat can no longer be read'),
    chat_closed: Flag('Whether an operator has closed the chat'),
    erasures: Type.Array(Erasure, { description: 'Erasure receipts, oldest first' }),
  },
  'Everything about an order except texts and names',
);
export type OrderOverview = Static<typeof OrderOverview>;

export const AssignShopperRequest = object(
  {
    shopper_id: Type.Union(
      [Identifier('The retailer’s own ID of the shopper'), SafeId('The internal ID of the shopper')],
      { description: 'A string is the retailer’s own ID of the shopper, a number the internal one' },
    ),
  },
  'The shopper who gets the order',
);

export const SetOrderStateRequest = object(
  {
    workflow_state: described(WorkflowState, 'The state to move the order to'),
    cancellation_reason: optional(
      described(CancellationReason, 'Why the order is canceled; only with `canceled`, `other` by default'),
    ),
  },
  'The state to move an order to',
);

export const PickItemRequest = object(
  {
    status: choice(['not_found', 'found', 'replaced', 'to_refund'], 'The result of picking the item'),
    delivered_count: optional(Amount('Number of pieces delivered')),
    delivered_weight: optional(Amount('Weight delivered, in pounds')),
    replacement_item: optional(
      described(Product, 'The product that replaces the item; required with `replaced`'),
    ),
  },
  'The result of picking an item',
);

export const TimelineEvent = object(
  {
    seq: Integer('Number in the order’s log'),
    type: OrderEventType,
    at: Timestamp('When it happened'),
    from: optional(
      described(WorkflowState, 'For `state_changed`: the state before; missing on the first event'),
    ),
    to: optional(described(WorkflowState, 'For `state_changed`: the state after')),
    shopper_id: optional(Id('For `shopper_assigned`: the internal ID of the shopper')),
    sender_type: optional(
      described(
        Party,
        'For `message`: the sender; for `messages_read`: the sender of the messages that were read',
      ),
    ),
    count: optional(Integer('For `messages_read`: how many messages were read')),
    kind: optional(described(LifecycleType, 'For `lifecycle_message`: the subject of the notice')),
    status: optional(described(ReplacementAnswer, 'For `replacement_answered`: the customer’s decision')),
  },
  'One event of an order’s log, without texts or names',
);

export const OrderTimeline = object(
  {
    events: Type.Array(TimelineEvent, { description: 'In the order of the log' }),
    next_after: Integer('Send it as `after` to continue from here'),
  },
  'A page of an order’s log, without texts or names',
);
export type OrderTimeline = Static<typeof OrderTimeline>;

const orders = { ...byOperator, tag: 'Orders' } as const;
/** Support agents may call these operations too. */
const readOrders = { ...bySupport, tag: 'Orders' } as const;

export const orderRoutes = define({
  listOrders: {
    ...readOrders,
    method: 'GET',
    path: '/v1/orders',
    summary: 'List orders',
    description:
      'Returns the retailer’s orders, newest first, in pages. Orders that are created meanwhile do not shift the pages.',
    query: object({
      workflow_state: optional(described(WorkflowState, 'Only orders in this state')),
      shopper_id: optional(Identifier('Only orders that this shopper has now, by the retailer’s own ID')),
      user_id: optional(Identifier('Only orders of this user, by the retailer’s own ID')),
      active: optional(Flag('`true`: only orders neither delivered nor canceled; `false`: only the others')),
      ...pageQuery('Orders'),
    }),
    answer: OrderSummaries,
    errors: ['invalid_parameters'],
  },
  searchOrders: {
    ...readOrders,
    method: 'POST',
    path: '/v1/orders/search',
    summary: 'Search orders',
    description: `Returns up to ${limits.ordersFound} orders, newest first, by order ID, or by name or phone number of the customer. The audit log records every customer who is found by name or phone number, without the text. Parts of IDs and names are searched among the latest orders and customers only.`,
    body: SearchOrdersRequest,
    answer: OrdersFound,
    errors: ['invalid_parameters'],
  },
  getOrderOverview: {
    ...readOrders,
    method: 'GET',
    path: '/v1/orders/{order_id}',
    summary: 'Get the overview of an order',
    description:
      'Returns the order’s state, the people by ID, the counts of messages, and the erasure receipts. It contains neither texts nor names.',
    internalIds: true,
    answer: OrderOverview,
    errors: ['resource_not_found'],
  },
  getOrderTimeline: {
    ...readOrders,
    method: 'GET',
    path: '/v1/orders/{order_id}/timeline',
    summary: 'Get the timeline of an order',
    description: `Returns up to ${limits.eventsPerPage} events of the order’s log: states, assignments, and the times of messages and reads. The events contain neither texts nor names.`,
    internalIds: true,
    query: object({
      after: optional(EventNumber('Number of the last known event; 0 or omitted starts with the first')),
    }),
    answer: OrderTimeline,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  assignShopper: {
    ...orders,
    method: 'POST',
    path: '/v1/orders/{order_id}/assignment',
    summary: 'Assign an order to a shopper',
    description:
      'Gives the order to a shopper, or hands it over from another, who can no longer reach it. Assigning it to the shopper who has it changes nothing.',
    internalIds: true,
    body: AssignShopperRequest,
    answer: OrderSummary,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  setOrderState: {
    ...orders,
    method: 'POST',
    path: '/v1/orders/{order_id}/state',
    summary: 'Set the state of an order',
    description:
      'Moves the order forward or back. `delivered` and `canceled` close the chat and start its 24 hours; leaving them opens it again, but texts that expired meanwhile stay gone.',
    internalIds: true,
    body: SetOrderStateRequest,
    answer: OrderSummary,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  pickItem: {
    ...orders,
    method: 'PUT',
    path: '/v1/orders/{order_id}/items/{line_num}',
    summary: 'Record what became of an item',
    description:
      'Records that the item was found, was not found, is to be refunded, or is to be replaced by another product. The customer is notified of a proposed replacement and answers it. It works while the order is being picked.',
    internalIds: true,
    body: PickItemRequest,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  setOrderLocation: {
    ...orders,
    method: 'PUT',
    path: '/v1/orders/{order_id}/location',
    summary: 'Set the location of an order',
    description:
      'Reports where the shopper is while the order is in state `delivering`; the customer sees the latest place. Earlier places are not kept.',
    internalIds: true,
    body: SetLocationRequest,
    answer: Success,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
});
