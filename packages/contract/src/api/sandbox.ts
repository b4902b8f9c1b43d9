/** The sandbox that plays the shopper. Connect: Fulfillment sandbox; retailers, clock, request log and faults are ours. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { bySandbox, define } from '../route.ts';
import { callerKinds, type FaultStatus, faultEffects, faultStatuses } from '../sandbox.ts';
import {
  Amount,
  choice,
  HttpsUrl,
  Identifier,
  Integer,
  object,
  optional,
  PersonName,
  SafeInteger,
  Timestamp,
  text,
} from '../schema-kinds.ts';
import { batchTypes, simulatedCallbacks } from '../workflow.ts';
import { Created, rowsQuery, Success } from './answers.ts';
import { EventName } from './callbacks.ts';
import { MessagesRead, SentMessage } from './chat.ts';
import { Product } from './fulfillment.ts';
import { Retailer, RetailerSettings } from './operate.ts';
import { SetLocationRequest } from './orders.ts';
import { ShopperMessageRequest } from './shopper.ts';

export const CreateShopperRequest = object({
  email: optional(Type.String({ maxLength: 254 })),
  phone: optional(Identifier('Phone number')),
  password: optional(Type.Unknown()),
  display_name: optional(PersonName('Ours: the first name the customer sees')),
  avatar_url: optional(HttpsUrl('Ours: picture of the shopper')),
});

export const GenerateBatchRequest = object({
  shopper_id: SafeInteger('The shopper who gets the orders'),
  batch_type: optional(choice(batchTypes, 'Default by the type of the first order')),
  workflow_state: optional(text('State to start in; default `acknowledged`, or the first of the type', 64)),
  orders: Type.Array(
    object({ id: Identifier('Order'), user_id: optional(Type.String({ description: 'Its user' })) }),
    { minItems: 1, maxItems: limits.ordersPerBatch },
  ),
});

export const Batch = object({ id: Type.Integer(), workflow_state: Type.String() });

export const AdvanceBatchRequest = object({
  workflow_state: optional(text('A later state of the batch; default the next one', 64)),
});

export const SimulateCallbackRequest = object({
  event_name: choice(simulatedCallbacks, 'What happens to the order'),
});

const Scans = Type.Array(
  object({ scanned_string: optional(Type.String()), scanned_string_type: optional(Type.String()) }),
  { maxItems: 100 },
);

export const AddItemRequest = object({
  item: Product,
  delivered_count: optional(Amount('Pieces delivered')),
  delivered_weight: optional(Amount('Weight delivered')),
  scans: optional(Scans),
});

export const UpdateItemRequest = object({
  status: choice(['not_found', 'found', 'replaced', 'to_refund'], 'What the shopper did'),
  delivered_count: optional(Amount('Pieces delivered')),
  delivered_weight: optional(Amount('Weight delivered')),
  replacement_item: optional(Product),
  scans: optional(Scans),
});

export const NewRetailer = object({
  retailer_id: Type.Integer(),
  client_id: Type.String(),
  client_secret: Type.String({ description: 'Shown once' }),
});

export const MoveClockRequest = object({
  now: optional(text('ISO 8601 instant, milliseconds allowed; never before the present', 40)),
  advance_ms: optional(Type.Integer({ minimum: 0, maximum: 100 * 366 * 86_400_000 })),
  frozen: optional(Type.Boolean({ description: 'Whether the clock stands still' })),
});

export const ClockReading = object({
  now: Type.String({ description: 'ISO 8601 with milliseconds' }),
  frozen: Type.Boolean(),
});
export type ClockReading = Static<typeof ClockReading>;

export const RequestsQuery = object({
  status: optional(Type.String({ pattern: '^([1-5]xx|0|[1-5][0-9][0-9])$' })),
  route: optional(text('Name of a route', 64)),
  ...rowsQuery,
});

const LoggedRequest = object({
  id: Type.Integer(),
  at: Timestamp('When it was answered, on the retailer’s clock'),
  method: Type.String(),
  path: Type.String({ description: 'With its query; credentials are masked' }),
  route: Type.String({ description: 'Name of the route: the `operationId` of this document' }),
  status: Integer('0 when the connection was cut'),
  ms: Integer('How long it took'),
  request_body: optional(Type.String({ description: 'As it was sent; cut when long, credentials masked' })),
  answer_body: optional(Type.String({ description: 'Likewise; none of streams and images' })),
});
export type LoggedRequest = Static<typeof LoggedRequest>;

export const LoggedRequests = object({
  requests: Type.Array(LoggedRequest),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});

const Count = (description: string) => Type.Integer({ minimum: 0, maximum: 1_000_000, description });

const FaultRule = object({
  name: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$', description: 'What `x-aislechat-fault` says' }),
  route: optional(text('Name of a route that takes a token', 64)),
  path: optional(
    Type.String({
      maxLength: limits.loggedPathCharacters,
      pattern: '^/',
      description: 'Path without query; `*` is any one segment, `**` at the end all that follow',
    }),
  ),
  method: optional(choice(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'Method')),
  identity: optional(choice(callerKinds, 'Whose token')),
  event: optional(EventName),
  after: optional(Count('How many matches pass before it begins')),
  count: optional(Count('How often it strikes at most')),
  share: optional(
    Type.Number({ minimum: 0, maximum: 1, description: 'Which part of the matches it strikes' }),
  ),
  seed: optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: 'Of the share; default 0' })),
  effect: choice(faultEffects, 'What goes wrong'),
  status: optional(
    Type.Unsafe<FaultStatus>({
      type: 'integer',
      enum: [...faultStatuses],
      description: 'Of effect `status`',
    }),
  ),
  delay_ms: optional(
    Type.Integer({ minimum: 1, maximum: limits.faultDelayMs, description: 'Of effect `delay`' }),
  ),
});
export type FaultRule = Static<typeof FaultRule>;

export const FaultsRequest = object({
  rules: Type.Array(FaultRule, {
    maxItems: limits.faultRules,
    description: 'The first that strikes does',
  }),
});

export const Faults = object({
  rules: Type.Array(
    object({
      ...FaultRule.properties,
      matched: Integer('Requests or callbacks that fit'),
      struck: Integer('Those that went wrong'),
    }),
  ),
});
export type Faults = Static<typeof Faults>;

const sandbox = bySandbox;
const sandboxPath = '/v2/fulfillment_sandbox';

export const sandboxRoutes = define({
  createShopper: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers`,
    summary: 'Create a shopper',
    body: CreateShopperRequest,
    answer: Created,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  generateBatch: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/batches`,
    summary: 'Give orders to a shopper',
    internalIds: true,
    body: GenerateBatchRequest,
    answer: Batch,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  advanceBatch: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/batches/{batch_id}/advance`,
    summary: 'Advance a batch to its next state, or to a named later one',
    body: AdvanceBatchRequest,
    answer: Batch,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  simulateCallback: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/orders/{order_id}/callbacks`,
    summary: 'Cancel, reschedule or delay an order from outside',
    internalIds: true,
    body: SimulateCallbackRequest,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  addItem: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/items`,
    summary: 'Add an item as the shopper',
    internalIds: true,
    body: AddItemRequest,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  updateItem: {
    ...sandbox,
    method: 'PUT',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}`,
    summary: 'Find, replace or refund an item as the shopper',
    internalIds: true,
    body: UpdateItemRequest,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  updateItemByPost: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}`,
    summary: 'The same by POST, as one Connect page shows it',
    internalIds: true,
    body: UpdateItemRequest,
    answer: Success,
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
    body: ShopperMessageRequest,
    answer: SentMessage,
    errors: ['invalid_parameters', 'sending_not_allowed', 'resource_not_found', 'idempotency_key_reused'],
  },
  markShopperMessagesRead: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/messages`,
    summary: 'Mark the customer’s messages as read by the shopper',
    internalIds: true,
    answer: MessagesRead,
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
    body: RetailerSettings,
    answer: NewRetailer,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  getRetailer: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/retailer',
    summary: 'Settings of the token’s retailer',
    answer: Retailer,
    errors: [],
  },
  changeRetailer: {
    ...sandbox,
    surface: 'native',
    method: 'PATCH',
    path: '/v1/sandbox/retailer',
    summary: 'Change settings of the token’s retailer',
    body: RetailerSettings,
    answer: Retailer,
    errors: ['invalid_parameters'],
  },
  readClock: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/clock',
    summary: 'The retailer’s virtual clock',
    answer: ClockReading,
    errors: [],
  },
  moveClock: {
    ...sandbox,
    surface: 'native',
    method: 'POST',
    path: '/v1/sandbox/clock',
    summary: 'Move the retailer’s clock forward, freeze or release it',
    body: MoveClockRequest,
    answer: ClockReading,
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
    answer: LoggedRequests,
    errors: ['invalid_parameters'],
  },
  getFaults: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/faults',
    summary: 'What goes wrong on purpose, and how often it did',
    answer: Faults,
    errors: [],
  },
  setFaults: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: '/v1/sandbox/faults',
    summary: 'Let requests or callbacks go wrong from now on; takes the place of all rules',
    body: FaultsRequest,
    answer: Faults,
    errors: ['invalid_parameters'],
  },
  clearFaults: {
    ...sandbox,
    surface: 'native',
    method: 'DELETE',
    path: '/v1/sandbox/faults',
    summary: 'Let nothing go wrong any more',
    answer: Faults,
    errors: [],
  },
  simulateLocation: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: '/v1/sandbox/orders/{order_id}/location',
    summary: 'Put the shopper somewhere with an order that is being delivered',
    internalIds: true,
    body: SetLocationRequest,
    answer: Success,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
});
