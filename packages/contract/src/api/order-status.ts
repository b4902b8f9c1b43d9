/** What a customer sees of an order. Connect: Post-checkout > Order status. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import { choice, Identifier, object, optional, Timestamp } from '../schema-kinds.ts';
import {
  fulfillmentTypes,
  itemStatuses,
  replacementAnswers,
  replacementStatuses,
  workflowStates,
} from '../workflow.ts';
import { Empty } from './answers.ts';

export const OrderStatus = object({
  created_at: Timestamp('When it was created'),
  workflow_state: choice(workflowStates, 'Where the order stands'),
  fulfillment_type: choice(fulfillmentTypes, 'How the groceries reach the customer'),
  pickup_category: optional(
    choice(['curbside'], 'Only of pickup orders: where the customer gets the groceries'),
  ),
  window_starts_at: optional(Timestamp('Start of the window')),
  window_ends_at: optional(Timestamp('End of the window')),
});
export type OrderStatus = Static<typeof OrderStatus>;

export const Coordinates = object({
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
});

export const OrderHandling = object({
  address: object(
    {
      address_line_1: Type.String(),
      address_line_2: optional(Type.String()),
      locality: optional(Type.String()),
      administrative_area: optional(Type.String()),
      postal_code: Type.String(),
      country_code: Type.String(),
    },
    'Where the groceries go, or are picked up; a required text is empty where it is not known',
  ),
  coordinates: Type.Union([Coordinates, Type.Null()], {
    description: 'Of the address; null where they are not known',
  }),
  shopper: optional(
    object(
      { first_name: Type.String(), avatar_url: Type.String({ description: 'Empty when there is none' }) },
      'Who has the order; left out where the retailer removes shopper information',
    ),
  ),
  dropoff_location: optional(Type.String()),
  notes: optional(Type.String({ description: 'About the address' })),
  instructions: Type.String({ description: 'For the shopper; may be empty' }),
  leave_unattended: Type.Boolean(),
  alcoholic: Type.Boolean(),
  certified_delivery: Type.Boolean(),
});
export type OrderHandling = Static<typeof OrderHandling>;

export const OrderLocation = object({
  coordinates: optional(Coordinates),
});

const ItemOfOrder = object({
  name: Type.String(),
  image_url: optional(Type.String()),
  quantity: Type.String(),
  cost_unit: choice(['each', 'lb'], 'What the quantity counts'),
});
export type ItemOfOrder = Static<typeof ItemOfOrder>;

export const OrderItems = object({
  line_items: Type.Array(
    object({
      id: Type.String({ description: 'For the answer to a replacement' }),
      line_num: Type.String({ description: 'As the order was made with' }),
      status: choice(itemStatuses, 'What became of the item that was ordered'),
      item: ItemOfOrder,
      replacement_status: optional(
        choice(replacementStatuses, 'What the customer says of the replacement; only where there is one'),
      ),
      replacement: optional(ItemOfOrder),
      certified_delivery: optional(Type.Boolean()),
    }),
  ),
});
export type OrderItems = Static<typeof OrderItems>;

/** Connect has a message of its own for an amount that is not positive, so the schema does not refuse it. */
const SignedAmount = (description: string) =>
  Type.Number({ minimum: -limits.amount, maximum: limits.amount, description });

export const AlternativeItem = object({
  upc: optional(Identifier('Universal product code; one of this and `rrc`')),
  rrc: optional(Identifier('Retailer reference code')),
  count: optional(SignedAmount('Pieces, more than 0; one of this and `weight`')),
  weight: optional(SignedAmount('Weight, more than 0')),
});

export const ReplacementRequest = object({
  status: choice(replacementAnswers, 'What the customer says of the replacement'),
  alternative_item: optional(AlternativeItem),
});
export type ReplacementRequest = Static<typeof ReplacementRequest>;

const orderStatus = {
  surface: 'connect',
  identity: 'client_or_user',
  scope: 'connect:post_checkout',
  internalIds: true,
  tag: 'Order status',
} as const;
const orderPath = '/v2/post_checkout/orders/{order_id}';

export const orderStatusRoutes = define({
  getOrderStatus: {
    ...orderStatus,
    method: 'GET',
    path: orderPath,
    summary: 'Where an order stands',
    answer: OrderStatus,
    errors: ['resource_not_found'],
  },
  getOrderHandling: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/handling`,
    summary: 'Where an order goes, who has it, and what to mind',
    answer: OrderHandling,
    errors: ['resource_not_found'],
  },
  getOrderLocation: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/location`,
    summary: 'Where an order is while it is being delivered',
    answer: OrderLocation,
    errors: ['shopper_pii', 'resource_not_found'],
  },
  getOrderItems: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/items`,
    summary: 'The items of an order, with what became of each',
    answer: OrderItems,
    errors: ['resource_not_found'],
  },
  answerReplacement: {
    ...orderStatus,
    method: 'PUT',
    path: `${orderPath}/items/{order_item_id}/replacement`,
    summary: 'Approve or reject the replacement of an item',
    body: ReplacementRequest,
    answer: Empty,
    errors: [
      'user_id_not_found',
      'invalid_parameters',
      'resource_not_found',
      'order_item_not_found',
      'limit_reached',
    ],
  },
});
