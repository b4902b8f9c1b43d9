/** A function for every route of an application in service. Written by `scripts/generate.ts` from the contract; not to be changed here. */
import {
  type CallOptions,
  type Connection,
  type IdOptions,
  inPath,
  type SendOptions,
} from '../connection.ts';
import type {
  AccessToken,
  AssignShopperRequest,
  AuditEntries,
  ChatMessages,
  Health,
  MessagesRead,
  NativeShopper,
  NativeUser,
  OrderEvents,
  OrderMessages,
  OrderOverview,
  OrderSummaries,
  OrderSummary,
  PersonErasure,
  PutShopperRequest,
  PutUserRequest,
  RevokeRequest,
  SendMessageRequest,
  SentMessage,
  SetOrderStateRequest,
  ShopperConversation,
  ShopperMessageRequest,
  ShopperOrders,
  StreamTicket,
  Success,
  SupportConversation,
  TokenRequest,
} from './types.ts';

/** Get chat messages. `GET /v2/post_checkout/chat/{order_id}/messages` */
export function getChat(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<ChatMessages> {
  return connection.json('GET', `/v2/post_checkout/chat/${inPath(orderId)}/messages`, { ...options });
}

/** Send a message to the shopper. `POST /v2/post_checkout/chat/{order_id}/messages` */
export function sendMessage(
  connection: Connection,
  orderId: string | number,
  body: SendMessageRequest,
  options?: SendOptions,
): Promise<SentMessage> {
  return connection.json('POST', `/v2/post_checkout/chat/${inPath(orderId)}/messages`, { ...options, body });
}

/** Mark the shoppers’ messages as read. `PUT /v2/post_checkout/chat/{order_id}/messages` */
export function markMessagesRead(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<MessagesRead> {
  return connection.json('PUT', `/v2/post_checkout/chat/${inPath(orderId)}/messages`, { ...options });
}

/** Get all messages of an order, automated notices included. `GET /v2/post_checkout/orders/{order_id}/order_messages` */
export function getOrderMessages(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderMessages> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/order_messages`, { ...options });
}

/** What happened to an order after a number of its log; waits for more when asked to. `GET /v1/orders/{order_id}/events` */
export function getOrderEvents(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions & {
    /** Number of the last event that is known; 0 or left out = from the first */
    after?: number | undefined;
    /** Seconds to wait for an event when there is none yet, at most 30 */
    wait?: number | undefined;
  },
): Promise<OrderEvents> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/events`, {
    ...options,
    query: { after: options?.after, wait: options?.wait },
  });
}

/** A ticket for one stream of this order, valid for 30 seconds. `POST /v1/orders/{order_id}/stream-tickets` */
export function createStreamTicket(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<StreamTicket> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/stream-tickets`, { ...options });
}

/** Tell the other side that one is typing; never stored. `POST /v1/orders/{order_id}/typing` */
export function typing(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<Success> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/typing`, { ...options });
}

/** The orders that the shopper has now, newest activity first. `GET /v1/shopper/orders` */
export function listShopperOrders(connection: Connection, options?: CallOptions): Promise<ShopperOrders> {
  return connection.json('GET', `/v1/shopper/orders`, { ...options });
}

/** The conversation of one of them. `GET /v1/shopper/orders/{order_id}/messages` */
export function getShopperConversation(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<ShopperConversation> {
  return connection.json('GET', `/v1/shopper/orders/${inPath(orderId)}/messages`, { ...options });
}

/** Send a message to the customer. `POST /v1/shopper/orders/{order_id}/messages` */
export function sendAsShopper(
  connection: Connection,
  orderId: string | number,
  body: ShopperMessageRequest,
  options?: SendOptions,
): Promise<SentMessage> {
  return connection.json('POST', `/v1/shopper/orders/${inPath(orderId)}/messages`, { ...options, body });
}

/** Mark the customer’s messages as read. `PUT /v1/shopper/orders/{order_id}/messages` */
export function markReadAsShopper(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<MessagesRead> {
  return connection.json('PUT', `/v1/shopper/orders/${inPath(orderId)}/messages`, { ...options });
}

/** Create a shopper, or change what is given of one. `PUT /v1/shoppers/{external_id}` */
export function putShopper(
  connection: Connection,
  externalId: string | number,
  body: PutShopperRequest,
  options?: CallOptions,
): Promise<NativeShopper> {
  return connection.json('PUT', `/v1/shoppers/${inPath(externalId)}`, { ...options, body });
}

/** Create a user, or change what is given of one. `PUT /v1/users/{user_id}` */
export function putUser(
  connection: Connection,
  userId: string | number,
  body: PutUserRequest,
  options?: CallOptions,
): Promise<NativeUser> {
  return connection.json('PUT', `/v1/users/${inPath(userId)}`, { ...options, body });
}

/** Erase a person everywhere: names, contacts, texts. `DELETE /v1/users/{user_id}` */
export function eraseUser(
  connection: Connection,
  userId: string | number,
  options?: IdOptions,
): Promise<PersonErasure> {
  return connection.json('DELETE', `/v1/users/${inPath(userId)}`, { ...options });
}

/** Orders, newest first. `GET /v1/orders` */
export function listOrders(
  connection: Connection,
  options?: CallOptions & {
    /** Only orders in this state */
    workflow_state?: string | undefined;
    /** Only orders that this shopper has now, by the retailer’s own ID */
    shopper_id?: string | undefined;
    /** Only orders of this user, by the retailer’s own ID */
    user_id?: string | undefined;
    /** `true`: neither delivered nor canceled; `false`: one of the two */
    active?: boolean | undefined;
    /** Orders in the answer, 1 to 100; default 100 */
    limit?: number | undefined;
    /** Cursor: `next` of the page before */
    after?: string | undefined;
  },
): Promise<OrderSummaries> {
  return connection.json('GET', `/v1/orders`, {
    ...options,
    query: {
      workflow_state: options?.workflow_state,
      shopper_id: options?.shopper_id,
      user_id: options?.user_id,
      active: options?.active,
      limit: options?.limit,
      after: options?.after,
    },
  });
}

/** Where an order stands: state, participants, counters, receipts; no text. `GET /v1/orders/{order_id}` */
export function getOrderOverview(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderOverview> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}`, { ...options });
}

/** Give an order to a shopper, or hand it over. `POST /v1/orders/{order_id}/assignment` */
export function assignShopper(
  connection: Connection,
  orderId: string | number,
  body: AssignShopperRequest,
  options?: IdOptions,
): Promise<OrderSummary> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/assignment`, { ...options, body });
}

/** Move an order to a state, ahead or back. `POST /v1/orders/{order_id}/state` */
export function setOrderState(
  connection: Connection,
  orderId: string | number,
  body: SetOrderStateRequest,
  options?: IdOptions,
): Promise<OrderSummary> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/state`, { ...options, body });
}

/** The conversation, for support: only with a reason, which the audit log keeps. `GET /v1/orders/{order_id}/conversation` */
export function getSupportConversation(
  connection: Connection,
  orderId: string | number,
  options: IdOptions & {
    /** Required: why, 1 to 500 characters */
    reason: string;
    /** Who looks */
    agent?: string | undefined;
  },
): Promise<SupportConversation> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/conversation`, {
    ...options,
    query: { reason: options.reason, agent: options.agent },
  });
}

/** The audit log, newest first. `GET /v1/audit` */
export function listAudit(
  connection: Connection,
  options?: IdOptions & {
    /** Only entries about this order */
    order_id?: string | undefined;
    /** Entries in the answer, 1 to 100; default 100 */
    limit?: number | undefined;
    /** Cursor: `next` of the page before */
    after?: string | undefined;
  },
): Promise<AuditEntries> {
  return connection.json('GET', `/v1/audit`, {
    ...options,
    query: { order_id: options?.order_id, limit: options?.limit, after: options?.after },
  });
}

/** Generate an access token. `POST /v2/oauth/token` */
export function createToken(
  connection: Connection,
  body: TokenRequest,
  options?: CallOptions,
): Promise<AccessToken> {
  return connection.json('POST', `/v2/oauth/token`, { ...options, body, isOpen: true });
}

/** Revoke an access token. `POST /v2/oauth/token/revoke` */
export function revokeToken(
  connection: Connection,
  body: RevokeRequest,
  options?: CallOptions,
): Promise<Record<string, unknown>> {
  return connection.json('POST', `/v2/oauth/token/revoke`, { ...options, body, isOpen: true });
}

/** The process is up. `GET /healthz` */
export function health(connection: Connection, options?: CallOptions): Promise<Health> {
  return connection.json('GET', `/healthz`, { ...options, isOpen: true });
}

/** Storage answers. `GET /readyz` */
export function ready(connection: Connection, options?: CallOptions): Promise<Health> {
  return connection.json('GET', `/readyz`, { ...options, isOpen: true });
}

/** This document. `GET /openapi.json` */
export function openapi(connection: Connection, options?: CallOptions): Promise<Record<string, unknown>> {
  return connection.json('GET', `/openapi.json`, { ...options, isOpen: true });
}
