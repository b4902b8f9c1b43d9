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
  CallbackDeliveryState,
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
  Empty,
  ErasureReceipts,
  EventName,
  Figures,
  Health,
  MessagesRead,
  NativeShopper,
  NativeUser,
  NewApplication,
  NewCallbackEndpoint,
  OpenApiDocument,
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
  WorkflowState,
} from './types.ts';

/**
 * Get chat messages. `GET /v2/post_checkout/chat/{order_id}/messages`
 *
 * Returns the messages between the customer and the shoppers, oldest first, with who takes part. Messages stay readable for 24 hours after delivery or cancellation; after that the list is empty and `is_expired` is true.
 */
export function getChat(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<ChatMessages> {
  return connection.json('GET', `/v2/post_checkout/chat/${inPath(orderId)}/messages`, { ...options });
}

/**
 * Send a message to the shopper. `POST /v2/post_checkout/chat/{order_id}/messages`
 *
 * Sends a text, an uploaded image, or both on behalf of the customer. The chat is open from the start of picking until delivery or cancellation; at other times the answer is 403. An order holds up to 2,000 messages.
 */
export function sendMessage(
  connection: Connection,
  orderId: string | number,
  body: SendMessageRequest,
  options?: SendOptions,
): Promise<SentMessage> {
  return connection.json('POST', `/v2/post_checkout/chat/${inPath(orderId)}/messages`, { ...options, body });
}

/**
 * Mark the shoppers’ messages as read. `PUT /v2/post_checkout/chat/{order_id}/messages`
 *
 * Marks every message of the shoppers that the customer has not read yet, and returns how many there were. Repeating it is safe and returns 0.
 */
export function markMessagesRead(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<MessagesRead> {
  return connection.json('PUT', `/v2/post_checkout/chat/${inPath(orderId)}/messages`, { ...options });
}

/**
 * Get messages and automated notices of an order. `GET /v2/post_checkout/orders/{order_id}/order_messages`
 *
 * Returns what “Get chat messages” returns, and the automated notices about replacements, refunds and delivery besides. Both expire together, 24 hours after delivery or cancellation.
 */
export function getOrderMessages(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderMessages> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/order_messages`, { ...options });
}

/**
 * Get the status of an order. `GET /v2/post_checkout/orders/{order_id}`
 *
 * Returns the order’s state, its type, and its delivery or pickup window where one is known.
 */
export function getOrderStatus(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderStatus> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}`, { ...options });
}

/**
 * Get handling information for an order. `GET /v2/post_checkout/orders/{order_id}/handling`
 *
 * Returns where the order goes, who has it and what to mind: address, shopper and instructions. The shopper is left out where the retailer removes shopper information.
 */
export function getOrderHandling(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderHandling> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/handling`, { ...options });
}

/**
 * Get the location of an order. `GET /v2/post_checkout/orders/{order_id}/location`
 *
 * Returns the latest coordinates while the order is in state `delivering`. In any other state, or before a location was reported, the answer is an empty object.
 */
export function getOrderLocation(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderLocation> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/location`, { ...options });
}

/**
 * List the items of an order. `GET /v2/post_checkout/orders/{order_id}/items`
 *
 * Returns each item with its status and, where the shopper proposed a replacement, what that is and what the customer decided.
 */
export function getOrderItems(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderItems> {
  return connection.json('GET', `/v2/post_checkout/orders/${inPath(orderId)}/items`, { ...options });
}

/**
 * Approve or reject a replacement. `PUT /v2/post_checkout/orders/{order_id}/items/{order_item_id}/replacement`
 *
 * Records the customer’s decision on a replacement, with a product they would rather have if they like. It works while the order is being picked and the replacement is pending.
 */
export function answerReplacement(
  connection: Connection,
  orderId: string | number,
  orderItemId: string | number,
  body: ReplacementRequest,
  options?: IdOptions,
): Promise<Empty> {
  return connection.json(
    'PUT',
    `/v2/post_checkout/orders/${inPath(orderId)}/items/${inPath(orderItemId)}/replacement`,
    { ...options, body },
  );
}

/**
 * List the events of an order, or wait for more. `GET /v1/orders/{order_id}/events`
 *
 * Returns up to 500 events after a number of the order’s log, and the number to go on from. With `wait` it is a long poll: the answer comes with the next event, or empty when the time is over.
 */
export function getOrderEvents(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions & {
    /** Number of the last event that you know; 0 or left out starts with the first */
    after?: number | undefined;
    /** Seconds to wait for an event when there is none yet, at most 30 */
    wait?: number | undefined;
    /** `chat.open` as you know it: with `wait`, the answer comes at once when that has changed */
    open?: boolean | undefined;
  },
): Promise<OrderEvents> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/events`, {
    ...options,
    query: { after: options?.after, wait: options?.wait, open: options?.open },
  });
}

/**
 * Create a ticket for a stream. `POST /v1/orders/{order_id}/stream-tickets`
 *
 * Returns a ticket that opens one stream of this order, once, within 30 seconds. It is for browsers’ `EventSource`, which cannot send an Authorization header.
 */
export function createStreamTicket(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<StreamTicket> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/stream-tickets`, { ...options });
}

/**
 * Show the other side that you are typing. `POST /v1/orders/{order_id}/typing`
 *
 * Sends the event `typing` to the streams of the other side, at most once every 3 seconds. Nothing is stored.
 */
export function typing(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<Success> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/typing`, { ...options });
}

/**
 * List the shopper’s orders. `GET /v1/shopper/orders`
 *
 * Returns the orders that the shopper has now, newest activity first, at most 200. Orders that were handed over are not among them.
 */
export function listShopperOrders(connection: Connection, options?: CallOptions): Promise<ShopperOrders> {
  return connection.json('GET', `/v1/shopper/orders`, { ...options });
}

/**
 * Get a conversation as the shopper. `GET /v1/shopper/orders/{order_id}/messages`
 *
 * Returns the messages and automated notices of an order that the shopper has, with when each message was delivered and read. `seq` is where to go on with the stream of events.
 */
export function getShopperConversation(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<ShopperConversation> {
  return connection.json('GET', `/v1/shopper/orders/${inPath(orderId)}/messages`, { ...options });
}

/**
 * Send a message to the customer. `POST /v1/shopper/orders/{order_id}/messages`
 *
 * Sends a text, an image, or both on behalf of the shopper. The chat is open from the start of picking until delivery or cancellation; at other times the answer is 403.
 */
export function sendAsShopper(
  connection: Connection,
  orderId: string | number,
  body: ShopperMessageRequest,
  options?: SendOptions,
): Promise<SentMessage> {
  return connection.json('POST', `/v1/shopper/orders/${inPath(orderId)}/messages`, { ...options, body });
}

/**
 * Mark the customer’s messages as read. `PUT /v1/shopper/orders/{order_id}/messages`
 *
 * Marks every message of the customer that no shopper has read yet, and returns how many there were. Repeating it is safe and returns 0.
 */
export function markReadAsShopper(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<MessagesRead> {
  return connection.json('PUT', `/v1/shopper/orders/${inPath(orderId)}/messages`, { ...options });
}

/**
 * List orders. `GET /v1/orders`
 *
 * Returns the retailer’s orders, newest first, in pages. Orders created while you page through shift nothing.
 */
export function listOrders(
  connection: Connection,
  options?: CallOptions & {
    /** Only orders in this state */
    workflow_state?: WorkflowState | undefined;
    /** Only orders that this shopper has now, by the retailer’s own ID */
    shopper_id?: string | undefined;
    /** Only orders of this user, by the retailer’s own ID */
    user_id?: string | undefined;
    /** `true`: only orders neither delivered nor canceled; `false`: only the others */
    active?: boolean | undefined;
    /** Orders per page, 1 to 100; 100 by default */
    limit?: number | undefined;
    /** Cursor: `next` of the previous page */
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

/**
 * Get the overview of an order. `GET /v1/orders/{order_id}`
 *
 * Returns the order’s state, the people by ID, the counts of messages, and the receipts of erasures. It holds neither texts nor names.
 */
export function getOrderOverview(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions,
): Promise<OrderOverview> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}`, { ...options });
}

/**
 * Get the timeline of an order. `GET /v1/orders/{order_id}/timeline`
 *
 * Returns up to 500 events of the order’s log: states, assignments, and who wrote and read when. It holds neither texts nor names.
 */
export function getOrderTimeline(
  connection: Connection,
  orderId: string | number,
  options?: IdOptions & {
    /** Number of the last event that you know; left out starts with the first */
    after?: number | undefined;
  },
): Promise<OrderTimeline> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/timeline`, {
    ...options,
    query: { after: options?.after },
  });
}

/**
 * Assign an order to a shopper. `POST /v1/orders/{order_id}/assignment`
 *
 * Gives the order to a shopper, or hands it over from another, who can no longer reach it. Assigning it to the shopper who has it changes nothing.
 */
export function assignShopper(
  connection: Connection,
  orderId: string | number,
  body: AssignShopperRequest,
  options?: IdOptions,
): Promise<OrderSummary> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/assignment`, { ...options, body });
}

/**
 * Set the state of an order. `POST /v1/orders/{order_id}/state`
 *
 * Moves the order forward or back. `delivered` and `canceled` close the chat and start its 24 hours; leaving them opens it again, but texts that expired meanwhile stay gone.
 */
export function setOrderState(
  connection: Connection,
  orderId: string | number,
  body: SetOrderStateRequest,
  options?: IdOptions,
): Promise<OrderSummary> {
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/state`, { ...options, body });
}

/**
 * Set the location of an order. `PUT /v1/orders/{order_id}/location`
 *
 * Reports where the shopper is while the order is in state `delivering`; the customer sees the latest place. Earlier places are not kept.
 */
export function setOrderLocation(
  connection: Connection,
  orderId: string | number,
  body: SetLocationRequest,
  options?: IdOptions,
): Promise<Success> {
  return connection.json('PUT', `/v1/orders/${inPath(orderId)}/location`, { ...options, body });
}

/**
 * Create or change a shopper. `PUT /v1/shoppers/{external_id}`
 *
 * Creates the shopper with this ID of the retailer, or changes what the body names. A new name or picture appears in every chat with the next answer.
 */
export function putShopper(
  connection: Connection,
  externalId: string | number,
  body: PutShopperRequest,
  options?: CallOptions,
): Promise<NativeShopper> {
  return connection.json('PUT', `/v1/shoppers/${inPath(externalId)}`, { ...options, body });
}

/**
 * Create or change a user. `PUT /v1/users/{user_id}`
 *
 * Creates the user with this ID of the retailer, or changes what the body names. It does what Connect’s “Create user” does, and also sets a picture.
 */
export function putUser(
  connection: Connection,
  userId: string | number,
  body: PutUserRequest,
  options?: CallOptions,
): Promise<NativeUser> {
  return connection.json('PUT', `/v1/users/${inPath(userId)}`, { ...options, body });
}

/**
 * Erase a user. `DELETE /v1/users/{user_id}`
 *
 * Erases the names, the contact details and every text and image of a person, and revokes their tokens. Orders and counts stay, without the person. It cannot be undone.
 */
export function eraseUser(
  connection: Connection,
  userId: string | number,
  options?: IdOptions,
): Promise<PersonErasure> {
  return connection.json('DELETE', `/v1/users/${inPath(userId)}`, { ...options });
}

/**
 * Revoke the tokens of a shopper. `POST /v1/shoppers/{external_id}/revoke-tokens`
 *
 * Revokes every access token of the shopper, whichever application obtained it. They stop working within a second, and their streams end.
 */
export function revokeTokensOfShopper(
  connection: Connection,
  externalId: string | number,
  options?: IdOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/shoppers/${inPath(externalId)}/revoke-tokens`, { ...options });
}

/**
 * Revoke the tokens of a user. `POST /v1/users/{user_id}/revoke-tokens`
 *
 * Revokes every access token of the user, whichever application obtained it. They stop working within a second, and their streams end.
 */
export function revokeTokensOfUser(
  connection: Connection,
  userId: string | number,
  options?: IdOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/users/${inPath(userId)}/revoke-tokens`, { ...options });
}

/**
 * Revoke the tokens of a support agent. `POST /v1/support-agents/{agent}/revoke-tokens`
 *
 * Revokes every access token of the agent of this name, and the support links the agent has not used. The tokens stop working within a second.
 */
export function revokeTokensOfAgent(
  connection: Connection,
  agent: string | number,
  options?: CallOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/support-agents/${inPath(agent)}/revoke-tokens`, { ...options });
}

/**
 * Get the conversation of an order for support. `GET /v1/orders/{order_id}/conversation`
 *
 * Returns the order with its messages and automated notices. A reason is required, and the audit log keeps it with the agent’s name.
 */
export function getSupportConversation(
  connection: Connection,
  orderId: string | number,
  options: IdOptions & {
    /** Why the conversation is read, 1 to 500 characters */
    reason: string;
    /** Name of the agent; ignored with a support agent’s token, which names the agent itself */
    agent?: string | undefined;
  },
): Promise<SupportConversation> {
  return connection.json('GET', `/v1/orders/${inPath(orderId)}/conversation`, {
    ...options,
    query: { reason: options.reason, agent: options.agent },
  });
}

/**
 * Create a sign-in code for a support agent. `POST /v1/support-links`
 *
 * Returns a code with which one agent can sign in, once, within 15 minutes. Only its hash is stored. A retailer has up to 100 unused codes.
 */
export function createSupportLink(
  connection: Connection,
  body: SupportLinkRequest,
  options?: CallOptions,
): Promise<SupportLink> {
  return connection.json('POST', `/v1/support-links`, { ...options, body });
}

/**
 * Sign in as a support agent. `POST /v1/support-sessions`
 *
 * Exchanges the code of a support link for an access token of eight hours. Unknown, used and expired codes get the same answer.
 */
export function createSupportSession(
  connection: Connection,
  body: SupportSessionRequest,
  options?: CallOptions,
): Promise<SupportSession> {
  return connection.json('POST', `/v1/support-sessions`, { ...options, body, isOpen: true });
}

/**
 * End the session. `DELETE /v1/session`
 *
 * Revokes the token that the request carries.
 */
export function endSession(connection: Connection, options?: CallOptions): Promise<Success> {
  return connection.json('DELETE', `/v1/session`, { ...options });
}

/**
 * List the audit log. `GET /v1/audit`
 *
 * Returns who looked at or changed what, newest first, in pages. A support agent sees the entries about one order only and has to name it.
 */
export function listAudit(
  connection: Connection,
  options?: IdOptions & {
    /** Only entries about this order; required with a support agent’s token */
    order_id?: string | undefined;
    /** Entries per page, 1 to 100; 100 by default */
    limit?: number | undefined;
    /** Cursor: `next` of the previous page */
    after?: string | undefined;
  },
): Promise<AuditEntries> {
  return connection.json('GET', `/v1/audit`, {
    ...options,
    query: { order_id: options?.order_id, limit: options?.limit, after: options?.after },
  });
}

/**
 * Get the settings of the retailer. `GET /v1/retailer`
 *
 * Returns all settings of the retailer whose token the request carries.
 */
export function getRetailerSettings(connection: Connection, options?: CallOptions): Promise<Retailer> {
  return connection.json('GET', `/v1/retailer`, { ...options });
}

/**
 * Change settings of the retailer. `PATCH /v1/retailer`
 *
 * Changes the settings that the body names and leaves the rest. Every server process follows within a second, and the audit log keeps what was changed.
 */
export function changeRetailerSettings(
  connection: Connection,
  body: RetailerSettings,
  options?: CallOptions,
): Promise<Retailer> {
  return connection.json('PATCH', `/v1/retailer`, { ...options, body });
}

/**
 * List applications. `GET /v1/applications`
 *
 * Returns the applications of the retailer, oldest first. Secrets are not shown.
 */
export function listApplications(connection: Connection, options?: CallOptions): Promise<Applications> {
  return connection.json('GET', `/v1/applications`, { ...options });
}

/**
 * Create an application. `POST /v1/applications`
 *
 * Returns the new application with its secret, which is shown only this once. It can get no scope that the calling application lacks. A retailer has up to 100 applications.
 */
export function createApplication(
  connection: Connection,
  body: CreateApplicationRequest,
  options?: CallOptions,
): Promise<NewApplication> {
  return connection.json('POST', `/v1/applications`, { ...options, body });
}

/**
 * Rename, disable or enable an application. `PATCH /v1/applications/{client_id}`
 *
 * Disabling an application revokes every token that it obtained, those of users and shoppers included. No application can disable itself or one with a scope that it lacks.
 */
export function changeApplication(
  connection: Connection,
  clientId: string | number,
  body: ChangeApplicationRequest,
  options?: CallOptions,
): Promise<Application> {
  return connection.json('PATCH', `/v1/applications/${inPath(clientId)}`, { ...options, body });
}

/**
 * Rotate the secret of an application. `POST /v1/applications/{client_id}/secret`
 *
 * Returns a new client secret, shown only this once; the old one stops working at once. Tokens that were issued so far live on unless `revoke_tokens` is true.
 */
export function rotateApplicationSecret(
  connection: Connection,
  clientId: string | number,
  body: RotateSecretRequest,
  options?: CallOptions,
): Promise<NewApplication> {
  return connection.json('POST', `/v1/applications/${inPath(clientId)}/secret`, { ...options, body });
}

/**
 * Revoke the tokens of an application. `POST /v1/applications/{client_id}/revoke-tokens`
 *
 * Revokes every access token that the application obtained, those of users, shoppers and support agents included. They stop working within a second; the client secret stays valid.
 */
export function revokeTokensOfApplication(
  connection: Connection,
  clientId: string | number,
  options?: CallOptions,
): Promise<RevokedTokens> {
  return connection.json('POST', `/v1/applications/${inPath(clientId)}/revoke-tokens`, { ...options });
}

/**
 * List receipts of erasures. `GET /v1/erasure-receipts`
 *
 * Returns which chats were erased, when and why, newest first, in pages. Receipts hold counts, and neither texts nor names.
 */
export function listErasureReceipts(
  connection: Connection,
  options?: CallOptions & {
    /** Receipts per page, 1 to 100; 100 by default */
    limit?: number | undefined;
    /** Cursor: `next` of the previous page */
    after?: string | undefined;
  },
): Promise<ErasureReceipts> {
  return connection.json('GET', `/v1/erasure-receipts`, {
    ...options,
    query: { limit: options?.limit, after: options?.after },
  });
}

/**
 * Get figures of the retailer’s chats. `GET /v1/figures`
 *
 * Returns the sends of the last minute and the open streams of the server process that answers, and the callbacks and erasures that are waiting anywhere.
 */
export function getFigures(connection: Connection, options?: CallOptions): Promise<Figures> {
  return connection.json('GET', `/v1/figures`, { ...options });
}

/**
 * Get what the console needs to know. `GET /v1/console`
 *
 * Returns the environment of the server, and whether the demo’s credentials work. Where the console is switched off, the answer is 404.
 */
export function getConsole(connection: Connection, options?: CallOptions): Promise<Console> {
  return connection.json('GET', `/v1/console`, { ...options, isOpen: true });
}

/**
 * List callback endpoints. `GET /v1/callback-endpoints`
 *
 * Returns every address of the retailer that events are sent to. Secrets are not shown.
 */
export function listCallbackEndpoints(
  connection: Connection,
  options?: CallOptions,
): Promise<CallbackEndpoints> {
  return connection.json('GET', `/v1/callback-endpoints`, { ...options });
}

/**
 * Create a callback endpoint. `POST /v1/callback-endpoints`
 *
 * Has events sent to an address from now on, and returns the secret that verifies their signatures. The secret is shown only this once. A retailer has up to 20 endpoints.
 */
export function createCallbackEndpoint(
  connection: Connection,
  body: CreateCallbackEndpointRequest,
  options?: CallOptions,
): Promise<NewCallbackEndpoint> {
  return connection.json('POST', `/v1/callback-endpoints`, { ...options, body });
}

/**
 * Get a callback endpoint. `GET /v1/callback-endpoints/{endpoint_id}`
 *
 * Returns the endpoint’s address, its events and its state. Secrets are not shown.
 */
export function getCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  options?: CallOptions,
): Promise<CallbackEndpoint> {
  return connection.json('GET', `/v1/callback-endpoints/${inPath(endpointId)}`, { ...options });
}

/**
 * Change a callback endpoint. `PATCH /v1/callback-endpoints/{endpoint_id}`
 *
 * Changes what the body names and leaves the rest. What waited when an endpoint was disabled is sent once it is enabled again, unless its 24 hours are over.
 */
export function changeCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  body: ChangeCallbackEndpointRequest,
  options?: CallOptions,
): Promise<CallbackEndpoint> {
  return connection.json('PATCH', `/v1/callback-endpoints/${inPath(endpointId)}`, { ...options, body });
}

/**
 * Delete a callback endpoint. `DELETE /v1/callback-endpoints/{endpoint_id}`
 *
 * Deletes the endpoint together with its deliveries; what is still pending is never sent.
 */
export function deleteCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  options?: CallOptions,
): Promise<Success> {
  return connection.json('DELETE', `/v1/callback-endpoints/${inPath(endpointId)}`, { ...options });
}

/**
 * Rotate the signing secret of a callback endpoint. `POST /v1/callback-endpoints/{endpoint_id}/secret`
 *
 * Returns a new signing secret, shown only this once. Callbacks carry signatures of both secrets for 24 hours, so that the receiver can change over.
 */
export function rotateCallbackSecret(
  connection: Connection,
  endpointId: string | number,
  options?: CallOptions,
): Promise<NewCallbackEndpoint> {
  return connection.json('POST', `/v1/callback-endpoints/${inPath(endpointId)}/secret`, { ...options });
}

/**
 * Send a sample to a callback endpoint. `POST /v1/callback-endpoints/{endpoint_id}/test`
 *
 * Sends one made-up event to the endpoint at once and returns how it was received. There is no second attempt, and nothing is listed among the deliveries.
 */
export function testCallbackEndpoint(
  connection: Connection,
  endpointId: string | number,
  body: CallbackSampleRequest,
  options?: CallOptions,
): Promise<CallbackSample> {
  return connection.json('POST', `/v1/callback-endpoints/${inPath(endpointId)}/test`, { ...options, body });
}

/**
 * Replay the dead deliveries of a callback endpoint. `POST /v1/callback-endpoints/{endpoint_id}/replay`
 *
 * Sends again what was given up of events since an instant, at most 10,000 deliveries per request. They keep their IDs.
 */
export function replayDeadCallbacks(
  connection: Connection,
  endpointId: string | number,
  body: ReplayCallbacksRequest,
  options?: CallOptions,
): Promise<ReplayedCallbacks> {
  return connection.json('POST', `/v1/callback-endpoints/${inPath(endpointId)}/replay`, { ...options, body });
}

/**
 * List callback deliveries. `GET /v1/callback-deliveries`
 *
 * Returns what has been sent and what is waiting, newest first, in pages. Delivered ones are kept for seven days, dead ones until they are replayed.
 */
export function listCallbackDeliveries(
  connection: Connection,
  options?: IdOptions & {
    /** Only deliveries to this endpoint */
    endpoint_id?: string | undefined;
    /** Only deliveries about this order */
    order_id?: string | undefined;
    /** Only events of this name */
    event_name?: EventName | undefined;
    /** Only deliveries that are `pending`, `delivered` or `dead` */
    state?: CallbackDeliveryState | undefined;
    /** Deliveries per page, 1 to 100; 100 by default */
    limit?: number | undefined;
    /** Cursor: `next` of the previous page */
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

/**
 * Get a callback delivery with its attempts. `GET /v1/callback-deliveries/{delivery_id}`
 *
 * Returns one delivery and how each attempt of the last seven days went.
 */
export function getCallbackDelivery(
  connection: Connection,
  deliveryId: string | number,
  options?: CallOptions,
): Promise<CallbackDeliveryWithAttempts> {
  return connection.json('GET', `/v1/callback-deliveries/${inPath(deliveryId)}`, { ...options });
}

/**
 * Replay a callback delivery. `POST /v1/callback-deliveries/{delivery_id}/replay`
 *
 * Sends the event again under the same ID, whether it was delivered or given up.
 */
export function replayCallbackDelivery(
  connection: Connection,
  deliveryId: string | number,
  options?: CallOptions,
): Promise<CallbackDelivery> {
  return connection.json('POST', `/v1/callback-deliveries/${inPath(deliveryId)}/replay`, { ...options });
}

/**
 * Generate an access token. `POST /v2/oauth/token`
 *
 * Exchanges an application’s credentials for a token of the application itself or, with an assertion, of one user or shopper. A token lives for 24 hours. Credentials in the query string are refused unread.
 */
export function createToken(
  connection: Connection,
  body: TokenRequest,
  options?: CallOptions,
): Promise<AccessToken> {
  return connection.json('POST', `/v2/oauth/token`, { ...options, body, isOpen: true });
}

/**
 * Revoke an access token. `POST /v2/oauth/token/revoke`
 *
 * Ends a token that the same application obtained; it stops working within a second. An unknown token is answered 200 as well, as RFC 7009 has it.
 */
export function revokeToken(
  connection: Connection,
  body: RevokeRequest,
  options?: CallOptions,
): Promise<Empty> {
  return connection.json('POST', `/v2/oauth/token/revoke`, { ...options, body, isOpen: true });
}

/**
 * Check that the process is running. `GET /healthz`
 *
 * Answers as long as the process can answer at all; storage is not asked. For liveness probes.
 */
export function health(connection: Connection, options?: CallOptions): Promise<Health> {
  return connection.json('GET', `/healthz`, { ...options, isOpen: true });
}

/**
 * Check that the server is ready. `GET /readyz`
 *
 * Answers 200 when storage can be read and written, 503 otherwise. For readiness probes and load balancers.
 */
export function ready(connection: Connection, options?: CallOptions): Promise<Readiness> {
  return connection.json('GET', `/readyz`, { ...options, isOpen: true });
}

/**
 * Get this document. `GET /openapi.json`
 *
 * Returns the OpenAPI document of this server.
 */
export function openapi(connection: Connection, options?: CallOptions): Promise<OpenApiDocument> {
  return connection.json('GET', `/openapi.json`, { ...options, isOpen: true });
}
