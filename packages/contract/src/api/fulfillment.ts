/** Users, stores, slots and orders. Connect: Fulfillment. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import {
  Amount,
  choice,
  HttpsUrl,
  Identifier,
  object,
  optional,
  PersonName,
  SafeInteger,
  Timestamp,
  text,
} from '../schema-kinds.ts';
import { cancellationReasons, fulfillmentTypes, workflowStates } from '../workflow.ts';
import { Coordinates } from './order-status.ts';

export const CreateUserRequest = object({
  user_id: Identifier('The retailer’s own ID of the user'),
  first_name: PersonName('First name'),
  last_name: optional(PersonName('Last name')),
  phone_number: optional(text('Phone number', 32)),
  locale: optional(text('IETF language tag', 35)),
});
export type CreateUserRequest = Static<typeof CreateUserRequest>;

export const User = object({
  user_id: Type.String(),
  first_name: Type.String(),
  last_name: optional(Type.String()),
  phone_number: optional(Type.String()),
  locale: optional(Type.String()),
});
export type User = Static<typeof User>;

const address = {
  address_line_1: Identifier('Street and number'),
  address_line_2: optional(text('Flat, floor')),
  address_type: optional(text('Kind of address', 64)),
  city: optional(text('City')),
  postal_code: Type.String({ minLength: 1, maxLength: 32 }),
  administrative_area: optional(text('Ours: state or province')),
  country_code: optional(text('Ours: such as `US`', 64)),
  coordinates: optional(Coordinates),
  notes: optional(text('Ours: notes about the address')),
};

const Address = object(address);

export const CreateAddressRequest = object({
  ...address,
  first_name: optional(PersonName('First name; required for a new user')),
  last_name: optional(PersonName('Last name')),
  phone_number: optional(text('Phone number', 32)),
  locale: optional(text('IETF language tag', 35)),
});

export const FindStoresRequest = object({
  find_by: object({
    address_line_1: optional(text('Street and number')),
    postal_code: optional(text('Postal code', 32)),
    latitude: optional(Type.Number({ minimum: -90, maximum: 90 })),
    longitude: optional(Type.Number({ minimum: -180, maximum: 180 })),
  }),
});

export const Stores = object({
  stores: Type.Array(
    object({
      location_code: Type.String(),
      name: Type.String(),
      address: object({ address_line_1: Type.String(), postal_code: Type.String() }),
      flags: object({
        alcohol: Type.Boolean({ description: 'Whether the store sells alcohol' }),
        pickup: Type.Boolean({ description: 'Whether orders can be picked up there' }),
        pickup_only: Type.Boolean({ description: 'Whether the store does not deliver' }),
      }),
    }),
  ),
});

/** Without a catalog, whoever orders tells what the customer shall see. */
export const Product = object({
  upc: optional(Identifier('Universal product code')),
  rrc: optional(Identifier('Retailer reference code')),
  name: optional(text('Ours: the name that the customer sees', limits.nameCharacters)),
  image_url: optional(HttpsUrl('Ours: picture of the item')),
  alcoholic: optional(Type.Boolean({ description: 'Ours' })),
  certified_delivery: optional(Type.Boolean({ description: 'Ours: whether the receiver has to be known' })),
});
export type Product = Static<typeof Product>;

const OrderItem = object({
  line_num: Identifier('Line of the order'),
  count: optional(Amount('Pieces; at least one of `count` and `weight` is required')),
  weight: optional(Amount('Weight')),
  item: optional(Product),
  product_codes: optional(
    Type.Array(
      object({
        type: choice(['upc', 'rrc'], 'Kind of code'),
        value: Identifier('The code'),
      }),
      { maxItems: 20, description: 'Stands in for a missing `item`' },
    ),
  ),
  special_instructions: optional(text('For the shopper')),
  replacement_policy: optional(
    choice(['no_replacements', 'users_choice', 'shoppers_choice'], 'What to do when it is out of stock'),
  ),
  replacement_items: optional(Type.Array(Type.Unknown(), { maxItems: 20 })),
});
export type OrderItem = Static<typeof OrderItem>;

const Items = Type.Array(OrderItem, { minItems: 1, maxItems: limits.itemsPerOrder });

/** Slots do not depend on any of it: what is sent is checked and not kept. */
const slotRequest = {
  location_code: optional(Identifier('Store')),
  with_eta_options: optional(Type.Boolean()),
  with_priority_eta_options: optional(Type.Boolean()),
};

export const ServiceOptionsRequest = object({
  ...slotRequest,
  address: optional(Address),
  items: optional(Type.Array(OrderItem, { maxItems: limits.itemsPerOrder })),
});

export const PreviewServiceOptionsRequest = object({
  ...slotRequest,
  postal_code: optional(text('Postal code', 32)),
  items_count: optional(SafeInteger('Number of items')),
  cart_total_cents: optional(SafeInteger('Value of the cart in cents')),
});

const ServiceOption = object({
  id: Type.Integer(),
  service_option_reference: Type.String({ description: 'The `id` as a string' }),
  date: Type.String({
    description: 'Day of the slot in the retailer’s time zone',
    pattern: '^\\d{4}-\\d\\d-\\d\\d$',
  }),
  window: object({
    start_at: Timestamp('Start of the slot'),
    end_at: Timestamp('End of the slot'),
    type: choice(['scheduled'], 'Kind of window'),
    asap: Type.Boolean({ description: 'Always false: every slot has a start' }),
  }),
  availability: object({ available: Type.Boolean({ description: 'Always true' }) }),
  service_type: choice(['delivery', 'pickup'], 'How the groceries reach the customer'),
  window_starts_at: Timestamp('Start of the slot'),
  window_ends_at: Timestamp('End of the slot'),
});
export type ServiceOption = Static<typeof ServiceOption>;

export const ServiceOptions = object({ service_options: Type.Array(ServiceOption) });

export const ServiceOptionHold = object({
  service_option_hold: object({
    id: Type.Integer(),
    expires_at: Timestamp('Ten minutes after it was made'),
    service_option: ServiceOption,
  }),
});

const FulfillmentVersion = optional(
  Type.Union([Type.Literal(2), Type.Literal(3)], {
    description: 'Ours: 2 makes the order answer 4001 to client-credentials tokens. Default 3',
  }),
);

const CommonOrder = {
  order_id: Identifier('The retailer’s own ID of the order'),
  leave_unattended: optional(Type.Boolean()),
  special_instructions: optional(text('For the shopper')),
  dropoff_location: optional(text('Ours: where to leave the groceries')),
  loyalty_number: optional(text('Loyalty number', 64)),
  paid_with_ebt: optional(Type.Boolean()),
  locale: optional(text('IETF language tag', 35)),
  user: optional(
    object({
      birthday: optional(Type.Unknown({ description: 'Read in any form and not kept' })),
      phone_number: optional(text('Phone number', 32)),
      sms_opt_in: optional(Type.Boolean()),
    }),
  ),
  fulfillment_version: FulfillmentVersion,
};

export const CreateDeliveryOrderRequest = object({
  ...CommonOrder,
  service_option_hold_id: SafeInteger('The hold made for this user'),
  initial_tip_cents: SafeInteger('Tip in cents'),
  address: Address,
  items: Items,
  location_code: optional(Identifier('Store')),
});

export const CreatePickupOrderRequest = object({
  ...CommonOrder,
  service_option_hold_id: SafeInteger('The hold made for this user'),
  location_code: Identifier('Store'),
  items: Items,
});

const LastMile = {
  first_name: optional(PersonName('First name of the customer')),
  last_name: optional(PersonName('Last name of the customer')),
  user_phone: optional(text('Phone number', 32)),
  address: optional(Address),
  initial_tip_cents: optional(SafeInteger('Tip in cents')),
  bags_count: optional(SafeInteger('Number of bags')),
  cart_total: optional(Amount('Value of the cart')),
  bag_label: optional(text('Label on the bags')),
};

export const CreateLastMileOrderRequest = object({
  ...CommonOrder,
  ...LastMile,
  location_code: Identifier('Store'),
  service_option_hold_id: optional(SafeInteger('The hold made for this user')),
  start_at: optional(text('Start of the window', 64)),
  end_at: optional(text('End of the window', 64)),
  items_count: optional(SafeInteger('Number of items')),
  items_weight: optional(Amount('Weight of the items')),
});

export const DispatchLastMileRequest = object({
  ...CommonOrder,
  ...LastMile,
  location_code: Identifier('Store'),
  start_at: text('Start of the window, a whole hour', 64),
  end_at: text('End of the window, a whole hour', 64),
  first_name: PersonName('First name of the customer'),
  last_name: PersonName('Last name of the customer'),
  user_phone: Type.String({ minLength: 1, maxLength: 32 }),
  items_count: SafeInteger('Number of items'),
  items_weight: Amount('Weight of the items'),
  fallback_to_soonest_sameday: optional(Type.Boolean()),
});

export const UpdateOrderRequest = object({
  initial_tip_cents: optional(SafeInteger('Tip in cents')),
  address: optional(Address),
  items: optional(Items),
  leave_unattended: optional(Type.Boolean()),
  special_instructions: optional(text('For the shopper')),
  dropoff_location: optional(text('Ours: where to leave the groceries')),
  loyalty_number: optional(text('Loyalty number', 64)),
  locale: optional(text('IETF language tag', 35)),
});

export const Order = object({
  id: Type.String({ description: 'The retailer’s own ID of the order' }),
  status: choice(workflowStates, 'Where the order stands'),
  order_url: Type.Union([Type.String(), Type.Null()]),
  created_at: Timestamp('When it was created'),
  cancellation_reason: optional(choice(cancellationReasons, 'Only on canceled orders')),
  locale: optional(Type.String()),
  is_instacartplus: Type.Boolean(),
  is_express: Type.Boolean(),
  metadata: Type.Object({}),
  fulfillment_details: object({
    fulfillment_type: choice(fulfillmentTypes, 'Ours'),
    store_location: optional(Type.String()),
    window_starts_at: optional(Timestamp('Start of the window')),
    window_ends_at: optional(Timestamp('End of the window')),
    delivered_at: optional(Timestamp('When it was delivered')),
    bag_count: optional(Type.Integer()),
  }),
  warnings: Type.Array(Type.Unknown()),
  items: Type.Array(
    object({
      line_num: Type.String(),
      count: optional(Type.Number()),
      weight: optional(Type.Number()),
      item: object({ upc: optional(Type.String()), rrc: optional(Type.String()) }),
      special_instructions: optional(Type.String()),
      replacement_policy: optional(Type.String()),
    }),
  ),
});
export type Order = Static<typeof Order>;

export const Orders = object({
  orders: Type.Array(Order, { description: `Newest first, at most ${limits.ordersOfUser}` }),
});

const fulfillment = {
  tag: 'Fulfillment',
  surface: 'connect',
  identity: 'client',
  scope: 'connect:fulfillment',
} as const;
const userPath = '/v2/fulfillment/users/{user_id}';

export const fulfillmentRoutes = define({
  createAddress: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/addresses`,
    summary: 'Create a user with an address, or update the names of a known one; the address is not kept',
    body: CreateAddressRequest,
    answer: User,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  createUser: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/users',
    summary: 'Create a user, or update the one with this `user_id`',
    body: CreateUserRequest,
    answer: User,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  getUser: {
    ...fulfillment,
    method: 'GET',
    path: userPath,
    summary: 'Get a user',
    answer: User,
    errors: ['user_not_found'],
  },
  findDeliveryStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/delivery',
    summary: 'Find stores that deliver',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  findPickupStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/pickup',
    summary: 'Find stores to pick up from',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  findLastMileStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/last_mile',
    summary: 'Find stores for last-mile orders',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  findLastMileStoresDeprecated: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/stores',
    summary: 'Find stores for last-mile orders (older path)',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  listDeliveryOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/service_options/delivery',
    summary: 'List delivery slots without naming a user',
    body: PreviewServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['invalid_parameters'],
  },
  listPickupOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/service_options/pickup',
    summary: 'List pickup slots without naming a user',
    body: PreviewServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['invalid_parameters'],
  },
  previewCartOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart`,
    summary: 'List delivery slots for a cart (path without a kind)',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewLastMileOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/users/{user_id}/service_options',
    summary: 'List slots for a last-mile order',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewDeliveryOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart/delivery`,
    summary: 'Delivery slots for a cart',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewPickupOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart/pickup`,
    summary: 'Pickup slots for a cart',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  reserveServiceOption: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/{service_option_id}/reserve`,
    summary: 'Hold a slot for ten minutes',
    answer: ServiceOptionHold,
    errors: ['user_not_found', 'resource_not_found', 'limit_reached'],
  },
  reservePreviewedServiceOption: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/{service_option_id}/reserve/cart`,
    summary: 'Hold a previewed slot for ten minutes',
    body: ServiceOptionsRequest,
    answer: ServiceOptionHold,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createDeliveryOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/delivery`,
    summary: 'Create a delivery order',
    body: CreateDeliveryOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createPickupOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/pickup`,
    summary: 'Create a pickup order',
    body: CreatePickupOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createLastMileOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/last_mile`,
    summary: 'Create a last-mile order',
    body: CreateLastMileOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createLastMileOrderDeprecated: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/users/{user_id}/orders',
    summary: 'Create a last-mile order (older path)',
    body: CreateLastMileOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  dispatchLastMileOrder: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/orders',
    summary: 'Dispatch a last-mile order without a user',
    body: DispatchLastMileRequest,
    answer: Order,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  listUserOrders: {
    ...fulfillment,
    method: 'GET',
    path: `${userPath}/orders`,
    summary: 'List the orders of a user, newest first',
    answer: Orders,
    errors: ['user_not_found'],
  },
  getOrder: {
    ...fulfillment,
    method: 'GET',
    path: `${userPath}/orders/{order_id}`,
    summary: 'Get an order',
    answer: Order,
    errors: ['user_not_found', 'resource_not_found'],
  },
  updateOrder: {
    ...fulfillment,
    method: 'PUT',
    path: `${userPath}/orders/{order_id}`,
    summary: 'Update an order that is still brand new',
    body: UpdateOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters'],
  },
  cancelOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/{order_id}/cancel`,
    summary: 'Cancel an order that is still brand new',
    answer: Order,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters'],
  },
});
