/** A function for every route of fulfillment. Written by `scripts/generate.ts` from the contract; not to be changed here. */
import { type CallOptions, type Connection, inPath } from '../connection.ts';
import type {
  CreateAddressRequest,
  CreateDeliveryOrderRequest,
  CreateLastMileOrderRequest,
  CreatePickupOrderRequest,
  CreateUserRequest,
  DispatchLastMileRequest,
  FindStoresRequest,
  Order,
  Orders,
  PreviewServiceOptionsRequest,
  ServiceOptionHold,
  ServiceOptions,
  ServiceOptionsRequest,
  Stores,
  UpdateOrderRequest,
  User,
} from './types.ts';

/**
 * Create a user with an address. `POST /v2/fulfillment/users/{user_id}/addresses`
 *
 * Creates the user, or updates the names and contact details that the body has. The address is checked and not kept.
 */
export function createAddress(
  connection: Connection,
  userId: string | number,
  body: CreateAddressRequest,
  options?: CallOptions,
): Promise<User> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/addresses`, { ...options, body });
}

/**
 * Create or update a user. `POST /v2/fulfillment/users`
 *
 * Creates a user, or updates the one with this `user_id`: what the body leaves out stays. Users start with this, before they have orders.
 */
export function createUser(
  connection: Connection,
  body: CreateUserRequest,
  options?: CallOptions,
): Promise<User> {
  return connection.json('POST', `/v2/fulfillment/users`, { ...options, body });
}

/**
 * Get a user. `GET /v2/fulfillment/users/{user_id}`
 *
 * Returns the user’s name and contact details, as they were sent.
 */
export function getUser(
  connection: Connection,
  userId: string | number,
  options?: CallOptions,
): Promise<User> {
  return connection.json('GET', `/v2/fulfillment/users/${inPath(userId)}`, { ...options });
}

/**
 * Find stores that deliver. `POST /v2/fulfillment/stores/delivery`
 *
 * Returns the stores that deliver to a place. This server has the same two stores everywhere.
 */
export function findDeliveryStores(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/stores/delivery`, { ...options, body });
}

/**
 * Find stores to pick up from. `POST /v2/fulfillment/stores/pickup`
 *
 * Returns the stores near a place where orders can be picked up. This server has the same two stores everywhere.
 */
export function findPickupStores(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/stores/pickup`, { ...options, body });
}

/**
 * Find stores for last-mile orders. `POST /v2/fulfillment/stores/last_mile`
 *
 * Returns the stores that hand over last-mile orders. This server has the same two stores everywhere.
 */
export function findLastMileStores(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/stores/last_mile`, { ...options, body });
}

/**
 * Find stores for dispatched last-mile orders. `POST /v2/fulfillment/lastmile/stores`
 *
 * Returns the stores that hand over last-mile orders which are dispatched without a user. This server has the same two stores everywhere.
 */
export function findDispatchStores(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/lastmile/stores`, { ...options, body });
}

/**
 * List delivery slots without a user. `POST /v2/fulfillment/service_options/delivery`
 *
 * Returns four slots of two hours, from the next full hour of the retailer’s clock. What the body says is checked and not used.
 */
export function listDeliveryOptions(
  connection: Connection,
  body: PreviewServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/service_options/delivery`, { ...options, body });
}

/**
 * List pickup slots without a user. `POST /v2/fulfillment/service_options/pickup`
 *
 * Returns four slots of two hours, from the next full hour of the retailer’s clock. What the body says is checked and not used.
 */
export function listPickupOptions(
  connection: Connection,
  body: PreviewServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/service_options/pickup`, { ...options, body });
}

/**
 * List delivery slots for a cart (short path). `POST /v2/fulfillment/users/{user_id}/service_options/cart`
 *
 * Does the same as the path that ends in `/cart/delivery`.
 */
export function previewCartOptions(
  connection: Connection,
  userId: string | number,
  body: ServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/service_options/cart`, {
    ...options,
    body,
  });
}

/**
 * List slots for a last-mile order. `POST /v2/fulfillment/lastmile/users/{user_id}/service_options`
 *
 * Returns four slots of two hours, from the next full hour of the retailer’s clock, whatever is in the cart.
 */
export function previewLastMileOptions(
  connection: Connection,
  userId: string | number,
  body: ServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/lastmile/users/${inPath(userId)}/service_options`, {
    ...options,
    body,
  });
}

/**
 * List delivery slots for a cart. `POST /v2/fulfillment/users/{user_id}/service_options/cart/delivery`
 *
 * Returns four slots of two hours, from the next full hour of the retailer’s clock, whatever is in the cart. Reserve one before creating the order.
 */
export function previewDeliveryOptions(
  connection: Connection,
  userId: string | number,
  body: ServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/service_options/cart/delivery`, {
    ...options,
    body,
  });
}

/**
 * List pickup slots for a cart. `POST /v2/fulfillment/users/{user_id}/service_options/cart/pickup`
 *
 * Returns four slots of two hours, from the next full hour of the retailer’s clock, whatever is in the cart. Reserve one before creating the order.
 */
export function previewPickupOptions(
  connection: Connection,
  userId: string | number,
  body: ServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/service_options/cart/pickup`, {
    ...options,
    body,
  });
}

/**
 * Reserve a slot. `POST /v2/fulfillment/users/{user_id}/service_options/{service_option_id}/reserve`
 *
 * Holds the slot for the user for ten minutes; a user has one hold at a time. The hold’s ID goes into the order.
 */
export function reserveServiceOption(
  connection: Connection,
  userId: string | number,
  serviceOptionId: string | number,
  options?: CallOptions,
): Promise<ServiceOptionHold> {
  return connection.json(
    'POST',
    `/v2/fulfillment/users/${inPath(userId)}/service_options/${inPath(serviceOptionId)}/reserve`,
    { ...options },
  );
}

/**
 * Reserve a slot for a cart (older path). `POST /v2/fulfillment/users/{user_id}/service_options/{service_option_id}/reserve/cart`
 *
 * Does the same as the path that ends in `/reserve`, which replaces it. The cart is checked and not kept.
 */
export function reservePreviewedServiceOption(
  connection: Connection,
  userId: string | number,
  serviceOptionId: string | number,
  body: ServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptionHold> {
  return connection.json(
    'POST',
    `/v2/fulfillment/users/${inPath(userId)}/service_options/${inPath(serviceOptionId)}/reserve/cart`,
    { ...options, body },
  );
}

/**
 * Create a delivery order. `POST /v2/fulfillment/users/{user_id}/orders/delivery`
 *
 * Creates an order in the slot of a hold, in state `brand_new`. An `order_id` that the retailer has used before is refused.
 */
export function createDeliveryOrder(
  connection: Connection,
  userId: string | number,
  body: CreateDeliveryOrderRequest,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/orders/delivery`, {
    ...options,
    body,
  });
}

/**
 * Create a pickup order. `POST /v2/fulfillment/users/{user_id}/orders/pickup`
 *
 * Creates an order in the slot of a hold, in state `brand_new`. An `order_id` that the retailer has used before is refused.
 */
export function createPickupOrder(
  connection: Connection,
  userId: string | number,
  body: CreatePickupOrderRequest,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/orders/pickup`, {
    ...options,
    body,
  });
}

/**
 * Create a last-mile order. `POST /v2/fulfillment/users/{user_id}/orders/last_mile`
 *
 * Creates an order that is already packed, with a window of its own or the slot of a hold. An `order_id` that the retailer has used before is refused.
 */
export function createLastMileOrder(
  connection: Connection,
  userId: string | number,
  body: CreateLastMileOrderRequest,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/orders/last_mile`, {
    ...options,
    body,
  });
}

/**
 * Create a last-mile order (older path). `POST /v2/fulfillment/lastmile/users/{user_id}/orders`
 *
 * Does the same as `POST /v2/fulfillment/users/{user_id}/orders/last_mile`, which replaces it.
 */
export function createLastMileOrderDeprecated(
  connection: Connection,
  userId: string | number,
  body: CreateLastMileOrderRequest,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('POST', `/v2/fulfillment/lastmile/users/${inPath(userId)}/orders`, {
    ...options,
    body,
  });
}

/**
 * Dispatch a last-mile order without a user. `POST /v2/fulfillment/lastmile/orders`
 *
 * Creates an order that is already packed, for a customer who is named in the body. The customer has no `user_id`, so no user’s token reaches the order.
 */
export function dispatchLastMileOrder(
  connection: Connection,
  body: DispatchLastMileRequest,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('POST', `/v2/fulfillment/lastmile/orders`, { ...options, body });
}

/**
 * List the orders of a user. `GET /v2/fulfillment/users/{user_id}/orders`
 *
 * Returns the user’s latest orders, newest first, at most 25.
 */
export function listUserOrders(
  connection: Connection,
  userId: string | number,
  options?: CallOptions,
): Promise<Orders> {
  return connection.json('GET', `/v2/fulfillment/users/${inPath(userId)}/orders`, { ...options });
}

/**
 * Get an order. `GET /v2/fulfillment/users/{user_id}/orders/{order_id}`
 *
 * Returns the order with its state, window and items.
 */
export function getOrder(
  connection: Connection,
  userId: string | number,
  orderId: string | number,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('GET', `/v2/fulfillment/users/${inPath(userId)}/orders/${inPath(orderId)}`, {
    ...options,
  });
}

/**
 * Update an order. `PUT /v2/fulfillment/users/{user_id}/orders/{order_id}`
 *
 * Changes what the body names, as long as the order is in state `brand_new`; later it is refused.
 */
export function updateOrder(
  connection: Connection,
  userId: string | number,
  orderId: string | number,
  body: UpdateOrderRequest,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('PUT', `/v2/fulfillment/users/${inPath(userId)}/orders/${inPath(orderId)}`, {
    ...options,
    body,
  });
}

/**
 * Cancel an order. `POST /v2/fulfillment/users/{user_id}/orders/{order_id}/cancel`
 *
 * Cancels the order for the reason `customer_driven`, as long as it is in state `brand_new`; later it is refused.
 */
export function cancelOrder(
  connection: Connection,
  userId: string | number,
  orderId: string | number,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/orders/${inPath(orderId)}/cancel`, {
    ...options,
  });
}
