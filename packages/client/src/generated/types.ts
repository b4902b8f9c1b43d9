/** Every body on the wire. Written by `scripts/generate.ts` from the contract; not to be changed here. */
/** Whether `current_shopper` is null or left out when no shopper was ever assigned */
export type AbsentShopper = 'null' | 'omit';

/** An access token */
export interface AccessToken {
  /** Send it as `Authorization: Bearer` */
  access_token: string;
  token_type: 'Bearer';
  /** Lifetime in seconds */
  expires_in: number;
  /** Seconds since the epoch */
  created_at: number;
  /** Scopes of the token, separated by commas */
  scope: string;
}

/** A fault rule, with how often it struck */
export interface ActiveFaultRule {
  /** Name of the rule; an answer that it struck has it in `x-aislechat-fault` */
  name: string;
  /** Only requests to the route of this name (its `operationId`) */
  route?: string;
  /** Only requests with this path, without query; `*` stands for one segment, `**` at the end for all that follow */
  path?: string;
  /** Only requests with this method */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Only requests with this kind of token */
  identity?: CallerKind;
  /** Only callbacks about this event; with effects of callbacks only */
  event?: EventName;
  /** How many matches pass before the rule begins to strike */
  after?: number;
  /** How often the rule strikes at most */
  count?: number;
  /** Share of the matches that the rule strikes, 0 to 1 */
  share?: number;
  /** Decides which matches `share` chooses; 0 by default */
  seed?: number;
  /** What goes wrong */
  effect: FaultEffect;
  /** For the effect `status`: the status to answer with */
  status?: 401 | 429 | 500 | 503;
  /** For the effect `delay`: milliseconds to wait */
  delay_ms?: number;
  /** Requests or callbacks that matched so far */
  matched: number;
  /** Those of them that went wrong */
  struck: number;
}

/** An item that the shopper adds */
export interface AddItemRequest {
  /** A product, by its code */
  item: Product;
  /** Number of pieces delivered */
  delivered_count?: number;
  /** Weight delivered, in pounds */
  delivered_weight?: number;
  /** Scanned codes; read and not kept */
  scans?: Array<Scan>;
}

/** An address to deliver to */
export interface Address {
  /** Street and number */
  address_line_1: string;
  /** Apartment or floor */
  address_line_2?: string;
  /** Type of address */
  address_type?: string;
  /** City */
  city?: string;
  /** Postal code */
  postal_code: string;
  /** Ours: state or province */
  administrative_area?: string;
  /** Ours: country code, such as `US` */
  country_code?: string;
  /** Ours: where the address is */
  coordinates?: Coordinates;
  /** Ours: notes about the address */
  notes?: string;
}

/** How far to advance a batch */
export interface AdvanceBatchRequest {
  /** A later state of the batch; the next one by default */
  workflow_state?: string;
}

/** A product that the customer would rather have */
export interface AlternativeItem {
  /** Universal product code; exactly one of `upc` and `rrc` is required */
  upc?: string;
  /** Retailer reference code */
  rrc?: string;
  /** Number of pieces, more than 0; exactly one of `count` and `weight` is required */
  count?: number;
  /** Weight in pounds, more than 0 */
  weight?: number;
}

/** The customer’s answer to a replacement, with its item */
export interface AnsweredReplacement {
  /** ID of the item */
  order_item_id: string;
  /** Line number that the order was created with */
  line_num: string;
  /** The customer’s answer to a replacement */
  status: ReplacementAnswer;
  /** A product that the customer would rather have */
  alternative_item?: AlternativeItem;
}

/** A system of the retailer that gets access tokens */
export interface Application {
  /** Client ID of the application */
  client_id: string;
  /** A name for people to recognize it by */
  name: string;
  /** The scopes that its tokens may have */
  scopes: Array<ApplicationScope>;
  /** Whether it gets tokens; disabling it revokes those that it has */
  state: ApplicationState;
  /** When the application was created */
  created_at: string;
  /** Whether the request’s token was issued to it */
  is_own: boolean;
}

/** Scope that an application may have */
export type ApplicationScope =
  | 'connect:fulfillment'
  | 'connect:post_checkout'
  | 'aislechat:operate'
  | 'aislechat:shopper';

/** Whether it gets tokens; disabling it revokes those that it has */
export type ApplicationState = 'enabled' | 'disabled';

/** The applications of a retailer */
export interface Applications {
  /** Oldest first */
  applications: Array<Application>;
}

/** Who gets the order */
export interface AssignShopperRequest {
  /** A string is the retailer’s own ID of the shopper, a number the internal one */
  shopper_id: string | number;
}

/** An assignment of an order to a shopper */
export interface Assignment {
  /** The internal ID of the shopper */
  id: number;
  /** The retailer’s own ID of the shopper */
  shopper_id?: string;
  /** When the shopper got the order */
  assigned_at: string;
}

/** What was done */
export type AuditAction =
  | 'assignment'
  | 'state_change'
  | 'conversation_read'
  | 'user_export'
  | 'user_erasure'
  | 'chat_erasure'
  | 'settings_change'
  | 'application_creation'
  | 'application_change'
  | 'secret_rotation'
  | 'token_revocation'
  | 'callback_endpoint_creation'
  | 'callback_endpoint_change'
  | 'callback_endpoint_deletion'
  | 'support_link'
  | 'support_session';

/** A page of the audit log */
export interface AuditEntries {
  /** Newest first */
  entries: Array<AuditEntry>;
  /** Send it as `after` to get the next page; null on the last page */
  next: NextPage;
}

/** An entry of the audit log */
export interface AuditEntry {
  /** ID of the entry */
  id: number;
  /** When it was done */
  at: string;
  /** The application that did it; missing where the command line did */
  client_id?: string;
  /** What was done */
  action: AuditAction;
  /** What an action concerned */
  subject: AuditSubject;
  /** The support agent who did it, or whom it concerned */
  agent?: string;
  /** The reason that was given */
  reason?: string;
  /** What was changed, and to what; changes of an order are in its timeline instead */
  detail?: string;
}

/** What an action concerned */
export interface AuditSubject {
  /** Kind of record that an action concerned */
  type: AuditSubjectType;
  /** Its internal ID */
  id: number;
}

/** Kind of record that an action concerned */
export type AuditSubjectType =
  | 'order'
  | 'user'
  | 'shopper'
  | 'application'
  | 'callback_endpoint'
  | 'retailer';

/** Orders that one shopper works through together */
export interface Batch {
  /** ID of the batch */
  id: number;
  /** State of the batch */
  workflow_state: string;
}

/** Type of a batch, which decides the states it passes through */
export type BatchType = 'delivery' | 'pickup' | 'runner_customer' | 'delivery_only';

/** One attempt to deliver an event */
export interface CallbackAttempt {
  /** Number of the attempt, from 1 */
  attempt: number;
  /** When it ended */
  at: string;
  /** Status of the receiver’s answer, where there was one */
  status?: number;
  /** Why an attempt got no answer */
  error?: CallbackAttemptError;
  /** How long it took, in milliseconds */
  duration_ms: number;
}

/** Why an attempt got no answer */
export type CallbackAttemptError =
  | 'timeout'
  | 'connection_failed'
  | 'name_not_found'
  | 'tls_failed'
  | 'destination_forbidden'
  | 'token_failed'
  | 'shopper_information_removed'
  | 'internal';

/** How callbacks get their access token. Connect: Authentication for event callbacks */
export interface CallbackAuthentication {
  /** Whether callbacks carry an access token */
  type: CallbackAuthenticationType;
  /** The receiver’s token endpoint */
  token_url?: string;
  /** Client ID at the token endpoint */
  client_id?: string;
  /** Client secret at the token endpoint; never shown again */
  client_secret?: string;
  /** Scope to ask for */
  scope?: string;
  /** Resource to ask for */
  resource?: string;
  /** Seconds to keep a token for, in place of what the token endpoint says */
  expires_in?: number;
}

/** Whether callbacks carry an access token */
export type CallbackAuthenticationType = 'none' | 'client_credentials';

/** A page of callback deliveries */
export interface CallbackDeliveries {
  /** Newest first */
  deliveries: Array<CallbackDelivery>;
  /** Send it as `after` to get the next page; null on the last page */
  next: NextPage;
}

/** An event on its way to an endpoint */
export interface CallbackDelivery {
  /** ID of the delivery: the numbers of its endpoint and its event */
  id: string;
  /** ID of the endpoint */
  endpoint_id: number;
  /** ID of the event; the same on every attempt */
  event_id: number;
  /** Name of an event */
  event_name: EventName;
  /** When the event happened */
  event_timestamp: string;
  /** The internal ID of the order */
  order_id: number;
  /** Number of the event in the log of its order */
  seq: number;
  /** `dead`: given up after 24 hours; it can still be replayed */
  state: CallbackDeliveryState;
  /** Attempts so far */
  attempts: number;
  /** When the next attempt is due; missing while an earlier event of the order waits, and at the end */
  next_attempt_at?: string;
  /** When it was received or given up */
  finished_at?: string;
}

/** `dead`: given up after 24 hours; it can still be replayed */
export type CallbackDeliveryState = 'pending' | 'delivered' | 'dead';

/** A callback delivery, with its attempts */
export interface CallbackDeliveryWithAttempts {
  /** ID of the delivery: the numbers of its endpoint and its event */
  id: string;
  /** ID of the endpoint */
  endpoint_id: number;
  /** ID of the event; the same on every attempt */
  event_id: number;
  /** Name of an event */
  event_name: EventName;
  /** When the event happened */
  event_timestamp: string;
  /** The internal ID of the order */
  order_id: number;
  /** Number of the event in the log of its order */
  seq: number;
  /** `dead`: given up after 24 hours; it can still be replayed */
  state: CallbackDeliveryState;
  /** Attempts so far */
  attempts: number;
  /** When the next attempt is due; missing while an earlier event of the order waits, and at the end */
  next_attempt_at?: string;
  /** When it was received or given up */
  finished_at?: string;
  /** The attempts of the last seven days */
  history: Array<CallbackAttempt>;
}

/** Where events are sent */
export interface CallbackEndpoint {
  /** ID of the endpoint */
  id: number;
  /** A name for people to recognize it by */
  name: string;
  /** Where events are sent */
  url: string;
  /** The events that are sent */
  events: Array<EventName>;
  /** Whether events are sent; what happens while the endpoint is disabled is never sent to it */
  state: CallbackEndpointState;
  /** How callbacks get their access token, without the secret */
  authentication: CallbackEndpointAuthentication;
  /** After a rotation: until then callbacks carry a signature of the former secret as well */
  former_secret_until?: string;
  /** When the endpoint was created */
  created_at: string;
}

/** How callbacks get their access token, without the secret */
export interface CallbackEndpointAuthentication {
  /** Whether callbacks carry an access token */
  type: CallbackAuthenticationType;
  /** The receiver’s token endpoint */
  token_url?: string;
  /** Client ID at the token endpoint */
  client_id?: string;
  /** Scope that is asked for */
  scope?: string;
  /** Resource that is asked for */
  resource?: string;
  /** Seconds that a token is kept for */
  expires_in?: number;
}

/** Whether events are sent; what happens while the endpoint is disabled is never sent to it */
export type CallbackEndpointState = 'enabled' | 'disabled';

/** The callback endpoints of a retailer */
export interface CallbackEndpoints {
  endpoints: Array<CallbackEndpoint>;
}

/** Callbacks that have not been delivered */
export interface CallbackFigures {
  /** Deliveries that are waiting */
  pending: number;
  /** Deliveries that were given up */
  dead: number;
  /** Age in seconds of the oldest one that is waiting */
  oldest_pending_seconds?: number;
}

/** How the sample was received */
export interface CallbackSample {
  /** Name of an event */
  event_name: EventName;
  /** Status of the receiver’s answer, where there was one */
  status?: number;
  /** Why an attempt got no answer */
  error?: CallbackAttemptError;
  /** How long it took, in milliseconds */
  duration_ms: number;
}

/** Which event to send a sample of */
export interface CallbackSampleRequest {
  /** Event to send a sample of; the endpoint’s first by default */
  event_name?: EventName;
}

/** Kind of token that the request carries */
export type CallerKind = 'client' | 'user' | 'shopper' | 'support';

/** Why the order was canceled */
export type CancellationReason =
  | 'customer_driven'
  | 'instacart_driven'
  | 'retailer_driven'
  | 'shopper_driven'
  | 'unbatchable'
  | 'other';

/** What to change about an application; what is left out stays */
export interface ChangeApplicationRequest {
  /** A name for people to recognize it by */
  name?: string;
  /** Whether it gets tokens; disabling it revokes those that it has */
  state?: ApplicationState;
}

/** What to change about a callback endpoint; what is left out stays */
export interface ChangeCallbackEndpointRequest {
  /** A name for people to recognize it by */
  name?: string;
  /** Where events are sent; HTTPS in production */
  url?: string;
  /** The events to send */
  events?: Array<SubscribedEventName>;
  /** Whether events are sent; what happens while the endpoint is disabled is never sent to it */
  state?: CallbackEndpointState;
  /** How callbacks get their access token. Connect: Authentication for event callbacks */
  authentication?: CallbackAuthentication;
}

/** Whether `chat_message_created` is sent for all messages or for the customer’s only */
export type ChatCallbacks = 'all' | 'customer';

/** The messages of an order’s chat */
export interface ChatMessages {
  /** Oldest first; empty once the chat has expired */
  chat_messages: Array<Message>;
  /** Who takes part in a chat, and whether it can still be read */
  metadata: ChatMessagesMetadata;
}

/** Who takes part in a chat, and whether it can still be read */
export interface ChatMessagesMetadata {
  /** A customer or shopper, as the other side sees them */
  customer: ChatUser;
  /** The shopper who was assigned last; null if none ever was (or left out, if the retailer is set up so) */
  current_shopper?: ChatUser | null;
  /** Every shopper who has had the order, in the order of assignment */
  shoppers: Array<ChatUser>;
  /** Whether more than 24 hours have passed since delivery or cancellation */
  is_expired: boolean;
}

/** First state in which messages may be sent */
export type ChatOpensAt = 'picking' | 'acknowledged';

/** What the chat allows now. A stream sends it as the event `chat`, first and whenever it changes */
export interface ChatState {
  /** Whether messages can be sent now */
  open: boolean;
  /** Whether the texts can no longer be read */
  expired: boolean;
  /** IANA name of the order’s time zone */
  timezone: string;
}

/** A customer or shopper, as the other side sees them */
export interface ChatUser {
  /** The ID of the user or shopper */
  id: number;
  /** The name that the other side sees */
  display_name: string;
  /** URL of a picture; empty when there is none */
  avatar_url: string;
}

/** A reading of the retailer’s clock */
export interface ClockReading {
  /** The present, with milliseconds */
  now: string;
  /** Whether the clock stands still */
  frozen: boolean;
}

/** What the console needs to know about the server */
export interface Console {
  /** The environment of the server */
  environment: 'development' | 'production';
  /** Whether the credentials of the demo work */
  demo: boolean;
}

/** How to reach the user about this order */
export interface Contact {
  /** Read in any form and not kept */
  birthday?: unknown;
  /** Phone number */
  phone_number?: string;
  /** Whether text messages may be sent */
  sms_opt_in?: boolean;
}

/** A message, as a shopper sees it */
export interface ConversationMessage {
  /** The ID of the message */
  id: number;
  /** The internal ID of the order */
  order_id: number;
  /** When the message was created */
  created_at: string;
  /** The ID of the recipient */
  recipient_id: number;
  /** Side of the recipient */
  recipient_type: Party;
  /** The ID of the sender */
  sender_id: number;
  /** Side of the sender */
  sender_type: Party;
  /** Whether the recipient has read it */
  read: boolean;
  /** When it was read; present if and only if `read` is true */
  read_at?: string;
  /** The text; empty for a message that is only an image */
  body: string;
  /** HTTPS URL of the attached image */
  image?: string;
  /** Number in the order’s log */
  seq: number;
  /** When a device of the recipient fetched it */
  delivered_at?: string;
}

/** An automated notice, as a shopper sees it */
export interface ConversationNotice {
  /** Number in the order’s log */
  seq: number;
  /** What the notice is about */
  type: string;
  /** The text of the notice */
  body: string;
  /** When the notice was written */
  created_at: string;
}

/** A place on the map (WGS 84) */
export interface Coordinates {
  /** Degrees north of the equator */
  latitude: number;
  /** Degrees east of Greenwich */
  longitude: number;
}

/** An address of a user, with their name */
export interface CreateAddressRequest {
  /** Street and number */
  address_line_1: string;
  /** Apartment or floor */
  address_line_2?: string;
  /** Type of address */
  address_type?: string;
  /** City */
  city?: string;
  /** Postal code */
  postal_code: string;
  /** Ours: state or province */
  administrative_area?: string;
  /** Ours: country code, such as `US` */
  country_code?: string;
  /** Ours: where the address is */
  coordinates?: Coordinates;
  /** Ours: notes about the address */
  notes?: string;
  /** First name; required for a new user */
  first_name?: string;
  /** Last name */
  last_name?: string;
  /** Phone number */
  phone_number?: string;
  /** IETF language tag */
  locale?: string;
}

/** A new application */
export interface CreateApplicationRequest {
  /** A name for people to recognize it by */
  name: string;
  /** The scopes that its tokens may have */
  scopes: Array<ApplicationScope>;
}

/** A new callback endpoint */
export interface CreateCallbackEndpointRequest {
  /** A name for people to recognize it by */
  name: string;
  /** Where events are sent; HTTPS in production */
  url: string;
  /** The events to send */
  events: Array<SubscribedEventName>;
  /** How callbacks get their access token. Connect: Authentication for event callbacks */
  authentication?: CallbackAuthentication;
}

/** A delivery order to create */
export interface CreateDeliveryOrderRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Whether the groceries may be left at the door */
  leave_unattended?: boolean;
  /** Instructions for the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number of the user */
  loyalty_number?: string;
  /** Whether the order is paid with EBT */
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  /** How to reach the user about this order */
  user?: Contact;
  /** Ours: with 2 the chat of the order answers 4001 to client-credentials tokens; 3 by default */
  fulfillment_version?: 2 | 3;
  /** ID of a hold of this user */
  service_option_hold_id: number;
  /** Tip in cents */
  initial_tip_cents: number;
  /** An address to deliver to */
  address: Address;
  /** The items of the order */
  items: Array<OrderItem>;
  /** Code of the store */
  location_code?: string;
}

/** A last-mile order to create */
export interface CreateLastMileOrderRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Whether the groceries may be left at the door */
  leave_unattended?: boolean;
  /** Instructions for the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number of the user */
  loyalty_number?: string;
  /** Whether the order is paid with EBT */
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  /** How to reach the user about this order */
  user?: Contact;
  /** Ours: with 2 the chat of the order answers 4001 to client-credentials tokens; 3 by default */
  fulfillment_version?: 2 | 3;
  /** First name of the customer */
  first_name?: string;
  /** Last name of the customer */
  last_name?: string;
  /** Phone number of the customer */
  user_phone?: string;
  /** An address to deliver to */
  address?: Address;
  /** Tip in cents */
  initial_tip_cents?: number;
  /** Number of bags */
  bags_count?: number;
  /** Value of the cart */
  cart_total?: number;
  /** Label on the bags */
  bag_label?: string;
  /** Code of the store */
  location_code: string;
  /** ID of a hold of this user */
  service_option_hold_id?: number;
  /** Start of the delivery window: a whole hour, with its offset from UTC */
  start_at?: string;
  /** End of the delivery window: a whole hour, at least one after the start */
  end_at?: string;
  /** Number of items */
  items_count?: number;
  /** Weight of the items in pounds */
  items_weight?: number;
}

/** A pickup order to create */
export interface CreatePickupOrderRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Whether the groceries may be left at the door */
  leave_unattended?: boolean;
  /** Instructions for the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number of the user */
  loyalty_number?: string;
  /** Whether the order is paid with EBT */
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  /** How to reach the user about this order */
  user?: Contact;
  /** Ours: with 2 the chat of the order answers 4001 to client-credentials tokens; 3 by default */
  fulfillment_version?: 2 | 3;
  /** ID of a hold of this user */
  service_option_hold_id: number;
  /** Code of the store */
  location_code: string;
  /** The items of the order */
  items: Array<OrderItem>;
}

/** A new shopper of the sandbox */
export interface CreateShopperRequest {
  /** Email address */
  email?: string;
  /** Phone number */
  phone?: string;
  /** Read in any form and not kept */
  password?: unknown;
  /** Ours: the first name that customers see; `Shopper` by default */
  display_name?: string;
  /** Ours: picture of the shopper */
  avatar_url?: string;
}

/** A user to create or update */
export interface CreateUserRequest {
  /** The retailer’s own ID of the user */
  user_id: string;
  /** First name */
  first_name: string;
  /** Last name */
  last_name?: string;
  /** Phone number */
  phone_number?: string;
  /** IETF language tag */
  locale?: string;
}

/** ID of what was created */
export interface Created {
  /** ID of what was created */
  id: number;
}

/** The customer, as a shopper sees them */
export interface CustomerName {
  /** First name */
  first_name: string;
}

/** A last-mile order to dispatch, with its customer */
export interface DispatchLastMileRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Whether the groceries may be left at the door */
  leave_unattended?: boolean;
  /** Instructions for the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number of the user */
  loyalty_number?: string;
  /** Whether the order is paid with EBT */
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  /** How to reach the user about this order */
  user?: Contact;
  /** Ours: with 2 the chat of the order answers 4001 to client-credentials tokens; 3 by default */
  fulfillment_version?: 2 | 3;
  /** First name of the customer */
  first_name: string;
  /** Last name of the customer */
  last_name: string;
  /** Phone number of the customer */
  user_phone: string;
  /** An address to deliver to */
  address?: Address;
  /** Tip in cents */
  initial_tip_cents?: number;
  /** Number of bags */
  bags_count?: number;
  /** Value of the cart */
  cart_total?: number;
  /** Label on the bags */
  bag_label?: string;
  /** Code of the store */
  location_code: string;
  /** Start of the delivery window: a whole hour, with its offset from UTC */
  start_at: string;
  /** End of the delivery window: a whole hour, at least one after the start */
  end_at: string;
  /** Number of items */
  items_count: number;
  /** Weight of the items in pounds */
  items_weight: number;
  /** Read and not used */
  fallback_to_soonest_sameday?: boolean;
}

/** An empty object */
export type Empty = Record<string, unknown>;

/** Receipt of an erasure of one order’s chat */
export interface Erasure {
  /** When the texts were erased */
  erased_at: string;
  /** `expired`: the chat’s 24 hours were over; `requested`: somebody asked for it */
  reason: ErasureReason;
  /** Messages whose text was erased */
  messages: number;
  /** Images that were erased */
  images: number;
  /** When it was verified that no file holds the texts any longer */
  verified_at?: string;
}

/** Erasures that are not finished */
export interface ErasureFigures {
  /** Receipts whose erasure is not verified yet */
  unverified: number;
  /** Seconds that the oldest expired chat has waited to be erased */
  oldest_due_seconds?: number;
}

/** `expired`: the chat’s 24 hours were over; `requested`: somebody asked for it */
export type ErasureReason = 'expired' | 'requested';

/** Receipt of an erasure, with its order */
export interface ErasureReceipt {
  /** The internal ID of the order */
  id: number;
  /** The retailer’s own ID of the order */
  order_id: string;
  /** When the texts were erased */
  erased_at: string;
  /** `expired`: the chat’s 24 hours were over; `requested`: somebody asked for it */
  reason: ErasureReason;
  /** Messages whose text was erased */
  messages: number;
  /** Images that were erased */
  images: number;
  /** When it was verified that no file holds the texts any longer */
  verified_at?: string;
}

/** A page of receipts of erasures */
export interface ErasureReceipts {
  /** Newest first */
  receipts: Array<ErasureReceipt>;
  /** Send it as `after` to get the next page; null on the last page */
  next: NextPage;
}

/** How every error is answered, except at the token endpoints. Connect: Error and status codes */
export type ErrorEnvelope = SingleError | SeveralErrors;

/** Name of an event */
export type EventName =
  | 'chat_message_created'
  | 'fulfillment.brand_new'
  | 'fulfillment.acknowledged'
  | 'fulfillment.picking'
  | 'fulfillment.order_item_replacement'
  | 'fulfillment.order_item_refund'
  | 'fulfillment.checkout'
  | 'fulfillment.staged'
  | 'fulfillment.acknowledged_for_delivery'
  | 'fulfillment.at_store'
  | 'fulfillment.bags_verified'
  | 'fulfillment.pickup_geofence_reached'
  | 'fulfillment.customer_acknowledged'
  | 'fulfillment.delivering'
  | 'fulfillment.late_delivery'
  | 'fulfillment.customer_mia'
  | 'fulfillment.late_pickup'
  | 'fulfillment.delivered'
  | 'fulfillment.rescheduled'
  | 'fulfillment.canceled';

/** The last line: without it the export was cut off */
export interface ExportEnd {
  type: 'end';
}

/** One line of an export */
export type ExportLine =
  | ExportedUser
  | ExportedOrder
  | ExportedItem
  | ExportedEvent
  | ExportedMessage
  | ExportedErasure
  | ExportEnd;

/** Receipt of an erasure of an order’s chat */
export interface ExportedErasure {
  type: 'erasure';
  /** The retailer’s own ID of the order */
  order_id: string;
  /** When the texts of the order were erased */
  erased_at: string;
  /** `expired`: the chat’s 24 hours were over; `requested`: somebody asked for it */
  reason: ErasureReason;
  /** Messages whose text was erased */
  messages: number;
  /** Images that were erased */
  images: number;
}

/** An event of an order’s log */
export interface ExportedEvent {
  type: 'event';
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Number in the order’s log */
  seq: number;
  /** When it happened */
  at: string;
  /** Kind of event in an order’s log */
  event: OrderEventType;
  /** IDs and states */
  data: Record<string, unknown>;
  /** Text of an automated notice */
  body?: string;
}

/** An item of an order */
export interface ExportedItem {
  type: 'item';
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Line number that the order was created with */
  line_num: string;
  /** What became of the item */
  status: string;
  /** The item as ordered and as delivered */
  details: Record<string, unknown>;
}

/** A message of an order’s chat */
export interface ExportedMessage {
  type: 'message';
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Number in the order’s log */
  seq: number;
  /** When the message was created */
  created_at: string;
  /** Side of the sender */
  sender_type: Party;
  /** The internal ID of the sender */
  sender_id: number;
  /** The internal ID of the recipient */
  recipient_id: number;
  /** When it was read */
  read_at?: string;
  /** The text; null once it has been erased */
  body: string | null;
  /** Address of an image */
  image?: string;
  /** An image that was uploaded */
  image_id?: number;
}

/** An order of the person */
export interface ExportedOrder {
  type: 'order';
  /** The retailer’s own ID of the order */
  order_id: string;
  /** The internal ID of the order */
  id: number;
  /** State of an order */
  workflow_state: WorkflowState;
  /** Why the order was canceled; of canceled orders only */
  cancellation_reason?: CancellationReason;
  /** How the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  /** When the order was created */
  created_at: string;
  /** When the order was delivered or canceled */
  ended_at?: string;
  /** IETF language tag */
  locale?: string;
  /** Location code of the store */
  store_location?: string;
  /** Start of the delivery or pickup window */
  window_starts_at?: string;
  /** End of the delivery or pickup window */
  window_ends_at?: string;
  /** Number of bags */
  bag_count?: number;
  /** The other fields that the order was created with */
  request: Record<string, unknown>;
}

/** The person */
export interface ExportedUser {
  type: 'user';
  /** The internal ID of the user */
  id: number;
  /** The retailer’s own ID of the user */
  user_id: string;
  /** First name */
  first_name: string;
  /** Last name */
  last_name?: string;
  /** Phone number */
  phone_number?: string;
  /** IETF language tag */
  locale?: string;
  /** URL of a picture; empty when there is none */
  avatar_url: string;
}

/** What goes wrong */
export type FaultEffect =
  | 'status'
  | 'delay'
  | 'reset'
  | 'answer_lost'
  | 'cut'
  | 'chat_disabled'
  | 'shopper_swap'
  | 'callback_duplicate'
  | 'callback_reorder';

/** What goes wrong, and with which requests or callbacks */
export interface FaultRule {
  /** Name of the rule; an answer that it struck has it in `x-aislechat-fault` */
  name: string;
  /** Only requests to the route of this name (its `operationId`) */
  route?: string;
  /** Only requests with this path, without query; `*` stands for one segment, `**` at the end for all that follow */
  path?: string;
  /** Only requests with this method */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Only requests with this kind of token */
  identity?: CallerKind;
  /** Only callbacks about this event; with effects of callbacks only */
  event?: EventName;
  /** How many matches pass before the rule begins to strike */
  after?: number;
  /** How often the rule strikes at most */
  count?: number;
  /** Share of the matches that the rule strikes, 0 to 1 */
  share?: number;
  /** Decides which matches `share` chooses; 0 by default */
  seed?: number;
  /** What goes wrong */
  effect: FaultEffect;
  /** For the effect `status`: the status to answer with */
  status?: 401 | 429 | 500 | 503;
  /** For the effect `delay`: milliseconds to wait */
  delay_ms?: number;
}

/** The fault rules of a retailer */
export interface Faults {
  rules: Array<ActiveFaultRule>;
}

/** What goes wrong from now on */
export interface FaultsRequest {
  /** In order: of several rules that match, the first that strikes counts */
  rules: Array<FaultRule>;
}

/** How a retailer’s chats are doing */
export interface Figures {
  /** The present on the retailer’s clock */
  at: string;
  /** Messages of the last minute */
  sends: SendFigures;
  /** Streams and long polls that are open at this server process */
  streams: number;
  /** Callbacks that have not been delivered */
  callbacks: CallbackFigures;
  /** Erasures that are not finished */
  erasures: ErasureFigures;
}

/** Where to look for stores */
export interface FindStoresRequest {
  /** Where to look for stores */
  find_by: StoreSearch;
}

/** Where and when an order is fulfilled */
export interface FulfillmentDetails {
  /** Ours: how the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  /** Code of the store */
  store_location?: string;
  /** Start of the delivery or pickup window */
  window_starts_at?: string;
  /** End of the delivery or pickup window */
  window_ends_at?: string;
  /** When the order was delivered */
  delivered_at?: string;
  /** Number of bags */
  bag_count?: number;
}

/** How the groceries reach the customer */
export type FulfillmentType = 'delivery' | 'pickup' | 'last_mile_delivery';

/** Which shopper gets which orders */
export interface GenerateBatchRequest {
  /** ID of the shopper who gets the orders */
  shopper_id: number;
  /** Type of the batch; by default that of the first order */
  batch_type?: BatchType;
  /** State to start in; `acknowledged` by default, or the first one of a type that lacks it */
  workflow_state?: string;
  /** The orders of the batch */
  orders: Array<OrderOfBatch>;
}

/** Where the groceries are delivered or picked up; a required text is empty where it is not known */
export interface HandlingAddress {
  /** Street and number */
  address_line_1: string;
  /** Apartment or floor */
  address_line_2?: string;
  /** City */
  locality?: string;
  /** State or province */
  administrative_area?: string;
  /** Postal code */
  postal_code: string;
  /** Country code, such as `US` */
  country_code: string;
}

/** The shopper who has the order */
export interface HandlingShopper {
  /** First name */
  first_name: string;
  /** URL of a picture; empty when there is none */
  avatar_url: string;
}

/** The process is running */
export interface Health {
  /** `ok` */
  status: string;
}

/** A slot that is reserved for a user */
export interface HeldServiceOption {
  /** ID of the hold: the `service_option_hold_id` of an order */
  id: number;
  /** Ten minutes after it was reserved */
  expires_at: string;
  /** A slot for delivery or pickup */
  service_option: ServiceOption;
}

/** A product and its amount */
export interface ItemOfOrder {
  /** Name of the product, or its code where no name is known */
  name: string;
  /** Picture of the product */
  image_url?: string;
  /** Amount as a decimal number, counted in `cost_unit` */
  quantity: string;
  /** What the quantity counts: pieces or pounds */
  cost_unit: 'each' | 'lb';
}

/** What became of an ordered item */
export type ItemStatus = 'NOT_PICKED' | 'FOUND' | 'REPLACED' | 'TO_REFUND';

/** An automated notice about a step of the order */
export interface LifecycleMessage {
  /** The ID of the notice */
  id: number;
  /** The internal ID of the order */
  order_id: number;
  /** When the notice was written */
  created_at: string;
  /** What an automated notice is about */
  type: LifecycleType;
  /** The text of the notice */
  body: string;
}

/** What an automated notice is about */
export type LifecycleType =
  | 'order_item_replacement'
  | 'order_item_refund'
  | 'delivery_in_progress'
  | 'delivery_completed'
  | 'order_canceled'
  | 'order_rescheduled';

/** A line of an order, with what became of it */
export interface LineItem {
  /** ID of the item, for the answer to a replacement */
  id: string;
  /** Line number that the order was created with */
  line_num: string;
  /** What became of an ordered item */
  status: ItemStatus;
  /** What was ordered */
  item: ItemOfOrder;
  /** The customer’s decision on the replacement, where there is one */
  replacement_status?: ReplacementStatus;
  /** What the shopper proposes instead */
  replacement?: ItemOfOrder;
  /** Whether the recipient has to show identification */
  certified_delivery?: boolean;
}

/** A request of one of the retailer’s clients, and its answer */
export interface LoggedRequest {
  /** ID of the entry */
  id: number;
  /** When it was answered, on the retailer’s clock */
  at: string;
  /** HTTP method */
  method: string;
  /** Path with its query; credentials are masked */
  path: string;
  /** Name of the route: the `operationId` of this document */
  route: string;
  /** Status of the answer; 0 where the connection was cut */
  status: number;
  /** How long it took, in milliseconds */
  ms: number;
  /** The body as it was sent; cut if long, credentials masked */
  request_body?: string;
  /** The body of the answer; cut if long, credentials masked, and left out for streams and images */
  answer_body?: string;
}

/** A page of logged requests */
export interface LoggedRequests {
  /** Newest first */
  requests: Array<LoggedRequest>;
  /** Send it as `after` to get the next page; null on the last page */
  next: NextPage;
}

/** A message of the customer or a shopper */
export interface Message {
  /** The ID of the message */
  id: number;
  /** The internal ID of the order */
  order_id: number;
  /** When the message was created */
  created_at: string;
  /** The ID of the recipient */
  recipient_id: number;
  /** Side of the recipient */
  recipient_type: Party;
  /** The ID of the sender */
  sender_id: number;
  /** Side of the sender */
  sender_type: Party;
  /** Whether the recipient has read it */
  read: boolean;
  /** When it was read; present if and only if `read` is true */
  read_at?: string;
  /** The text; empty for a message that is only an image */
  body: string;
  /** HTTPS URL of the attached image */
  image?: string;
}

/** The last message of an order */
export interface MessagePreview {
  /** Side of the sender */
  sender_type: Party;
  /** The beginning of the text */
  preview: string;
  /** When the message was created */
  created_at: string;
}

/** How many messages were marked as read */
export interface MessagesRead {
  /** Messages that this request marked as read */
  messages_read_count: number;
}

/** How to move the clock */
export interface MoveClockRequest {
  /** Instant to move to, with milliseconds if you like; never before the clock’s present */
  now?: string;
  /** Milliseconds to move forward */
  advance_ms?: number;
  /** Whether the clock stands still */
  frozen?: boolean;
}

/** A shopper */
export interface NativeShopper {
  /** The internal ID of the shopper */
  id: number;
  /** The retailer’s own ID of the shopper */
  shopper_id: string;
  /** The first name that customers see */
  display_name: string;
  /** URL of a picture; empty when there is none */
  avatar_url: string;
  /** Email address */
  email?: string;
  /** Phone number */
  phone?: string;
}

/** A user, who is a customer of the retailer */
export interface NativeUser {
  /** The internal ID of the user */
  id: number;
  /** The retailer’s own ID of the user */
  user_id: string;
  /** First name */
  first_name: string;
  /** Last name */
  last_name?: string;
  /** Phone number */
  phone_number?: string;
  /** IETF language tag */
  locale?: string;
  /** URL of a picture; empty when there is none */
  avatar_url: string;
}

/** An application, with its secret */
export interface NewApplication {
  /** Client ID of the application */
  client_id: string;
  /** A name for people to recognize it by */
  name: string;
  /** The scopes that its tokens may have */
  scopes: Array<ApplicationScope>;
  /** Whether it gets tokens; disabling it revokes those that it has */
  state: ApplicationState;
  /** When the application was created */
  created_at: string;
  /** Whether the request’s token was issued to it */
  is_own: boolean;
  /** Client secret; shown only once */
  client_secret: string;
}

/** A callback endpoint, with its signing secret */
export interface NewCallbackEndpoint {
  /** ID of the endpoint */
  id: number;
  /** A name for people to recognize it by */
  name: string;
  /** Where events are sent */
  url: string;
  /** The events that are sent */
  events: Array<EventName>;
  /** Whether events are sent; what happens while the endpoint is disabled is never sent to it */
  state: CallbackEndpointState;
  /** How callbacks get their access token, without the secret */
  authentication: CallbackEndpointAuthentication;
  /** After a rotation: until then callbacks carry a signature of the former secret as well */
  former_secret_until?: string;
  /** When the endpoint was created */
  created_at: string;
  /** Verifies the signatures of callbacks; shown only once */
  signing_secret: string;
}

/** A retailer, with an application */
export interface NewRetailer {
  /** ID of the retailer */
  retailer_id: number;
  /** Client ID of its application */
  client_id: string;
  /** Client secret of its application; shown only once */
  client_secret: string;
}

/** Send it as `after` to get the next page; null on the last page */
export type NextPage = string | null;

/** How the token endpoints answer an error */
export interface OAuthError {
  /** Name of the error, as in RFC 6749 */
  error: string;
  /** What is wrong */
  error_description: string;
}

/** An OpenAPI 3.1 document */
export type OpenApiDocument = Record<string, unknown>;

/** An order */
export interface Order {
  /** The retailer’s own ID of the order */
  id: string;
  /** State of an order */
  status: WorkflowState;
  /** Always null */
  order_url: string | null;
  /** When the order was created */
  created_at: string;
  /** Why the order was canceled; of canceled orders only */
  cancellation_reason?: CancellationReason;
  /** IETF language tag */
  locale?: string;
  /** Always false */
  is_instacartplus: boolean;
  /** Always false */
  is_express: boolean;
  /** Always empty */
  metadata: Record<string, unknown>;
  /** Where and when an order is fulfilled */
  fulfillment_details: FulfillmentDetails;
  /** Always empty */
  warnings: Array<unknown>;
  /** The items as they were ordered */
  items: Array<OrderedItem>;
}

/** One event of an order’s log */
export interface OrderEvent {
  /** Number in the order’s log: 1, 2, 3 without gaps */
  seq: number;
  /** Kind of event in an order’s log */
  type: OrderEventType;
  /** When it happened */
  at: string;
  /** For `message`: the message; null once its text has been erased */
  message?: Message | null;
  /** For `messages_read`: whose messages were read */
  sender_type?: Party;
  /** For `messages_read`: how many messages of `sender_type` were read */
  count?: number;
  /** For `messages_read`: the `seq` up to which they are now read */
  up_to?: number;
  /** For `state_changed`: the state before; null at the creation of the order */
  from?: string | null;
  /** For `state_changed`: the state after */
  to?: string;
  /** For `shopper_assigned`: who has the order now */
  shopper?: ChatUser;
  /** For `lifecycle_message`: what the notice is about */
  kind?: string;
  /** For `lifecycle_message`: the text of the notice */
  body?: string;
  /** For `replacement_answered`: what was decided */
  replacement?: AnsweredReplacement;
}

/** Kind of event in an order’s log */
export type OrderEventType =
  | 'state_changed'
  | 'shopper_assigned'
  | 'message'
  | 'messages_read'
  | 'lifecycle_message'
  | 'late_delivery'
  | 'customer_mia'
  | 'chat_closed'
  | 'chat_expired'
  | 'replacement_answered';

/** A page of an order’s log */
export interface OrderEvents {
  /** In the order of the log */
  events: Array<OrderEvent>;
  /** Send it as `after` to get what happens next */
  next_after: number;
  /** What the chat allows now. A stream sends it as the event `chat`, first and whenever it changes */
  chat: ChatState;
  /** The log ends before the number that was asked for, as after a restored backup: read the conversation again, then go on from `next_after` */
  reload?: boolean;
}

/** Where an order goes and what the shopper has to mind */
export interface OrderHandling {
  /** Where the groceries are delivered or picked up; a required text is empty where it is not known */
  address: HandlingAddress;
  /** Of the address; null where they are not known */
  coordinates: Coordinates | null;
  /** The shopper who has the order; left out where the retailer removes shopper information */
  shopper?: HandlingShopper;
  /** Where to leave the groceries */
  dropoff_location?: string;
  /** Notes about the address */
  notes?: string;
  /** Instructions for the shopper; may be empty */
  instructions: string;
  /** Whether the groceries may be left at the door */
  leave_unattended: boolean;
  /** Whether the order has alcohol in it */
  alcoholic: boolean;
  /** Whether the recipient has to show identification */
  certified_delivery: boolean;
}

/** A line of an order to create */
export interface OrderItem {
  /** Line number, unique within the order */
  line_num: string;
  /** Number of pieces; at least one of `count` and `weight` is required */
  count?: number;
  /** Weight in pounds */
  weight?: number;
  /** A product, by its code */
  item?: Product;
  /** Codes of the product, first choice first; used where `item` is missing */
  product_codes?: Array<ProductCode>;
  /** Instructions for the shopper */
  special_instructions?: string;
  /** What to do when the product is out of stock */
  replacement_policy?: 'no_replacements' | 'users_choice' | 'shoppers_choice';
  /** Products that the user would accept instead; read in any form and not kept */
  replacement_items?: Array<unknown>;
}

/** The items of an order */
export interface OrderItems {
  line_items: Array<LineItem>;
}

/** Where an order is; empty unless it is being delivered */
export interface OrderLocation {
  /** Where the order was last seen */
  coordinates?: Coordinates;
}

/** The messages and automated notices of an order */
export interface OrderMessages {
  /** Oldest first; empty once the chat has expired */
  chat_messages: Array<Message>;
  /** Automated notices, oldest first */
  lifecycle_messages: Array<LifecycleMessage>;
  /** Who takes part in a chat, and whether it can still be read */
  metadata: ChatMessagesMetadata;
}

/** An order, by ID */
export interface OrderOfBatch {
  /** ID of the order */
  id: string;
  /** The retailer’s own ID of its user */
  user_id?: string;
}

/** Everything about an order but its texts and names */
export interface OrderOverview {
  /** The internal ID of the order */
  id: number;
  /** The retailer’s own ID of the order */
  order_id: string;
  /** State of an order */
  workflow_state: WorkflowState;
  /** Why the order was canceled; of canceled orders only */
  cancellation_reason?: CancellationReason;
  /** How the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  /** The customer of an order, by ID */
  user: UserOfOrder;
  /** The shopper who has an order, by ID */
  shopper?: ShopperOfOrder;
  /** When the order was created */
  created_at: string;
  /** When the last event of its log happened */
  last_event_at: string;
  /** When the order was delivered or canceled */
  ended_at?: string;
  /** Until when its chat can be read */
  expires_at?: string;
  /** When the texts of its chat were erased */
  erased_at?: string;
  /** Every assignment, oldest first */
  shoppers: Array<Assignment>;
  /** Number of the last event of the log */
  seq: number;
  /** Messages sent so far */
  messages: number;
  /** Messages of the shoppers that the customer has not read */
  unread_by_user: number;
  /** Messages of the customer that no shopper has read */
  unread_by_shopper: number;
  /** Whether the chat can no longer be read */
  is_expired: boolean;
  /** Receipts of erasures, oldest first */
  erasures: Array<Erasure>;
}

/** State, type and window of an order */
export interface OrderStatus {
  /** When the order was created */
  created_at: string;
  /** State of an order */
  workflow_state: WorkflowState;
  /** How the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  /** Where the customer gets the groceries; of pickup orders only */
  pickup_category?: 'curbside';
  /** Start of the delivery or pickup window */
  window_starts_at?: string;
  /** End of the delivery or pickup window */
  window_ends_at?: string;
}

/** A page of orders */
export interface OrderSummaries {
  /** Newest first */
  orders: Array<OrderSummary>;
  /** Send it as `after` to get the next page; null on the last page */
  next: NextPage;
}

/** Where an order stands, without texts or names */
export interface OrderSummary {
  /** The internal ID of the order */
  id: number;
  /** The retailer’s own ID of the order */
  order_id: string;
  /** State of an order */
  workflow_state: WorkflowState;
  /** Why the order was canceled; of canceled orders only */
  cancellation_reason?: CancellationReason;
  /** How the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  /** The customer of an order, by ID */
  user: UserOfOrder;
  /** The shopper who has an order, by ID */
  shopper?: ShopperOfOrder;
  /** When the order was created */
  created_at: string;
  /** When the last event of its log happened */
  last_event_at: string;
  /** When the order was delivered or canceled */
  ended_at?: string;
  /** Until when its chat can be read */
  expires_at?: string;
  /** When the texts of its chat were erased */
  erased_at?: string;
}

/** A page of an order’s log, without texts or names */
export interface OrderTimeline {
  /** In the order of the log */
  events: Array<TimelineEvent>;
  /** Send it as `after` to go on from here */
  next_after: number;
}

/** A line of an order */
export interface OrderedItem {
  /** Line number, unique within the order */
  line_num: string;
  /** Number of pieces */
  count?: number;
  /** Weight in pounds */
  weight?: number;
  /** Codes of a product */
  item: ProductReference;
  /** Instructions for the shopper */
  special_instructions?: string;
  /** What to do when the product is out of stock */
  replacement_policy?: string;
}

/** The latest orders of a user */
export interface Orders {
  /** Newest first, at most 25 */
  orders: Array<Order>;
}

/** Side of a conversation: `user` is the customer, `driver` is any shopper */
export type Party = 'user' | 'driver';

/** Receipt of the erasure of a person */
export interface PersonErasure {
  /** The internal ID of the user */
  id: number;
  /** When the person was erased */
  erased_at: string;
  /** Orders of the person */
  orders: number;
  /** Messages whose text was erased */
  messages: number;
  /** Images that were erased */
  images: number;
}

/** A step that has been played */
export interface PlayedStep {
  /** Number of the step, from 1 */
  step: number;
  /** When it was played, on the retailer’s clock */
  at: string;
  /** What the step did */
  action: string;
  /** Side of whoever said something */
  sender_type?: Party;
  /** What was said; for other steps the state or the shopper */
  body?: string;
}

/** Where slots are wanted, and for how much; it is checked and not kept */
export interface PreviewServiceOptionsRequest {
  /** Code of the store */
  location_code?: string;
  /** Read and not used */
  with_eta_options?: boolean;
  /** Read and not used */
  with_priority_eta_options?: boolean;
  /** Postal code */
  postal_code?: string;
  /** Number of items */
  items_count?: number;
  /** Value of the cart in cents */
  cart_total_cents?: number;
}

/** A product, by its code */
export interface Product {
  /** Universal product code; one of `upc` and `rrc` is required */
  upc?: string;
  /** Retailer reference code */
  rrc?: string;
  /** Ours: the name that the customer sees */
  name?: string;
  /** Ours: picture of the product */
  image_url?: string;
  /** Ours: whether it has alcohol in it */
  alcoholic?: boolean;
  /** Ours: whether the recipient has to show identification */
  certified_delivery?: boolean;
}

/** A code of a product */
export interface ProductCode {
  /** Type of the code */
  type: 'upc' | 'rrc';
  /** The code */
  value: string;
}

/** Codes of a product */
export interface ProductReference {
  /** Universal product code */
  upc?: string;
  /** Retailer reference code */
  rrc?: string;
}

/** What to set about a shopper; what is left out stays */
export interface PutShopperRequest {
  /** The first name that customers see; `Shopper` by default */
  display_name?: string;
  /** HTTPS URL of a picture; an empty text removes it */
  avatar_url?: string;
  /** Email address; an empty text removes it */
  email?: string;
  /** Phone number; an empty text removes it */
  phone?: string;
}

/** What to set about a user; what is left out stays */
export interface PutUserRequest {
  /** First name */
  first_name: string;
  /** Last name */
  last_name?: string;
  /** Phone number */
  phone_number?: string;
  /** IETF language tag */
  locale?: string;
  /** HTTPS URL of a picture; an empty text removes it */
  avatar_url?: string;
}

/** The server can take requests */
export interface Readiness {
  /** `ok` */
  status: string;
  /** How many seconds an expired chat has waited to be erased, where that is more than 15 minutes; the server is ready all the same */
  erasure_late_seconds?: number;
}

/** The customer’s answer to a replacement */
export type ReplacementAnswer = 'APPROVED' | 'REJECTED';

/** The customer’s answer to a replacement */
export interface ReplacementRequest {
  /** The customer’s answer to a replacement */
  status: ReplacementAnswer;
  /** A product that the customer would rather have */
  alternative_item?: AlternativeItem;
}

/** Where the customer’s decision on a replacement stands */
export type ReplacementStatus = 'SUBSTITUTION_STATUS_UNSPECIFIED' | 'PENDING' | 'APPROVED' | 'REJECTED';

/** Which events to send again */
export interface ReplayCallbacksRequest {
  /** Events from this instant on are sent again */
  since: string;
}

/** How many deliveries are sent again */
export interface ReplayedCallbacks {
  /** Deliveries that are pending again */
  replayed: number;
}

/** A retailer with all its settings */
export interface Retailer {
  /** ID of the retailer */
  retailer_id: number;
  /** Name of the retailer */
  name: string;
  /** IANA name of the time zone of its orders */
  timezone: string;
  /** Whether messages can be sent at all */
  chat_enabled: boolean;
  /** First state in which messages may be sent */
  chat_opens_at: ChatOpensAt;
  /** Whether last-mile orders have a chat */
  last_mile_chat: boolean;
  /** Whether customers’ answers leave out shopper information */
  shopper_information_removal: boolean;
  /** Whether `current_shopper` is null or left out when no shopper was ever assigned */
  absent_shopper: AbsentShopper;
  /** Whether phone numbers and the like are removed from messages */
  privacy_masks: boolean;
  /** Whether assertions of users and shoppers have to be signed */
  signed_assertions: SignedAssertions;
  /** Whether `chat_message_created` is sent for all messages or for the customer’s only */
  chat_callbacks: ChatCallbacks;
  /** Texts for shoppers to tap; `{customer}`, `{shopper}` and `{order}` are filled in. If empty, the shopper’s page shows its own */
  quick_replies: Array<string>;
}

/** Settings of a retailer; what is left out stays */
export interface RetailerSettings {
  /** Name of the retailer */
  name?: string;
  /** IANA name of the time zone of its orders */
  timezone?: string;
  /** Whether messages can be sent at all */
  chat_enabled?: boolean;
  /** First state in which messages may be sent */
  chat_opens_at?: 'picking' | 'acknowledged';
  /** Whether last-mile orders have a chat */
  last_mile_chat?: boolean;
  /** Whether customers’ answers leave out shopper information */
  shopper_information_removal?: boolean;
  /** Whether `current_shopper` is null or left out when no shopper was ever assigned */
  absent_shopper?: 'null' | 'omit';
  /** Whether phone numbers and the like are removed from messages */
  privacy_masks?: boolean;
  /** Whether assertions of users and shoppers have to be signed */
  signed_assertions?: 'accepted' | 'required';
  /** Whether `chat_message_created` is sent for all messages or for the customer’s only */
  chat_callbacks?: 'all' | 'customer';
  /** Texts for shoppers to tap; `{customer}`, `{shopper}` and `{order}` are filled in. If empty, the shopper’s page shows its own */
  quick_replies?: Array<string>;
}

/** Which token is to be revoked, and by which application */
export interface RevokeRequest {
  /** Client ID of the application; HTTP Basic may carry it instead */
  client_id?: string;
  /** Client secret of the application; HTTP Basic may carry it instead */
  client_secret?: string;
  /** The access token to revoke */
  token?: string;
}

/** How many tokens were revoked */
export interface RevokedTokens {
  /** Tokens that were valid and are revoked now */
  revoked: number;
}

/** How to rotate a client secret */
export interface RotateSecretRequest {
  /** Whether the tokens that were issued so far are revoked as well; `false` by default */
  revoke_tokens?: boolean;
}

/** What to play, and how */
export interface RunScenarioRequest {
  /** A scenario that comes with the server; one of this and `script` is required */
  name?: string;
  /** A script of what happens to an order and of what is said in it */
  script?: ScenarioScript;
  /** `real` (default): as the retailer’s clock goes; `fast`: all at once; `step`: one step per request */
  pace?: ScenarioPace;
  /** Decides which texts are chosen; 0 by default */
  seed?: number;
  /** An existing order to play it on; without it a customer and an order are created */
  order_id?: string;
}

/** A scanned code */
export interface Scan {
  /** What was scanned */
  scanned_string?: string;
  /** Type of the code */
  scanned_string_type?: string;
}

/** A scenario that is or was played */
export interface Scenario {
  /** ID of the scenario */
  id: number;
  /** Name of the scenario */
  name: string;
  /** `real`: as the retailer’s clock goes; `fast`: all at once; `step`: one step per request */
  pace: ScenarioPace;
  /** Decides which texts are chosen */
  seed: number;
  /** Whether the scenario goes on */
  state: ScenarioState;
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Steps that have been played */
  position: number;
  /** Steps in all */
  steps: number;
  /** When the next step is due, on the retailer’s clock */
  due_at?: string;
  /** What has been played, oldest first */
  done: Array<PlayedStep>;
  /** The step that ended the scenario */
  problem?: ScenarioProblem;
}

/** `real`: as the retailer’s clock goes; `fast`: all at once; `step`: one step per request */
export type ScenarioPace = 'real' | 'fast' | 'step';

/** The step that ended the scenario */
export interface ScenarioProblem {
  /** Number of the step, from 1 */
  step: number;
  /** How the API refused it */
  message: string;
}

/** A reply of the shopper to a message of the customer */
export interface ScenarioReply {
  /** Words of the customer’s message that call for this reply; without them any message does */
  when?: Array<string>;
  /** The reply; of several texts the seed chooses one */
  say: ScenarioText;
}

/** A script of what happens to an order and of what is said in it */
export interface ScenarioScript {
  /** Name of the scenario */
  name?: string;
  /** What it is about, for the reader */
  description?: string;
  /** Type of the order that is created */
  order?: 'delivery' | 'pickup';
  /** First name of the customer; without it the seed chooses one */
  customer?: string;
  /** Items of the order that is created */
  items?: Array<{
    /** Name of the product */
    name: string;
    /** Universal product code */
    upc: string;
  }>;
  /** What happens, one after the other */
  steps: Array<ScenarioStep>;
  /** Number of the step to go on with after the last one, for as long as the server runs. That step has to wait for the customer without `within`, and `shopper_answers` has to follow it. Not with the pace `fast` */
  repeat_from?: number;
}

/** Whether the scenario goes on */
export type ScenarioState = 'running' | 'finished' | 'failed';

/** One of these members; `image` only together with `shopper_says` */
export interface ScenarioStep {
  /** Wait for a time such as `90s` or `5m`, on the retailer’s clock */
  wait?: string;
  /** A shopper of this name takes the order, or takes it over */
  shopper?: string;
  /** The order moves to this state */
  state?: WorkflowState;
  /** The shopper says this; of several texts the seed chooses one */
  shopper_says?: ScenarioText;
  /** A picture with what the shopper says */
  image?: string;
  /** The customer says this; of several texts the seed chooses one */
  customer_says?: ScenarioText;
  /** Wait for a message of the customer */
  await_customer?: {
    /** The longest wait; without it the script waits until a message comes */
    within?: string;
    /** What is said in the customer’s name when none comes in time */
    otherwise?: ScenarioText;
  };
  /** The shopper replies to the customer’s last message with the first reply that fits */
  shopper_answers?: Array<ScenarioReply>;
  /** This side reads what it has not read */
  read_by?: 'shopper' | 'customer';
  /** Replace an item */
  replace?: {
    /** Line number of the item */
    line: string;
    /** Name of the new product */
    name: string;
    /** Universal product code */
    upc: string;
  };
  /** Refund an item */
  refund?: {
    /** Line number of the item */
    line: string;
  };
  /** The customer decides on a replacement */
  decide?: {
    /** Line number of the item */
    line: string;
    /** The customer’s answer to a replacement */
    status: ReplacementAnswer;
  };
}

/** A text, or several of which the seed chooses one */
export type ScenarioText = string | Array<string>;

/** Messages of the last minute */
export interface SendFigures {
  /** Messages that this server process accepted in each of the last 60 seconds, oldest first */
  per_second: Array<number>;
  /** How long the latest sends took from the request to the commit; missing where there were none */
  latency_ms?: SendLatency;
}

/** How long the latest sends took from the request to the commit; missing where there were none */
export interface SendLatency {
  /** Median, in milliseconds */
  p50: number;
  /** 95th percentile, in milliseconds */
  p95: number;
  /** 99th percentile, in milliseconds */
  p99: number;
}

/** A message to the shopper */
export interface SendMessageRequest {
  /** The text: 1 to 1000 characters. Required unless there is an `image_id` */
  body?: string;
  /** Ours: an image that the same sender uploaded to this order. `body` may then be empty */
  image_id?: number;
}

/** A message that was stored */
export interface SentMessage {
  /** The ID of the message */
  id: number;
  /** Always `CHAT` */
  type: 'CHAT';
  /** When the message was created */
  created_at: string;
  /** IANA name of the order’s time zone */
  timezone: string;
}

/** A slot for delivery or pickup */
export interface ServiceOption {
  /** ID of the slot */
  id: number;
  /** The `id` as a string */
  service_option_reference: string;
  /** Day of the slot in the retailer’s time zone */
  date: string;
  /** When a slot is */
  window: ServiceWindow;
  /** Whether the slot can be reserved */
  availability: {
    /** Always true */
    available: boolean;
  };
  /** Ours: how the groceries reach the customer */
  service_type: 'delivery' | 'pickup';
  /** Ours: start of the slot */
  window_starts_at: string;
  /** Ours: end of the slot */
  window_ends_at: string;
}

/** A slot that is reserved for a user */
export interface ServiceOptionHold {
  /** A slot that is reserved for a user */
  service_option_hold: HeldServiceOption;
}

/** Slots that can be reserved */
export interface ServiceOptions {
  /** Earliest first */
  service_options: Array<ServiceOption>;
}

/** A cart to find slots for; it is checked and not kept */
export interface ServiceOptionsRequest {
  /** Code of the store */
  location_code?: string;
  /** Read and not used */
  with_eta_options?: boolean;
  /** Read and not used */
  with_priority_eta_options?: boolean;
  /** An address to deliver to */
  address?: Address;
  /** What is in the cart */
  items?: Array<OrderItem>;
}

/** When a slot is */
export interface ServiceWindow {
  /** Start of the slot */
  start_at: string;
  /** End of the slot */
  end_at: string;
  /** Always `scheduled` */
  type: 'scheduled';
  /** Always false: every slot has a start */
  asap: boolean;
}

/** Where an order is now */
export interface SetLocationRequest {
  /** Where the shopper is */
  coordinates: Coordinates;
}

/** The state to move an order to */
export interface SetOrderStateRequest {
  /** The state to move the order to */
  workflow_state: WorkflowState;
  /** Why the order is canceled; only with `canceled`, `other` by default */
  cancellation_reason?: CancellationReason;
}

/** Several errors of one request */
export interface SeveralErrors {
  error: {
    /** Says that there were several */
    message: string;
    code: 9999;
    /** Two or more */
    errors: Array<SingleError>;
  };
  meta: Record<string, unknown>;
}

/** The conversation of an order, as its shopper sees it */
export interface ShopperConversation {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** State of an order */
  workflow_state: WorkflowState;
  /** The customer, as a shopper sees them */
  customer: CustomerName;
  /** Oldest first; empty once the chat has expired */
  messages: Array<ConversationMessage>;
  /** Automated notices, oldest first */
  lifecycle_messages: Array<ConversationNotice>;
  /** Messages of the customer that no shopper has read yet */
  unread: number;
  /** Whether messages can be sent now */
  chat_open: boolean;
  /** Whether the chat can no longer be read */
  is_expired: boolean;
  /** Number of the last event: the stream goes on from here */
  seq: number;
}

/** A message to the customer */
export interface ShopperMessageRequest {
  /** The text: 1 to 1000 characters. Required unless there is an image */
  body?: string;
  /** HTTPS URL of an image */
  image?: string;
  /** Ours: an image that the same sender uploaded to this order. `body` may then be empty */
  image_id?: number;
}

/** The shopper who has an order, by ID */
export interface ShopperOfOrder {
  /** The internal ID of the shopper */
  id: number;
  /** The retailer’s own ID of the shopper */
  shopper_id?: string;
}

/** An order that a shopper has */
export interface ShopperOrder {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** The internal ID of the order */
  id: number;
  /** State of an order */
  workflow_state: WorkflowState;
  /** The customer, as a shopper sees them */
  customer: CustomerName;
  /** Messages of the customer that no shopper has read yet */
  unread: number;
  /** Whether messages can be sent now */
  chat_open: boolean;
  /** When the last event of the order’s log happened */
  last_activity_at: string;
  /** The last message of an order */
  last_message?: MessagePreview;
}

/** The orders that a shopper has */
export interface ShopperOrders {
  /** Newest activity first */
  orders: Array<ShopperOrder>;
  /** Texts for the shopper to tap, with `{customer}`, `{shopper}` and `{order}` to be filled in; empty where the retailer has set none */
  quick_replies: Array<string>;
}

/** Whether assertions of users and shoppers have to be signed */
export type SignedAssertions = 'accepted' | 'required';

/** What to simulate */
export interface SimulateCallbackRequest {
  /** What happens to the order */
  event_name: SimulatedCallback;
}

/** What happens to the order */
export type SimulatedCallback = 'canceled' | 'rescheduled' | 'late_delivery' | 'customer_mia';

/** One error */
export interface SingleError {
  error: {
    /** What is wrong, in the words of the table of errors */
    message: string;
    /** Connect’s code of the error; null where the request was understood and refused */
    code: number | null;
  };
  meta: {
    /** The parameter that the error is about, such as `items[0].line_num` */
    key?: string;
  };
}

/** A store */
export interface Store {
  /** Code of the store, for orders and slots */
  location_code: string;
  /** Name of the store */
  name: string;
  /** Address of a store */
  address: StoreAddress;
  /** What a store offers */
  flags: StoreFlags;
}

/** Address of a store */
export interface StoreAddress {
  /** Street and number */
  address_line_1: string;
  /** Postal code */
  postal_code: string;
}

/** What a store offers */
export interface StoreFlags {
  /** Whether the store sells alcohol */
  alcohol: boolean;
  /** Whether orders can be picked up there */
  pickup: boolean;
  /** Whether the store does not deliver */
  pickup_only: boolean;
}

/** Where to look for stores */
export interface StoreSearch {
  /** Street and number */
  address_line_1?: string;
  /** Postal code */
  postal_code?: string;
  /** Degrees north of the equator */
  latitude?: number;
  /** Degrees east of Greenwich */
  longitude?: number;
}

/** Stores that were found */
export interface Stores {
  stores: Array<Store>;
}

/** A ticket for one stream */
export interface StreamTicket {
  /** Send it as `ticket` when opening the stream; it works once */
  ticket: string;
  /** Until when it can be used */
  expires_at: string;
}

/** Name of an event, or its former name */
export type SubscribedEventName =
  | 'chat_message_created'
  | 'fulfillment.brand_new'
  | 'fulfillment.acknowledged'
  | 'fulfillment.picking'
  | 'fulfillment.order_item_replacement'
  | 'fulfillment.order_item_refund'
  | 'fulfillment.checkout'
  | 'fulfillment.staged'
  | 'fulfillment.acknowledged_for_delivery'
  | 'fulfillment.at_store'
  | 'fulfillment.bags_verified'
  | 'fulfillment.pickup_geofence_reached'
  | 'fulfillment.customer_acknowledged'
  | 'fulfillment.delivering'
  | 'fulfillment.late_delivery'
  | 'fulfillment.customer_mia'
  | 'fulfillment.late_pickup'
  | 'fulfillment.delivered'
  | 'fulfillment.rescheduled'
  | 'fulfillment.canceled'
  | 'fulfillment.item_replacement'
  | 'fulfillment.item_refund';

/** The request was carried out */
export interface Success {
  success: true;
}

/** The conversation of an order, for support */
export interface SupportConversation {
  /** Where an order stands, without texts or names */
  order: OrderSummary;
  /** Oldest first; empty once the chat has expired */
  chat_messages: Array<Message>;
  /** Automated notices, oldest first */
  lifecycle_messages: Array<LifecycleMessage>;
  /** Who takes part in a chat, and whether it can still be read */
  metadata: ChatMessagesMetadata;
}

/** A code for one support agent to sign in with */
export interface SupportLink {
  /** The code, shown only once; the agent’s link is `/console#support_code=` followed by it */
  support_code: string;
  /** The agent’s name */
  agent: string;
  /** 15 minutes after it was created */
  expires_at: string;
}

/** Who is to sign in */
export interface SupportLinkRequest {
  /** The agent’s name, for the audit log */
  agent: string;
}

/** An access token of a support agent */
export interface SupportSession {
  /** Send it as `Authorization: Bearer` */
  access_token: string;
  token_type: 'Bearer';
  /** Lifetime in seconds */
  expires_in: number;
  /** Seconds since the epoch */
  created_at: number;
  scope: 'aislechat:support';
  /** The agent’s name */
  agent: string;
}

/** The code to exchange for a token */
export interface SupportSessionRequest {
  /** The code of a support link */
  support_code: string;
}

/** One event of an order’s log, without texts or names */
export interface TimelineEvent {
  /** Number in the order’s log */
  seq: number;
  /** Kind of event in an order’s log */
  type: OrderEventType;
  /** When it happened */
  at: string;
  /** For `state_changed`: the state before; missing on the first event */
  from?: WorkflowState;
  /** For `state_changed`: the state after */
  to?: WorkflowState;
  /** For `shopper_assigned`: the internal ID of the shopper */
  shopper_id?: number;
  /** For `message`: who wrote it; for `messages_read`: whose messages were read */
  sender_type?: Party;
  /** For `messages_read`: how many messages were read */
  count?: number;
  /** For `lifecycle_message`: what the notice is about */
  kind?: LifecycleType;
  /** For `replacement_answered`: what the customer decided */
  status?: ReplacementAnswer;
}

/** What token is asked for, and by which application */
export interface TokenRequest {
  /** Client ID of the application; HTTP Basic may carry it instead */
  client_id?: string;
  /** Client secret of the application; HTTP Basic may carry it instead */
  client_secret?: string;
  /** `client_credentials`, `fulfillment_user_assertion`, or ours: `urn:aislechat:params:oauth:grant-type:shopper_assertion` */
  grant_type?: string;
  /** Scopes, separated by commas; left out asks for Connect’s scopes of the application */
  scope?: string;
  /** Whom the token is for: Base64 of `{"user_id": "..."}` or `{"shopper_id": "..."}`, or a signed JWT */
  assertion?: string;
}

/** What the shopper did with an item */
export interface UpdateItemRequest {
  /** What the shopper did with the item */
  status: 'not_found' | 'found' | 'replaced' | 'to_refund';
  /** Number of pieces delivered */
  delivered_count?: number;
  /** Weight delivered, in pounds */
  delivered_weight?: number;
  /** What replaces the item; required with `replaced` */
  replacement_item?: Product;
  /** Scanned codes; read and not kept */
  scans?: Array<Scan>;
}

/** What to change about an order; what is left out stays */
export interface UpdateOrderRequest {
  /** Tip in cents */
  initial_tip_cents?: number;
  /** An address to deliver to */
  address?: Address;
  /** The items of the order */
  items?: Array<OrderItem>;
  /** Whether the groceries may be left at the door */
  leave_unattended?: boolean;
  /** Instructions for the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number of the user */
  loyalty_number?: string;
  /** IETF language tag */
  locale?: string;
}

/** An image that was stored */
export interface UploadedImage {
  /** Send it as `image_id` of a message, as the same sender and in the same order */
  image_id: number;
  /** Width in pixels, as stored */
  width: number;
  /** Height in pixels, as stored */
  height: number;
}

/** A user, who is a customer of the retailer */
export interface User {
  /** The retailer’s own ID of the user */
  user_id: string;
  /** First name */
  first_name: string;
  /** Last name */
  last_name?: string;
  /** Phone number */
  phone_number?: string;
  /** IETF language tag */
  locale?: string;
}

/** The customer of an order, by ID */
export interface UserOfOrder {
  /** The internal ID of the user */
  id: number;
  /** The retailer’s own ID of the user; missing for dispatched orders and erased users */
  user_id?: string;
}

/** State of an order */
export type WorkflowState =
  | 'brand_new'
  | 'acknowledged'
  | 'picking'
  | 'verifying_replacements'
  | 'checkout'
  | 'bags_check'
  | 'staged'
  | 'staged_for_delivery'
  | 'waiting_for_delivery'
  | 'acknowledged_for_delivery'
  | 'at_store'
  | 'bags_verified'
  | 'ready_for_pickup'
  | 'user_at_store'
  | 'runner_awaiting'
  | 'runner_acknowledged'
  | 'delivering'
  | 'delivered'
  | 'canceled'
  | 'rescheduled';
