/** Every body on the wire. Written by `scripts/generate.ts` from the contract; not to be changed here. */
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

export type FulfillmentType = 'delivery' | 'pickup' | 'last_mile_delivery';

export type CancellationReason =
  | 'customer_driven'
  | 'instacart_driven'
  | 'retailer_driven'
  | 'shopper_driven'
  | 'unbatchable'
  | 'other';

export type LifecycleType =
  | 'order_item_replacement'
  | 'order_item_refund'
  | 'delivery_in_progress'
  | 'delivery_completed'
  | 'order_canceled'
  | 'order_rescheduled';

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

export type BatchType = 'delivery' | 'pickup' | 'runner_customer' | 'delivery_only';

export type SimulatedCallback = 'canceled' | 'rescheduled' | 'late_delivery' | 'customer_mia';

export type ApplicationScope =
  | 'connect:fulfillment'
  | 'connect:post_checkout'
  | 'aislechat:operate'
  | 'aislechat:shopper';

export type AuditSubject = 'order' | 'user' | 'shopper' | 'application' | 'callback_endpoint' | 'retailer';

export interface AccessToken {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  /** Epoch seconds */
  created_at: number;
  scope: string;
}

export interface AddItemRequest {
  item: Product;
  /** Pieces delivered */
  delivered_count?: number;
  /** Weight delivered */
  delivered_weight?: number;
  scans?: Array<{
    scanned_string?: string;
    scanned_string_type?: string;
  }>;
}

export interface AdvanceBatchRequest {
  /** A later state of the batch; default the next one */
  workflow_state?: string;
}

export interface AlternativeItem {
  /** Universal product code; one of this and `rrc` */
  upc?: string;
  /** Retailer reference code */
  rrc?: string;
  /** Pieces, more than 0; one of this and `weight` */
  count?: number;
  /** Weight, more than 0 */
  weight?: number;
}

export interface Application {
  client_id: string;
  name: string;
  scopes: Array<ApplicationScope>;
  /** A disabled application gets no tokens, and its earlier tokens are revoked */
  state: 'enabled' | 'disabled';
  /** When it was made */
  created_at: string;
  /** Whether the token is one of its own */
  is_own: boolean;
}

export interface Applications {
  applications: Array<Application>;
}

export interface AssignShopperRequest {
  /** A string is the retailer’s own ID of the shopper, a number ours */
  shopper_id: string | number;
}

export interface AuditEntries {
  entries: Array<{
    id: number;
    /** When */
    at: string;
    /** The application that did it; missing where the command line did */
    client_id?: string;
    /** What was done */
    action: AuditAction;
    subject: {
      /** To what */
      type: AuditSubject;
      /** Its internal ID */
      id: number;
    };
    agent?: string;
    reason?: string;
    /** What was changed, and to what; an order’s own log has it otherwise */
    detail?: string;
  }>;
  /** For `after`; null on the last page */
  next: string | null;
}

export interface Batch {
  id: number;
  workflow_state: string;
}

/** How a callback gets its token. Connect: Authentication for event callbacks */
export interface CallbackAuthentication {
  /** Whether callbacks carry a token */
  type: 'none' | 'client_credentials';
  /** The receiver’s token endpoint */
  token_url?: string;
  /** Client ID there */
  client_id?: string;
  /** Secret there; never shown again */
  client_secret?: string;
  /** Scope to ask for */
  scope?: string;
  /** Resource to ask for */
  resource?: string;
  /** Seconds, instead of those of the answer */
  expires_in?: number;
}

export interface CallbackDeliveries {
  deliveries: Array<CallbackDelivery>;
  /** For `after`; null on the last page */
  next: string | null;
}

export interface CallbackDelivery {
  /** The endpoint’s and the event’s number */
  id: string;
  endpoint_id: number;
  /** The same on every try */
  event_id: number;
  /** Name of the event */
  event_name: EventName;
  /** When it happened */
  event_timestamp: string;
  /** Our integer of the order */
  order_id: number;
  /** Number of the event in the log of its order */
  seq: number;
  /** `dead`: given up; it can be replayed */
  state: 'pending' | 'delivered' | 'dead';
  attempts: number;
  /** Missing while an earlier event of the order waits, and at the end */
  next_attempt_at?: string;
  /** When it was received, or given up */
  finished_at?: string;
}

export interface CallbackDeliveryWithAttempts {
  /** The endpoint’s and the event’s number */
  id: string;
  endpoint_id: number;
  /** The same on every try */
  event_id: number;
  /** Name of the event */
  event_name: EventName;
  /** When it happened */
  event_timestamp: string;
  /** Our integer of the order */
  order_id: number;
  /** Number of the event in the log of its order */
  seq: number;
  /** `dead`: given up; it can be replayed */
  state: 'pending' | 'delivered' | 'dead';
  attempts: number;
  /** Missing while an earlier event of the order waits, and at the end */
  next_attempt_at?: string;
  /** When it was received, or given up */
  finished_at?: string;
  /** Attempts of the last seven days */
  history: Array<{
    attempt: number;
    /** When it ended */
    at: string;
    duration_ms: number;
    status?: number;
    /** Why there was no answer */
    error?:
      | 'timeout'
      | 'connection_failed'
      | 'name_not_found'
      | 'tls_failed'
      | 'destination_forbidden'
      | 'token_failed'
      | 'shopper_information_removed'
      | 'internal';
  }>;
}

export interface CallbackEndpoint {
  id: number;
  name: string;
  url: string;
  events: Array<EventName>;
  /** A disabled endpoint is told of nothing */
  state: 'enabled' | 'disabled';
  authentication: {
    /** Whether callbacks carry a token */
    type: 'none' | 'client_credentials';
    token_url?: string;
    client_id?: string;
    scope?: string;
    resource?: string;
    expires_in?: number;
  };
  /** Until then callbacks carry a signature of the former secret too */
  former_secret_until?: string;
  /** When it was made */
  created_at: string;
}

export interface CallbackEndpoints {
  endpoints: Array<CallbackEndpoint>;
}

export interface CallbackSample {
  /** Name of the event */
  event_name: EventName;
  /** Of the receiver’s answer */
  status?: number;
  /** Why there was no answer */
  error?:
    | 'timeout'
    | 'connection_failed'
    | 'name_not_found'
    | 'tls_failed'
    | 'destination_forbidden'
    | 'token_failed'
    | 'shopper_information_removed'
    | 'internal';
  duration_ms: number;
}

export interface CallbackSampleRequest {
  /** Name of the event */
  event_name?: EventName;
}

export interface ChangeApplicationRequest {
  /** For people */
  name?: string;
  /** A disabled application gets no tokens, and its earlier tokens are revoked */
  state?: 'enabled' | 'disabled';
}

export interface ChangeCallbackEndpointRequest {
  /** For people */
  name?: string;
  /** Where events are sent to; https in production */
  url?: string;
  events?: Array<
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
    | 'fulfillment.item_refund'
  >;
  /** A disabled endpoint is told of nothing */
  state?: 'enabled' | 'disabled';
  /** How a callback gets its token. Connect: Authentication for event callbacks */
  authentication?: CallbackAuthentication;
}

export interface ChatMessages {
  /** Oldest first; empty once expired */
  chat_messages: Array<Message>;
  metadata: ChatMessagesMetadata;
}

export interface ChatMessagesMetadata {
  customer: ChatUser;
  /** The latest assigned shopper; null when none ever was (or left out, by the retailer’s setting) */
  current_shopper?: ChatUser | null;
  /** Every shopper so far, first assignment first */
  shoppers: Array<ChatUser>;
  /** More than 24 hours have passed since delivery or cancellation */
  is_expired: boolean;
}

/** What the chat allows now. A stream sends it as the event `chat`, first and whenever it changes */
export interface ChatState {
  /** Whether messages can be sent now */
  open: boolean;
  /** Whether the texts are out of reach */
  expired: boolean;
  /** IANA name of the order’s time zone */
  timezone: string;
}

export interface ChatUser {
  /** The ID of the user */
  id: number;
  /** The display name of the user */
  display_name: string;
  /** URL of the avatar, empty when there is none */
  avatar_url: string;
}

export interface ClockReading {
  /** ISO 8601 with milliseconds */
  now: string;
  frozen: boolean;
}

export interface Console {
  /** As `AISLECHAT_ENV` says */
  environment: 'development' | 'production';
  /** Whether the demo’s credentials work */
  demo: boolean;
}

export interface Coordinates {
  latitude: number;
  longitude: number;
}

export interface CreateAddressRequest {
  /** Street and number */
  address_line_1: string;
  /** Flat, floor */
  address_line_2?: string;
  /** Kind of address */
  address_type?: string;
  /** City */
  city?: string;
  postal_code: string;
  /** Ours: state or province */
  administrative_area?: string;
  /** Ours: such as `US` */
  country_code?: string;
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

export interface CreateApplicationRequest {
  /** For people */
  name: string;
  scopes: Array<ApplicationScope>;
}

export interface CreateCallbackEndpointRequest {
  /** For people */
  name: string;
  /** Where events are sent to; https in production */
  url: string;
  events: Array<
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
    | 'fulfillment.item_refund'
  >;
  /** How a callback gets its token. Connect: Authentication for event callbacks */
  authentication?: CallbackAuthentication;
}

export interface CreateDeliveryOrderRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  leave_unattended?: boolean;
  /** For the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number */
  loyalty_number?: string;
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  user?: {
    /** Read in any form and not kept */
    birthday?: unknown;
    /** Phone number */
    phone_number?: string;
    sms_opt_in?: boolean;
  };
  /** Ours: 2 makes the order answer 4001 to client-credentials tokens. Default 3 */
  fulfillment_version?: 2 | 3;
  /** The hold made for this user */
  service_option_hold_id: number;
  /** Tip in cents */
  initial_tip_cents: number;
  address: {
    /** Street and number */
    address_line_1: string;
    /** Flat, floor */
    address_line_2?: string;
    /** Kind of address */
    address_type?: string;
    /** City */
    city?: string;
    postal_code: string;
    /** Ours: state or province */
    administrative_area?: string;
    /** Ours: such as `US` */
    country_code?: string;
    coordinates?: Coordinates;
    /** Ours: notes about the address */
    notes?: string;
  };
  items: Array<{
    /** Line of the order */
    line_num: string;
    /** Pieces; at least one of `count` and `weight` is required */
    count?: number;
    /** Weight */
    weight?: number;
    item?: Product;
    /** Stands in for a missing `item` */
    product_codes?: Array<{
      /** Kind of code */
      type: 'upc' | 'rrc';
      /** The code */
      value: string;
    }>;
    /** For the shopper */
    special_instructions?: string;
    /** What to do when it is out of stock */
    replacement_policy?: 'no_replacements' | 'users_choice' | 'shoppers_choice';
    replacement_items?: Array<unknown>;
  }>;
  /** Store */
  location_code?: string;
}

export interface CreateLastMileOrderRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  leave_unattended?: boolean;
  /** For the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number */
  loyalty_number?: string;
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  user?: {
    /** Read in any form and not kept */
    birthday?: unknown;
    /** Phone number */
    phone_number?: string;
    sms_opt_in?: boolean;
  };
  /** Ours: 2 makes the order answer 4001 to client-credentials tokens. Default 3 */
  fulfillment_version?: 2 | 3;
  /** First name of the customer */
  first_name?: string;
  /** Last name of the customer */
  last_name?: string;
  /** Phone number */
  user_phone?: string;
  address?: {
    /** Street and number */
    address_line_1: string;
    /** Flat, floor */
    address_line_2?: string;
    /** Kind of address */
    address_type?: string;
    /** City */
    city?: string;
    postal_code: string;
    /** Ours: state or province */
    administrative_area?: string;
    /** Ours: such as `US` */
    country_code?: string;
    coordinates?: Coordinates;
    /** Ours: notes about the address */
    notes?: string;
  };
  /** Tip in cents */
  initial_tip_cents?: number;
  /** Number of bags */
  bags_count?: number;
  /** Value of the cart */
  cart_total?: number;
  /** Label on the bags */
  bag_label?: string;
  /** Store */
  location_code: string;
  /** The hold made for this user */
  service_option_hold_id?: number;
  /** Start of the window */
  start_at?: string;
  /** End of the window */
  end_at?: string;
  /** Number of items */
  items_count?: number;
  /** Weight of the items */
  items_weight?: number;
}

export interface CreatePickupOrderRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  leave_unattended?: boolean;
  /** For the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number */
  loyalty_number?: string;
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  user?: {
    /** Read in any form and not kept */
    birthday?: unknown;
    /** Phone number */
    phone_number?: string;
    sms_opt_in?: boolean;
  };
  /** Ours: 2 makes the order answer 4001 to client-credentials tokens. Default 3 */
  fulfillment_version?: 2 | 3;
  /** The hold made for this user */
  service_option_hold_id: number;
  /** Store */
  location_code: string;
  items: Array<{
    /** Line of the order */
    line_num: string;
    /** Pieces; at least one of `count` and `weight` is required */
    count?: number;
    /** Weight */
    weight?: number;
    item?: Product;
    /** Stands in for a missing `item` */
    product_codes?: Array<{
      /** Kind of code */
      type: 'upc' | 'rrc';
      /** The code */
      value: string;
    }>;
    /** For the shopper */
    special_instructions?: string;
    /** What to do when it is out of stock */
    replacement_policy?: 'no_replacements' | 'users_choice' | 'shoppers_choice';
    replacement_items?: Array<unknown>;
  }>;
}

export interface CreateShopperRequest {
  email?: string;
  /** Phone number */
  phone?: string;
  password?: unknown;
  /** Ours: the first name the customer sees */
  display_name?: string;
  /** Ours: picture of the shopper */
  avatar_url?: string;
}

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

export interface Created {
  id: number;
}

export interface DispatchLastMileRequest {
  /** The retailer’s own ID of the order */
  order_id: string;
  leave_unattended?: boolean;
  /** For the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number */
  loyalty_number?: string;
  paid_with_ebt?: boolean;
  /** IETF language tag */
  locale?: string;
  user?: {
    /** Read in any form and not kept */
    birthday?: unknown;
    /** Phone number */
    phone_number?: string;
    sms_opt_in?: boolean;
  };
  /** Ours: 2 makes the order answer 4001 to client-credentials tokens. Default 3 */
  fulfillment_version?: 2 | 3;
  /** First name of the customer */
  first_name: string;
  /** Last name of the customer */
  last_name: string;
  user_phone: string;
  address?: {
    /** Street and number */
    address_line_1: string;
    /** Flat, floor */
    address_line_2?: string;
    /** Kind of address */
    address_type?: string;
    /** City */
    city?: string;
    postal_code: string;
    /** Ours: state or province */
    administrative_area?: string;
    /** Ours: such as `US` */
    country_code?: string;
    coordinates?: Coordinates;
    /** Ours: notes about the address */
    notes?: string;
  };
  /** Tip in cents */
  initial_tip_cents?: number;
  /** Number of bags */
  bags_count?: number;
  /** Value of the cart */
  cart_total?: number;
  /** Label on the bags */
  bag_label?: string;
  /** Store */
  location_code: string;
  /** Start of the window, a whole hour */
  start_at: string;
  /** End of the window, a whole hour */
  end_at: string;
  /** Number of items */
  items_count: number;
  /** Weight of the items */
  items_weight: number;
  fallback_to_soonest_sameday?: boolean;
}

export interface ErasureReceipts {
  receipts: Array<{
    /** The internal ID of the order */
    id: number;
    /** The retailer’s own ID of the order */
    order_id: string;
    /** When */
    erased_at: string;
    /** Why */
    reason: 'expired' | 'requested';
    messages: number;
    images: number;
    /** When nothing held the texts any more */
    verified_at?: string;
  }>;
  /** For `after`; null on the last page */
  next: string | null;
}

/** Error envelope. Connect: Error and status codes */
export type ErrorEnvelope =
  | {
      error: {
        message: string;
        /** null for policy refusals */
        code: number | null;
      };
      meta: {
        /** The parameter at fault */
        key?: string;
      };
    }
  | {
      error: {
        message: string;
        code: 9999;
        errors: Array<{
          error: {
            message: string;
            /** null for policy refusals */
            code: number | null;
          };
          meta: {
            /** The parameter at fault */
            key?: string;
          };
        }>;
      };
      meta: Record<string, unknown>;
    };

/** Name of the event */
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

/** One line of an export */
export type ExportLine =
  | {
      type: 'user';
      /** The internal ID of the user */
      id: number;
      user_id: string;
      first_name: string;
      last_name?: string;
      phone_number?: string;
      locale?: string;
      avatar_url: string;
    }
  | {
      type: 'order';
      order_id: string;
      id: number;
      /** Where the order stands */
      workflow_state: WorkflowState;
      /** Only on canceled orders */
      cancellation_reason?: CancellationReason;
      /** How the groceries reach the customer */
      fulfillment_type: FulfillmentType;
      /** When it was created */
      created_at: string;
      /** Delivery or cancellation */
      ended_at?: string;
      locale?: string;
      store_location?: string;
      /** Start of the window */
      window_starts_at?: string;
      /** End of the window */
      window_ends_at?: string;
      bag_count?: number;
      /** The other fields that the order was made with */
      request: Record<string, unknown>;
    }
  | {
      type: 'item';
      order_id: string;
      line_num: string;
      status: string;
      /** As ordered and as delivered */
      details: Record<string, unknown>;
    }
  | {
      type: 'event';
      order_id: string;
      seq: number;
      /** When */
      at: string;
      /** What happened */
      event: OrderEventType;
      /** IDs and states */
      data: Record<string, unknown>;
      /** Text of an automated notice */
      body?: string;
    }
  | {
      type: 'message';
      order_id: string;
      seq: number;
      /** When it was sent */
      created_at: string;
      /** `user` is the customer, `driver` any shopper */
      sender_type: Party;
      sender_id: number;
      recipient_id: number;
      /** When it was read */
      read_at?: string;
      /** Null once its text is gone */
      body: string | null;
      /** Address of an image */
      image?: string;
      /** An image that was uploaded */
      image_id?: number;
    }
  | {
      type: 'erasure';
      order_id: string;
      /** When the texts of the order were erased */
      erased_at: string;
      /** Why */
      reason: 'expired' | 'requested';
      messages: number;
      images: number;
    }
  | {
      type: 'end';
    };

export interface Faults {
  rules: Array<{
    /** What `x-aislechat-fault` says */
    name: string;
    /** Name of a route that takes a token */
    route?: string;
    /** Path without query; `*` is any one segment, `**` at the end all that follow */
    path?: string;
    /** Method */
    method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** Whose token */
    identity?: 'client' | 'user' | 'shopper' | 'support';
    /** Name of the event */
    event?: EventName;
    /** How many matches pass before it begins */
    after?: number;
    /** How often it strikes at most */
    count?: number;
    /** Which part of the matches it strikes */
    share?: number;
    /** Of the share; default 0 */
    seed?: number;
    /** What goes wrong */
    effect:
      | 'status'
      | 'delay'
      | 'reset'
      | 'answer_lost'
      | 'cut'
      | 'chat_disabled'
      | 'shopper_swap'
      | 'callback_duplicate'
      | 'callback_reorder';
    /** Of effect `status` */
    status?: 401 | 429 | 500 | 503;
    /** Of effect `delay` */
    delay_ms?: number;
    /** Requests or callbacks that fit */
    matched: number;
    /** Those that went wrong */
    struck: number;
  }>;
}

export interface FaultsRequest {
  /** The first that strikes does */
  rules: Array<{
    /** What `x-aislechat-fault` says */
    name: string;
    /** Name of a route that takes a token */
    route?: string;
    /** Path without query; `*` is any one segment, `**` at the end all that follow */
    path?: string;
    /** Method */
    method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    /** Whose token */
    identity?: 'client' | 'user' | 'shopper' | 'support';
    /** Name of the event */
    event?: EventName;
    /** How many matches pass before it begins */
    after?: number;
    /** How often it strikes at most */
    count?: number;
    /** Which part of the matches it strikes */
    share?: number;
    /** Of the share; default 0 */
    seed?: number;
    /** What goes wrong */
    effect:
      | 'status'
      | 'delay'
      | 'reset'
      | 'answer_lost'
      | 'cut'
      | 'chat_disabled'
      | 'shopper_swap'
      | 'callback_duplicate'
      | 'callback_reorder';
    /** Of effect `status` */
    status?: 401 | 429 | 500 | 503;
    /** Of effect `delay` */
    delay_ms?: number;
  }>;
}

export interface Figures {
  /** On the retailer’s clock */
  at: string;
  sends: {
    /** Messages taken by the process that answers, second by second, the last 60 s, oldest first */
    per_second: Array<number>;
    /** Of the latest of them, from the request to the commit; missing where there were none */
    latency_ms?: {
      p50: number;
      p95: number;
      p99: number;
    };
  };
  /** Streams and long polls open at the process that answers */
  streams: number;
  callbacks: {
    pending: number;
    dead: number;
    /** Age of the oldest that is not delivered */
    oldest_pending_seconds?: number;
  };
  erasures: {
    /** Receipts that wait for the files to be clean */
    unverified: number;
    /** How long the oldest expired chat has waited for its erasure */
    oldest_due_seconds?: number;
  };
}

export interface FindStoresRequest {
  find_by: {
    /** Street and number */
    address_line_1?: string;
    /** Postal code */
    postal_code?: string;
    latitude?: number;
    longitude?: number;
  };
}

export interface GenerateBatchRequest {
  /** The shopper who gets the orders */
  shopper_id: number;
  /** Default by the type of the first order */
  batch_type?: BatchType;
  /** State to start in; default `acknowledged`, or the first of the type */
  workflow_state?: string;
  orders: Array<{
    /** Order */
    id: string;
    /** Its user */
    user_id?: string;
  }>;
}

export interface Health {
  status: string;
}

/** Ours: an image that the sender uploaded to this order. `body` may then be empty */
export type ImageId = number;

export interface LifecycleMessage {
  id: number;
  order_id: number;
  /** When the notice was written */
  created_at: string;
  /** What happened */
  type: LifecycleType;
  body: string;
}

export interface LoggedRequests {
  requests: Array<{
    id: number;
    /** When it was answered, on the retailer’s clock */
    at: string;
    method: string;
    /** With its query; credentials are masked */
    path: string;
    /** Name of the route: the `operationId` of this document */
    route: string;
    /** 0 when the connection was cut */
    status: number;
    /** How long it took */
    ms: number;
    /** As it was sent; cut when long, credentials masked */
    request_body?: string;
    /** Likewise; none of streams and images */
    answer_body?: string;
  }>;
  /** For `after`; null on the last page */
  next: string | null;
}

export interface Message {
  /** The ID of the message */
  id: number;
  /** The internal ID of the order */
  order_id: number;
  /** When the message was created */
  created_at: string;
  /** The ID of the recipient */
  recipient_id: number;
  /** `user` is the customer, `driver` any shopper */
  recipient_type: Party;
  /** The ID of the sender */
  sender_id: number;
  /** `user` is the customer, `driver` any shopper */
  sender_type: Party;
  /** Whether the recipient has read it */
  read: boolean;
  /** When it was read; present if and only if `read` is true */
  read_at?: string;
  /** The text, empty for a message that is only an image */
  body: string;
  /** Absolute HTTPS URL of an attached image */
  image?: string;
}

export interface MessagesRead {
  messages_read_count: number;
}

/** Prometheus text format */
export type MetricsText = string;

export interface MoveClockRequest {
  /** ISO 8601 instant, milliseconds allowed; never before the present */
  now?: string;
  advance_ms?: number;
  /** Whether the clock stands still */
  frozen?: boolean;
}

export interface NativeShopper {
  /** The internal ID of the shopper */
  id: number;
  /** The retailer’s own ID of the shopper */
  shopper_id: string;
  display_name: string;
  avatar_url: string;
  email?: string;
  phone?: string;
}

export interface NativeUser {
  /** The internal ID of the user */
  id: number;
  user_id: string;
  first_name: string;
  last_name?: string;
  phone_number?: string;
  locale?: string;
  avatar_url: string;
}

export interface NewApplication {
  client_id: string;
  name: string;
  scopes: Array<ApplicationScope>;
  /** A disabled application gets no tokens, and its earlier tokens are revoked */
  state: 'enabled' | 'disabled';
  /** When it was made */
  created_at: string;
  /** Whether the token is one of its own */
  is_own: boolean;
  /** Shown once */
  client_secret: string;
}

export interface NewCallbackEndpoint {
  id: number;
  name: string;
  url: string;
  events: Array<EventName>;
  /** A disabled endpoint is told of nothing */
  state: 'enabled' | 'disabled';
  authentication: {
    /** Whether callbacks carry a token */
    type: 'none' | 'client_credentials';
    token_url?: string;
    client_id?: string;
    scope?: string;
    resource?: string;
    expires_in?: number;
  };
  /** Until then callbacks carry a signature of the former secret too */
  former_secret_until?: string;
  /** When it was made */
  created_at: string;
  /** Shown once: what signatures are checked with */
  signing_secret: string;
}

export interface NewRetailer {
  retailer_id: number;
  client_id: string;
  /** Shown once */
  client_secret: string;
}

/** Error of the token endpoints, OAuth style */
export interface OAuthError {
  error: string;
  error_description: string;
}

export interface Order {
  /** The retailer’s own ID of the order */
  id: string;
  /** Where the order stands */
  status: WorkflowState;
  order_url: string | null;
  /** When it was created */
  created_at: string;
  /** Only on canceled orders */
  cancellation_reason?: CancellationReason;
  locale?: string;
  is_instacartplus: boolean;
  is_express: boolean;
  metadata: Record<string, unknown>;
  fulfillment_details: {
    /** Ours */
    fulfillment_type: FulfillmentType;
    store_location?: string;
    /** Start of the window */
    window_starts_at?: string;
    /** End of the window */
    window_ends_at?: string;
    /** When it was delivered */
    delivered_at?: string;
    bag_count?: number;
  };
  warnings: Array<unknown>;
  items: Array<{
    line_num: string;
    count?: number;
    weight?: number;
    item: {
      upc?: string;
      rrc?: string;
    };
    special_instructions?: string;
    replacement_policy?: string;
  }>;
}

/** One event of an order’s log */
export interface OrderEvent {
  /** Number in the order’s log: 1, 2, 3 without gaps */
  seq: number;
  /** What happened */
  type: OrderEventType;
  /** When it happened */
  at: string;
  /** Of a `message`; null once its text is gone */
  message?: Message | null;
  /** `user` is the customer, `driver` any shopper */
  sender_type?: Party;
  /** Of `messages_read`: how many messages of `sender_type` were read */
  count?: number;
  /** Of `messages_read`: the `seq` up to which they are now read */
  up_to?: number;
  /** Of `state_changed` */
  from?: string | null;
  /** Of `state_changed` */
  to?: string;
  shopper?: ChatUser;
  /** Of `lifecycle_message` */
  kind?: string;
  /** Of `lifecycle_message` */
  body?: string;
  /** Of `replacement_answered` */
  replacement?: {
    order_item_id: string;
    line_num: string;
    /** What the customer said */
    status: 'APPROVED' | 'REJECTED';
    alternative_item?: AlternativeItem;
  };
}

export interface OrderEvents {
  events: Array<OrderEvent>;
  /** Ask for what comes after this number next */
  next_after: number;
  /** What the chat allows now. A stream sends it as the event `chat`, first and whenever it changes */
  chat: ChatState;
  /** The log does not reach to the number asked for: read the conversation anew, then go on */
  reload?: boolean;
}

export interface OrderHandling {
  /** Where the groceries go, or are picked up; a required text is empty where it is not known */
  address: {
    address_line_1: string;
    address_line_2?: string;
    locality?: string;
    administrative_area?: string;
    postal_code: string;
    country_code: string;
  };
  /** Of the address; null where they are not known */
  coordinates: Coordinates | null;
  /** Who has the order; left out where the retailer removes shopper information */
  shopper?: {
    first_name: string;
    /** Empty when there is none */
    avatar_url: string;
  };
  dropoff_location?: string;
  /** About the address */
  notes?: string;
  /** For the shopper; may be empty */
  instructions: string;
  leave_unattended: boolean;
  alcoholic: boolean;
  certified_delivery: boolean;
}

export interface OrderItems {
  line_items: Array<{
    /** For the answer to a replacement */
    id: string;
    /** As the order was made with */
    line_num: string;
    /** What became of the item that was ordered */
    status: 'NOT_PICKED' | 'FOUND' | 'REPLACED' | 'TO_REFUND';
    item: {
      name: string;
      image_url?: string;
      quantity: string;
      /** What the quantity counts */
      cost_unit: 'each' | 'lb';
    };
    /** What the customer says of the replacement; only where there is one */
    replacement_status?: 'SUBSTITUTION_STATUS_UNSPECIFIED' | 'PENDING' | 'APPROVED' | 'REJECTED';
    replacement?: {
      name: string;
      image_url?: string;
      quantity: string;
      /** What the quantity counts */
      cost_unit: 'each' | 'lb';
    };
    certified_delivery?: boolean;
  }>;
}

export interface OrderLocation {
  coordinates?: Coordinates;
}

export interface OrderMessages {
  chat_messages: Array<Message>;
  /** Automated notices, oldest first */
  lifecycle_messages: Array<LifecycleMessage>;
  metadata: ChatMessagesMetadata;
}

export interface OrderOverview {
  /** The internal ID of the order */
  id: number;
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Where the order stands */
  workflow_state: WorkflowState;
  /** Only on canceled orders */
  cancellation_reason?: CancellationReason;
  /** How the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  user: {
    /** The internal ID of the user */
    id: number;
    /** The retailer’s own; absent for dispatched and erased ones */
    user_id?: string;
  };
  shopper?: {
    /** The internal ID of the shopper who has the order */
    id: number;
    /** The retailer’s own */
    shopper_id?: string;
  };
  /** When it was created */
  created_at: string;
  /** Time of its last event */
  last_event_at: string;
  /** Delivery or cancellation */
  ended_at?: string;
  /** Until when its chat can be read */
  expires_at?: string;
  /** When the texts of the ended chat were erased */
  erased_at?: string;
  /** Every assignment, oldest first */
  shoppers: Array<{
    id: number;
    shopper_id?: string;
    /** When */
    assigned_at: string;
  }>;
  /** Number of the last event of the log */
  seq: number;
  /** Messages ever sent */
  messages: number;
  /** Messages of the shoppers that the customer has not read */
  unread_by_user: number;
  /** Messages of the customer that no shopper has read */
  unread_by_shopper: number;
  is_expired: boolean;
  /** Receipts, oldest first */
  erasures: Array<{
    /** When */
    erased_at: string;
    /** Why */
    reason: 'expired' | 'requested';
    messages: number;
    images: number;
    /** When nothing held the texts any more */
    verified_at?: string;
  }>;
}

export interface OrderStatus {
  /** When it was created */
  created_at: string;
  /** Where the order stands */
  workflow_state: WorkflowState;
  /** How the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  /** Only of pickup orders: where the customer gets the groceries */
  pickup_category?: 'curbside';
  /** Start of the window */
  window_starts_at?: string;
  /** End of the window */
  window_ends_at?: string;
}

export interface OrderSummaries {
  orders: Array<OrderSummary>;
  /** For `after`; null on the last page */
  next: string | null;
}

export interface OrderSummary {
  /** The internal ID of the order */
  id: number;
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Where the order stands */
  workflow_state: WorkflowState;
  /** Only on canceled orders */
  cancellation_reason?: CancellationReason;
  /** How the groceries reach the customer */
  fulfillment_type: FulfillmentType;
  user: {
    /** The internal ID of the user */
    id: number;
    /** The retailer’s own; absent for dispatched and erased ones */
    user_id?: string;
  };
  shopper?: {
    /** The internal ID of the shopper who has the order */
    id: number;
    /** The retailer’s own */
    shopper_id?: string;
  };
  /** When it was created */
  created_at: string;
  /** Time of its last event */
  last_event_at: string;
  /** Delivery or cancellation */
  ended_at?: string;
  /** Until when its chat can be read */
  expires_at?: string;
  /** When the texts of the ended chat were erased */
  erased_at?: string;
}

export interface OrderTimeline {
  events: Array<{
    /** Number in the order’s log */
    seq: number;
    /** What happened */
    type: OrderEventType;
    /** When */
    at: string;
    /** State before; missing on the first */
    from?: WorkflowState;
    /** State after */
    to?: WorkflowState;
    /** The internal ID of the shopper who got the order */
    shopper_id?: number;
    /** `user` is the customer, `driver` any shopper */
    sender_type?: Party;
    /** How many messages were read */
    count?: number;
    /** Of an automated notice */
    kind?: LifecycleType;
    /** What the customer said of a replacement */
    status?: 'APPROVED' | 'REJECTED';
  }>;
  /** For `after`, to go on from here */
  next_after: number;
}

export interface Orders {
  /** Newest first, at most 25 */
  orders: Array<Order>;
}

/** `user` is the customer, `driver` any shopper */
export type Party = 'user' | 'driver';

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

export interface PreviewServiceOptionsRequest {
  /** Store */
  location_code?: string;
  with_eta_options?: boolean;
  with_priority_eta_options?: boolean;
  /** Postal code */
  postal_code?: string;
  /** Number of items */
  items_count?: number;
  /** Value of the cart in cents */
  cart_total_cents?: number;
}

export interface Product {
  /** Universal product code */
  upc?: string;
  /** Retailer reference code */
  rrc?: string;
  /** Ours: the name that the customer sees */
  name?: string;
  /** Ours: picture of the item */
  image_url?: string;
  /** Ours */
  alcoholic?: boolean;
  /** Ours: whether the receiver has to be known */
  certified_delivery?: boolean;
}

export interface PutShopperRequest {
  /** The first name the customer sees; default `Shopper` */
  display_name?: string;
  /** HTTPS URL of a picture; empty for none */
  avatar_url?: string;
  /** Empty for none */
  email?: string;
  /** Phone number; empty for none */
  phone?: string;
}

export interface PutUserRequest {
  /** First name */
  first_name: string;
  /** Last name */
  last_name?: string;
  /** Phone number */
  phone_number?: string;
  /** IETF language tag */
  locale?: string;
  /** HTTPS URL of a picture; empty for none */
  avatar_url?: string;
}

export interface Readiness {
  status: string;
  /** How long an expired chat has waited for its erasure, where that is longer than 15 minutes; the server is ready all the same */
  erasure_late_seconds?: number;
}

export interface ReplacementRequest {
  /** What the customer says of the replacement */
  status: 'APPROVED' | 'REJECTED';
  alternative_item?: AlternativeItem;
}

export interface ReplayCallbacksRequest {
  /** ISO 8601 instant: of events not before it */
  since: string;
}

export interface ReplayedCallbacks {
  replayed: number;
}

export interface Retailer {
  retailer_id: number;
  name: string;
  timezone: string;
  shopper_information_removal: boolean;
  chat_enabled: boolean;
  /** First state in which messages may be sent */
  chat_opens_at: 'picking' | 'acknowledged';
  last_mile_chat: boolean;
  /** How an absent shopper reads */
  absent_shopper: 'null' | 'omit';
  privacy_masks: boolean;
  /** Whether assertions must be signed */
  signed_assertions: 'accepted' | 'required';
  /** Whose messages `chat_message_created` tells of */
  chat_callbacks: 'all' | 'customer';
  /** What shoppers have ready to tap; `{customer}`, `{shopper}` and `{order}` are filled in. Empty: what their page brings */
  quick_replies: Array<string>;
}

export interface RetailerSettings {
  name?: string;
  /** IANA name */
  timezone?: string;
  shopper_information_removal?: boolean;
  chat_enabled?: boolean;
  /** First state in which messages may be sent */
  chat_opens_at?: 'picking' | 'acknowledged';
  /** Whether last-mile orders have a chat */
  last_mile_chat?: boolean;
  /** How `current_shopper` reads when no shopper was ever assigned */
  absent_shopper?: 'null' | 'omit';
  /** Whether phone numbers and the like are taken out of messages */
  privacy_masks?: boolean;
  /** Whether assertions of users and shoppers must be signed */
  signed_assertions?: 'accepted' | 'required';
  /** Whose messages the callback `chat_message_created` tells of */
  chat_callbacks?: 'all' | 'customer';
  /** What shoppers have ready to tap; `{customer}`, `{shopper}` and `{order}` are filled in. Empty: what their page brings */
  quick_replies?: Array<string>;
}

export interface RevokeRequest {
  client_id?: string;
  client_secret?: string;
  token?: string;
}

export interface RevokedTokens {
  /** How many tokens were alive and are revoked now */
  revoked: number;
}

export interface RotateSecretRequest {
  /** Whether tokens that were issued so far stop too; default `false` */
  revoke_tokens?: boolean;
}

export interface RunScenarioRequest {
  /** One that comes with the server; or give a `script` */
  name?: string;
  script?: {
    name?: string;
    /** For the reader */
    description?: string;
    /** Kind of the order that is made */
    order?: 'delivery' | 'pickup';
    /** First name of the customer; without one the seed chooses */
    customer?: string;
    items?: Array<{
      /** As the customer sees it */
      name: string;
      upc: string;
    }>;
    steps: Array<{
      /** Such as `90s` or `5m`, on the retailer’s clock */
      wait?: string;
      /** Who takes the order, or takes it over */
      shopper?: string;
      /** Where the order goes */
      state?: WorkflowState;
      /** Text of the shopper; of several texts the seed chooses one */
      shopper_says?: string | Array<string>;
      /** Picture with what the shopper says */
      image?: string;
      /** Text of the customer; of several texts the seed chooses one */
      customer_says?: string | Array<string>;
      await_customer?: {
        /** So long the script waits for a message of the customer; without it until one comes */
        within?: string;
        /** What is said in their name when none comes in that time; of several texts the seed chooses one */
        otherwise?: string | Array<string>;
      };
      shopper_answers?: Array<{
        when?: Array<string>;
        /** The answer to a message with one of these words; of several texts the seed chooses one */
        say: string | Array<string>;
      }>;
      /** Who reads what is unread */
      read_by?: 'shopper' | 'customer';
      replace?: {
        line: string;
        /** Of the new item */
        name: string;
        upc: string;
      };
      refund?: {
        line: string;
      };
      decide?: {
        line: string;
        /** What the customer says */
        status: 'APPROVED' | 'REJECTED';
      };
    }>;
    /** After the last step it goes on with this one, for as long as the server runs. It must wait for the customer without `within`, and `shopper_answers` must follow. Not for the pace `fast` */
    repeat_from?: number;
  };
  /** Default `real` */
  pace?: 'real' | 'fast' | 'step';
  /** Default 0 */
  seed?: number;
  /** An order there is; without one a customer and an order are made */
  order_id?: string;
}

export interface Scenario {
  id: number;
  name: string;
  /** How it is played */
  pace: 'real' | 'fast' | 'step';
  seed: number;
  /** Whether it goes on */
  state: 'running' | 'finished' | 'failed';
  /** The retailer’s own ID of the order */
  order_id: string;
  /** How many steps are done */
  position: number;
  /** How many there are */
  steps: number;
  /** When the step comes that is waited for, on the retailer’s clock */
  due_at?: string;
  done: Array<{
    /** Number of the step, from 1 */
    step: number;
    /** On the retailer’s clock */
    at: string;
    action: string;
    /** `user` is the customer, `driver` any shopper */
    sender_type?: Party;
    /** What was said, or the state or the shopper */
    body?: string;
  }>;
  problem?: {
    step: number;
    message: string;
  };
}

export interface SendMessageRequest {
  /** Required, 1 to 1000 characters */
  body?: string;
  /** Ours: an image that the sender uploaded to this order. `body` may then be empty */
  image_id?: ImageId;
}

export interface SentMessage {
  id: number;
  type: 'CHAT';
  /** When the message was created */
  created_at: string;
  /** IANA name of the order’s time zone */
  timezone: string;
}

export interface ServiceOptionHold {
  service_option_hold: {
    id: number;
    /** Ten minutes after it was made */
    expires_at: string;
    service_option: {
      id: number;
      /** The `id` as a string */
      service_option_reference: string;
      /** Day of the slot in the retailer’s time zone */
      date: string;
      window: {
        /** Start of the slot */
        start_at: string;
        /** End of the slot */
        end_at: string;
        /** Kind of window */
        type: 'scheduled';
        /** Always false: every slot has a start */
        asap: boolean;
      };
      availability: {
        /** Always true */
        available: boolean;
      };
      /** How the groceries reach the customer */
      service_type: 'delivery' | 'pickup';
      /** Start of the slot */
      window_starts_at: string;
      /** End of the slot */
      window_ends_at: string;
    };
  };
}

export interface ServiceOptions {
  service_options: Array<{
    id: number;
    /** The `id` as a string */
    service_option_reference: string;
    /** Day of the slot in the retailer’s time zone */
    date: string;
    window: {
      /** Start of the slot */
      start_at: string;
      /** End of the slot */
      end_at: string;
      /** Kind of window */
      type: 'scheduled';
      /** Always false: every slot has a start */
      asap: boolean;
    };
    availability: {
      /** Always true */
      available: boolean;
    };
    /** How the groceries reach the customer */
    service_type: 'delivery' | 'pickup';
    /** Start of the slot */
    window_starts_at: string;
    /** End of the slot */
    window_ends_at: string;
  }>;
}

export interface ServiceOptionsRequest {
  /** Store */
  location_code?: string;
  with_eta_options?: boolean;
  with_priority_eta_options?: boolean;
  address?: {
    /** Street and number */
    address_line_1: string;
    /** Flat, floor */
    address_line_2?: string;
    /** Kind of address */
    address_type?: string;
    /** City */
    city?: string;
    postal_code: string;
    /** Ours: state or province */
    administrative_area?: string;
    /** Ours: such as `US` */
    country_code?: string;
    coordinates?: Coordinates;
    /** Ours: notes about the address */
    notes?: string;
  };
  items?: Array<{
    /** Line of the order */
    line_num: string;
    /** Pieces; at least one of `count` and `weight` is required */
    count?: number;
    /** Weight */
    weight?: number;
    item?: Product;
    /** Stands in for a missing `item` */
    product_codes?: Array<{
      /** Kind of code */
      type: 'upc' | 'rrc';
      /** The code */
      value: string;
    }>;
    /** For the shopper */
    special_instructions?: string;
    /** What to do when it is out of stock */
    replacement_policy?: 'no_replacements' | 'users_choice' | 'shoppers_choice';
    replacement_items?: Array<unknown>;
  }>;
}

export interface SetLocationRequest {
  coordinates: Coordinates;
}

export interface SetOrderStateRequest {
  /** The state to move to */
  workflow_state: WorkflowState;
  /** Only with `canceled`; default `other` */
  cancellation_reason?: CancellationReason;
}

export interface ShopperConversation {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** Where the order is */
  workflow_state: WorkflowState;
  customer: {
    first_name: string;
  };
  messages: Array<{
    /** The ID of the message */
    id: number;
    /** The internal ID of the order */
    order_id: number;
    /** When the message was created */
    created_at: string;
    /** The ID of the recipient */
    recipient_id: number;
    /** `user` is the customer, `driver` any shopper */
    recipient_type: Party;
    /** The ID of the sender */
    sender_id: number;
    /** `user` is the customer, `driver` any shopper */
    sender_type: Party;
    /** Whether the recipient has read it */
    read: boolean;
    /** When it was read; present if and only if `read` is true */
    read_at?: string;
    /** The text, empty for a message that is only an image */
    body: string;
    /** Absolute HTTPS URL of an attached image */
    image?: string;
    /** Number in the order’s log */
    seq: number;
    /** When a device of the other side had fetched it */
    delivered_at?: string;
  }>;
  lifecycle_messages: Array<{
    seq: number;
    type: string;
    body: string;
    /** When */
    created_at: string;
  }>;
  /** Messages of the customer that no shopper has read yet */
  unread: number;
  chat_open: boolean;
  is_expired: boolean;
  /** Number of the last event: go on from here with the stream */
  seq: number;
}

export interface ShopperMessageRequest {
  /** Text; may be empty when there is an image */
  body?: string;
  /** Absolute HTTPS URL */
  image?: string;
  /** Ours: an image that the sender uploaded to this order. `body` may then be empty */
  image_id?: ImageId;
}

export interface ShopperOrder {
  /** The retailer’s own ID of the order */
  order_id: string;
  /** The internal ID of the order */
  id: number;
  /** Where the order is */
  workflow_state: WorkflowState;
  customer: {
    first_name: string;
  };
  /** Messages of the customer that no shopper has read yet */
  unread: number;
  chat_open: boolean;
  /** Time of the last event */
  last_activity_at: string;
  last_message?: {
    /** `user` is the customer, `driver` any shopper */
    sender_type: Party;
    /** The beginning of the text */
    preview: string;
    /** When it was sent */
    created_at: string;
  };
}

export interface ShopperOrders {
  orders: Array<ShopperOrder>;
  /** What the retailer has for shoppers to tap, with `{customer}`, `{shopper}` and `{order}` to be filled in; empty where it has none */
  quick_replies: Array<string>;
}

export interface SimulateCallbackRequest {
  /** What happens to the order */
  event_name: SimulatedCallback;
}

export interface Stores {
  stores: Array<{
    location_code: string;
    name: string;
    address: {
      address_line_1: string;
      postal_code: string;
    };
    flags: {
      /** Whether the store sells alcohol */
      alcohol: boolean;
      /** Whether orders can be picked up there */
      pickup: boolean;
      /** Whether the store does not deliver */
      pickup_only: boolean;
    };
  }>;
}

export interface StreamTicket {
  /** For `?ticket=` of the stream, once */
  ticket: string;
  /** Until when it can be used */
  expires_at: string;
}

export interface Success {
  success: true;
}

export interface SupportConversation {
  order: OrderSummary;
  chat_messages: Array<Message>;
  lifecycle_messages: Array<LifecycleMessage>;
  metadata: ChatMessagesMetadata;
}

export interface SupportLink {
  /** Shown once; the link is `/console#support_code=` and this */
  support_code: string;
  agent: string;
  /** 15 minutes after it was made */
  expires_at: string;
}

export interface SupportLinkRequest {
  /** The agent’s name, for the audit log */
  agent: string;
}

export interface SupportSession {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  /** Epoch seconds */
  created_at: number;
  scope: 'aislechat:support';
  agent: string;
}

export interface SupportSessionRequest {
  support_code: string;
}

export interface TokenRequest {
  client_id?: string;
  client_secret?: string;
  /** `client_credentials` or `fulfillment_user_assertion` */
  grant_type?: string;
  /** Comma-separated; omitted = all the application has */
  scope?: string;
  /** Base64 of `{"user_id": "..."}` or `{"shopper_id": "..."}`, or a signed JWT */
  assertion?: string;
}

export interface UpdateItemRequest {
  /** What the shopper did */
  status: 'not_found' | 'found' | 'replaced' | 'to_refund';
  /** Pieces delivered */
  delivered_count?: number;
  /** Weight delivered */
  delivered_weight?: number;
  replacement_item?: Product;
  scans?: Array<{
    scanned_string?: string;
    scanned_string_type?: string;
  }>;
}

export interface UpdateOrderRequest {
  /** Tip in cents */
  initial_tip_cents?: number;
  address?: {
    /** Street and number */
    address_line_1: string;
    /** Flat, floor */
    address_line_2?: string;
    /** Kind of address */
    address_type?: string;
    /** City */
    city?: string;
    postal_code: string;
    /** Ours: state or province */
    administrative_area?: string;
    /** Ours: such as `US` */
    country_code?: string;
    coordinates?: Coordinates;
    /** Ours: notes about the address */
    notes?: string;
  };
  items?: Array<{
    /** Line of the order */
    line_num: string;
    /** Pieces; at least one of `count` and `weight` is required */
    count?: number;
    /** Weight */
    weight?: number;
    item?: Product;
    /** Stands in for a missing `item` */
    product_codes?: Array<{
      /** Kind of code */
      type: 'upc' | 'rrc';
      /** The code */
      value: string;
    }>;
    /** For the shopper */
    special_instructions?: string;
    /** What to do when it is out of stock */
    replacement_policy?: 'no_replacements' | 'users_choice' | 'shoppers_choice';
    replacement_items?: Array<unknown>;
  }>;
  leave_unattended?: boolean;
  /** For the shopper */
  special_instructions?: string;
  /** Ours: where to leave the groceries */
  dropoff_location?: string;
  /** Loyalty number */
  loyalty_number?: string;
  /** IETF language tag */
  locale?: string;
}

export interface UploadedImage {
  /** For `image_id` of a message of the same sender in the same order */
  image_id: number;
  /** Of what is kept, in pixels */
  width: number;
  /** Of what is kept, in pixels */
  height: number;
}

export interface User {
  user_id: string;
  first_name: string;
  last_name?: string;
  phone_number?: string;
  locale?: string;
}
