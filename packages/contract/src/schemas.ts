/**
 * Shapes of every body on the wire. One schema serves validation, types and the OpenAPI document.
 * Field names, types and presence are Connect's; what is ours says so in its description.
 */
import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { attemptErrors, callbackEventNames, deliveryStates, formerEventNames } from './callbacks.ts';
import { limits } from './limits.ts';
import {
  callerKinds,
  type FaultStatus,
  faultEffects,
  faultStatuses,
  scenarioPaces,
  scenarioStates,
} from './sandbox.ts';
import { visibleCharacter } from './text.ts';
import {
  auditActions,
  auditSubjects,
  batchTypes,
  cancellationReasons,
  fulfillmentTypes,
  itemStatuses,
  lifecycleTypes,
  orderEventTypes,
  replacementAnswers,
  replacementStatuses,
  scopes,
  simulatedCallbacks,
  supportScope,
  workflowStates,
} from './workflow.ts';

const text = (description: string, maxLength: number = limits.textCharacters) =>
  Type.String({ description, maxLength });
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
const choice = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });

/**
 * Bodies are read leniently: a number or a Boolean that arrives as a string, and an integer that arrives where a
 * string belongs, are converted before they are checked, because typed clients of several languages send them so. The
 * schemas name the type that Connect documents.
 */

/** JSON allows integers that neither JavaScript nor a database column can hold. */
const SafeInteger = (description: string) =>
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, description });
const Amount = (description: string) => Type.Number({ minimum: 0, maximum: limits.amount, description });

const Identifier = (description: string) =>
  Type.String({ description, maxLength: limits.identifierCharacters, pattern: visibleCharacter });
/** Connect: Create user, names may not contain these characters. */
const PersonName = (description: string) =>
  Type.String({
    description,
    maxLength: limits.nameCharacters,
    pattern: `^(?=[\\s\\S]*${visibleCharacter})[^/:<>$%?]*$`,
  });
const HttpsUrl = (description: string) =>
  Type.String({ description, maxLength: limits.urlCharacters, pattern: '^https://[^\\s]+$' });
const Timestamp = (description: string) =>
  Type.String({ description, pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' });
const Integer = (description: string) => Type.Integer({ description });
const object = <T extends TProperties>(properties: T, description?: string) =>
  Type.Object(properties, description === undefined ? {} : { description });

// --- Errors -----------------------------------------------------------------------------------------

const SingleError = object(
  {
    error: object({
      message: Type.String(),
      code: Type.Union([Type.Integer(), Type.Null()], { description: 'null for policy refusals' }),
    }),
    meta: object({ key: optional(Type.String({ description: 'The parameter at fault' })) }),
  },
  'One problem',
);

export const ErrorEnvelope = Type.Union(
  [
    SingleError,
    object(
      {
        error: object({ message: Type.String(), code: Type.Literal(9999), errors: Type.Array(SingleError) }),
        meta: object({}),
      },
      'Two or more problems',
    ),
  ],
  { description: 'Error envelope. Connect: Error and status codes' },
);
export type ErrorEnvelope = Static<typeof ErrorEnvelope>;

export const OAuthError = object(
  { error: Type.String(), error_description: Type.String() },
  'Error of the token endpoints, OAuth style',
);
export type OAuthError = Static<typeof OAuthError>;

export const Empty = object({}, 'An empty object');

// --- OAuth ------------------------------------------------------------------------------------------

export const TokenRequest = object({
  client_id: optional(Type.String()),
  client_secret: optional(Type.String()),
  grant_type: optional(Type.String({ description: '`client_credentials` or `fulfillment_user_assertion`' })),
  scope: optional(Type.String({ description: 'Comma-separated; omitted = all the application has' })),
  assertion: optional(
    Type.String({
      description: 'Base64 of `{"user_id": "..."}` or `{"shopper_id": "..."}`, or a signed JWT',
    }),
  ),
});
export const AccessToken = object({
  access_token: Type.String({ minLength: 43, maxLength: 43 }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Number(),
  created_at: Type.Number({ description: 'Epoch seconds' }),
  scope: Type.String(),
});
export type AccessToken = Static<typeof AccessToken>;
export const RevokeRequest = object({
  client_id: optional(Type.String()),
  client_secret: optional(Type.String()),
  token: optional(Type.String()),
});

// --- Chat -------------------------------------------------------------------------------------------

export const ChatUser = object({
  id: Integer('The ID of the user'),
  display_name: Type.String({ description: 'The display name of the user' }),
  avatar_url: Type.String({ description: 'URL of the avatar, empty when there is none' }),
});
export type ChatUser = Static<typeof ChatUser>;

const Party = choice(['user', 'driver'], '`user` is the customer, `driver` any shopper');

export const Message = object({
  id: Integer('The ID of the message'),
  order_id: Integer('The internal ID of the order'),
  created_at: Timestamp('When the message was created'),
  recipient_id: Integer('The ID of the recipient'),
  recipient_type: Party,
  sender_id: Integer('The ID of the sender'),
  sender_type: Party,
  read: Type.Boolean({ description: 'Whether the recipient has read it' }),
  read_at: optional(Timestamp('When it was read; present if and only if `read` is true')),
  body: Type.String({ description: 'The text, empty for a message that is only an image' }),
  image: optional(Type.String({ description: 'Absolute HTTPS URL of an attached image' })),
});
export type Message = Static<typeof Message>;

export const ChatMessagesMetadata = object({
  customer: ChatUser,
  current_shopper: optional(
    Type.Union([ChatUser, Type.Null()], {
      description:
        'The latest assigned shopper; null when none ever was (or left out, by the retailer’s setting)',
    }),
  ),
  shoppers: Type.Array(ChatUser, { description: 'Every shopper so far, first assignment first' }),
  is_expired: Type.Boolean({ description: 'More than 24 hours have passed since delivery or cancellation' }),
});
export type ChatMessagesMetadata = Static<typeof ChatMessagesMetadata>;

export const ChatMessages = object({
  chat_messages: Type.Array(Message, { description: 'Oldest first; empty once expired' }),
  metadata: ChatMessagesMetadata,
});
export type ChatMessages = Static<typeof ChatMessages>;

export const LifecycleMessage = object({
  id: Type.Integer(),
  order_id: Type.Integer(),
  created_at: Timestamp('When the notice was written'),
  type: choice(lifecycleTypes, 'What happened'),
  body: Type.String(),
});
export type LifecycleMessage = Static<typeof LifecycleMessage>;

export const OrderMessages = object({
  chat_messages: Type.Array(Message),
  lifecycle_messages: Type.Array(LifecycleMessage, { description: 'Automated notices, oldest first' }),
  metadata: ChatMessagesMetadata,
});
export type OrderMessages = Static<typeof OrderMessages>;

const ImageId = Type.Unsafe<unknown>({
  type: 'integer',
  description: 'Ours: an image that the sender uploaded to this order. `body` may then be empty',
});

/** `body` is judged by the domain (blank, length), after the order is known: any JSON is read here. */
export const SendMessageRequest = object({
  body: optional(
    Type.Unsafe<unknown>({
      type: 'string',
      description: `Required, 1 to ${limits.messageCharacters} characters`,
    }),
  ),
  image_id: optional(ImageId),
});
export const SentMessage = object({
  id: Type.Integer(),
  type: Type.Literal('CHAT'),
  created_at: Timestamp('When the message was created'),
  timezone: Type.String({ description: 'IANA name of the order’s time zone' }),
});
export type SentMessage = Static<typeof SentMessage>;
export const MessagesRead = object({ messages_read_count: Type.Integer({ minimum: 0 }) });

export const ShopperMessageRequest = object({
  body: optional(
    Type.Unsafe<unknown>({ type: 'string', description: 'Text; may be empty when there is an image' }),
  ),
  image: optional(Type.Unsafe<unknown>({ type: 'string', description: 'Absolute HTTPS URL' })),
  image_id: optional(ImageId),
});

// --- Order status -----------------------------------------------------------------------------------

export const OrderStatus = object({
  created_at: Timestamp('When it was created'),
  workflow_state: choice(workflowStates, 'Where the order stands'),
  fulfillment_type: choice(fulfillmentTypes, 'How the groceries reach the customer'),
  pickup_category: optional(
    choice(['curbside'], 'Only of pickup orders: where the customer gets the groceries'),
  ),
  window_starts_at: optional(Timestamp('Start of the window')),
  window_ends_at: optional(Timestamp('End of the window')),
});
export type OrderStatus = Static<typeof OrderStatus>;

const Coordinates = object({
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
});

export const OrderHandling = object({
  address: object(
    {
      address_line_1: Type.String(),
      address_line_2: optional(Type.String()),
      locality: optional(Type.String()),
      administrative_area: optional(Type.String()),
      postal_code: Type.String(),
      country_code: Type.String(),
    },
    'Where the groceries go, or are picked up; a required text is empty where it is not known',
  ),
  coordinates: Type.Union([Coordinates, Type.Null()], {
    description: 'Of the address; null where they are not known',
  }),
  shopper: optional(
    object(
      { first_name: Type.String(), avatar_url: Type.String({ description: 'Empty when there is none' }) },
      'Who has the order; left out where the retailer removes shopper information',
    ),
  ),
  dropoff_location: optional(Type.String()),
  notes: optional(Type.String({ description: 'About the address' })),
  instructions: Type.String({ description: 'For the shopper; may be empty' }),
  leave_unattended: Type.Boolean(),
  alcoholic: Type.Boolean(),
  certified_delivery: Type.Boolean(),
});
export type OrderHandling = Static<typeof OrderHandling>;

export const OrderLocation = object({
  coordinates: optional(Coordinates),
});
export const SetLocationRequest = object({ coordinates: Coordinates });

const ItemOfOrder = object({
  name: Type.String(),
  image_url: optional(Type.String()),
  quantity: Type.String(),
  cost_unit: choice(['each', 'lb'], 'What the quantity counts'),
});
export type ItemOfOrder = Static<typeof ItemOfOrder>;
export const OrderItems = object({
  line_items: Type.Array(
    object({
      id: Type.String({ description: 'For the answer to a replacement' }),
      line_num: Type.String({ description: 'As the order was made with' }),
      status: choice(itemStatuses, 'What became of the item that was ordered'),
      item: ItemOfOrder,
      replacement_status: optional(
        choice(replacementStatuses, 'What the customer says of the replacement; only where there is one'),
      ),
      replacement: optional(ItemOfOrder),
      certified_delivery: optional(Type.Boolean()),
    }),
  ),
});
export type OrderItems = Static<typeof OrderItems>;

/** Connect has a message of its own for an amount that is not positive, so the schema does not refuse it. */
const SignedAmount = (description: string) =>
  Type.Number({ minimum: -limits.amount, maximum: limits.amount, description });
const AlternativeItem = object({
  upc: optional(Identifier('Universal product code; one of this and `rrc`')),
  rrc: optional(Identifier('Retailer reference code')),
  count: optional(SignedAmount('Pieces, more than 0; one of this and `weight`')),
  weight: optional(SignedAmount('Weight, more than 0')),
});
export const ReplacementRequest = object({
  status: choice(replacementAnswers, 'What the customer says of the replacement'),
  alternative_item: optional(AlternativeItem),
});
export type ReplacementRequest = Static<typeof ReplacementRequest>;

// --- Images (ours) ----------------------------------------------------------------------------------

const binary = Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary' });
export const ImageForm = object({ image: binary }, 'One file; its field may have any name');
export const ImageBytes = binary;
export const UploadedImage = object({
  image_id: Integer('For `image_id` of a message of the same sender in the same order'),
  width: Integer('Of what is kept, in pixels'),
  height: Integer('Of what is kept, in pixels'),
});

// --- Live (ours) ------------------------------------------------------------------------------------

export const OrderEvent = object(
  {
    seq: Type.Integer({ minimum: 1, description: 'Number in the order’s log: 1, 2, 3 without gaps' }),
    type: choice(orderEventTypes, 'What happened'),
    at: Timestamp('When it happened'),
    message: optional(
      Type.Union([Message, Type.Null()], { description: 'Of a `message`; null once its text is gone' }),
    ),
    sender_type: optional(Party),
    count: optional(Integer('Of `messages_read`: how many messages of `sender_type` were read')),
    up_to: optional(Integer('Of `messages_read`: the `seq` up to which they are now read')),
    from: optional(Type.Union([Type.String(), Type.Null()], { description: 'Of `state_changed`' })),
    to: optional(Type.String({ description: 'Of `state_changed`' })),
    shopper: optional(ChatUser),
    kind: optional(Type.String({ description: 'Of `lifecycle_message`' })),
    body: optional(Type.String({ description: 'Of `lifecycle_message`' })),
    replacement: optional(
      object(
        {
          order_item_id: Type.String(),
          line_num: Type.String(),
          status: choice(replacementAnswers, 'What the customer said'),
          alternative_item: optional(AlternativeItem),
        },
        'Of `replacement_answered`',
      ),
    ),
  },
  'One event of an order’s log',
);
export type OrderEvent = Static<typeof OrderEvent>;

export const ChatState = object(
  {
    open: Type.Boolean({ description: 'Whether messages can be sent now' }),
    expired: Type.Boolean({ description: 'Whether the texts are out of reach' }),
    timezone: Type.String({ description: 'IANA name of the order’s time zone' }),
  },
  'What the chat allows now. A stream sends it as the event `chat`, first and whenever it changes',
);
export type ChatState = Static<typeof ChatState>;

export const OrderEvents = object({
  events: Type.Array(OrderEvent),
  next_after: Integer('Ask for what comes after this number next'),
  chat: ChatState,
  reload: optional(
    Type.Boolean({
      description: 'The log does not reach to the number asked for: read the conversation anew, then go on',
    }),
  ),
});
export type OrderEvents = Static<typeof OrderEvents>;

export const StreamTicket = object({
  ticket: Type.String({ description: 'For `?ticket=` of the stream, once' }),
  expires_at: Timestamp('Until when it can be used'),
});

export const ShopperOrder = object({
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  id: Integer('The internal ID of the order'),
  workflow_state: choice(workflowStates, 'Where the order is'),
  customer: object({ first_name: Type.String() }),
  unread: Integer('Messages of the customer that no shopper has read yet'),
  chat_open: Type.Boolean(),
  last_activity_at: Timestamp('Time of the last event'),
  last_message: optional(
    object({
      sender_type: Party,
      preview: Type.String({ description: 'The beginning of the text' }),
      created_at: Timestamp('When it was sent'),
    }),
  ),
});
export const ShopperOrders = object({
  orders: Type.Array(ShopperOrder),
  quick_replies: Type.Array(Type.String(), {
    description:
      'What the retailer has for shoppers to tap, with `{customer}`, `{shopper}` and `{order}` to be filled in; empty where it has none',
  }),
});
export type ShopperOrders = Static<typeof ShopperOrders>;

export const ShopperConversation = object({
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  workflow_state: choice(workflowStates, 'Where the order is'),
  customer: object({ first_name: Type.String() }),
  messages: Type.Array(
    object({
      ...Message.properties,
      seq: Integer('Number in the order’s log'),
      delivered_at: optional(Timestamp('When a device of the other side had fetched it')),
    }),
  ),
  lifecycle_messages: Type.Array(
    object({ seq: Type.Integer(), type: Type.String(), body: Type.String(), created_at: Timestamp('When') }),
  ),
  unread: Integer('Messages of the customer that no shopper has read yet'),
  chat_open: Type.Boolean(),
  is_expired: Type.Boolean(),
  seq: Integer('Number of the last event: go on from here with the stream'),
});
export type ShopperConversation = Static<typeof ShopperConversation>;

// --- Operate (ours) ---------------------------------------------------------------------------------

const Avatar = Type.String({
  description: 'HTTPS URL of a picture; empty for none',
  maxLength: limits.urlCharacters,
  pattern: '^(https://[^\\s]+)?$',
});
export const PutShopperRequest = object({
  display_name: optional(PersonName('The first name the customer sees; default `Shopper`')),
  avatar_url: optional(Avatar),
  email: optional(text('Empty for none', 254)),
  phone: optional(text('Phone number; empty for none', 32)),
});
/** IDs that stand in a path, held to the rules of those in a body. */
export const PathOfShopper = object({ external_id: Identifier('The retailer’s own ID of the shopper') });
export const PathOfUser = object({ user_id: Identifier('The retailer’s own ID of the user') });
export const NativeShopper = object({
  id: Integer('The internal ID of the shopper'),
  shopper_id: Type.String({ description: 'The retailer’s own ID of the shopper' }),
  display_name: Type.String(),
  avatar_url: Type.String(),
  email: optional(Type.String()),
  phone: optional(Type.String()),
});
export const PutUserRequest = object({
  first_name: PersonName('First name'),
  last_name: optional(PersonName('Last name')),
  phone_number: optional(text('Phone number', 32)),
  locale: optional(text('IETF language tag', 35)),
  avatar_url: optional(Avatar),
});
export const NativeUser = object({
  id: Integer('The internal ID of the user'),
  user_id: Type.String(),
  first_name: Type.String(),
  last_name: optional(Type.String()),
  phone_number: optional(Type.String()),
  locale: optional(Type.String()),
  avatar_url: Type.String(),
});
export const PersonErasure = object({
  id: Integer('The internal ID of the user'),
  erased_at: Timestamp('When the person was erased'),
  orders: Integer('Orders of the person'),
  messages: Integer('Messages whose text was erased'),
  images: Integer('Images that were erased'),
});

const orderSummary = {
  id: Integer('The internal ID of the order'),
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  workflow_state: choice(workflowStates, 'Where the order stands'),
  cancellation_reason: optional(choice(cancellationReasons, 'Only on canceled orders')),
  fulfillment_type: choice(fulfillmentTypes, 'How the groceries reach the customer'),
  user: object({
    id: Integer('The internal ID of the user'),
    user_id: optional(
      Type.String({ description: 'The retailer’s own; absent for dispatched and erased ones' }),
    ),
  }),
  shopper: optional(
    object({
      id: Integer('The internal ID of the shopper who has the order'),
      shopper_id: optional(Type.String({ description: 'The retailer’s own' })),
    }),
  ),
  created_at: Timestamp('When it was created'),
  last_event_at: Timestamp('Time of its last event'),
  ended_at: optional(Timestamp('Delivery or cancellation')),
  expires_at: optional(Timestamp('Until when its chat can be read')),
  erased_at: optional(Timestamp('When the texts of the ended chat were erased')),
};
export const OrderSummary = object(orderSummary);
export type OrderSummary = Static<typeof OrderSummary>;
export const OrderSummaries = object({
  orders: Type.Array(OrderSummary),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});
export const OrderOverview = object({
  ...orderSummary,
  shoppers: Type.Array(
    object({ id: Type.Integer(), shopper_id: optional(Type.String()), assigned_at: Timestamp('When') }),
    { description: 'Every assignment, oldest first' },
  ),
  seq: Integer('Number of the last event of the log'),
  messages: Integer('Messages ever sent'),
  unread_by_user: Integer('Messages of the shoppers that the customer has not read'),
  unread_by_shopper: Integer('Messages of the customer that no shopper has read'),
  is_expired: Type.Boolean(),
  erasures: Type.Array(
    object({
      erased_at: Timestamp('When'),
      reason: choice(['expired', 'requested'], 'Why'),
      messages: Type.Integer(),
      images: Type.Integer(),
      verified_at: optional(Timestamp('When nothing held the texts any more')),
    }),
    { description: 'Receipts, oldest first' },
  ),
});
export type OrderOverview = Static<typeof OrderOverview>;
const rowsQuery = {
  limit: optional(Type.String({ pattern: '^([1-9][0-9]?|100)$' })),
  after: optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$' })),
};
export const OrdersQuery = object({
  workflow_state: optional(choice(workflowStates, 'State')),
  shopper_id: optional(Identifier('Shopper')),
  user_id: optional(Identifier('User')),
  active: optional(choice(['true', 'false'], 'Neither delivered nor canceled')),
  ...rowsQuery,
});
export const AssignShopperRequest = object({
  shopper_id: Type.Union([Identifier('The retailer’s own ID'), SafeInteger('Ours')], {
    description: 'A string is the retailer’s own ID of the shopper, a number ours',
  }),
});
export const SetOrderStateRequest = object({
  workflow_state: choice(workflowStates, 'The state to move to'),
  cancellation_reason: optional(choice(cancellationReasons, 'Only with `canceled`; default `other`')),
});
export const SupportQuery = object({
  reason: Type.String({ maxLength: limits.reasonCharacters, pattern: visibleCharacter }),
  agent: optional(text('Who looks', limits.nameCharacters)),
});
export const SupportConversation = object({
  order: OrderSummary,
  chat_messages: Type.Array(Message),
  lifecycle_messages: Type.Array(LifecycleMessage),
  metadata: ChatMessagesMetadata,
});
export const AuditQuery = object({ order_id: optional(Identifier('Order')), ...rowsQuery });
export const TimelineQuery = object({ after: optional(Type.String({ pattern: '^[0-9]{1,15}$' })) });
export const OrderTimeline = object({
  events: Type.Array(
    object({
      seq: Integer('Number in the order’s log'),
      type: choice(orderEventTypes, 'What happened'),
      at: Timestamp('When'),
      from: optional(choice(workflowStates, 'State before; missing on the first')),
      to: optional(choice(workflowStates, 'State after')),
      shopper_id: optional(Integer('The internal ID of the shopper who got the order')),
      sender_type: optional(Party),
      count: optional(Integer('How many messages were read')),
      kind: optional(choice(lifecycleTypes, 'Of an automated notice')),
      status: optional(choice(replacementAnswers, 'What the customer said of a replacement')),
    }),
  ),
  next_after: Integer('For `after`, to go on from here'),
});
export type OrderTimeline = Static<typeof OrderTimeline>;
const AuditEntry = object({
  id: Type.Integer(),
  at: Timestamp('When'),
  client_id: optional(
    Type.String({ description: 'The application that did it; missing where the command line did' }),
  ),
  action: choice(auditActions, 'What was done'),
  subject: object({
    type: choice(auditSubjects, 'To what'),
    id: Integer('Its internal ID'),
  }),
  agent: optional(Type.String()),
  reason: optional(Type.String()),
  detail: optional(
    Type.String({ description: 'What was changed, and to what; an order’s own log has it otherwise' }),
  ),
});
export const AuditEntries = object({
  entries: Type.Array(AuditEntry),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});
export type AuditEntries = Static<typeof AuditEntries>;

const ApplicationName = Type.String({
  description: 'For people',
  maxLength: limits.nameCharacters,
  pattern: visibleCharacter,
});
const ApplicationState = choice(
  ['enabled', 'disabled'],
  'A disabled application gets no tokens, and its earlier tokens are revoked',
);
const application = {
  client_id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(choice(scopes, 'Scope')),
  state: ApplicationState,
  created_at: Timestamp('When it was made'),
  is_own: Type.Boolean({ description: 'Whether the token is one of its own' }),
};
export const Application = object(application);
export type Application = Static<typeof Application>;
export const Applications = object({ applications: Type.Array(Application) });
export const NewApplication = object({
  ...application,
  client_secret: Type.String({ description: 'Shown once' }),
});
export const CreateApplicationRequest = object({
  name: ApplicationName,
  scopes: Type.Array(choice(scopes, 'Scope'), { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
});
export const RotateSecretRequest = object({
  revoke_tokens: optional(
    Type.Boolean({ description: 'Whether tokens that were issued so far stop too; default `false`' }),
  ),
});
export const RevokedTokens = object({
  revoked: Integer('How many tokens were alive and are revoked now'),
});
export const PathOfAgent = object({
  agent: Type.String({ maxLength: limits.nameCharacters, pattern: visibleCharacter }),
});
export const ChangeApplicationRequest = object({
  name: optional(ApplicationName),
  state: optional(ApplicationState),
});

export const RowsQuery = object(rowsQuery);
export const ErasureReceipts = object({
  receipts: Type.Array(
    object({
      id: Integer('The internal ID of the order'),
      order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
      erased_at: Timestamp('When'),
      reason: choice(['expired', 'requested'], 'Why'),
      messages: Type.Integer(),
      images: Type.Integer(),
      verified_at: optional(Timestamp('When nothing held the texts any more')),
    }),
  ),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});

export const Figures = object({
  at: Timestamp('On the retailer’s clock'),
  sends: object({
    per_second: Type.Array(Type.Integer(), {
      description: `Messages taken by the process that answers, second by second, the last ${limits.figuresSeconds} s, oldest first`,
    }),
    latency_ms: optional(
      object(
        { p50: Type.Number(), p95: Type.Number(), p99: Type.Number() },
        'Of the latest of them, from the request to the commit; missing where there were none',
      ),
    ),
  }),
  streams: Integer('Streams and long polls open at the process that answers'),
  callbacks: object({
    pending: Type.Integer(),
    dead: Type.Integer(),
    oldest_pending_seconds: optional(Integer('Age of the oldest that is not delivered')),
  }),
  erasures: object({
    unverified: Integer('Receipts that wait for the files to be clean'),
    oldest_due_seconds: optional(Integer('How long the oldest expired chat has waited for its erasure')),
  }),
});
export type Figures = Static<typeof Figures>;

export const SupportLinkRequest = object({
  agent: Type.String({
    description: 'The agent’s name, for the audit log',
    maxLength: limits.nameCharacters,
    pattern: visibleCharacter,
  }),
});
export const SupportLink = object({
  support_code: Type.String({ description: 'Shown once; the link is `/console#support_code=` and this' }),
  agent: Type.String(),
  expires_at: Timestamp('15 minutes after it was made'),
});
export const SupportSessionRequest = object({
  support_code: Type.String({ minLength: 1, maxLength: 255 }),
});
export const SupportSession = object({
  access_token: Type.String({ minLength: 43, maxLength: 43 }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Number(),
  created_at: Type.Number({ description: 'Epoch seconds' }),
  scope: Type.Literal(supportScope),
  agent: Type.String(),
});
export const Console = object({
  environment: choice(['development', 'production'], 'As `AISLECHAT_ENV` says'),
  demo: Type.Boolean({ description: 'Whether the demo’s credentials work' }),
});

const Anything = (description: string) => Type.Object({}, { description });
const line = <T extends string, P extends TProperties>(type: T, properties: P) =>
  object({ type: Type.Literal(type), order_id: Type.String(), ...properties });
export const ExportLine = Type.Union(
  [
    object({ type: Type.Literal('user'), ...NativeUser.properties }),
    line('order', {
      id: Type.Integer(),
      workflow_state: choice(workflowStates, 'Where the order stands'),
      cancellation_reason: optional(choice(cancellationReasons, 'Only on canceled orders')),
      fulfillment_type: choice(fulfillmentTypes, 'How the groceries reach the customer'),
      created_at: Timestamp('When it was created'),
      ended_at: optional(Timestamp('Delivery or cancellation')),
      locale: optional(Type.String()),
      store_location: optional(Type.String()),
      window_starts_at: optional(Timestamp('Start of the window')),
      window_ends_at: optional(Timestamp('End of the window')),
      bag_count: optional(Type.Integer()),
      request: Anything('The other fields that the order was made with'),
    }),
    line('item', {
      line_num: Type.String(),
      status: Type.String(),
      details: Anything('As ordered and as delivered'),
    }),
    line('event', {
      seq: Type.Integer(),
      at: Timestamp('When'),
      event: choice(orderEventTypes, 'What happened'),
      data: Anything('IDs and states'),
      body: optional(Type.String({ description: 'Text of an automated notice' })),
    }),
    line('message', {
      seq: Type.Integer(),
      created_at: Timestamp('When it was sent'),
      sender_type: Party,
      sender_id: Type.Integer(),
      recipient_id: Type.Integer(),
      read_at: optional(Timestamp('When it was read')),
      body: Type.Union([Type.String(), Type.Null()], { description: 'Null once its text is gone' }),
      image: optional(Type.String({ description: 'Address of an image' })),
      image_id: optional(Integer('An image that was uploaded')),
    }),
    line('erasure', {
      erased_at: Timestamp('When the texts of the order were erased'),
      reason: choice(['expired', 'requested'], 'Why'),
      messages: Type.Integer(),
      images: Type.Integer(),
    }),
    object({ type: Type.Literal('end') }, 'The last line, so that a cut is seen'),
  ],
  { description: 'One line of an export' },
);

// --- Fulfillment ------------------------------------------------------------------------------------

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
const Product = object({
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

// --- Callbacks (ours, but for the events themselves) -----------------------------------------------

const CallbackUrl = (description: string) =>
  Type.String({ description, maxLength: limits.urlCharacters, pattern: '^https?://[^\\s]+$' });
const EventName = choice(callbackEventNames, 'Name of the event');
const Events = Type.Array(
  choice([...callbackEventNames, ...formerEventNames], 'Name of the event, or its former name'),
  { minItems: 1, maxItems: callbackEventNames.length + formerEventNames.length, uniqueItems: true },
);
const EndpointState = choice(['enabled', 'disabled'], 'A disabled endpoint is told of nothing');

export const CallbackAuthentication = object(
  {
    type: choice(['none', 'client_credentials'], 'Whether callbacks carry a token'),
    token_url: optional(CallbackUrl('The receiver’s token endpoint')),
    client_id: optional(text('Client ID there', 255)),
    client_secret: optional(text('Secret there; never shown again', 1024)),
    scope: optional(text('Scope to ask for', 1024)),
    resource: optional(text('Resource to ask for', 1024)),
    expires_in: optional(
      Type.Integer({
        description: 'Seconds, instead of those of the answer',
        minimum: 1,
        maximum: 2_592_000,
      }),
    ),
  },
  'How a callback gets its token. Connect: Authentication for event callbacks',
);
export type CallbackAuthentication = Static<typeof CallbackAuthentication>;
const EndpointName = Type.String({
  description: 'For people',
  maxLength: limits.nameCharacters,
  pattern: visibleCharacter,
});
export const CreateCallbackEndpointRequest = object({
  name: EndpointName,
  url: CallbackUrl('Where events are sent to; https in production'),
  events: Events,
  authentication: optional(CallbackAuthentication),
});
export const ChangeCallbackEndpointRequest = object({
  name: optional(EndpointName),
  url: optional(CallbackUrl('Where events are sent to; https in production')),
  events: optional(Events),
  state: optional(EndpointState),
  authentication: optional(CallbackAuthentication),
});
const callbackEndpoint = {
  id: Type.Integer(),
  name: Type.String(),
  url: Type.String(),
  events: Type.Array(EventName),
  state: EndpointState,
  authentication: object({
    type: choice(['none', 'client_credentials'], 'Whether callbacks carry a token'),
    token_url: optional(Type.String()),
    client_id: optional(Type.String()),
    scope: optional(Type.String()),
    resource: optional(Type.String()),
    expires_in: optional(Type.Integer()),
  }),
  former_secret_until: optional(Timestamp('Until then callbacks carry a signature of the former secret too')),
  created_at: Timestamp('When it was made'),
};
export const CallbackEndpoint = object(callbackEndpoint);
export type CallbackEndpoint = Static<typeof CallbackEndpoint>;
export const NewCallbackEndpoint = object({
  ...callbackEndpoint,
  signing_secret: Type.String({ description: 'Shown once: what signatures are checked with' }),
});
export const CallbackEndpoints = object({ endpoints: Type.Array(CallbackEndpoint) });

const AttemptErrorName = choice(attemptErrors, 'Why there was no answer');
export const CallbackSampleRequest = object({ event_name: optional(EventName) });
export const CallbackSample = object({
  event_name: EventName,
  status: optional(Type.Integer({ description: 'Of the receiver’s answer' })),
  error: optional(AttemptErrorName),
  duration_ms: Type.Integer(),
});
export const ReplayCallbacksRequest = object({
  since: text('ISO 8601 instant: of events not before it', 40),
});
export const ReplayedCallbacks = object({ replayed: Type.Integer() });

const callbackDelivery = {
  id: Type.String({ description: 'The endpoint’s and the event’s number' }),
  endpoint_id: Type.Integer(),
  event_id: Type.Integer({ description: 'The same on every try' }),
  event_name: EventName,
  event_timestamp: Timestamp('When it happened'),
  order_id: Type.Integer({ description: 'Our integer of the order' }),
  seq: Type.Integer({ description: 'Number of the event in the log of its order' }),
  state: choice(deliveryStates, '`dead`: given up; it can be replayed'),
  attempts: Type.Integer(),
  next_attempt_at: optional(Timestamp('Missing while an earlier event of the order waits, and at the end')),
  finished_at: optional(Timestamp('When it was received, or given up')),
};
export const CallbackDelivery = object(callbackDelivery);
export type CallbackDelivery = Static<typeof CallbackDelivery>;
export const CallbackDeliveries = object({
  deliveries: Type.Array(CallbackDelivery),
  next: Type.Union([Type.String(), Type.Null()], { description: 'For `after`; null on the last page' }),
});
export const CallbackDeliveriesQuery = object({
  endpoint_id: optional(Type.String({ pattern: '^[0-9]{1,16}$' })),
  order_id: optional(Identifier('Order')),
  event_name: optional(EventName),
  state: optional(choice(deliveryStates, 'State')),
  limit: rowsQuery.limit,
  after: optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' })),
});
export const CallbackDeliveryWithAttempts = object({
  ...callbackDelivery,
  history: Type.Array(
    object({
      attempt: Type.Integer(),
      at: Timestamp('When it ended'),
      duration_ms: Type.Integer(),
      status: optional(Type.Integer()),
      error: optional(AttemptErrorName),
    }),
    { description: 'Attempts of the last seven days' },
  ),
});

// --- Sandbox ----------------------------------------------------------------------------------------

export const CreateShopperRequest = object({
  email: optional(Type.String({ maxLength: 254 })),
  phone: optional(Identifier('Phone number')),
  password: optional(Type.Unknown()),
  display_name: optional(PersonName('Ours: the first name the customer sees')),
  avatar_url: optional(HttpsUrl('Ours: picture of the shopper')),
});
export const Created = object({ id: Type.Integer() });

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
export const Success = object({ success: Type.Literal(true) });

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

// --- Ours: sandbox retailers and clock --------------------------------------------------------------

const QuickReplies = Type.Array(
  Type.String({ minLength: 1, maxLength: limits.quickReplyCharacters, pattern: visibleCharacter }),
  {
    maxItems: limits.quickReplies,
    description:
      'What shoppers have ready to tap; `{customer}`, `{shopper}` and `{order}` are filled in. Empty: what their page brings',
  },
);
const retailerSettings = {
  name: optional(Type.String({ minLength: 1, maxLength: limits.nameCharacters })),
  timezone: optional(Type.String({ description: 'IANA name', maxLength: 64 })),
  shopper_information_removal: optional(Type.Boolean()),
  chat_enabled: optional(Type.Boolean()),
  chat_opens_at: optional(choice(['picking', 'acknowledged'], 'First state in which messages may be sent')),
  last_mile_chat: optional(Type.Boolean({ description: 'Whether last-mile orders have a chat' })),
  absent_shopper: optional(
    choice(['null', 'omit'], 'How `current_shopper` reads when no shopper was ever assigned'),
  ),
  privacy_masks: optional(
    Type.Boolean({ description: 'Whether phone numbers and the like are taken out of messages' }),
  ),
  signed_assertions: optional(
    choice(['accepted', 'required'], 'Whether assertions of users and shoppers must be signed'),
  ),
  chat_callbacks: optional(
    choice(['all', 'customer'], 'Whose messages the callback `chat_message_created` tells of'),
  ),
  quick_replies: optional(QuickReplies),
};
export const RetailerSettings = object(retailerSettings);
export type RetailerSettings = Static<typeof RetailerSettings>;
export const NewRetailer = object({
  retailer_id: Type.Integer(),
  client_id: Type.String(),
  client_secret: Type.String({ description: 'Shown once' }),
});
export const Retailer = object({
  retailer_id: Type.Integer(),
  name: Type.String(),
  timezone: Type.String(),
  shopper_information_removal: Type.Boolean(),
  chat_enabled: Type.Boolean(),
  chat_opens_at: choice(['picking', 'acknowledged'], 'First state in which messages may be sent'),
  last_mile_chat: Type.Boolean(),
  absent_shopper: choice(['null', 'omit'], 'How an absent shopper reads'),
  privacy_masks: Type.Boolean(),
  signed_assertions: choice(['accepted', 'required'], 'Whether assertions must be signed'),
  chat_callbacks: choice(['all', 'customer'], 'Whose messages `chat_message_created` tells of'),
  quick_replies: QuickReplies,
});
export type Retailer = Static<typeof Retailer>;

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

const Duration = (description: string) => Type.String({ pattern: '^[0-9]{1,6}(ms|s|m|h)$', description });
const Line = Type.String({ minLength: 1, maxLength: limits.identifierCharacters });
const Said = (description: string) =>
  Type.Union(
    [
      Type.String({ minLength: 1, maxLength: limits.messageCharacters }),
      Type.Array(Type.String({ minLength: 1, maxLength: limits.messageCharacters }), {
        minItems: 1,
        maxItems: 20,
      }),
    ],
    { description: `${description}; of several texts the seed chooses one` },
  );
const ScenarioStep = object(
  {
    wait: optional(Duration('Such as `90s` or `5m`, on the retailer’s clock')),
    shopper: optional(PersonName('Who takes the order, or takes it over')),
    state: optional(choice(workflowStates, 'Where the order goes')),
    shopper_says: optional(Said('Text of the shopper')),
    image: optional(HttpsUrl('Picture with what the shopper says')),
    customer_says: optional(Said('Text of the customer')),
    await_customer: optional(
      object({
        within: optional(
          Duration('So long the script waits for a message of the customer; without it until one comes'),
        ),
        otherwise: optional(Said('What is said in their name when none comes in that time')),
      }),
    ),
    shopper_answers: optional(
      Type.Array(
        object({
          when: optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 20 })),
          say: Said('The answer to a message with one of these words'),
        }),
        { minItems: 1, maxItems: 20 },
      ),
    ),
    read_by: optional(choice(['shopper', 'customer'], 'Who reads what is unread')),
    replace: optional(object({ line: Line, name: text('Of the new item', 255), upc: Line })),
    refund: optional(object({ line: Line })),
    decide: optional(object({ line: Line, status: choice(replacementAnswers, 'What the customer says') })),
  },
  'One of these; `image` besides `shopper_says`',
);
export type ScenarioStep = Static<typeof ScenarioStep>;
const ScenarioScript = object({
  name: optional(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' })),
  description: optional(text('For the reader')),
  order: optional(choice(['delivery', 'pickup'], 'Kind of the order that is made')),
  customer: optional(PersonName('First name of the customer; without one the seed chooses')),
  items: optional(
    Type.Array(object({ name: text('As the customer sees it', 255), upc: Line }), {
      minItems: 1,
      maxItems: 100,
    }),
  ),
  steps: Type.Array(ScenarioStep, { minItems: 1, maxItems: limits.scenarioSteps }),
  repeat_from: optional(
    Type.Integer({
      minimum: 1,
      description:
        'After the last step it goes on with this one, for as long as the server runs. It must wait for the customer without `within`, and `shopper_answers` must follow. Not for the pace `fast`',
    }),
  ),
});
export type ScenarioScript = Static<typeof ScenarioScript>;
export const RunScenarioRequest = object({
  name: optional(text('One that comes with the server; or give a `script`', 64)),
  script: optional(ScenarioScript),
  pace: optional(choice(scenarioPaces, 'Default `real`')),
  seed: optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: 'Default 0' })),
  order_id: optional(Identifier('An order there is; without one a customer and an order are made')),
});
export const Scenario = object({
  id: Type.Integer(),
  name: Type.String(),
  pace: choice(scenarioPaces, 'How it is played'),
  seed: Type.Integer(),
  state: choice(scenarioStates, 'Whether it goes on'),
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  position: Integer('How many steps are done'),
  steps: Integer('How many there are'),
  due_at: optional(Timestamp('When the step comes that is waited for, on the retailer’s clock')),
  done: Type.Array(
    object({
      step: Integer('Number of the step, from 1'),
      at: Timestamp('On the retailer’s clock'),
      action: Type.String(),
      sender_type: optional(Party),
      body: optional(Type.String({ description: 'What was said, or the state or the shopper' })),
    }),
  ),
  problem: optional(object({ step: Type.Integer(), message: Type.String() })),
});
export type Scenario = Static<typeof Scenario>;

export const Health = object({ status: Type.String() });
export const Readiness = object({
  status: Type.String(),
  erasure_late_seconds: optional(
    Integer(
      'How long an expired chat has waited for its erasure, where that is longer than 15 minutes; the server is ready all the same',
    ),
  ),
});
export const MetricsText = Type.String({ description: 'Prometheus text format' });
