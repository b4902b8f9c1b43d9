/**
 * Every route of the service as data: the server registers them, the OpenAPI document and the access
 * matrix are built from them, and a type holds a handler to each.
 */
import type { TSchema } from 'typebox';
import type { ErrorName, OAuthErrorName } from './errors.ts';
import { limits } from './limits.ts';
import * as s from './schemas.ts';
import type { Scope } from './workflow.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call: nobody in particular; a client-credentials token; that and a user's token; a shopper's token;
 * any side of a conversation, which is all three kinds of token; or a client-credentials token and a support agent's. A
 * shopper's token needs the scope `aislechat:shopper` and no other, an agent's `aislechat:support`.
 */
export type Identity =
  | 'anyone'
  | 'client'
  | 'client_or_user'
  | 'shopper'
  | 'participant'
  | 'client_or_support';

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly tag:
    | 'OAuth'
    | 'Chat'
    | 'Order status'
    | 'Fulfillment'
    | 'Live'
    | 'Images'
    | 'Shopper'
    | 'Operate'
    | 'Callbacks'
    | 'Sandbox'
    | 'Service';
  /** `connect`: as Instacart Connect documents it. `native`: ours. */
  readonly surface: 'connect' | 'native';
  readonly identity: Identity;
  readonly scope?: Scope;
  /** Routes of the development environment do not exist in production. */
  readonly developmentOnly?: true;
  /** Whether `X-Treat-Ids-As-Internal` selects the namespace of order IDs. */
  readonly internalIds?: true;
  readonly idempotencyKey?: true;
  /** Whether the answer carries an `ETag` and `If-None-Match` is honoured. */
  readonly conditional?: true;
  /** Parameters of the query string. */
  readonly query?: Readonly<Record<string, string>>;
  /** Those of them without which there is no answer. */
  readonly requiredQuery?: readonly string[];
  /** Whether `?ticket=` may stand in for the Authorization header, which `EventSource` cannot send. */
  readonly ticket?: true;
  /** Whether the answer is a stream of server-sent events. */
  readonly stream?: true;
  /** Whether the answer is lines of JSON, each as `answer` says. */
  readonly lines?: true;
  readonly body?: TSchema;
  /** Other than `bodyBytesOf` has it for everyone. */
  readonly bodyBytes?: number;
  readonly bodyTypes?: readonly (
    | 'application/json'
    | 'application/x-www-form-urlencoded'
    | 'multipart/form-data'
    | 'image/jpeg'
    | 'image/png'
    | 'image/webp'
  )[];
  readonly answer: TSchema;
  /** JSON, where there is none. */
  readonly answerType?: 'image/jpeg' | 'text/plain';
  readonly errors: readonly ErrorName[];
  readonly oauthErrors?: readonly OAuthErrorName[];
}

const define = <const T extends Record<string, Route>>(table: T): T => table;

const chat = {
  tag: 'Chat',
  surface: 'connect',
  identity: 'client_or_user',
  scope: 'connect:post_checkout',
  internalIds: true,
} as const;
const orderStatus = { ...chat, tag: 'Order status' } as const;
const fulfillment = {
  tag: 'Fulfillment',
  surface: 'connect',
  identity: 'client',
  scope: 'connect:fulfillment',
} as const;
const sandbox = {
  tag: 'Sandbox',
  surface: 'connect',
  identity: 'client',
  scope: 'connect:fulfillment',
  developmentOnly: true,
} as const;
const oauth = {
  tag: 'OAuth',
  surface: 'connect',
  identity: 'anyone',
  bodyTypes: ['application/json', 'application/x-www-form-urlencoded'],
  errors: [],
} as const;
const live = {
  tag: 'Live',
  surface: 'native',
  identity: 'participant',
  scope: 'connect:post_checkout',
  internalIds: true,
} as const;
const shopper = {
  tag: 'Shopper',
  surface: 'native',
  identity: 'shopper',
  scope: 'aislechat:shopper',
} as const;
const operate = {
  tag: 'Operate',
  surface: 'native',
  identity: 'client',
  scope: 'aislechat:operate',
} as const;
/** What a support agent reaches, and nothing else. */
const support = { ...operate, identity: 'client_or_support' } as const;
const callbacks = { ...operate, tag: 'Callbacks' } as const;
const service = { tag: 'Service', surface: 'native', identity: 'anyone', errors: [] } as const;

const chatPath = '/v2/post_checkout/chat/{order_id}/messages';
const orderPath = '/v2/post_checkout/orders/{order_id}';
const userPath = '/v2/fulfillment/users/{user_id}';
const sandboxPath = '/v2/fulfillment_sandbox';
const endpointPath = '/v1/callback-endpoints/{endpoint_id}';
const applicationPath = '/v1/applications/{client_id}';
const deliveryPath = '/v1/callback-deliveries/{delivery_id}';

export const routes = define({
  getChat: {
    ...chat,
    method: 'GET',
    path: chatPath,
    summary: 'Get chat messages',
    conditional: true,
    answer: s.ChatMessages,
    errors: ['user_id_not_found', 'shopper_pii', 'resource_not_found'],
  },
  sendMessage: {
    ...chat,
    method: 'POST',
    path: chatPath,
    summary: 'Send a message to the shopper',
    idempotencyKey: true,
    body: s.SendMessageRequest,
    answer: s.SentMessage,
    errors: [
      'user_id_not_found',
      'invalid_parameters',
      'sending_not_allowed',
      'resource_not_found',
      'idempotency_key_reused',
    ],
  },
  markMessagesRead: {
    ...chat,
    method: 'PUT',
    path: chatPath,
    summary: 'Mark the shoppers’ messages as read',
    answer: s.MessagesRead,
    errors: ['user_id_not_found', 'resource_not_found'],
  },
  getOrderMessages: {
    ...chat,
    method: 'GET',
    path: `${orderPath}/order_messages`,
    summary: 'Get all messages of an order, automated notices included',
    conditional: true,
    answer: s.OrderMessages,
    errors: ['user_id_not_found', 'shopper_pii', 'resource_not_found'],
  },

  getOrderStatus: {
    ...orderStatus,
    method: 'GET',
    path: orderPath,
    summary: 'Where an order stands',
    answer: s.OrderStatus,
    errors: ['resource_not_found'],
  },
  getOrderHandling: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/handling`,
    summary: 'Where an order goes, who has it, and what to mind',
    answer: s.OrderHandling,
    errors: ['resource_not_found'],
  },
  getOrderLocation: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/location`,
    summary: 'Where an order is while it is being delivered',
    answer: s.OrderLocation,
    errors: ['shopper_pii', 'resource_not_found'],
  },
  getOrderItems: {
    ...orderStatus,
    method: 'GET',
    path: `${orderPath}/items`,
    summary: 'The items of an order, with what became of each',
    answer: s.OrderItems,
    errors: ['resource_not_found'],
  },
  answerReplacement: {
    ...orderStatus,
    method: 'PUT',
    path: `${orderPath}/items/{order_item_id}/replacement`,
    summary: 'Approve or reject the replacement of an item',
    body: s.ReplacementRequest,
    answer: s.Empty,
    errors: [
      'user_id_not_found',
      'invalid_parameters',
      'resource_not_found',
      'order_item_not_found',
      'limit_reached',
    ],
  },

  getOrderEvents: {
    ...live,
    method: 'GET',
    path: '/v1/orders/{order_id}/events',
    summary: 'What happened to an order after a number of its log; waits for more when asked to',
    query: {
      after: 'Number of the last event that is known; 0 or left out = from the first',
      wait: 'Seconds to wait for an event when there is none yet, at most 30',
      open: '`chat.open` as the reader knows it: with `wait`, the answer comes at once when it is no longer so',
    },
    answer: s.OrderEvents,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  streamOrderEvents: {
    ...live,
    method: 'GET',
    path: '/v1/orders/{order_id}/stream',
    summary: 'The same as server-sent events, as they happen',
    query: {
      after: 'Number of the last event that is known; left out = from now on. `Last-Event-ID` goes before it',
      ticket: 'A ticket instead of the Authorization header',
    },
    ticket: true,
    stream: true,
    answer: s.OrderEvent,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  createStreamTicket: {
    ...live,
    method: 'POST',
    path: '/v1/orders/{order_id}/stream-tickets',
    summary: 'A ticket for one stream of this order, valid for 30 seconds',
    answer: s.StreamTicket,
    errors: ['shopper_pii', 'resource_not_found', 'limit_reached'],
  },
  typing: {
    ...live,
    method: 'POST',
    path: '/v1/orders/{order_id}/typing',
    summary: 'Tell the other side that one is typing; never stored',
    answer: s.Success,
    errors: ['shopper_pii', 'resource_not_found'],
  },

  listShopperOrders: {
    ...shopper,
    method: 'GET',
    path: '/v1/shopper/orders',
    summary: 'The orders that the shopper has now, newest activity first',
    answer: s.ShopperOrders,
    errors: [],
  },
  getShopperConversation: {
    ...shopper,
    method: 'GET',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'The conversation of one of them',
    internalIds: true,
    answer: s.ShopperConversation,
    errors: ['resource_not_found'],
  },
  sendAsShopper: {
    ...shopper,
    method: 'POST',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'Send a message to the customer',
    internalIds: true,
    idempotencyKey: true,
    body: s.ShopperMessageRequest,
    answer: s.SentMessage,
    errors: ['invalid_parameters', 'sending_not_allowed', 'resource_not_found', 'idempotency_key_reused'],
  },
  markReadAsShopper: {
    ...shopper,
    method: 'PUT',
    path: '/v1/shopper/orders/{order_id}/messages',
    summary: 'Mark the customer’s messages as read',
    internalIds: true,
    answer: s.MessagesRead,
    errors: ['resource_not_found'],
  },

  putShopper: {
    ...operate,
    method: 'PUT',
    path: '/v1/shoppers/{external_id}',
    summary: 'Create a shopper, or change what is given of one',
    body: s.PutShopperRequest,
    answer: s.NativeShopper,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  putUser: {
    ...operate,
    method: 'PUT',
    path: '/v1/users/{user_id}',
    summary: 'Create a user, or change what is given of one',
    body: s.PutUserRequest,
    answer: s.NativeUser,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  eraseUser: {
    ...operate,
    method: 'DELETE',
    path: '/v1/users/{user_id}',
    summary: 'Erase a person everywhere: names, contacts, texts',
    internalIds: true,
    answer: s.PersonErasure,
    errors: ['user_not_found'],
  },
  exportUser: {
    ...operate,
    method: 'GET',
    path: '/v1/users/{user_id}/export',
    summary: 'Everything that is held about a person, as lines of JSON',
    internalIds: true,
    lines: true,
    answer: s.ExportLine,
    errors: ['user_not_found'],
  },
  revokeTokensOfShopper: {
    ...operate,
    method: 'POST',
    path: '/v1/shoppers/{external_id}/revoke-tokens',
    summary: 'Revoke every access token that speaks for a shopper',
    internalIds: true,
    answer: s.RevokedTokens,
    errors: ['resource_not_found'],
  },
  revokeTokensOfUser: {
    ...operate,
    method: 'POST',
    path: '/v1/users/{user_id}/revoke-tokens',
    summary: 'Revoke every access token that speaks for a user',
    internalIds: true,
    answer: s.RevokedTokens,
    errors: ['user_not_found'],
  },
  revokeTokensOfAgent: {
    ...operate,
    method: 'POST',
    path: '/v1/support-agents/{agent}/revoke-tokens',
    summary: 'Revoke every access token of a support agent, and the agent’s unused support links',
    answer: s.RevokedTokens,
    errors: ['invalid_parameters'],
  },
  listOrders: {
    ...support,
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
    answer: s.OrderSummaries,
    errors: ['invalid_parameters'],
  },
  getOrderOverview: {
    ...support,
    method: 'GET',
    path: '/v1/orders/{order_id}',
    summary: 'Where an order stands: state, participants, counters, receipts; no text',
    internalIds: true,
    answer: s.OrderOverview,
    errors: ['resource_not_found'],
  },
  getOrderTimeline: {
    ...support,
    method: 'GET',
    path: '/v1/orders/{order_id}/timeline',
    summary: 'What happened to an order, event by event; no text and no name',
    internalIds: true,
    query: { after: 'Number of the last event that is known; left out = from the first' },
    answer: s.OrderTimeline,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  assignShopper: {
    ...operate,
    method: 'POST',
    path: '/v1/orders/{order_id}/assignment',
    summary: 'Give an order to a shopper, or hand it over',
    internalIds: true,
    body: s.AssignShopperRequest,
    answer: s.OrderSummary,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  setOrderState: {
    ...operate,
    method: 'POST',
    path: '/v1/orders/{order_id}/state',
    summary: 'Move an order to a state, ahead or back',
    internalIds: true,
    body: s.SetOrderStateRequest,
    answer: s.OrderSummary,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  setOrderLocation: {
    ...operate,
    method: 'PUT',
    path: '/v1/orders/{order_id}/location',
    summary: 'Tell where the shopper is with an order that is being delivered',
    internalIds: true,
    body: s.SetLocationRequest,
    answer: s.Success,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  getSupportConversation: {
    ...support,
    method: 'GET',
    path: '/v1/orders/{order_id}/conversation',
    summary: 'The conversation, for support: only with a reason, which the audit log keeps',
    internalIds: true,
    query: {
      reason: `Why, 1 to ${limits.reasonCharacters} characters`,
      agent: 'Who looks; a support agent’s token says so itself',
    },
    requiredQuery: ['reason'],
    answer: s.SupportConversation,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  listAudit: {
    ...support,
    method: 'GET',
    path: '/v1/audit',
    summary: 'The audit log, newest first',
    internalIds: true,
    query: {
      order_id: 'Only entries about this order; a support agent must name one',
      limit: `Entries in the answer, 1 to ${limits.rowsPerPage}; default ${limits.rowsPerPage}`,
      after: 'Cursor: `next` of the page before',
    },
    answer: s.AuditEntries,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  getRetailerSettings: {
    ...operate,
    method: 'GET',
    path: '/v1/retailer',
    summary: 'Settings of the token’s retailer',
    answer: s.Retailer,
    errors: [],
  },
  changeRetailerSettings: {
    ...operate,
    method: 'PATCH',
    path: '/v1/retailer',
    summary: 'Change settings of the token’s retailer',
    body: s.RetailerSettings,
    answer: s.Retailer,
    errors: ['invalid_parameters'],
  },
  listApplications: {
    ...operate,
    method: 'GET',
    path: '/v1/applications',
    summary: 'The applications of the token’s retailer, oldest first',
    answer: s.Applications,
    errors: [],
  },
  createApplication: {
    ...operate,
    method: 'POST',
    path: '/v1/applications',
    summary: 'Make an application; it gets no scope that the token’s application lacks',
    body: s.CreateApplicationRequest,
    answer: s.NewApplication,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  changeApplication: {
    ...operate,
    method: 'PATCH',
    path: applicationPath,
    summary:
      'Rename, disable or enable an application; disabling revokes its tokens, and nobody disables their own',
    body: s.ChangeApplicationRequest,
    answer: s.Application,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  rotateApplicationSecret: {
    ...operate,
    method: 'POST',
    path: `${applicationPath}/secret`,
    summary: 'Make a new client secret; the old one stops at once, and issued tokens too if the body says so',
    body: s.RotateSecretRequest,
    answer: s.NewApplication,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  revokeTokensOfApplication: {
    ...operate,
    method: 'POST',
    path: `${applicationPath}/revoke-tokens`,
    summary:
      'Revoke every access token that an application obtained, those of users, shoppers and agents included',
    answer: s.RevokedTokens,
    errors: ['resource_not_found'],
  },
  listErasureReceipts: {
    ...operate,
    method: 'GET',
    path: '/v1/erasure-receipts',
    summary: 'Receipts of erasures, newest first',
    query: {
      limit: `Receipts in the answer, 1 to ${limits.rowsPerPage}; default ${limits.rowsPerPage}`,
      after: 'Cursor: `next` of the page before',
    },
    answer: s.ErasureReceipts,
    errors: ['invalid_parameters'],
  },
  getFigures: {
    ...operate,
    method: 'GET',
    path: '/v1/figures',
    summary:
      'How the retailer’s chats fare: sends and open streams of the process that answers, what waits in all',
    answer: s.Figures,
    errors: [],
  },
  createSupportLink: {
    ...operate,
    method: 'POST',
    path: '/v1/support-links',
    summary: 'A code for one support agent to sign in with, once, within 15 minutes',
    body: s.SupportLinkRequest,
    answer: s.SupportLink,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  createSupportSession: {
    ...operate,
    identity: 'anyone',
    method: 'POST',
    path: '/v1/support-sessions',
    summary: 'Exchange such a code for the agent’s access token',
    body: s.SupportSessionRequest,
    answer: s.SupportSession,
    errors: ['invalid_parameters', 'token_invalid', 'too_many_requests'],
  },
  endSession: {
    ...support,
    method: 'DELETE',
    path: '/v1/session',
    summary: 'Revoke the token of this request',
    answer: s.Success,
    errors: [],
  },
  getConsole: {
    ...service,
    tag: 'Operate',
    method: 'GET',
    path: '/v1/console',
    summary: 'What the console finds on this server; where there is none, nothing',
    answer: s.Console,
    errors: ['resource_not_found'],
  },

  listCallbackEndpoints: {
    ...callbacks,
    method: 'GET',
    path: '/v1/callback-endpoints',
    summary: 'Where events are sent to',
    answer: s.CallbackEndpoints,
    errors: [],
  },
  createCallbackEndpoint: {
    ...callbacks,
    method: 'POST',
    path: '/v1/callback-endpoints',
    summary: 'Have events sent to an address',
    body: s.CreateCallbackEndpointRequest,
    answer: s.NewCallbackEndpoint,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'limit_reached'],
  },
  getCallbackEndpoint: {
    ...callbacks,
    method: 'GET',
    path: endpointPath,
    summary: 'One of these addresses',
    answer: s.CallbackEndpoint,
    errors: ['resource_not_found'],
  },
  changeCallbackEndpoint: {
    ...callbacks,
    method: 'PATCH',
    path: endpointPath,
    summary: 'Change what is given of it; what has waited for a disabled one is sent once it is enabled',
    body: s.ChangeCallbackEndpointRequest,
    answer: s.CallbackEndpoint,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'resource_not_found'],
  },
  deleteCallbackEndpoint: {
    ...callbacks,
    method: 'DELETE',
    path: endpointPath,
    summary: 'Forget it, and what was to be sent to it',
    answer: s.Success,
    errors: ['resource_not_found'],
  },
  rotateCallbackSecret: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/secret`,
    summary: 'A new signing secret; the former one signs beside it for 24 hours',
    answer: s.NewCallbackEndpoint,
    errors: ['callbacks_not_configured', 'resource_not_found'],
  },
  testCallbackEndpoint: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/test`,
    summary: 'Send a sample now, once, and tell how it went',
    body: s.CallbackSampleRequest,
    answer: s.CallbackSample,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'resource_not_found'],
  },
  replayDeadCallbacks: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/replay`,
    summary: `Send again what was given up since a time, at most ${limits.callbacksPerReplay}`,
    body: s.ReplayCallbacksRequest,
    answer: s.ReplayedCallbacks,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  listCallbackDeliveries: {
    ...callbacks,
    method: 'GET',
    path: '/v1/callback-deliveries',
    summary: 'What was and is to be sent, newest first',
    internalIds: true,
    query: {
      endpoint_id: 'Only to this endpoint',
      order_id: 'Only of this order',
      event_name: 'Only events of this name',
      state: 'Only those that are `pending`, `delivered` or `dead`',
      limit: `Deliveries in the answer, 1 to ${limits.rowsPerPage}; default ${limits.rowsPerPage}`,
      after: 'Cursor: `next` of the page before',
    },
    answer: s.CallbackDeliveries,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  getCallbackDelivery: {
    ...callbacks,
    method: 'GET',
    path: deliveryPath,
    summary: 'One of them, with its attempts',
    answer: s.CallbackDeliveryWithAttempts,
    errors: ['resource_not_found'],
  },
  replayCallbackDelivery: {
    ...callbacks,
    method: 'POST',
    path: `${deliveryPath}/replay`,
    summary: 'Send it again, under the same ID',
    answer: s.CallbackDelivery,
    errors: ['resource_not_found'],
  },

  uploadImage: {
    ...live,
    tag: 'Images',
    method: 'POST',
    path: '/v1/orders/{order_id}/images',
    summary: 'Upload an image, as a file of a form or as the body itself, for a message that will carry it',
    body: s.ImageForm,
    bodyTypes: ['multipart/form-data', 'image/jpeg', 'image/png', 'image/webp'],
    answer: s.UploadedImage,
    errors: [
      'sending_not_allowed',
      'resource_not_found',
      'unsupported_image_type',
      'image_invalid',
      'limit_reached',
    ],
  },
  getImage: {
    ...service,
    tag: 'Images',
    method: 'GET',
    path: '/v1/images/{image}',
    summary: 'An image, by the link that a message carries',
    query: {
      expires: 'From the link',
      signature: 'From the link',
      size: '`thumbnail` for the small one',
    },
    requiredQuery: ['expires', 'signature'],
    answer: s.ImageBytes,
    answerType: 'image/jpeg',
    errors: ['resource_not_found'],
  },

  createToken: {
    ...oauth,
    method: 'POST',
    path: '/v2/oauth/token',
    summary: 'Generate an access token',
    body: s.TokenRequest,
    answer: s.AccessToken,
    oauthErrors: [
      'invalid_request',
      'invalid_grant',
      'unsupported_grant_type',
      'invalid_scope',
      'invalid_client',
      'query_params_forbidden',
    ],
  },
  revokeToken: {
    ...oauth,
    method: 'POST',
    path: '/v2/oauth/token/revoke',
    summary: 'Revoke an access token',
    body: s.RevokeRequest,
    answer: s.Empty,
    oauthErrors: ['invalid_request', 'invalid_client', 'query_params_forbidden', 'unauthorized_client'],
  },

  createAddress: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/addresses`,
    summary: 'Create a user with an address, or update the names of a known one; the address is not kept',
    body: s.CreateAddressRequest,
    answer: s.User,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  createUser: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/users',
    summary: 'Create a user, or update the one with this `user_id`',
    body: s.CreateUserRequest,
    answer: s.User,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  getUser: {
    ...fulfillment,
    method: 'GET',
    path: userPath,
    summary: 'Get a user',
    answer: s.User,
    errors: ['user_not_found'],
  },
  findDeliveryStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/delivery',
    summary: 'Find stores that deliver',
    body: s.FindStoresRequest,
    answer: s.Stores,
    errors: ['invalid_parameters'],
  },
  findPickupStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/pickup',
    summary: 'Find stores to pick up from',
    body: s.FindStoresRequest,
    answer: s.Stores,
    errors: ['invalid_parameters'],
  },
  findLastMileStores: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/stores/last_mile',
    summary: 'Find stores for last-mile orders',
    body: s.FindStoresRequest,
    answer: s.Stores,
    errors: ['invalid_parameters'],
  },
  findLastMileStoresDeprecated: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/stores',
    summary: 'Find stores for last-mile orders (older path)',
    body: s.FindStoresRequest,
    answer: s.Stores,
    errors: ['invalid_parameters'],
  },
  listDeliveryOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/service_options/delivery',
    summary: 'List delivery slots without naming a user',
    body: s.PreviewServiceOptionsRequest,
    answer: s.ServiceOptions,
    errors: ['invalid_parameters'],
  },
  listPickupOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/service_options/pickup',
    summary: 'List pickup slots without naming a user',
    body: s.PreviewServiceOptionsRequest,
    answer: s.ServiceOptions,
    errors: ['invalid_parameters'],
  },
  previewCartOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart`,
    summary: 'List delivery slots for a cart (path without a kind)',
    body: s.ServiceOptionsRequest,
    answer: s.ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewLastMileOptions: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/users/{user_id}/service_options',
    summary: 'List slots for a last-mile order',
    body: s.ServiceOptionsRequest,
    answer: s.ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewDeliveryOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart/delivery`,
    summary: 'Delivery slots for a cart',
    body: s.ServiceOptionsRequest,
    answer: s.ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  previewPickupOptions: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/cart/pickup`,
    summary: 'Pickup slots for a cart',
    body: s.ServiceOptionsRequest,
    answer: s.ServiceOptions,
    errors: ['user_not_found', 'invalid_parameters'],
  },
  reserveServiceOption: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/{service_option_id}/reserve`,
    summary: 'Hold a slot for ten minutes',
    answer: s.ServiceOptionHold,
    errors: ['user_not_found', 'resource_not_found', 'limit_reached'],
  },
  reservePreviewedServiceOption: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/service_options/{service_option_id}/reserve/cart`,
    summary: 'Hold a previewed slot for ten minutes',
    body: s.ServiceOptionsRequest,
    answer: s.ServiceOptionHold,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createDeliveryOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/delivery`,
    summary: 'Create a delivery order',
    body: s.CreateDeliveryOrderRequest,
    answer: s.Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createPickupOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/pickup`,
    summary: 'Create a pickup order',
    body: s.CreatePickupOrderRequest,
    answer: s.Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createLastMileOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/last_mile`,
    summary: 'Create a last-mile order',
    body: s.CreateLastMileOrderRequest,
    answer: s.Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  createLastMileOrderDeprecated: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/users/{user_id}/orders',
    summary: 'Create a last-mile order (older path)',
    body: s.CreateLastMileOrderRequest,
    answer: s.Order,
    errors: ['user_not_found', 'invalid_parameters', 'limit_reached'],
  },
  dispatchLastMileOrder: {
    ...fulfillment,
    method: 'POST',
    path: '/v2/fulfillment/lastmile/orders',
    summary: 'Dispatch a last-mile order without a user',
    body: s.DispatchLastMileRequest,
    answer: s.Order,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  listUserOrders: {
    ...fulfillment,
    method: 'GET',
    path: `${userPath}/orders`,
    summary: 'List the orders of a user, newest first',
    answer: s.Orders,
    errors: ['user_not_found'],
  },
  getOrder: {
    ...fulfillment,
    method: 'GET',
    path: `${userPath}/orders/{order_id}`,
    summary: 'Get an order',
    answer: s.Order,
    errors: ['user_not_found', 'resource_not_found'],
  },
  updateOrder: {
    ...fulfillment,
    method: 'PUT',
    path: `${userPath}/orders/{order_id}`,
    summary: 'Update an order that is still brand new',
    body: s.UpdateOrderRequest,
    answer: s.Order,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters'],
  },
  cancelOrder: {
    ...fulfillment,
    method: 'POST',
    path: `${userPath}/orders/{order_id}/cancel`,
    summary: 'Cancel an order that is still brand new',
    answer: s.Order,
    errors: ['user_not_found', 'resource_not_found', 'invalid_parameters'],
  },

  createShopper: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers`,
    summary: 'Create a shopper',
    body: s.CreateShopperRequest,
    answer: s.Created,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  generateBatch: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/batches`,
    summary: 'Give orders to a shopper',
    internalIds: true,
    body: s.GenerateBatchRequest,
    answer: s.Batch,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  advanceBatch: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/batches/{batch_id}/advance`,
    summary: 'Advance a batch to its next state, or to a named later one',
    body: s.AdvanceBatchRequest,
    answer: s.Batch,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  simulateCallback: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/orders/{order_id}/callbacks`,
    summary: 'Cancel, reschedule or delay an order from outside',
    internalIds: true,
    body: s.SimulateCallbackRequest,
    answer: s.Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  addItem: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/items`,
    summary: 'Add an item as the shopper',
    internalIds: true,
    body: s.AddItemRequest,
    answer: s.Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  updateItem: {
    ...sandbox,
    method: 'PUT',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}`,
    summary: 'Find, replace or refund an item as the shopper',
    internalIds: true,
    body: s.UpdateItemRequest,
    answer: s.Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  updateItemByPost: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}`,
    summary: 'The same by POST, as one Connect page shows it',
    internalIds: true,
    body: s.UpdateItemRequest,
    answer: s.Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  sendShopperMessage: {
    ...sandbox,
    surface: 'native',
    method: 'POST',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/messages`,
    summary: 'Send a message as the shopper',
    internalIds: true,
    idempotencyKey: true,
    body: s.ShopperMessageRequest,
    answer: s.SentMessage,
    errors: ['invalid_parameters', 'sending_not_allowed', 'resource_not_found', 'idempotency_key_reused'],
  },
  markShopperMessagesRead: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/messages`,
    summary: 'Mark the customer’s messages as read by the shopper',
    internalIds: true,
    answer: s.MessagesRead,
    errors: ['sending_not_allowed', 'resource_not_found'],
  },

  createRetailer: {
    ...sandbox,
    surface: 'native',
    identity: 'anyone',
    method: 'POST',
    path: '/v1/sandbox/retailers',
    summary: 'A fresh retailer with an application of its own',
    // Twenty quick replies of emoji, each written as escapes.
    bodyBytes: 64 * 1024,
    body: s.RetailerSettings,
    answer: s.NewRetailer,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  getRetailer: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/retailer',
    summary: 'Settings of the token’s retailer',
    answer: s.Retailer,
    errors: [],
  },
  changeRetailer: {
    ...sandbox,
    surface: 'native',
    method: 'PATCH',
    path: '/v1/sandbox/retailer',
    summary: 'Change settings of the token’s retailer',
    body: s.RetailerSettings,
    answer: s.Retailer,
    errors: ['invalid_parameters'],
  },
  readClock: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/clock',
    summary: 'The retailer’s virtual clock',
    answer: s.ClockReading,
    errors: [],
  },
  moveClock: {
    ...sandbox,
    surface: 'native',
    method: 'POST',
    path: '/v1/sandbox/clock',
    summary: 'Move the retailer’s clock forward, freeze or release it',
    body: s.MoveClockRequest,
    answer: s.ClockReading,
    errors: ['invalid_parameters'],
  },

  listRequests: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/requests',
    summary: 'The latest requests of the retailer’s clients and what they were answered, newest first',
    query: {
      status: 'A status such as `404`, or a class of them such as `4xx`',
      route: 'Name of a route',
      limit: '1 to 100, which is the default',
      after: 'The `next` of the page before',
    },
    answer: s.LoggedRequests,
    errors: ['invalid_parameters'],
  },
  getFaults: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/faults',
    summary: 'What goes wrong on purpose, and how often it did',
    answer: s.Faults,
    errors: [],
  },
  setFaults: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: '/v1/sandbox/faults',
    summary: 'Let requests or callbacks go wrong from now on; takes the place of all rules',
    body: s.FaultsRequest,
    answer: s.Faults,
    errors: ['invalid_parameters'],
  },
  clearFaults: {
    ...sandbox,
    surface: 'native',
    method: 'DELETE',
    path: '/v1/sandbox/faults',
    summary: 'Let nothing go wrong any more',
    answer: s.Faults,
    errors: [],
  },
  runScenario: {
    ...sandbox,
    surface: 'native',
    method: 'POST',
    path: '/v1/sandbox/scenarios',
    summary: 'Play a script of what happens to an order and what is said in it',
    internalIds: true,
    body: s.RunScenarioRequest,
    answer: s.Scenario,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  getScenario: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/scenarios/{scenario_id}',
    summary: 'Where a scenario stands and what it did',
    answer: s.Scenario,
    errors: ['resource_not_found'],
  },
  endScenario: {
    ...sandbox,
    surface: 'native',
    method: 'DELETE',
    path: '/v1/sandbox/scenarios/{scenario_id}',
    summary: 'End a scenario and forget it; its order stays as it is',
    answer: s.Success,
    errors: ['resource_not_found'],
  },
  stepScenario: {
    ...sandbox,
    surface: 'native',
    method: 'POST',
    path: '/v1/sandbox/scenarios/{scenario_id}/step',
    summary: 'Play the next step now, moving the clock by what it waits',
    answer: s.Scenario,
    errors: ['resource_not_found'],
  },
  simulateLocation: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: '/v1/sandbox/orders/{order_id}/location',
    summary: 'Put the shopper somewhere with an order that is being delivered',
    internalIds: true,
    body: s.SetLocationRequest,
    answer: s.Success,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },

  health: {
    ...service,
    method: 'GET',
    path: '/healthz',
    summary: 'The process is up',
    answer: s.Health,
  },
  ready: {
    ...service,
    method: 'GET',
    path: '/readyz',
    summary: 'Whether storage answers, and takes writes',
    answer: s.Readiness,
    errors: ['unavailable'],
  },
  metrics: {
    ...service,
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus; with the bearer token of AISLECHAT_METRICS_TOKEN where that is set',
    answer: s.MetricsText,
    answerType: 'text/plain',
    errors: ['token_invalid', 'resource_not_found', 'unavailable'],
  },
  openapi: {
    ...service,
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    answer: s.Empty,
  },
});

export type RouteName = keyof typeof routes;

/** Errors any route may give, whatever it does. */
export function commonErrors(route: Route): ErrorName[] {
  return [
    ...(route.identity === 'anyone'
      ? []
      : ([
          'token_invalid',
          'token_expired',
          'token_revoked',
          'insufficient_scope',
          'too_many_requests',
        ] as const)),
    ...(route.oauthErrors ? (['too_many_requests'] as const) : []),
    ...(route.oauthErrors
      ? []
      : ([
          'malformed_request',
          'name_not_allowed',
          'payload_too_large',
          'unsupported_media_type',
          'unsupported_content_encoding',
        ] as const)),
    'expectation_failed',
    'request_timeout',
    'headers_too_large',
    'internal',
    'unavailable',
  ];
}

/** How long a body may be: short where nobody is known yet. */
export const bodyBytesOf = (route: Route): number =>
  route.bodyBytes ?? (route.identity === 'anyone' ? limits.anonymousBodyBytes : limits.requestBodyBytes);

/** The names in braces of a path, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
}
