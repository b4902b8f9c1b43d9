/** States of orders and batches. Connect: "Get order" (workflow_state) and "Advance batch state". */

export const fulfillmentTypes = ['delivery', 'pickup', 'last_mile_delivery'] as const;
export type FulfillmentType = (typeof fulfillmentTypes)[number];

export const workflowStates = [
  'brand_new',
  'acknowledged',
  'picking',
  'verifying_replacements',
  'checkout',
  'bags_check',
  'staged',
  'staged_for_delivery',
  'waiting_for_delivery',
  'acknowledged_for_delivery',
  'at_store',
  'bags_verified',
  'ready_for_pickup',
  'user_at_store',
  'runner_awaiting',
  'runner_acknowledged',
  'delivering',
  'delivered',
  'canceled',
  'rescheduled',
] as const;
export type WorkflowState = (typeof workflowStates)[number];

/** The states of each type of batch, in order. The last part of `delivery_only` is our reading. */
export const batchChains = {
  delivery: [
    'brand_new',
    'acknowledged',
    'picking',
    'verifying_replacements',
    'checkout',
    'receipt_sanity_check',
    'delivering',
    'completed',
  ],
  pickup: [
    'brand_new',
    'acknowledged',
    'picking',
    'verifying_replacements',
    'checkout',
    'receipt_sanity_check',
    'bags_check',
    'staged',
  ],
  runner_customer: ['brand_new', 'at_store', 'bags_verified', 'completed'],
  delivery_only: [
    'brand_new',
    'acknowledged_for_delivery',
    'at_store',
    'bags_verified',
    'delivering',
    'completed',
  ],
} as const;
export type BatchType = keyof typeof batchChains;
export const batchTypes = Object.keys(batchChains) as BatchType[];
export type BatchState = (typeof batchChains)[BatchType][number];

export const simulatedCallbacks = ['canceled', 'rescheduled', 'late_delivery', 'customer_mia'] as const;
export type SimulatedCallback = (typeof simulatedCallbacks)[number];

export const cancellationReasons = [
  'customer_driven',
  'instacart_driven',
  'retailer_driven',
  'shopper_driven',
  'unbatchable',
  'other',
] as const;
export type CancellationReason = (typeof cancellationReasons)[number];

export const lifecycleTypes = [
  'order_item_replacement',
  'order_item_refund',
  'delivery_in_progress',
  'delivery_completed',
  'order_canceled',
  'order_rescheduled',
  'pickup_scheduled',
  'pickup_delegated',
  'customer_arrived',
  'chat_closed',
  'chat_reopened',
] as const;
export type LifecycleType = (typeof lifecycleTypes)[number];

/** The types of events in an order's log. Each event has the order's next `seq`. */
export const orderEventTypes = [
  'state_changed',
  'shopper_assigned',
  'message',
  'messages_read',
  'lifecycle_message',
  'late_delivery',
  'customer_mia',
  'chat_closed',
  'chat_expired',
  'replacement_answered',
  'item_changed',
  'noted',
  'replacement_reopened',
  'link_changed',
  'rating_updated',
  'texts_erased',
] as const;
export type OrderEventType = (typeof orderEventTypes)[number];

/** What receipts of erasures name. */
export const erasedKinds = [
  'texts',
  'evidence',
  'images',
  'subscriptions',
  'phone_numbers',
  'provider_copies',
  'names',
  'ids',
  'email_addresses',
  'avatars',
  'languages',
  'addresses',
  'notes',
  'pickups',
  'ratings',
  'slots',
] as const;
export type ErasedKind = (typeof erasedKinds)[number];

/**
 * The steps of an order, as its customer sees them. Connect: "Order status page", which has these six titles. An order
 * that is picked up goes through the same steps, and its page gives the last two other titles.
 */
export const orderSteps = [
  'received',
  'shopping',
  'replacements',
  'shopped',
  'out_for_delivery',
  'delivered',
] as const;
export type OrderStepName = (typeof orderSteps)[number];

/** States of order items and of the replacements that shoppers propose. Connect: "Get order items". */
export const itemStatuses = ['NOT_PICKED', 'FOUND', 'REPLACED', 'TO_REFUND'] as const;
export type ItemStatus = (typeof itemStatuses)[number];
/** The customer's possible answers to a replacement. */
export const replacementAnswers = ['APPROVED', 'REJECTED'] as const;
export type ReplacementAnswer = (typeof replacementAnswers)[number];
export const replacementStatuses = [
  'SUBSTITUTION_STATUS_UNSPECIFIED',
  'PENDING',
  ...replacementAnswers,
] as const;
export type ReplacementStatus = (typeof replacementStatuses)[number];

/** The actions in the audit log. */
export const auditActions = [
  'assignment',
  'state_change',
  'link_change',
  'chat_closing',
  'chat_reopening',
  'keep_apart',
  'report_resolution',
  'order_search',
  'conversation_read',
  'evidence_read',
  'user_export',
  'user_erasure',
  'shopper_export',
  'shopper_erasure',
  'chat_erasure',
  'settings_change',
  'application_creation',
  'application_change',
  'secret_rotation',
  'token_revocation',
  'callback_endpoint_creation',
  'callback_endpoint_change',
  'callback_endpoint_deletion',
  'support_link',
  'support_session',
] as const;
export type AuditAction = (typeof auditActions)[number];
export const auditSubjects = [
  'order',
  'user',
  'shopper',
  'application',
  'callback_endpoint',
  'retailer',
] as const;
export type AuditSubject = (typeof auditSubjects)[number];

/** Why somebody reports a chat. */
export const reportReasons = [
  'abusive_language',
  'harassment',
  'asked_for_payment',
  'personal_details',
  'spam',
  'other',
] as const;
export type ReportReason = (typeof reportReasons)[number];

/** Connect: "Order feedback". */
export const ratingValues = ['STARS1', 'STARS2', 'STARS3', 'STARS4', 'STARS5'] as const;
export type RatingValue = (typeof ratingValues)[number];
export const ratingHighlights = [
  'QUALITY_ITEMS',
  'SMART_BAGGING',
  'EXTRA_EFFORT',
  'HELPFUL_CHAT',
  'GOOD_REPLACEMENTS',
  'SMOOTH_DELIVERY',
  'FAST_PICKUP',
  'CLEAR_PICKUP_INSTRUCTIONS',
  'EASY_PARKING',
  'SMOOTH_HANDOFF',
] as const;
export type RatingHighlight = (typeof ratingHighlights)[number];

/** The scopes that Connect's own clients request, and the default if a client requests none. */
export const connectScopes = ['connect:fulfillment', 'connect:post_checkout'] as const;
/** Connect's scope of order feedback. It must be requested by name. */
export const ratingScope = 'Connect::Orders::RatingService';
/** Our scopes: `operate` for the retailer's systems, `shopper` for the app of one shopper. */
export const scopes = [...connectScopes, ratingScope, 'aislechat:operate', 'aislechat:shopper'] as const;
export type ApplicationScope = (typeof scopes)[number];
/** The scope of a support agent's token. A support link grants it, and no application has it. */
export const supportScope = 'aislechat:support';
/** The scope of a link to an order's page. The link itself grants it, and no application has it. */
export const orderPageScope = 'aislechat:order_page';
export type Scope = ApplicationScope | typeof supportScope | typeof orderPageScope;

export const shopperGrant = 'urn:aislechat:params:oauth:grant-type:shopper_assertion';
export const refreshGrant = 'refresh_token';
export const grantTypes = [
  'client_credentials',
  'fulfillment_user_assertion',
  shopperGrant,
  refreshGrant,
] as const;
export type GrantType = (typeof grantTypes)[number];
