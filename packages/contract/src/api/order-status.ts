/** The status of an order, as its customer sees it. Connect: Post-checkout > Order status. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import {
  choice,
  described,
  Flag,
  Identifier,
  object,
  optional,
  Text,
  Timestamp,
  text,
  Url,
} from '../schema-kinds.ts';
import { Empty } from './answers.ts';
import {
  FulfillmentType,
  ItemStatus,
  ReplacementAnswer,
  ReplacementStatus,
  WorkflowState,
} from './enumerations.ts';

export const OrderStatus = object(
  {
    created_at: Timestamp('When the order was created'),
    workflow_state: WorkflowState,
    fulfillment_type: FulfillmentType,
    pickup_category: optional(
      choice(['curbside'], 'Where the customer gets the groceries; of pickup orders only'),
    ),
    window_starts_at: optional(Timestamp('Start of the delivery or pickup window')),
    window_ends_at: optional(Timestamp('End of the delivery or pickup window')),
  },
  'State, type and window of an order',
);
export type OrderStatus = Static<typeof OrderStatus>;

export const Coordinates = object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90, description: 'Degrees north of the equator' }),
    longitude: Type.Number({ minimum: -180, maximum: 180, description: 'Degrees east of Greenwich' }),
  },
  'A place on the map (WGS 84)',
);

export const HandlingAddress = object(
  {
    address_line_1: Text('Street and number'),
    address_line_2: optional(Text('Apartment or floor')),
    locality: optional(Text('City')),
    administrative_area: optional(Text('State or province')),
    postal_code: Text('Postal code'),
    country_code: Text('Country code, such as `US`'),
  },
  'The place of delivery or pickup; a required text is empty if it is unknown',
);

export const HandlingShopper = object(
  { first_name: Text('First name'), avatar_url: Text('URL of a picture; empty when there is none') },
  'The shopper who has the order',
);

export const OrderHandling = object(
  {
    address: HandlingAddress,
    coordinates: Type.Union([Coordinates, Type.Null()], {
      description: 'Coordinates of the address; null if unknown',
    }),
    shopper: optional(
      described(
        HandlingShopper,
        'The shopper who has the order; omitted if the retailer removes shopper information',
      ),
    ),
    dropoff_location: optional(Text('Where to leave the groceries')),
    notes: optional(Text('Notes about the address')),
    instructions: Text('Instructions for the shopper; may be empty'),
    leave_unattended: Flag('Whether the groceries may be left at the door'),
    alcoholic: Flag('Whether the order contains alcohol'),
    certified_delivery: Flag('Whether the recipient has to show identification'),
  },
  'The address of an order, its shopper and its instructions',
);
export type OrderHandling = Static<typeof OrderHandling>;

export const OrderLocation = object(
  {
    coordinates: optional(described(Coordinates, 'Where the order was last seen')),
    reported_at: optional(Timestamp('Ours: when the order was seen there')),
  },
  'Where an order is; empty unless it is being delivered',
);
export type OrderLocation = Static<typeof OrderLocation>;

export const ItemOfOrder = object(
  {
    name: Text('Name of the product, or its code if the name is unknown'),
    image_url: optional(Url('Picture of the product')),
    quantity: Text('Amount as a decimal number, counted in `cost_unit`'),
    cost_unit: choice(['each', 'lb'], 'What the quantity counts: pieces or pounds'),
  },
  'A product and its amount',
);
export type ItemOfOrder = Static<typeof ItemOfOrder>;

export const LineItem = object(
  {
    id: Text('ID of the item, for the answer to a replacement'),
    line_num: Text('Line number that the order was created with'),
    status: ItemStatus,
    item: described(ItemOfOrder, 'What was ordered'),
    replacement_status: optional(
      described(ReplacementStatus, 'The customer’s decision on the replacement, if there is one'),
    ),
    replacement: optional(described(ItemOfOrder, 'The replacement that the shopper proposes')),
    certified_delivery: optional(Flag('Whether the recipient has to show identification')),
  },
  'A line of an order, with its status',
);

export const OrderItems = object({ line_items: Type.Array(LineItem) }, 'The items of an order');
export type OrderItems = Static<typeof OrderItems>;

/** The schema accepts amounts that are not positive, because Connect has its own message for them. */
const SignedAmount = (description: string) =>
  Type.Number({ minimum: -limits.amount, maximum: limits.amount, description });

export const AlternativeItem = object(
  {
    upc: optional(Identifier('Universal product code; exactly one of `upc` and `rrc` is required')),
    rrc: optional(Identifier('Retailer reference code')),
    count: optional(
      SignedAmount('Number of pieces, more than 0; exactly one of `count` and `weight` is required'),
    ),
    weight: optional(SignedAmount('Weight in pounds, more than 0')),
  },
  'A product that the customer would prefer',
);

export const ReplacementRequest = object(
  {
    status: ReplacementAnswer,
    alternative_item: optional(AlternativeItem),
    alternative_text: optional(
      text(
        'Ours: what the customer would prefer, in words, as a message to the shopper; only when rejecting',
        limits.textCharacters,
      ),
    ),
  },
  'The customer’s answer to a replacement',
);
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
    summary: 'Get the status of an order',
    description: 'Returns the order’s state, its type, and its delivery or pickup window, if it is known.',
    connectPage: 'Get order',
    answer: OrderStatus,
    errors: ['resource_not_found'],
  },
  getOrderHandling: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/handling`,
    summary: 'Get handling information for an order',
    description:
      'Returns the address, the shopper and the instructions of the order. The shopper is omitted if the retailer removes shopper information.',
    connectPage: 'Get order handling information',
    answer: OrderHandling,
    errors: ['resource_not_found'],
  },
  getOrderLocation: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/location`,
    summary: 'Get the location of an order',
    description:
      'Returns the latest coordinates while the order is in state `delivering`. In any other state, or before a location was reported, the answer is an empty object.',
    connectPage: 'Get order location',
    answer: OrderLocation,
    errors: ['shopper_pii', 'resource_not_found'],
  },
  getOrderItems: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/items`,
    summary: 'List the items of an order',
    description:
      'Returns each item with its status and, if the shopper proposed a replacement, the replacement and the customer’s decision.',
    connectPage: 'Get order items',
    answer: OrderItems,
    errors: ['resource_not_found'],
  },
  answerReplacement: {
    ...orderStatus,
    method: 'PUT',
    path: `${orderPath}/items/{order_item_id}/replacement`,
    summary: 'Approve or reject a replacement',
    description:
      'Records the customer’s decision on a replacement, and optionally a product that they would prefer, or words that the shopper gets as a message. It works while the order is being picked and the replacement is pending.',
    connectPage: 'Handle order item replacement',
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
  undoReplacementAnswer: {
    ...orderStatus,
    surface: 'native',
    method: 'DELETE',
    path: '/v1/orders/{order_id}/items/{order_item_id}/answer',
    summary: 'Take back the answer to a replacement',
    description: `Makes the replacement pending again. It works while the order is being picked, until the shopper records something else for the item, and up to ${limits.withdrawalsPerOrder} times for an order.`,
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
