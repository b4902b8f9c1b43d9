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

/** Create a user with an address, or update the names of a known one; the address is not kept. `POST /v2/fulfillment/users/{user_id}/addresses` */
export function createAddress(
  connection: Connection,
  userId: string | number,
  body: CreateAddressRequest,
  options?: CallOptions,
): Promise<User> {
  return connection.json('POST', `/v2/fulfillment/users/${inPath(userId)}/addresses`, { ...options, body });
}

/** Create a user, or update the one with this `user_id`. `POST /v2/fulfillment/users` */
export function createUser(
  connection: Connection,
  body: CreateUserRequest,
  options?: CallOptions,
): Promise<User> {
  return connection.json('POST', `/v2/fulfillment/users`, { ...options, body });
}

/** Get a user. `GET /v2/fulfillment/users/{user_id}` */
export function getUser(
  connection: Connection,
  userId: string | number,
  options?: CallOptions,
): Promise<User> {
  return connection.json('GET', `/v2/fulfillment/users/${inPath(userId)}`, { ...options });
}

/** Find stores that deliver. `POST /v2/fulfillment/stores/delivery` */
export function findDeliveryStores(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/stores/delivery`, { ...options, body });
}

/** Find stores to pick up from. `POST /v2/fulfillment/stores/pickup` */
export function findPickupStores(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/stores/pickup`, { ...options, body });
}

/** Find stores for last-mile orders. `POST /v2/fulfillment/stores/last_mile` */
export function findLastMileStores(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/stores/last_mile`, { ...options, body });
}

/** Find stores for last-mile orders (older path). `POST /v2/fulfillment/lastmile/stores` */
export function findLastMileStoresDeprecated(
  connection: Connection,
  body: FindStoresRequest,
  options?: CallOptions,
): Promise<Stores> {
  return connection.json('POST', `/v2/fulfillment/lastmile/stores`, { ...options, body });
}

/** List delivery slots without naming a user. `POST /v2/fulfillment/service_options/delivery` */
export function listDeliveryOptions(
  connection: Connection,
  body: PreviewServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/service_options/delivery`, { ...options, body });
}

/** List pickup slots without naming a user. `POST /v2/fulfillment/service_options/pickup` */
export function listPickupOptions(
  connection: Connection,
  body: PreviewServiceOptionsRequest,
  options?: CallOptions,
): Promise<ServiceOptions> {
  return connection.json('POST', `/v2/fulfillment/service_options/pickup`, { ...options, body });
}

/** List delivery slots for a cart (path without a kind). `POST /v2/fulfillment/users/{user_id}/service_options/cart` */
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

/** List slots for a last-mile order. `POST /v2/fulfillment/lastmile/users/{user_id}/service_options` */
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

/** Delivery slots for a cart. `POST /v2/fulfillment/users/{user_id}/service_options/cart/delivery` */
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

/** Pickup slots for a cart. `POST /v2/fulfillment/users/{user_id}/service_options/cart/pickup` */
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

/** Hold a slot for ten minutes. `POST /v2/fulfillment/users/{user_id}/service_options/{service_option_id}/reserve` */
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

/** Hold a previewed slot for ten minutes. `POST /v2/fulfillment/users/{user_id}/service_options/{service_option_id}/reserve/cart` */
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

/** Create a delivery order. `POST /v2/fulfillment/users/{user_id}/orders/delivery` */
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

/** Create a pickup order. `POST /v2/fulfillment/users/{user_id}/orders/pickup` */
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

/** Create a last-mile order. `POST /v2/fulfillment/users/{user_id}/orders/last_mile` */
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

/** Create a last-mile order (older path). `POST /v2/fulfillment/lastmile/users/{user_id}/orders` */
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

/** Dispatch a last-mile order without a user. `POST /v2/fulfillment/lastmile/orders` */
export function dispatchLastMileOrder(
  connection: Connection,
  body: DispatchLastMileRequest,
  options?: CallOptions,
): Promise<Order> {
  return connection.json('POST', `/v2/fulfillment/lastmile/orders`, { ...options, body });
}

/** List the orders of a user, newest first. `GET /v2/fulfillment/users/{user_id}/orders` */
export function listUserOrders(
  connection: Connection,
  userId: string | number,
  options?: CallOptions,
): Promise<Orders> {
  return connection.json('GET', `/v2/fulfillment/users/${inPath(userId)}/orders`, { ...options });
}

/** Get an order. `GET /v2/fulfillment/users/{user_id}/orders/{order_id}` */
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

/** Update an order that is still brand new. `PUT /v2/fulfillment/users/{user_id}/orders/{order_id}` */
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

/** Cancel an order that is still brand new. `POST /v2/fulfillment/users/{user_id}/orders/{order_id}/cancel` */
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
