/** Users, stores, slots and orders. Connect: Fulfillment. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import {
  Amount,
  choice,
  described,
  Flag,
  HttpsUrl,
  Id,
  Identifier,
  Integer,
  object,
  optional,
  PersonName,
  SafeId,
  SafeInteger,
  Text,
  Timestamp,
  text,
} from '../schema-kinds.ts';
import { CancellationReason, FulfillmentType, WorkflowState } from './enumerations.ts';
import { Coordinates } from './order-status.ts';

export const CreateUserRequest = object(
  {
    user_id: Identifier('The retailer’s own ID of the user'),
    first_name: PersonName('First name'),
    last_name: optional(PersonName('Last name')),
    phone_number: optional(text('Phone number', 32)),
    locale: optional(text('IETF language tag', 35)),
  },
  'A user to create or update',
);
export type CreateUserRequest = Static<typeof CreateUserRequest>;

export const User = object(
  {
    user_id: Text('The retailer’s own ID of the user'),
    first_name: Text('First name'),
    last_name: optional(Text('Last name')),
    phone_number: optional(Text('Phone number')),
    locale: optional(Text('IETF language tag')),
  },
  'A user: a customer of the retailer',
);
export type User = Static<typeof User>;

const address = {
  address_line_1: Identifier('Street and number'),
  address_line_2: optional(text('Apartment or floor')),
  address_type: optional(text('Type of address', 64)),
  city: optional(text('City')),
  postal_code: Type.String({ minLength: 1, maxLength: 32, description: 'Postal code' }),
  administrative_area: optional(text('Ours: state or province')),
  country_code: optional(text('Ours: country code, such as `US`', 64)),
  coordinates: optional(described(Coordinates, 'Ours: where the address is')),
  notes: optional(text('Ours: notes about the address')),
};

export const Address = object(address, 'An address to deliver to');
export type Address = Static<typeof Address>;

export const CreateAddressRequest = object(
  {
    ...address,
    first_name: optional(PersonName('First name; required for a new user')),
    last_name: optional(PersonName('Last name')),
    phone_number: optional(text('Phone number', 32)),
    locale: optional(text('IETF language tag', 35)),
  },
  'An address of a user, with their name',
);

export const StoreSearch = object(
  {
    address_line_1: optional(text('Street and number')),
    postal_code: optional(text('Postal code', 32)),
    latitude: optional(
      Type.Number({ minimum: -90, maximum: 90, description: 'Degrees north of the equator' }),
    ),
    longitude: optional(
      Type.Number({ minimum: -180, maximum: 180, description: 'Degrees east of Greenwich' }),
    ),
  },
  'Where to look for stores',
);

export const FindStoresRequest = object({ find_by: StoreSearch }, 'Where to look for stores');

export const StoreAddress = object(
  { address_line_1: Text('Street and number'), postal_code: Text('Postal code') },
  'Address of a store',
);

export const StoreFlags = object(
  {
    alcohol: Flag('Whether the store sells alcohol'),
    pickup: Flag('Whether orders can be picked up there'),
    pickup_only: Flag('Whether the store does not deliver'),
  },
  'What a store offers',
);

export const Store = object(
  {
    location_code: Text('Code of the store, for orders and slots'),
    name: Text('Name of the store'),
    address: StoreAddress,
    flags: StoreFlags,
  },
  'A store',
);

export const Stores = object({ stores: Type.Array(Store) }, 'Stores that were found');

/** There is no product catalog: the order itself has the name and the other data that the customer sees. */
export const Product = object(
  {
    upc: optional(Identifier('Universal product code; one of `upc` and `rrc` is required')),
    rrc: optional(Identifier('Retailer reference code')),
    name: optional(text('Ours: the name that the customer sees', limits.nameCharacters)),
    image_url: optional(HttpsUrl('Ours: picture of the product')),
    alcoholic: optional(Flag('Ours: whether it has alcohol in it')),
    certified_delivery: optional(Flag('Ours: whether the recipient has to show identification')),
  },
  'A product, by its code',
);
export type Product = Static<typeof Product>;

export const ProductCode = object(
  { type: choice(['upc', 'rrc'], 'Type of the code'), value: Identifier('The code') },
  'A code of a product',
);

export const OrderItem = object(
  {
    line_num: Identifier('Line number, unique within the order'),
    count: optional(Amount('Number of pieces; at least one of `count` and `weight` is required')),
    weight: optional(Amount('Weight in pounds')),
    item: optional(Product),
    product_codes: optional(
      Type.Array(ProductCode, {
        maxItems: 20,
        description: 'Codes of the product, in order of preference; used if `item` is missing',
      }),
    ),
    special_instructions: optional(text('Instructions for the shopper')),
    replacement_policy: optional(
      choice(
        ['no_replacements', 'users_choice', 'shoppers_choice'],
        'How to proceed if the product is out of stock',
      ),
    ),
    replacement_items: optional(
      Type.Array(Type.Unknown(), {
        maxItems: 20,
        description: 'Products that the user would accept instead; accepted in any form and not stored',
      }),
    ),
  },
  'A line of an order to create',
);
export type OrderItem = Static<typeof OrderItem>;

const Items = Type.Array(OrderItem, {
  minItems: 1,
  maxItems: limits.itemsPerOrder,
  description: 'The items of the order',
});

/** Slots do not depend on these members: they are validated and not stored. */
const slotRequest = {
  location_code: optional(Identifier('Code of the store')),
  with_eta_options: optional(Flag('Accepted and ignored')),
  with_priority_eta_options: optional(Flag('Accepted and ignored')),
};

export const ServiceOptionsRequest = object(
  {
    ...slotRequest,
    address: optional(Address),
    items: optional(
      Type.Array(OrderItem, { maxItems: limits.itemsPerOrder, description: 'The items in the cart' }),
    ),
  },
  'A cart to find slots for; it is validated and not stored',
);

export const PreviewServiceOptionsRequest = object(
  {
    ...slotRequest,
    postal_code: optional(text('Postal code', 32)),
    items_count: optional(SafeInteger('Number of items')),
    cart_total_cents: optional(SafeInteger('Value of the cart in cents')),
  },
  'The place and the cart to find slots for; they are validated and not stored',
);

export const ServiceWindow = object(
  {
    start_at: Timestamp('Start of the slot'),
    end_at: Timestamp('End of the slot'),
    type: choice(['scheduled'], 'Always `scheduled`'),
    asap: Flag('Always false: every slot has a start'),
  },
  'When a slot is',
);

export const ServiceOption = object(
  {
    id: Id('ID of the slot'),
    service_option_reference: Text('The `id` as a string'),
    date: Type.String({
      format: 'date',
      description: 'Day of the slot in the retailer’s time zone',
      pattern: '^\\d{4}-\\d\\d-\\d\\d$',
    }),
    window: ServiceWindow,
    availability: object({ available: Flag('Always true') }, 'Whether the slot can be reserved'),
    service_type: choice(['delivery', 'pickup'], 'Ours: how the groceries reach the customer'),
    window_starts_at: Timestamp('Ours: start of the slot'),
    window_ends_at: Timestamp('Ours: end of the slot'),
  },
  'A slot for delivery or pickup',
);
export type ServiceOption = Static<typeof ServiceOption>;

export const ServiceOptions = object(
  { service_options: Type.Array(ServiceOption, { description: 'Earliest first' }) },
  'Slots that can be reserved',
);

export const HeldServiceOption = object(
  {
    id: Id('ID of the hold: the `service_option_hold_id` of an order'),
    expires_at: Timestamp('Ten minutes after it was reserved'),
    service_option: ServiceOption,
  },
  'A slot that is reserved for a user',
);

export const ServiceOptionHold = object(
  { service_option_hold: HeldServiceOption },
  'A slot that is reserved for a user',
);

const FulfillmentVersion = optional(
  Type.Union([Type.Literal(2), Type.Literal(3)], {
    description: 'Ours: with 2 the chat of the order answers 4001 to client-credentials tokens; 3 by default',
  }),
);

export const Contact = object(
  {
    birthday: optional(Type.Unknown({ description: 'Accepted in any form and not stored' })),
    phone_number: optional(text('Phone number', 32)),
    sms_opt_in: optional(Flag('Whether text messages may be sent')),
  },
  'How to reach the user about this order; stored only if the retailer sends text messages and `sms_opt_in` allows them',
);

const commonOrder = {
  order_id: Identifier('The retailer’s own ID of the order'),
  leave_unattended: optional(Flag('Whether the groceries may be left at the door')),
  special_instructions: optional(text('Instructions for the shopper')),
  dropoff_location: optional(text('Ours: where to leave the groceries')),
  loyalty_number: optional(text('Loyalty number of the user', 64)),
  paid_with_ebt: optional(Flag('Whether the order is paid with EBT')),
  locale: optional(text('IETF language tag', 35)),
  user: optional(Contact),
  fulfillment_version: FulfillmentVersion,
};

export const CreateDeliveryOrderRequest = object(
  {
    ...commonOrder,
    service_option_hold_id: SafeId('ID of a hold of this user'),
    initial_tip_cents: SafeInteger('Tip in cents'),
    address: Address,
    items: Items,
    location_code: optional(Identifier('Code of the store')),
  },
  'A delivery order to create',
);

export const CreatePickupOrderRequest = object(
  {
    ...commonOrder,
    service_option_hold_id: SafeId('ID of a hold of this user'),
    location_code: Identifier('Code of the store'),
    items: Items,
  },
  'A pickup order to create',
);

const lastMile = {
  first_name: optional(PersonName('First name of the customer')),
  last_name: optional(PersonName('Last name of the customer')),
  user_phone: optional(text('Phone number of the customer', 32)),
  address: optional(Address),
  initial_tip_cents: optional(SafeInteger('Tip in cents')),
  bags_count: optional(SafeInteger('Number of bags')),
  cart_total: optional(Amount('Value of the cart')),
  bag_label: optional(text('Label on the bags')),
};

const windowStart = 'Start of the delivery window: a whole hour, with its offset from UTC';
const windowEnd = 'End of the delivery window: a whole hour, at least one after the start';

export const CreateLastMileOrderRequest = object(
  {
    ...commonOrder,
    ...lastMile,
    location_code: Identifier('Code of the store'),
    service_option_hold_id: optional(SafeId('ID of a hold of this user')),
    start_at: optional(text(windowStart, 64)),
    end_at: optional(text(windowEnd, 64)),
    items_count: optional(SafeInteger('Number of items')),
    items_weight: optional(Amount('Weight of the items in pounds')),
  },
  'A last-mile order to create',
);

export const DispatchLastMileRequest = object(
  {
    ...commonOrder,
    ...lastMile,
    location_code: Identifier('Code of the store'),
    start_at: text(windowStart, 64),
    end_at: text(windowEnd, 64),
    first_name: PersonName('First name of the customer'),
    last_name: PersonName('Last name of the customer'),
    user_phone: Type.String({ minLength: 1, maxLength: 32, description: 'Phone number of the customer' }),
    items_count: SafeInteger('Number of items'),
    items_weight: Amount('Weight of the items in pounds'),
    fallback_to_soonest_sameday: optional(Flag('Accepted and ignored')),
  },
  'A last-mile order to dispatch, with its customer',
);

export const UpdateOrderRequest = object(
  {
    initial_tip_cents: optional(SafeInteger('Tip in cents')),
    address: optional(Address),
    items: optional(Items),
    leave_unattended: optional(Flag('Whether the groceries may be left at the door')),
    special_instructions: optional(text('Instructions for the shopper')),
    dropoff_location: optional(text('Ours: where to leave the groceries')),
    loyalty_number: optional(text('Loyalty number of the user', 64)),
    locale: optional(text('IETF language tag', 35)),
  },
  'Changes to an order; omitted members stay unchanged',
);

export const FulfillmentDetails = object(
  {
    fulfillment_type: described(FulfillmentType, 'Ours: how the groceries reach the customer'),
    store_location: optional(Text('Code of the store')),
    window_starts_at: optional(Timestamp('Start of the delivery or pickup window')),
    window_ends_at: optional(Timestamp('End of the delivery or pickup window')),
    delivered_at: optional(Timestamp('When the order was delivered')),
    bag_count: optional(Integer('Number of bags')),
  },
  'Where and when an order is fulfilled',
);

export const ProductReference = object(
  { upc: optional(Text('Universal product code')), rrc: optional(Text('Retailer reference code')) },
  'Codes of a product',
);

export const OrderedItem = object(
  {
    line_num: Text('Line number, unique within the order'),
    count: optional(Type.Number({ description: 'Number of pieces' })),
    weight: optional(Type.Number({ description: 'Weight in pounds' })),
    item: ProductReference,
    special_instructions: optional(Text('Instructions for the shopper')),
    replacement_policy: optional(Text('How to proceed if the product is out of stock')),
  },
  'A line of an order',
);

export const Order = object(
  {
    id: Text('The retailer’s own ID of the order'),
    status: WorkflowState,
    order_url: Type.Union([Type.String({ format: 'uri' }), Type.Null()], {
      description:
        'The address of the order’s page, for its customer; null if the retailer has no hosted pages',
    }),
    created_at: Timestamp('When the order was created'),
    cancellation_reason: optional(
      described(CancellationReason, 'Why the order was canceled; of canceled orders only'),
    ),
    locale: optional(Text('IETF language tag')),
    is_instacartplus: Flag('Always false'),
    is_express: Flag('Always false'),
    metadata: Type.Object({}, { description: 'Always empty' }),
    fulfillment_details: FulfillmentDetails,
    warnings: Type.Array(Type.Unknown(), { description: 'Always empty' }),
    items: Type.Array(OrderedItem, { description: 'The items as they were ordered' }),
  },
  'An order',
);
export type Order = Static<typeof Order>;

export const Orders = object(
  { orders: Type.Array(Order, { description: `Newest first, at most ${limits.ordersOfUser}` }) },
  'The latest orders of a user',
);

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
    summary: 'Create a user with an address',
    description:
      'Creates the user, or updates the given names and contact details. The address is validated and not stored.',
    connectPage: 'Create a Connect user and validate an address',
    body: CreateAddressRequest,
    answer: User,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  createUser: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/users',
    summary: 'Create or update a user',
    description:
      'Creates a user, or updates the one with this `user_id`; omitted members stay unchanged. A user must exist before it can have orders.',
    connectPage: 'Create a Connect user account',
    body: CreateUserRequest,
    answer: User,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  getUser: {
    ...fulfillment,
    method: 'GET',
    path: userPath,
    summary: 'Get a user',
    description: 'Returns the user’s name and contact details, as they were sent.',
    answer: User,
    errors: ['user_not_found'],
  },
  findDeliveryStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/delivery',
    summary: 'Find stores that deliver',
    description:
      'Returns the stores that deliver to a place. This server has the same two stores everywhere.',
    connectPage: 'Find stores offering delivery',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  findPickupStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/pickup',
    summary: 'Find stores to pick up from',
    description:
      'Returns the stores near a place where orders can be picked up. This server has the same two stores everywhere.',
    connectPage: 'Find stores offering pickup',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  findLastMileStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/last_mile',
    summary: 'Find stores for last-mile orders',
    description:
      'Returns the stores that hand over last-mile orders. This server has the same two stores everywhere.',
    connectPage: 'Find stores offering last mile delivery',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  findDispatchStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/stores',
    summary: 'Find stores for dispatched last-mile orders',
    description:
      'Returns the stores that hand over last-mile orders which are dispatched without a user. This server has the same two stores everywhere.',
    connectPage: 'Find stores offering dispatch last mile delivery',
    body: FindStoresRequest,
    answer: Stores,
    errors: ['invalid_parameters'],
  },
  listDeliveryOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/service_options/delivery',
    summary: 'List delivery slots without a user',
    description:
      'Returns four slots of two hours, from the next full hour of the retailer’s clock. The body is validated and has no effect on them.',
    connectPage: 'Preview time slots for delivery',
    body: PreviewServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['invalid_parameters'],
  },
  listPickupOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/service_options/pickup',
    summary: 'List pickup slots without a user',
    description:
      'Returns four slots of two hours, from the next full hour of the retailer’s clock. The body is validated and has no effect on them.',
    connectPage: 'Preview time slots for pickup',
    body: PreviewServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['invalid_parameters'],
  },
  previewCartOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart`,
    summary: 'List delivery slots for a cart (short path)',
    description: 'Does the same as the path that ends in `/cart/delivery`.',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewLastMileOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/users/{user_id}/service_options',
    summary: 'List slots for a last-mile order',
    description:
      'Returns four slots of two hours, from the next full hour of the retailer’s clock, independent of the cart.',
    connectPage: 'List time slots for last mile delivery',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewDeliveryOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart/delivery`,
    summary: 'List delivery slots for a cart',
    description:
      'Returns four slots of two hours, from the next full hour of the retailer’s clock, independent of the cart. Reserve one before creating the order.',
    connectPage: 'List time slots for delivery',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewPickupOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart/pickup`,
    summary: 'List pickup slots for a cart',
    description:
      'Returns four slots of two hours, from the next full hour of the retailer’s clock, independent of the cart. Reserve one before creating the order.',
    connectPage: 'List time slots for pickup',
    body: ServiceOptionsRequest,
    answer: ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  reserveServiceOption: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/{service_option_id}/reserve`,
    summary: 'Reserve a slot',
    description:
      'Holds the slot for the user for ten minutes; a user has one hold at a time. Create the order with the ID of the hold.',
    connectPage: 'Reserve a time slot',
    answer: ServiceOptionHold,
    errors: ['user_not_found', 'resource_not_found', 'limit_reached'],
  },
  reservePreviewedServiceOption: {
    ...fulfillment,
    deprecated: true,
    method: 'POST',
    path: `${userPath}/service_options/{service_option_id}/reserve/cart`,
    summary: 'Reserve a slot for a cart (older path)',
    description:
      'Does the same as the path that ends in `/reserve`, which replaces it. The cart is validated and not stored.',
    connectPage: 'Reserve a previewed time slot',
    body: ServiceOptionsRequest,
    answer: ServiceOptionHold,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createDeliveryOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/delivery`,
    summary: 'Create a delivery order',
    description:
      'Creates an order in the slot of a hold, in state `brand_new`. An `order_id` that the retailer has used before is refused.',
    connectPage: 'Create a delivery order',
    body: CreateDeliveryOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createPickupOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/pickup`,
    summary: 'Create a pickup order',
    description:
      'Creates an order in the slot of a hold, in state `brand_new`. An `order_id` that the retailer has used before is refused.',
    connectPage: 'Create a pickup order',
    body: CreatePickupOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createLastMileOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/last_mile`,
    summary: 'Create a last-mile order',
    description:
      'Creates an order that is already packed, with a window of its own or the slot of a hold. An `order_id` that the retailer has used before is refused.',
    connectPage: 'Create a last mile delivery order',
    body: CreateLastMileOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createLastMileOrderDeprecated: {
    ...fulfillment,
    deprecated: true,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/users/{user_id}/orders',
    summary: 'Create a last-mile order (older path)',
    description:
      'Does the same as `POST /v2/fulfillment/users/{user_id}/orders/last_mile`, which replaces it.',
    connectPage: 'Create a last mile delivery order',
    body: CreateLastMileOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  dispatchLastMileOrder: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/orders',
    summary: 'Dispatch a last-mile order without a user',
    description:
      'Creates an order that is already packed, for a customer who is named in the body. The customer has no `user_id`, so no user’s token reaches the order.',
    connectPage: 'Create a dispatch last mile delivery order',
    body: DispatchLastMileRequest,
    answer: Order,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  listUserOrders: {
    ...fulfillment,
    method: 'GET',
    path: `${userPath}/orders`,
    summary: 'List the orders of a user',
    description: `Returns the user’s latest orders, newest first, at most ${limits.ordersOfUser}.`,
    answer: Orders,
    errors: ['user_not_found'],
  },
  getOrder: {
    ...fulfillment,
    method: 'GET',
    path: `${userPath}/orders/{order_id}`,
    summary: 'Get an order',
    description: 'Returns the order with its state, window and items.',
    connectPage: 'Get an order',
    answer: Order,
    errors: ['user_not_found', 'resource_not_found'],
  },
  updateOrder: {
    ...fulfillment,
    method: 'PUT',
    path: `${userPath}/orders/{order_id}`,
    summary: 'Update an order',
    description:
      'Changes the given members while the order is in state `brand_new`. Later requests are refused.',
    connectPage: 'Update an order',
    body: UpdateOrderRequest,
    answer: Order,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters'],
  },
  cancelOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/{order_id}/cancel`,
    summary: 'Cancel an order',
    description:
      'Cancels the order for the reason `customer_driven`, as long as it is in state `brand_new`; later it is refused.',
    connectPage: 'Cancel an order',
    answer: Order,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters'],
  },
});
