/**
 * The sandbox, which simulates the shopper. Connect: Fulfillment sandbox. Retailers, clock, request log and faults are
 * ours.
 */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { bySandbox, define } from '../route.ts';
import { callerKinds, type FaultStatus, faultEffects, faultStatuses } from '../sandbox.ts';
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
  Text,
  Timestamp,
  text,
} from '../schema-kinds.ts';
import { Created, NextPage, pageQuery, Success } from './answers.ts';
import { EventName } from './callbacks.ts';
import { MessagesRead, SentMessage } from './chat.ts';
import { BatchType, SimulatedCallback } from './enumerations.ts';
import { Product } from './fulfillment.ts';
import { PickItemRequest, SetLocationRequest } from './orders.ts';
import { CreateRetailerRequest, Retailer, RetailerSettings } from './settings.ts';
import { ShopperMessageRequest } from './shopper.ts';

export const CreateShopperRequest = object(
  {
    email: optional(Type.String({ format: 'email', maxLength: 254, description: 'Email address' })),
    phone: optional(Identifier('Phone number')),
    password: optional(Type.Unknown({ description: 'Accepted in any form and not stored' })),
    display_name: optional(PersonName('Ours: the first name that customers see; `Shopper` by default')),
    avatar_url: optional(HttpsUrl('Ours: picture of the shopper')),
  },
  'A new shopper of the sandbox',
);

export const OrderOfBatch = object(
  { id: Identifier('ID of the order'), user_id: optional(Text('The retailer’s own ID of its user')) },
  'An order, by ID',
);

export const GenerateBatchRequest = object(
  {
    shopper_id: SafeId('ID of the shopper who gets the orders'),
    batch_type: optional(described(BatchType, 'Type of the batch; by default that of the first order')),
    workflow_state: optional(
      text('State to start in; by default `acknowledged`, or the first state of a type without that one', 64),
    ),
    orders: Type.Array(OrderOfBatch, {
      minItems: 1,
      maxItems: limits.ordersPerBatch,
      description: 'The orders of the batch',
    }),
  },
  'The orders, and the shopper who gets them',
);

export const Batch = object(
  { id: Id('ID of the batch'), workflow_state: Text('State of the batch') },
  'Orders that one shopper handles together',
);

export const AdvanceBatchRequest = object(
  { workflow_state: optional(text('A later state of the batch; the next one by default', 64)) },
  'The state to advance a batch to',
);

export const SimulateCallbackRequest = object({ event_name: SimulatedCallback }, 'What to simulate');

export const Scan = object(
  {
    scanned_string: optional(Text('The scanned code')),
    scanned_string_type: optional(Text('Type of the code')),
  },
  'A scanned code',
);

const Scans = Type.Array(Scan, { maxItems: 100, description: 'Scanned codes; accepted and not stored' });

export const AddItemRequest = object(
  {
    item: Product,
    delivered_count: optional(Amount('Number of pieces delivered')),
    delivered_weight: optional(Amount('Weight delivered, in pounds')),
    scans: optional(Scans),
  },
  'An item that the shopper adds',
);

export const UpdateItemRequest = object(
  { ...PickItemRequest.properties, scans: optional(Scans) },
  'The result of picking an item',
);

const NewBanner = object(
  { banner: Text('Slug, for `X-Retailer-Id`'), retailer_id: Id('ID of the retailer') },
  'A banner of an organization',
);

export const NewRetailer = object(
  {
    retailer_id: Id('ID of the retailer'),
    client_id: Text('Client ID of its application'),
    client_secret: Text('Client secret of its application; shown only once'),
    banners: optional(
      Type.Array(NewBanner, {
        description: 'The banners that the request named; they share the application',
      }),
    ),
  },
  'A retailer, with an application',
);

export const MoveClockRequest = object(
  {
    now: optional(
      Type.String({
        format: 'date-time',
        description: 'Time to move to, optionally with milliseconds; not before the clock’s current time',
        maxLength: 40,
      }),
    ),
    advance_ms: optional(
      Type.Integer({
        minimum: 0,
        maximum: 100 * 366 * 86_400_000,
        format: 'int64',
        description: 'Milliseconds to move forward',
      }),
    ),
    frozen: optional(Flag('Whether the clock is stopped')),
  },
  'How to move the clock',
);

export const ClockReading = object(
  {
    now: Type.String({ format: 'date-time', description: 'The current time, with milliseconds' }),
    frozen: Flag('Whether the clock is stopped'),
  },
  'A reading of the retailer’s clock',
);
export type ClockReading = Static<typeof ClockReading>;

export const LoggedRequest = object(
  {
    id: Id('ID of the entry'),
    at: Timestamp('When it was answered, on the retailer’s clock'),
    method: Text('HTTP method'),
    path: Text('Path with its query; credentials are masked'),
    route: Text('Name of the route: the `operationId` of this document'),
    status: Integer('Status of the answer; 0 if the connection was cut'),
    ms: Integer('How long it took, in milliseconds'),
    request_body: optional(Text('The body as it was sent; cut if long, credentials masked')),
    answer_body: optional(
      Text('The body of the answer; cut if long, credentials masked, and omitted for streams and images'),
    ),
  },
  'A request of one of the retailer’s clients, and its answer',
);
export type LoggedRequest = Static<typeof LoggedRequest>;

export const LoggedRequests = object(
  { requests: Type.Array(LoggedRequest, { description: 'Newest first' }), next: NextPage },
  'A page of logged requests',
);

const Count = (description: string) => Type.Integer({ minimum: 0, maximum: 1_000_000, description });

export const CallerKind = choice(callerKinds, 'Kind of token that the request carries');

export const FaultEffect = choice(faultEffects, 'What goes wrong');

const faultRule = {
  name: Type.String({
    pattern: '^[A-Za-z0-9_.-]{1,64}$',
    description: 'Name of the rule; each answer with its fault has the name in `x-aislechat-fault`',
  }),
  route: optional(text('Only requests to the route of this name (its `operationId`)', 64)),
  path: optional(
    Type.String({
      maxLength: limits.loggedPathCharacters,
      pattern: '^/',
      description:
        'Only requests with this path, without query; `*` stands for one segment, `**` at the end for all that follow',
    }),
  ),
  method: optional(
    choice(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], 'Only requests with this method'),
  ),
  identity: optional(described(CallerKind, 'Only requests with this kind of token')),
  event: optional(described(EventName, 'Only callbacks about this event; with effects of callbacks only')),
  after: optional(Count('How many matches pass before the rule takes effect')),
  count: optional(Count('How often the rule takes effect at most')),
  share: optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Share of the matches that get the fault, 0 to 1',
    }),
  ),
  seed: optional(
    Type.Integer({
      minimum: 0,
      maximum: 2 ** 32 - 1,
      description: 'Decides which matches `share` chooses; 0 by default',
    }),
  ),
  effect: FaultEffect,
  status: optional(
    Type.Unsafe<FaultStatus>({
      type: 'integer',
      enum: [...faultStatuses],
      description: 'For the effect `status`: the status to answer with',
    }),
  ),
  delay_ms: optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.faultDelayMs,
      description: 'For the effect `delay`: milliseconds to wait',
    }),
  ),
};

export const FaultRule = object(faultRule, 'A fault, and the requests or callbacks that get it');
export type FaultRule = Static<typeof FaultRule>;

export const FaultsRequest = object(
  {
    rules: Type.Array(FaultRule, {
      maxItems: limits.faultRules,
      description: 'In order: if several rules match, the first that takes effect counts',
    }),
  },
  'The fault rules from now on',
);

export const ActiveFaultRule = object(
  {
    ...faultRule,
    matched: Integer('Requests or callbacks that matched so far'),
    struck: Integer('Matches that got the fault'),
  },
  'A fault rule, with its counts',
);

export const Faults = object({ rules: Type.Array(ActiveFaultRule) }, 'The fault rules of a retailer');
export type Faults = Static<typeof Faults>;

const sandbox = bySandbox;
const sandboxPath = '/v2/fulfillment_sandbox';

export const sandboxRoutes = define({
  createShopper: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers`,
    summary: 'Create a shopper in the sandbox',
    description: 'Creates a shopper, who can then be given orders.',
    connectPage: 'Create a shopper',
    body: CreateShopperRequest,
    answer: Created,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  generateBatch: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/batches`,
    summary: 'Give orders to a shopper',
    description: `Creates a batch of up to ${limits.ordersPerBatch} orders and assigns them to the shopper. Orders that another shopper has are handed over; an order that has ended starts again.`,
    connectPage: 'Generate a batch',
    internalIds: true,
    body: GenerateBatchRequest,
    answer: Batch,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  advanceBatch: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/batches/{batch_id}/advance`,
    summary: 'Advance a batch',
    description:
      'Moves the batch and its orders to the next state, or to a given later one. Giving the current state changes nothing; an earlier state is refused.',
    connectPage: 'Advance the batch status',
    body: AdvanceBatchRequest,
    answer: Batch,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  simulateCallback: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/orders/{order_id}/callbacks`,
    summary: 'Cancel, reschedule or delay an order',
    description:
      'Simulates an event of the order, and sends the callback for it. `late_delivery` and `customer_mia` do not change its state.',
    connectPage: 'Simulate callback',
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
    description: 'Adds an item to an order that the shopper has now.',
    connectPage: 'Create and update items',
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
    description:
      'Sets the status of an item. A replacement waits for the customer’s decision; replacements and refunds write an automated notice.',
    connectPage: 'Update an order item as a shopper',
    internalIds: true,
    body: UpdateItemRequest,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  updateItemByPost: {
    ...sandbox,
    method: 'POST',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/items/{line_num}`,
    summary: 'Find, replace or refund an item, by POST',
    description:
      'Does the same as the PUT of this path: one page of Connect’s documentation shows it as a POST.',
    connectPage: 'Test item updates by a shopper',
    internalIds: true,
    body: UpdateItemRequest,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  simulateShopperMessage: {
    ...sandbox,
    surface: 'native',
    method: 'POST',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/messages`,
    summary: 'Send a message as a sandbox shopper',
    description: 'Sends a text, an image, or both to the customer of an order that the shopper has now.',
    internalIds: true,
    idempotencyKey: true,
    body: ShopperMessageRequest,
    answer: SentMessage,
    errors: ['invalid_parameters', 'sending_not_allowed', 'resource_not_found', 'idempotency_key_reused'],
  },
  simulateShopperRead: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: `${sandboxPath}/shoppers/{shopper_id}/orders/{order_id}/messages`,
    summary: 'Mark messages as read as a sandbox shopper',
    description:
      'Marks the customer’s messages as read by the shopper, and returns how many had not been read.',
    internalIds: true,
    answer: MessagesRead,
    errors: ['sending_not_allowed', 'resource_not_found'],
  },
  createSandboxRetailer: {
    ...sandbox,
    surface: 'native',
    identity: 'anyone',
    method: 'POST',
    path: '/v1/sandbox/retailers',
    summary: 'Create a retailer in the sandbox',
    description: `Returns a new retailer with an application of its own, so that parallel tests do not interfere; with \`banners\`, an organization of retailers that share the application. One address can create up to ${limits.sandboxRetailersPerHour} an hour.`,
    // Room for twenty quick replies of emoji, each written as escapes.
    bodyBytes: 64 * 1024,
    body: CreateRetailerRequest,
    answer: NewRetailer,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  getSandboxRetailer: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/retailer',
    summary: 'Get the sandbox retailer',
    description: 'Returns all settings of the retailer whose token the request carries.',
    answer: Retailer,
    errors: [],
  },
  changeSandboxRetailer: {
    ...sandbox,
    surface: 'native',
    method: 'PATCH',
    path: '/v1/sandbox/retailer',
    summary: 'Change the sandbox retailer',
    description: 'Changes the given settings. The others stay unchanged.',
    body: RetailerSettings,
    answer: Retailer,
    errors: ['invalid_parameters'],
  },
  readClock: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/clock',
    summary: 'Read the retailer’s clock',
    description:
      'Returns the retailer’s current time, which determines expiry, windows and retries. It equals real time unless it was moved or frozen.',
    answer: ClockReading,
    errors: [],
  },
  moveClock: {
    ...sandbox,
    surface: 'native',
    method: 'POST',
    path: '/v1/sandbox/clock',
    summary: 'Move or freeze the retailer’s clock',
    description:
      'Moves the clock forward to an instant or by a time, and freezes or releases it. It never goes back.',
    body: MoveClockRequest,
    answer: ClockReading,
    errors: ['invalid_parameters'],
  },
  listRequests: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/requests',
    summary: 'List the latest requests and answers',
    description:
      'Returns the latest 1,000 requests of the retailer’s clients with their answers, newest first, in pages. Credentials are masked. The list is in the memory of the server process.',
    query: object({
      status: optional(
        Type.String({
          pattern: '^([1-5]xx|0|[1-5][0-9][0-9])$',
          description: 'Only answers with a status such as `404`, or with one of a class such as `4xx`',
        }),
      ),
      route: optional(text('Only requests to the route of this name (its `operationId`)', 64)),
      ...pageQuery('Requests'),
    }),
    answer: LoggedRequests,
    errors: ['invalid_parameters'],
  },
  getFaults: {
    ...sandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/faults',
    summary: 'List fault rules',
    description: 'Returns the fault rules of the retailer, and how often each took effect.',
    answer: Faults,
    errors: [],
  },
  setFaults: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: '/v1/sandbox/faults',
    summary: 'Set fault rules',
    description:
      'Injects faults into requests or callbacks of this retailer from now on, to test how a client handles them. The rules replace all earlier ones.',
    body: FaultsRequest,
    answer: Faults,
    errors: ['invalid_parameters'],
  },
  clearFaults: {
    ...sandbox,
    surface: 'native',
    method: 'DELETE',
    path: '/v1/sandbox/faults',
    summary: 'Clear fault rules',
    description: 'Removes all rules, so that no more faults are injected.',
    answer: Faults,
    errors: [],
  },
  simulateLocation: {
    ...sandbox,
    surface: 'native',
    method: 'PUT',
    path: '/v1/sandbox/orders/{order_id}/location',
    summary: 'Set the location of an order in the sandbox',
    description: 'Sets the shopper’s location while the order is in state `delivering`.',
    internalIds: true,
    body: SetLocationRequest,
    answer: Success,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
});
