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
  Application,
  Applications,
  AssignShopperRequest,
  AuditEntries,
  CallbackDeliveries,
  CallbackDelivery,
  CallbackDeliveryWithAttempts,
  CallbackEndpoint,
  CallbackEndpoints,
  CallbackSample,
  CallbackSampleRequest,
  ChangeApplicationRequest,
  ChangeCallbackEndpointRequest,
  ChatMessages,
  Console,
  CreateApplicationRequest,
  CreateCallbackEndpointRequest,
  ErasureReceipts,
  Figures,
  Health,
  MessagesRead,
  NativeShopper,
  NativeUser,
  NewApplication,
  NewCallbackEndpoint,
  OrderEvents,
  OrderHandling,
  OrderItems,
  OrderLocation,
  OrderMessages,
  OrderOverview,
  OrderStatus,
  OrderSummaries,
  OrderSummary,
  OrderTimeline,
  PersonErasure,
  PutShopperRequest,
  PutUserRequest,
  Readiness,
  ReplacementRequest,
  ReplayCallbacksRequest,
  ReplayedCallbacks,
  Retailer,
  RetailerSettings,
  RevokedTokens,
  RevokeRequest,
  RotateSecretRequest,
  SendMessageRequest,
  SentMessage,
  SetLocationRequest,
  SetOrderStateRequest,
  ShopperConversation,
  ShopperMessageRequest,
  ShopperOrders,
  StreamTicket,
  Success,
  SupportConversation,
  SupportLink,
  SupportLinkRequest,
  SupportSession,
  SupportSessionRequest,
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

/** Where an order stands. `GET /v2/post_checkout/orders/{order_id}` */
export function getOrderStatus(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderStatus> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}`, { ...options });
}

/** Where an order goes, who has it, and what to mind. `GET /v2/post_checkout/orders/{order_id}/handling` */
export function getOrderHandling(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderHandling> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/handling`, { ...options });
}

/** Where an order is while it is being delivered. `GET /v2/post_checkout/orders/{order_id}/location` */
export function getOrderLocation(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderLocation> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/location`, { ...options });
}

/** The items of an order, with what became of each. `GET /v2/post_checkout/orders/{order_id}/items` */
export function getOrderItems(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderItems> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/items`, { ...options });
}

/** Approve or reject the replacement of an item. `PUT /v2/post_checkout/orders/{order_id}/items/{order_item_id}/replacement` */
export function answerReplacement(
  connection: Connection,
  orderId: string | number,
  orderItemId: string | number,
  body: ReplacementRequest,
  options?: IdOptions,
): Promise<Record<string, unknown>> {
  return connection.json(
    'PUT',
    `/v2/post_checkout/orders/${inPath(orderId)}/items/${inPath(orderItemId)}/replacement`,
    { ...options, body },
  );
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
    /** `chat.open` as the reader knows it: with `wait`, the answer comes at once when it is no longer so */
    open?: boolean | undefined;
  },
): Promise<OrderEvents> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/events`, {
    ...options,
    query: { after: options?.after, wait: options?.wait, open: options?.open },
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

/** What happened to an order, event by event; no text and no name. `GET /v1/orders/{order_id}/timeline` */
export function getOrderTimeline(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions & {
    /** Number of the last event that is known; left out = from the first */
    after?: string | undefined;
  },
): Promise<OrderTimeline> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/timeline`, {
    ...options,
    query: { after: options?.after },
  });
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

/** Tell where the shopper is with an order that is being delivered. `PUT /v1/orders/{order_id}/location` */
export function setOrderLocation(
  connection: Connection,
  orderId: string | number,
  body: SetLocationRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json('PUT', `/v1/orders/${inPath(orderId)}/location`, { ...options, body });
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

/** Revoke every access token that speaks for a shopper. `POST /v1/shoppers/{external_id}/revoke-tokens` */
export function revokeTokensOfShopper(
  connection: Connection,
  externalId: string | number,
  options?: IdOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/shoppers/${inPath(externalId)}/revoke-tokens`, { ...options });
}

/** Revoke every access token that speaks for a user. `POST /v1/users/{user_id}/revoke-tokens` */
export function revokeTokensOfUser(
  connection: Connection,
  userId: string | number,
  options?: IdOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/users/${inPath(userId)}/revoke-tokens`, { ...options });
}

/** Revoke every access token of a support agent, and the agent’s unused support links. `POST /v1/support-agents/{agent}/revoke-tokens` */
export function revokeTokensOfAgent(
  connection: Connection,
  agent: string | number,
  options?: CallOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/support-agents/${inPath(agent)}/revoke-tokens`, { ...options });
}

/** The conversation, for support: only with a reason, which the audit log keeps. `GET /v1/orders/{order_id}/conversation` */
export function getSupportConversation(
  connection: Connection,
  orderId: string | number,
  options: IdOptions & {
    /** Why, 1 to 500 characters */
    reason: string;
    /** Who looks; a support agent’s token says so itself */
    agent?: string | undefined;
  },
): Promise<SupportConversation> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/conversation`, {
    ...options,
    query: { reason: options.reason, agent: options.agent },
  });
}

/** A code for one support agent to sign in with, once, within 15 minutes. `POST /v1/support-links` */
export function createSupportLink(
  connection: Connection,
  body: SupportLinkRequest,
  options?: CallOptions,
): Promise<SupportLink> {
  return connection.json('POST', `/v1/support-links`, { ...options, body });
}

/** Exchange such a code for the agent’s access token. `POST /v1/support-sessions` */
export function createSupportSession(
  connection: Connection,
  body: SupportSessionRequest,
  options?: CallOptions,
): Promise<SupportSession> {
  return connection.json('POST', `/v1/support-sessions`, { ...options, body, isOpen: true });
}

/** Revoke the token of this request. `DELETE /v1/session` */
export function endSession(connection: Connection, options?: CallOptions): Promise<Success> {
  return connection.json('DELETE', `/v1/session`, { ...options });
}

/** The audit log, newest first. `GET /v1/audit` */
export function listAudit(
  connection: Connection,
  options?: IdOptions & {
    /** Only entries about this order; a support agent must name one */
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

/** Settings of the token’s retailer. `GET /v1/retailer` */
export function getRetailerSettings(connection: Connection, options?: CallOptions): Promise<Retailer> {
  return connection.json('GET', `/v1/retailer`, { ...options });
}

/** Change settings of the token’s retailer. `PATCH /v1/retailer` */
export function changeRetailerSettings(
  connection: Connection,
  body: RetailerSettings,
  options?: CallOptions,
): Promise<Retailer> {
  return connection.json('PATCH', `/v1/retailer`, { ...options, body });
}

/** The applications of the token’s retailer, oldest first. `GET /v1/applications` */
export function listApplications(connection: Connection, options?: CallOptions): Promise<Applications> {
  return connection.json('GET', `/v1/applications`, { ...options });
}

/** Make an application; it gets no scope that the token’s application lacks. `POST /v1/applications` */
export function createApplication(
  connection: Connection,
  body: CreateApplicationRequest,
  options?: CallOptions,
): Promise<NewApplication> {
  return connection.json('POST', `/v1/applications`, { ...options, body });
}

/** Rename, disable or enable an application; disabling revokes its tokens, and nobody disables their own. `PATCH /v1/applications/{client_id}` */
export function changeApplication(
  connection: Connection,
  clientId: string | number,
  body: ChangeApplicationRequest,
  options?: CallOptions,
): Promise<Application> {
  return connection.json('PATCH', `/v1/applications/${inPath(clientId)}`, { ...options, body });
}

/** Make a new client secret; the old one stops at once, and issued tokens too if the body says so. `POST /v1/applications/{client_id}/secret` */
export function rotateApplicationSecret(
  connection: Connection,
  clientId: string | number,
  body: RotateSecretRequest,
  options?: CallOptions,
): Promise<NewApplication> {
  return connection.json('POST', `/v1/applications/${inPath(clientId)}/secret`, { ...options, body });
}

/** Revoke every access token that an application obtained, those of users, shoppers and agents included. `POST /v1/applications/{client_id}/revoke-tokens` */
export function revokeTokensOfApplication(
  connection: Connection,
  clientId: string | number,
  options?: CallOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/applications/${inPath(clientId)}/revoke-tokens`, { ...options });
}

/** Receipts of erasures, newest first. `GET /v1/erasure-receipts` */
export function listErasureReceipts(
  connection: Connection,
  options?: CallOptions & {
    /** Receipts in the answer, 1 to 100; default 100 */
    limit?: number | undefined;
    /** Cursor: `next` of the page before */
    after?: string | undefined;
  },
): Promise<ErasureReceipts> {
  return connection.json('GET', `/v1/erasure-receipts`, {
    ...options,
    query: { limit: options?.limit, after: options?.after },
  });
}

/** How the retailer’s chats fare: sends and open streams of the process that answers, what waits in all. `GET /v1/figures` */
export function getFigures(connection: Connection, options?: CallOptions): Promise<Figures> {
  return connection.json('GET', `/v1/figures`, { ...options });
}

/** What the console finds on this server; where there is none, nothing. `GET /v1/console` */
export function getConsole(connection: Connection, options?: CallOptions): Promise<Console> {
  return connection.json('GET', `/v1/console`, { ...options, isOpen: true });
}

/** Where events are sent to. `GET /v1/callback-endpoints` */
export function listCallbackEndpoints(
  connection: Connection,
  options?: CallOptions,
): Promise<CallbackEndpoints> {
  return connection.json('GET', `/v1/callback-endpoints`, { ...options });
}

/** Have events sent to an address. `POST /v1/callback-endpoints` */
export function createCallbackEndpoint(
  connection: Connection,
  body: CreateCallbackEndpointRequest,
  options?: CallOptions,
): Promise<NewCallbackEndpoint> {
  return connection.json('POST', `/v1/callback-endpoints`, { ...options, body });
}

/** One of these addresses. `GET /v1/callback-endpoints/{endpoint_id}` */
export function getCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  options?: CallOptions,
): Promise<CallbackEndpoint> {
  return connection.json('GET', `/v1/callback-endpoints/${inPath(endpointId)}`, { ...options });
}

/** Change what is given of it; what has waited for a disabled one is sent once it is enabled. `PATCH /v1/callback-endpoints/{endpoint_id}` */
export function changeCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  body: ChangeCallbackEndpointRequest,
  options?: CallOptions,
): Promise<CallbackEndpoint> {
  return connection.json('PATCH', `/v1/callback-endpoints/${inPath(endpointId)}`, { ...options, body });
}

/** Forget it, and what was to be sent to it. `DELETE /v1/callback-endpoints/{endpoint_id}` */
export function deleteCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  options?: CallOptions,
): Promise<Success> {
  return connection.json('DELETE', `/v1/callback-endpoints/${inPath(endpointId)}`, { ...options });
}

/** A new signing secret; the former one signs beside it for 24 hours. `POST /v1/callback-endpoints/{endpoint_id}/secret` */
export function rotateCallbackSecret(
  connection: Connection,
  endpointId: string | number,
  options?: CallOptions,
): Promise<NewCallbackEndpoint> {
  return connection.json('POST', `/v1/callback-endpoints/${inPath(endpointId)}/secret`, { ...options });
}

/** Send a sample now, once, and tell how it went. `POST /v1/callback-endpoints/{endpoint_id}/test` */
export function testCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  body: CallbackSampleRequest,
  options?: CallOptions,
): Promise<CallbackSample> {
  return connection.json('POST', `/v1/callback-endpoints/${inPath(endpointId)}/test`, { ...options, body });
}

/** Send again what was given up since a time, at most 10000. `POST /v1/callback-endpoints/{endpoint_id}/replay` */
export function replayDeadCallbacks(
  connection: Connection,
  endpointId: string | number,
  body: ReplayCallbacksRequest,
  options?: CallOptions,
): Promise<ReplayedCallbacks> {
  return connection.json('POST', `/v1/callback-endpoints/${inPath(endpointId)}/replay`, { ...options, body });
}

/** What was and is to be sent, newest first. `GET /v1/callback-deliveries` */
export function listCallbackDeliveries(
  connection: Connection,
  options?: IdOptions & {
    /** Only to this endpoint */
    endpoint_id?: string | undefined;
    /** Only of this order */
    order_id?: string | undefined;
    /** Only events of this name */
    event_name?: string | undefined;
    /** Only those that are `pending`, `delivered` or `dead` */
    state?: string | undefined;
    /** Deliveries in the answer, 1 to 100; default 100 */
    limit?: number | undefined;
    /** Cursor: `next` of the page before */
    after?: string | undefined;
  },
): Promise<CallbackDeliveries> {
  return connection.json('GET', `/v1/callback-deliveries`, {
    ...options,
    query: {
      endpoint_id: options?.endpoint_id,
      order_id: options?.order_id,
      event_name: options?.event_name,
      state: options?.state,
      limit: options?.limit,
      after: options?.after,
    },
  });
}

/** One of them, with its attempts. `GET /v1/callback-deliveries/{delivery_id}` */
export function getCallbackDelivery(
  connection: Connection,
  deliveryId: string | number,
  options?: CallOptions,
): Promise<CallbackDeliveryWithAttempts> {
  return connection.json('GET', `/v1/callback-deliveries/${inPath(deliveryId)}`, { ...options });
}

/** Send it again, under the same ID. `POST /v1/callback-deliveries/{delivery_id}/replay` */
export function replayCallbackDelivery(
  connection: Connection,
  deliveryId: string | number,
  options?: CallOptions,
): Promise<CallbackDelivery> {
  return connection.json('POST', `/v1/callback-deliveries/${inPath(deliveryId)}/replay`, { ...options });
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

/** Whether storage answers, and takes writes. `GET /readyz` */
export function ready(connection: Connection, options?: CallOptions): Promise<Readiness> {
  return connection.json('GET', `/readyz`, { ...options, isOpen: true });
}

/** This document. `GET /openapi.json` */
export function openapi(connection: Connection, options?: CallOptions): Promise<Record<string, unknown>> {
  return connection.json('GET', `/openapi.json`, { ...options, isOpen: true });
}
