/**
 * An example of each body for the OpenAPI document, by the name of its schema. Together they tell one story: the demo's
 * order on one morning, from its slot to its delivery. A test validates each example against its schema.
 */

import { initialWireSettings } from './api/settings.ts';
import type { Static, TSchema } from './json-schema.ts';
import type * as schemas from './schemas.ts';

type Schemas = typeof schemas;
type Examples = {
  readonly [Name in keyof Schemas]?: Schemas[Name] extends TSchema ? Static<Schemas[Name]> : never;
};
type Example<Name extends keyof Schemas> = NonNullable<Examples[Name]>;

const orderId = 'DEMO-1';
const userId = 'demo-customer';
const token = 'Vb2nT8kQm4xR7sZy1cJf6wLh3gDp9aEu5oXi0rNtKqM';
const day = '2026-11-25';
const orderUrl = 'https://chat.example/o/AQAAAAMAAAAAAAEDq3VtQ2Z6k1n8bWJd0xR5yLsP';
const ids = { order: 1003, user: 1002, shopper: 1004, batch: 1005, hold: 1006, image: 1007 };
/** The ID of an event is computed from the order's ID and the event's number in the log. */
const eventIds = { asked: 1051721738, answered: 1051721741, notice: 1051721739 };
const window = { window_starts_at: `${day}T16:00:00Z`, window_ends_at: `${day}T18:00:00Z` };

// --- Chat -------------------------------------------------------------------------------------------

const customer = { id: ids.user, display_name: 'Noor', avatar_url: '' };
const ilse = { id: ids.shopper, display_name: 'Ilse', avatar_url: 'https://shop.example/people/ilse.jpg' };

const asked: Example<'Message'> = {
  id: eventIds.asked,
  order_id: ids.order,
  created_at: `${day}T15:04:10Z`,
  recipient_id: ids.user,
  recipient_type: 'user',
  sender_id: ids.shopper,
  sender_type: 'driver',
  read: true,
  read_at: `${day}T15:04:31Z`,
  body: 'The ripe avocados are out. Shall I take firm ones?',
};

const answered: Example<'Message'> = {
  id: eventIds.answered,
  order_id: ids.order,
  created_at: `${day}T15:04:52Z`,
  recipient_id: ids.shopper,
  recipient_type: 'driver',
  sender_id: ids.user,
  sender_type: 'user',
  read: false,
  body: 'Firm ones are fine, thank you!',
};

const notice: Example<'LifecycleMessage'> = {
  id: eventIds.notice,
  order_id: ids.order,
  created_at: `${day}T15:04:12Z`,
  type: 'order_item_replacement',
  body: 'Ripe avocados was replaced with Firm avocados.',
};

const metadata: Example<'ChatMessagesMetadata'> = {
  customer,
  current_shopper: ilse,
  shoppers: [ilse],
  is_expired: false,
};

const chat = { chat_messages: [asked, answered], metadata };

// --- Orders -----------------------------------------------------------------------------------------

const coordinates = { latitude: 39.7527, longitude: -104.9992 };

const address: Example<'Address'> = {
  address_line_1: '1701 Wynkoop Street',
  address_line_2: 'Apartment 4',
  city: 'Denver',
  postal_code: '80202',
  administrative_area: 'CO',
  country_code: 'US',
  coordinates,
};

const avocados = { upc: '000111222333', name: 'Ripe avocados' };
const firmAvocados = { upc: '000111222340', name: 'Firm avocados' };
const lineItems: Example<'OrderItems'>['line_items'] = [
  {
    id: `${ids.order}-1`,
    line_num: '1',
    status: 'REPLACED',
    item: { name: avocados.name, quantity: '2', cost_unit: 'each' },
    replacement_status: 'PENDING',
    replacement: { name: firmAvocados.name, quantity: '2', cost_unit: 'each' },
  },
];

const items: Example<'OrderItem'>[] = [
  { line_num: '1', count: 2, item: avocados, replacement_policy: 'users_choice' },
];

const slot: Example<'ServiceOption'> = {
  id: 4987841,
  service_option_reference: '4987841',
  date: day,
  window: {
    start_at: window.window_starts_at,
    end_at: window.window_ends_at,
    type: 'scheduled',
    asap: false,
  },
  availability: { available: true },
  service_type: 'delivery',
  ...window,
};

const lastMile = {
  order_id: 'BAGS-7',
  location_code: '12',
  start_at: window.window_starts_at,
  end_at: window.window_ends_at,
  address,
  bags_count: 3,
  items_count: 14,
  items_weight: 18.5,
};

const order: Example<'Order'> = {
  id: orderId,
  status: 'brand_new',
  order_url: orderUrl,
  created_at: `${day}T13:41:00Z`,
  locale: 'en-US',
  is_instacartplus: false,
  is_express: false,
  metadata: {},
  fulfillment_details: { fulfillment_type: 'delivery', store_location: '12', ...window },
  warnings: [],
  items: [{ line_num: '1', count: 2, item: { upc: avocados.upc }, replacement_policy: 'users_choice' }],
};

const summary: Example<'OrderSummary'> = {
  id: ids.order,
  order_id: orderId,
  workflow_state: 'picking',
  fulfillment_type: 'delivery',
  user: { id: ids.user, user_id: userId },
  shopper: { id: ids.shopper, shopper_id: 'shopper-1' },
  created_at: `${day}T13:41:00Z`,
  last_event_at: answered.created_at,
};

// --- People, callbacks, settings --------------------------------------------------------------------

const user: Example<'User'> = {
  user_id: userId,
  first_name: 'Noor',
  last_name: 'Haddad',
  phone_number: '+13035550142',
  locale: 'en-US',
};

const shopper = {
  display_name: 'Ilse',
  avatar_url: ilse.avatar_url,
  email: 'ilse@shop.example',
  phone: '+13035550187',
};

const endpoint: Example<'CallbackEndpoint'> = {
  id: 1,
  name: 'Order system',
  url: 'https://shop.example/hooks',
  events: ['chat_message_created', 'fulfillment.delivered'],
  state: 'enabled',
  authentication: { type: 'none' },
  created_at: `${day}T09:00:00Z`,
};

const signingSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const delivery: Example<'CallbackDelivery'> = {
  id: `1-${eventIds.answered}`,
  endpoint_id: 1,
  event_id: eventIds.answered,
  event_name: 'chat_message_created',
  event_timestamp: answered.created_at,
  order_id: ids.order,
  seq: 13,
  state: 'delivered',
  attempts: 2,
  finished_at: `${day}T15:04:55Z`,
};

const retailer: Example<'Retailer'> = {
  retailer_id: 1,
  ...initialWireSettings,
  name: 'Demo Grocer',
  timezone: 'America/Denver',
  quick_replies: ['Hi {customer}, I am starting your order now.', 'I am at the checkout.'],
  notification_texts: ['delivered.en: Your groceries are at your door.'],
  logo_url: 'https://shop.example/logo.svg',
  pickup_instructions: 'Park at spaces 1 to 6 behind the store and tell us your space.',
  greeting: 'Hi {customer}, this is {shopper}. I am starting your order now.',
  customer_quick_replies: ['Yes please', 'No, refund it'],
  audit_retention_days: 'forever',
};

const application: Example<'Application'> = {
  client_id: 'demo-client',
  name: 'Web shop',
  scopes: ['connect:fulfillment', 'connect:post_checkout'],
  state: 'enabled',
  created_at: `${day}T08:30:00Z`,
  is_own: true,
};

const clientSecret = 'demo-secret';

const erasure: Example<'Erasure'> = {
  erased_at: '2026-11-26T17:20:03Z',
  reason: 'expired',
  kinds: ['texts', 'images', 'subscriptions', 'phone_numbers'],
  messages: 6,
  evidence: 0,
  held: 0,
  images: 1,
  subscriptions: 1,
  phone_numbers: 1,
  provider_copies: 0,
  verified_at: '2026-11-26T17:21:10Z',
};

// --- Notifications ----------------------------------------------------------------------------------

const notification: Example<'Notification'> = {
  id: eventIds.asked,
  order_id: ids.order,
  recipient: 'user',
  kind: 'message',
  seq: 10,
  last_seq: 10,
  events: 1,
  at: asked.created_at,
  state: 'sent',
  channel: 'push',
  attempts: 1,
  finished_at: `${day}T15:04:14Z`,
};

const phone = '+13035550100';

const smsSender = {
  adapter: 'http',
  number: '+13035550199',
  url: 'https://sms.example/messages',
  incoming_url: 'https://chat.shop.example/v1/sms/1',
  created_at: `${day}T08:40:00Z`,
} as const satisfies Example<'SmsSender'>;

const pushSubscription: Example<'PushSubscription'> = {
  id: 1008,
  push_service: 'https://push.example',
  order_id: ids.order,
  language: 'en',
  created_at: `${day}T14:40:00Z`,
};

// --- Sandbox ----------------------------------------------------------------------------------------

const faultRule: Example<'FaultRule'> = {
  name: 'shaky',
  route: 'sendMessage',
  share: 0.3,
  seed: 7,
  effect: 'answer_lost',
};

export const examples = {
  // Shared answers.
  Created: { id: ids.shopper },
  Empty: {},
  Success: { success: true },

  // OAuth.
  AccessToken: {
    access_token: token,
    token_type: 'Bearer',
    expires_in: 86_400,
    created_at: 1_795_618_800,
    scope: 'connect:fulfillment,connect:post_checkout',
  },
  RevokeRequest: { client_id: 'demo-client', client_secret: clientSecret, token },
  TokenRequest: {
    client_id: 'demo-client',
    client_secret: clientSecret,
    grant_type: 'fulfillment_user_assertion',
    scope: 'connect:post_checkout',
    assertion: 'eyJ1c2VyX2lkIjoiZGVtby1jdXN0b21lciJ9',
  },

  // Chat.
  ChatMessages: chat,
  MessagesRead: { messages_read_count: 1 },
  OrderMessages: { ...chat, lifecycle_messages: [notice] },
  SendMessageRequest: { body: answered.body },
  SentMessage: {
    id: eventIds.answered,
    type: 'CHAT',
    created_at: answered.created_at,
    timezone: 'America/Denver',
  },

  // Order status.
  OrderHandling: {
    address: {
      address_line_1: address.address_line_1,
      address_line_2: 'Apartment 4',
      locality: 'Denver',
      administrative_area: 'CO',
      postal_code: address.postal_code,
      country_code: 'US',
    },
    coordinates,
    shopper: { first_name: ilse.display_name, avatar_url: ilse.avatar_url },
    instructions: 'Please ring twice',
    leave_unattended: false,
    alcoholic: false,
    certified_delivery: false,
  },
  OrderItems: { line_items: lineItems },
  OrderLocation: { coordinates },
  OrderStatus: {
    created_at: order.created_at,
    workflow_state: 'picking',
    fulfillment_type: 'delivery',
    ...window,
  },
  ReplacementRequest: { status: 'REJECTED', alternative_item: { upc: firmAvocados.upc, count: 3 } },

  // Live events and images.
  OrderEvent: { seq: 13, type: 'message', at: answered.created_at, message: answered },
  OrderEvents: {
    events: [
      { seq: 12, type: 'messages_read', at: `${day}T15:04:31Z`, sender_type: 'driver', count: 1, up_to: 10 },
      { seq: 13, type: 'message', at: answered.created_at, message: answered },
    ],
    next_after: 13,
    chat: { open: true, expired: false, timezone: 'America/Denver' },
  },
  StreamTicket: { ticket: token, expires_at: `${day}T15:05:22Z` },
  UploadedImage: { image_id: ids.image, width: 1600, height: 1200 },

  // Fulfillment.
  CreateAddressRequest: { ...address, first_name: 'Noor', last_name: 'Haddad' },
  CreateDeliveryOrderRequest: {
    order_id: orderId,
    service_option_hold_id: ids.hold,
    initial_tip_cents: 500,
    address,
    items,
    location_code: '12',
    special_instructions: 'Please ring twice',
    locale: 'en-US',
  },
  CreateLastMileOrderRequest: lastMile,
  CreatePickupOrderRequest: {
    order_id: 'DEMO-2',
    service_option_hold_id: ids.hold,
    location_code: '12',
    items,
  },
  CreateUserRequest: user,
  DispatchLastMileRequest: {
    ...lastMile,
    first_name: 'Noor',
    last_name: 'Haddad',
    user_phone: '+13035550142',
  },
  FindStoresRequest: { find_by: { postal_code: '80202' } },
  Order: order,
  Orders: { orders: [order] },
  PreviewServiceOptionsRequest: {
    location_code: '12',
    postal_code: '80202',
    items_count: 14,
    cart_total_cents: 6250,
  },
  ServiceOptionHold: {
    service_option_hold: { id: ids.hold, expires_at: `${day}T13:50:00Z`, service_option: slot },
  },
  ServiceOptions: { service_options: [slot] },
  ServiceOptionsRequest: { location_code: '12', address, items },
  Stores: {
    stores: [
      {
        location_code: '12',
        name: 'Quay Street',
        address: { address_line_1: '12 Quay Street', postal_code: '80202' },
        flags: { alcohol: true, pickup: true, pickup_only: false },
      },
    ],
  },
  UpdateOrderRequest: { initial_tip_cents: 700, leave_unattended: true },
  User: user,

  // Shopper.
  ShopperConversation: {
    order_id: orderId,
    workflow_state: 'picking',
    customer: { first_name: 'Noor' },
    messages: [
      { ...asked, seq: 10, delivered_at: `${day}T15:04:11Z` },
      { ...answered, seq: 13 },
    ],
    lifecycle_messages: [{ seq: 11, type: notice.type, body: notice.body, created_at: notice.created_at }],
    unread: 1,
    chat_open: true,
    is_expired: false,
    seq: 13,
  },
  ShopperMessageRequest: { body: asked.body },
  ShopperOrders: {
    orders: [
      {
        order_id: orderId,
        id: ids.order,
        workflow_state: 'picking',
        customer: { first_name: 'Noor' },
        unread: 1,
        chat_open: true,
        last_activity_at: answered.created_at,
        last_message: { sender_type: 'user', preview: answered.body, created_at: answered.created_at },
      },
    ],
    quick_replies: [...retailer.quick_replies],
    timezone: retailer.timezone,
  },

  // Orders.
  AssignShopperRequest: { shopper_id: 'shopper-1' },
  OrderOverview: {
    ...summary,
    shoppers: [{ id: ids.shopper, shopper_id: 'shopper-1', assigned_at: `${day}T14:58:00Z` }],
    seq: 13,
    messages: 6,
    unread_by_user: 0,
    unread_by_shopper: 1,
    is_expired: false,
    chat_closed: false,
    erasures: [],
  },
  OrderSummaries: { orders: [summary], next: null },
  OrderSummary: summary,
  SearchOrdersRequest: { text: 'noor' },
  OrdersFound: { orders: [{ ...summary, customer_name: 'Noor Haddad' }] },
  OrderTimeline: {
    events: [
      { seq: 1, type: 'state_changed', at: order.created_at, to: 'brand_new' },
      { seq: 2, type: 'shopper_assigned', at: `${day}T14:58:00Z`, shopper_id: ids.shopper },
    ],
    next_after: 2,
  },
  SetLocationRequest: { coordinates },
  SetOrderStateRequest: { workflow_state: 'canceled', cancellation_reason: 'customer_driven' },

  // People.
  ExportLine: {
    type: 'message',
    order_id: orderId,
    seq: 13,
    created_at: answered.created_at,
    sender_type: 'user',
    sender_id: ids.user,
    recipient_id: ids.shopper,
    body: answered.body,
  },
  ShopperExportLine: { type: 'assignment', order_id: orderId, assigned_at: `${day}T14:58:00Z` },
  NativeShopper: { id: ids.shopper, shopper_id: 'shopper-1', ...shopper },
  NativeUser: { id: ids.user, ...user, avatar_url: '' },
  PersonErasure: {
    id: ids.user,
    erased_at: erasure.erased_at,
    kinds: [
      'texts',
      'images',
      'subscriptions',
      'phone_numbers',
      'names',
      'ids',
      'avatars',
      'languages',
      'addresses',
      'notes',
      'pickups',
      'ratings',
      'slots',
    ],
    orders: 3,
    messages: 21,
    evidence: 0,
    images: 2,
    subscriptions: 1,
    phone_numbers: 0,
    provider_copies: 0,
  },
  PutShopperRequest: shopper,
  PutUserRequest: { first_name: 'Noor', last_name: 'Haddad', locale: 'en-US' },
  RevokedTokens: { revoked: 2 },

  // Support.
  SupportConversation: { order: summary, ...chat, lifecycle_messages: [notice] },
  SupportLink: {
    support_code: 'q7Jm2VxR5nKc8wTz1pLd',
    agent: 'Dana',
    expires_at: `${day}T15:20:00Z`,
  },
  SupportLinkRequest: { agent: 'Dana' },
  SupportSession: {
    access_token: token,
    token_type: 'Bearer',
    expires_in: 28_800,
    created_at: 1_795_618_800,
    scope: 'aislechat:support',
    agent: 'Dana',
    timezone: 'America/Denver',
  },
  SupportSessionRequest: { support_code: 'q7Jm2VxR5nKc8wTz1pLd' },

  // Operate.
  Application: application,
  Applications: { applications: [application] },
  AuditEntries: {
    entries: [
      {
        id: 42,
        at: `${day}T15:30:00Z`,
        client_id: 'demo-client',
        action: 'conversation_read',
        subject: { type: 'order', id: ids.order },
        agent: 'Dana',
        reason: 'The customer asks about a refund',
      },
    ],
    next: null,
  },
  ChangeApplicationRequest: { state: 'disabled' },
  Console: { environment: 'production', demo: false },
  CreateApplicationRequest: { name: 'Web shop', scopes: ['connect:fulfillment', 'connect:post_checkout'] },
  ErasureReceipts: { receipts: [{ id: ids.order, order_id: orderId, ...erasure }], next: null },
  Figures: {
    at: `${day}T15:30:00Z`,
    sends: {
      per_second: [0, 2, 1],
      latency_ms: { p50: 1.8, p95: 4.2, p99: 9.6 },
      per_minute: [{ sends: 0 }, { sends: 3, latency_ms: { p50: 1.8, p95: 4.2, p99: 9.6 } }],
    },
    streams: 118,
    callbacks: { pending: 3, dead: 0, oldest_pending_seconds: 4 },
    erasures: { unverified: 0 },
  },
  NewApplication: { ...application, client_secret: clientSecret },
  Retailer: retailer,
  UserArrivedRequest: { is_pickup_delegate: false },
  SchedulePickupRequest: { schedule_pickup_eta: `${day}T17:40:00Z` },
  PickupDelegateRequest: { name: 'Sam', phone_number: '+13035550123' },
  PickupDetails: {
    pickup_instructions: [
      {
        type: 'curbside',
        text: 'Park at spaces 1 to 6 behind the store and tell us your space.',
        images: [],
      },
    ],
  },
  RatingRequest: {
    rating_value: 'STARS5',
    highlights: ['GOOD_REPLACEMENTS', 'HELPFUL_CHAT'],
    thank_you_note: 'Thank you, the avocados were perfect!',
  },
  ReportRequest: { reason: 'abusive_language', message_ids: [eventIds.asked] },
  Reports: {
    reports: [
      {
        id: 57,
        order_id: orderId,
        reported_by: 'driver',
        reason: 'abusive_language',
        message_ids: [eventIds.answered],
        created_at: `${day}T15:10:00Z`,
        chat_closed: false,
        held_messages: 1,
        held_until: '2026-12-02T15:10:00Z',
      },
    ],
    next: null,
  },
  ReportResolution: { erase_evidence: true },
  Evidence: {
    messages: [
      {
        id: eventIds.answered,
        report_id: 57,
        sender_type: 'user',
        created_at: answered.created_at,
        body: answered.body,
        has_image: false,
        held_until: '2026-12-02T15:10:00Z',
      },
    ],
  },
  OrderLink: { order_url: orderUrl },
  LinkDevice: { is_bound: false, code_to: '34' },
  LinkCode: { link_code: '204816' },
  SentLinkCode: { code_to: '34', expires_at: `${day}T15:12:00Z` },
  OrderPage: {
    order_id: orderId,
    id: ids.order,
    workflow_state: 'picking',
    fulfillment_type: 'delivery',
    created_at: `${day}T13:41:00Z`,
    ...window,
    timezone: 'America/Denver',
    locale: 'en-US',
    steps: [
      { step: 'received', reached_at: `${day}T13:41:00Z` },
      { step: 'shopping', reached_at: `${day}T14:58:00Z` },
      { step: 'replacements', reached_at: notice.created_at },
      { step: 'shopped' },
      { step: 'out_for_delivery' },
      { step: 'delivered' },
    ],
    items: lineItems,
    retailer: { name: 'Acme Grocer', logo_url: 'https://shop.example/logo.svg', brand_color: '#0b6e4f' },
    has_chat: true,
  },
  RetailerSettings: { chat_opens_at: 'acknowledged', privacy_masks: true },
  CreateRetailerRequest: { name: 'Grocer', banners: ['north', 'south'] },
  RotateSecretRequest: { revoke_tokens: true },

  // Callbacks.
  CallbackDeliveries: { deliveries: [delivery], next: null },
  CallbackDelivery: delivery,
  CallbackDeliveryWithAttempts: {
    ...delivery,
    payload: JSON.stringify({
      event_id: eventIds.answered,
      event_name: 'chat_message_created',
      event_timestamp: answered.created_at,
      event_metadata: { topic_id: String(ids.order) },
    }),
    history: [
      { attempt: 1, at: `${day}T15:04:53Z`, status: 500, duration_ms: 41, answer: '{"error":"try again"}' },
      { attempt: 2, at: `${day}T15:04:55Z`, status: 204, duration_ms: 38 },
    ],
  },
  CallbackEndpoint: endpoint,
  CallbackEndpoints: { endpoints: [endpoint] },
  CallbackSample: { event_name: 'chat_message_created', status: 204, duration_ms: 38 },
  CallbackSampleRequest: { event_name: 'chat_message_created' },
  ChangeCallbackEndpointRequest: { state: 'disabled' },
  CreateCallbackEndpointRequest: {
    name: endpoint.name,
    url: endpoint.url,
    events: endpoint.events,
  },
  NewCallbackEndpoint: { ...endpoint, signing_secret: signingSecret },
  ReplayCallbacksRequest: { since: `${day}T15:00:00Z` },
  ReplayedCallbacks: { replayed: 12 },

  // Notifications.
  CreatePushSubscriptionRequest: {
    endpoint: 'https://push.example/send/c2VjcmV0',
    keys: {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
    order_id: orderId,
    language: 'en',
  },
  Notification: notification,
  Notifications: { notifications: [notification], next: null },
  PushKey: {
    public_key: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  },
  PushSubscription: pushSubscription,
  PushSubscriptions: { subscriptions: [pushSubscription] },
  AnswerFromPhoneRequest: { text: answered.body },
  IncomingSms: { id: 'in-1', from: phone, text: answered.body },
  PhoneMessages: {
    messages: [
      { id: 'out-1', at: asked.created_at, direction: 'to_phone', text: 'Ilse wrote about your order' },
      { id: 'in-1', at: answered.created_at, direction: 'from_phone', text: answered.body },
    ],
  },
  PutSmsSenderRequest: { adapter: 'http', number: smsSender.number, url: smsSender.url },
  SmsReply: { reply: 'You will get no more text messages from Demo Grocer. Answer START to get them again.' },
  SmsSender: smsSender,
  TwilioAnswer: '<?xml version="1.0" encoding="UTF-8"?><Response></Response>',
  TwilioRequest: { MessageSid: 'SM1', From: phone, To: smsSender.number, Body: answered.body },
  TestNotificationRequest: { order_id: orderId },
  TestNotificationResults: { results: [{ channel: 'push', sent: true }] },

  // Sandbox.
  AddItemRequest: { item: firmAvocados, delivered_count: 2 },
  AdvanceBatchRequest: { workflow_state: 'picking' },
  Batch: { id: ids.batch, workflow_state: 'picking' },
  ClockReading: { now: `${day}T15:30:00.000Z`, frozen: false },
  CreateShopperRequest: shopper,
  Faults: { rules: [{ ...faultRule, matched: 10, struck: 3 }] },
  FaultsRequest: { rules: [faultRule] },
  GenerateBatchRequest: { shopper_id: ids.shopper, orders: [{ id: orderId, user_id: userId }] },
  LoggedRequests: {
    requests: [
      {
        id: 7,
        at: answered.created_at,
        method: 'POST',
        path: `/v2/post_checkout/chat/${orderId}/messages`,
        route: 'sendMessage',
        status: 200,
        ms: 3,
        request_body: JSON.stringify({ body: answered.body }),
      },
    ],
    next: null,
  },
  MoveClockRequest: { advance_ms: 86_400_000 },
  NewRetailer: { retailer_id: 2, client_id: '5b1c9a7e3f2d', client_secret: clientSecret },
  RunScenarioRequest: { name: 'replacement', pace: 'fast', seed: 5 },
  Scenario: {
    id: 1,
    name: 'replacement',
    pace: 'fast',
    seed: 5,
    state: 'finished',
    order_id: orderId,
    position: 2,
    steps: 2,
    done: [
      { step: 1, at: `${day}T14:58:00Z`, action: 'shopper', body: 'Ilse' },
      { step: 2, at: asked.created_at, action: 'shopper_says', sender_type: 'driver', body: asked.body },
    ],
  },
  SimulateCallbackRequest: { event_name: 'late_delivery' },
  PickItemRequest: { status: 'replaced', replacement_item: firmAvocados, delivered_count: 2 },
  UpdateItemRequest: { status: 'replaced', replacement_item: firmAvocados, delivered_count: 2 },

  // Service.
  Health: { status: 'ok' },
  MetricsText: '# TYPE aislechat_readers gauge\naislechat_readers 118\n',
  OpenApiDocument: { openapi: '3.1.0', info: { title: 'Aislechat', version: '0.1.0' }, paths: {} },
  Readiness: { status: 'ok' },
} satisfies Examples;
