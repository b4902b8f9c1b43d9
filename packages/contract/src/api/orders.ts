/** Orders, as an operator sees and moves them. Ours. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { byOperator, bySupport, define } from '../route.ts';
import { choice, Identifier, Integer, object, optional, SafeInteger, Timestamp } from '../schema-kinds.ts';
import {
  cancellationReasons,
  fulfillmentTypes,
  lifecycleTypes,
  orderEventTypes,
  replacementAnswers,
  workflowStates,
} from '../workflow.ts';
import { rowsQuery, Success } from './answers.ts';
import { Party } from './chat.ts';
import { Coordinates } from './order-status.ts';

export const SetLocationRequest = object({ coordinates: Coordinates });

const orderSummary = {
  id: Integer('The internal ID of the order'),
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  workflow_state: choice(workflowStates, 'Where the order stands'),
  cancellation_reason: optional(choice(cancellationReasons, 'Only on canceled orders')),
  fulfillment_type: choice(fulfillmentTypes, 'How the groceries reach the customer'),
  user: object({
    id: Integer('The internal ID of the user'),
    user_id: optional(
      Type.String({ description: 'The retailer’s own; absent for dispatched and erased ones' }),
    ),
  }),
  shopper: optional(
    object({
      id: Integer('The internal ID of the shopper who has the order'),
      shopper_id: optional(Type.String({ description: 'The retailer’s own' })),
    }),
  ),
  created_at: Timestamp('When it was created'),
  last_event_at: Timestamp('Time of its last event'),
  ended_at: optional(Timestamp('Delivery or cancellation')),
  expires_at: optional(Timestamp('Until when its chat can be read')),
  erased_at: optional(Timestamp('When the texts of the ended chat were erased')),
};

export const OrderSummary = object(orderSummary);
export type OrderSummary = Static<typeof OrderSummary>;

export const OrderSummaries = object({
  orders: Type.Array(OrderSummary),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});

export const OrderOverview = object({
  ...orderSummary,
  shoppers: Type.Array(
    object({ id: Type.Integer(), shopper_id: optional(Type.String()), assigned_at: Timestamp('When') }),
    { description: 'Every assignment, oldest first' },
  ),
  seq: Integer('Number of the last event of the log'),
  messages: Integer('Messages ever sent'),
  unread_by_user: Integer('Messages of the shoppers that the customer has not read'),
  unread_by_shopper: Integer('Messages of the customer that no shopper has read'),
  is_expired: Type.Boolean(),
  erasures: Type.Array(
    object({
      erased_at: Timestamp('When'),
      reason: choice(['expired', 'requested'], 'Why'),
      messages: Type.Integer(),
      images: Type.Integer(),
      verified_at: optional(Timestamp('When nothing held the texts any more')),
    }),
    { description: 'Receipts, oldest first' },
  ),
});
export type OrderOverview = Static<typeof OrderOverview>;

export const OrdersQuery = object({
  workflow_state: optional(choice(workflowStates, 'State')),
  shopper_id: optional(Identifier('Shopper')),
  user_id: optional(Identifier('User')),
  active: optional(choice(['true', 'false'], 'Neither delivered nor canceled')),
  ...rowsQuery,
});

export const AssignShopperRequest = object({
  shopper_id: Type.Union([Identifier('The retailer’s own ID'), SafeInteger('Ours')], {
    description: 'A string is the retailer’s own ID of the shopper, a number ours',
  }),
});

export const SetOrderStateRequest = object({
  workflow_state: choice(workflowStates, 'The state to move to'),
  cancellation_reason: optional(choice(cancellationReasons, 'Only with `canceled`; default `other`')),
});

export const TimelineQuery = object({ after: optional(Type.String({ pattern: '^[0-9]{1,15}$' })) });

export const OrderTimeline = object({
  events: Type.Array(
    object({
      seq: Integer('Number in the order’s log'),
      type: choice(orderEventTypes, 'What happened'),
      at: Timestamp('When'),
      from: optional(choice(workflowStates, 'State before; missing on the first')),
      to: optional(choice(workflowStates, 'State after')),
      shopper_id: optional(Integer('The internal ID of the shopper who got the order')),
      sender_type: optional(Party),
      count: optional(Integer('How many messages were read')),
      kind: optional(choice(lifecycleTypes, 'Of an automated notice')),
      status: optional(choice(replacementAnswers, 'What the customer said of a replacement')),
    }),
  ),
  next_after: Integer('For `after`, to go on from here'),
});
export type OrderTimeline = Static<typeof OrderTimeline>;

const orders = { ...byOperator, tag: 'Orders' } as const;
/** A support agent reads them too. */
const readOrders = { ...bySupport, tag: 'Orders' } as const;

export const orderRoutes = define({
  listOrders: {
    ...readOrders,
    method: 'GET',
    path: '/v1/orders',
    summary: 'Orders, newest first',
    query: {
      workflow_state: 'Only orders in this state',
      shopper_id: 'Only orders that this shopper has now, by the retailer’s own ID',
      user_id: 'Only orders of this user, by the retailer’s own ID',
      active: '`true`: neither delivered nor canceled; `false`: one of the two',
      limit: `Orders in the answer, 1 to ${limits.rowsPerPage}; default ${limits.rowsPerPage}`,
      after: 'Cursor: `next` of the page before',
    },
    answer: OrderSummaries,
    errors: ['invalid_parameters'],
  },
  getOrderOverview: {
    ...readOrders,
    method: 'GET',
    path: '/v1/orders/{order_id}',
    summary: 'Where an order stands: state, participants, counters, receipts; no text',
    internalIds: true,
    answer: OrderOverview,
    errors: ['resource_not_found'],
  },
  getOrderTimeline: {
    ...readOrders,
    method: 'GET',
    path: '/v1/orders/{order_id}/timeline',
    summary: 'What happened to an order, event by event; no text and no name',
    internalIds: true,
    query: { after: 'Number of the last event that is known; left out = from the first' },
    answer: OrderTimeline,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  assignShopper: {
    ...orders,
    method: 'POST',
    path: '/v1/orders/{order_id}/assignment',
    summary: 'Give an order to a shopper, or hand it over',
    internalIds: true,
    body: AssignShopperRequest,
    answer: OrderSummary,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  setOrderState: {
    ...orders,
    method: 'POST',
    path: '/v1/orders/{order_id}/state',
    summary: 'Move an order to a state, ahead or back',
    internalIds: true,
    body: SetOrderStateRequest,
    answer: OrderSummary,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  setOrderLocation: {
    ...orders,
    method: 'PUT',
    path: '/v1/orders/{order_id}/location',
    summary: 'Tell where the shopper is with an order that is being delivered',
    internalIds: true,
    body: SetLocationRequest,
    answer: Success,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
});
