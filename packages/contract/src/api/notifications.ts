/** Notifications by push and text message: devices, senders, and what was sent. Ours. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import {
  notificationChannels,
  notificationKinds,
  notificationLanguages,
  notificationStates,
} from '../notifications.ts';
import { byOperator, byPerson, define } from '../route.ts';
import {
  choice,
  described,
  Flag,
  Id,
  Identifier,
  Integer,
  object,
  optional,
  Text,
  Timestamp,
} from '../schema-kinds.ts';
import { NextPage, pageQuery, Success } from './answers.ts';

export const NotificationKind = choice(notificationKinds, 'What a notification is about');
export const NotificationState = choice(
  notificationStates,
  '`seen`: it was not needed any more. `dropped`: there was a reason not to send it. `dead`: every attempt failed; it can be replayed',
);
export const NotificationChannel = choice(notificationChannels, 'How a notification is sent');
export const NotificationLanguage = choice(notificationLanguages, 'Language of notifications');
export const NotificationRecipient = choice(
  ['user', 'driver'],
  'Who is notified: the customer or the shopper',
);

export const PushKey = object(
  { public_key: Text('The server’s public key, for `applicationServerKey`') },
  'The key with which a browser subscribes',
);

const PushKeys = object(
  {
    p256dh: Type.String({
      pattern: '^[A-Za-z0-9_-]{87}=?$',
      maxLength: 88,
      description: 'The device’s public key',
    }),
    auth: Type.String({
      pattern: '^[A-Za-z0-9_-]{22}(==)?$',
      maxLength: 24,
      description: 'The device’s secret',
    }),
  },
  'The keys of a subscription',
);

export const CreatePushSubscriptionRequest = object(
  {
    endpoint: Type.String({
      format: 'uri',
      description: 'Address at the browser’s push service',
      maxLength: limits.urlCharacters,
      pattern: '^https?://[^\\s]+$',
    }),
    keys: PushKeys,
    order_id: optional(Identifier('The order to be notified about; required for a customer')),
    language: optional(
      described(NotificationLanguage, 'Language of the notifications; from `Accept-Language` by default'),
    ),
  },
  'A browser’s push subscription, as `PushSubscription.toJSON()` returns it',
);

export const PushSubscription = object(
  {
    id: Id('ID of the subscription'),
    push_service: Text('Origin of the push service'),
    order_id: optional(Id('The internal ID of the order, of a customer’s subscription')),
    language: NotificationLanguage,
    created_at: Timestamp('When the device subscribed'),
  },
  'A device that is notified',
);
export type PushSubscription = Static<typeof PushSubscription>;

export const PushSubscriptions = object(
  { subscriptions: Type.Array(PushSubscription, { description: 'Oldest first' }) },
  'The devices of a person',
);

export const Notification = object(
  {
    id: Id('ID of the notification, which is that of its first event'),
    order_id: Id('The internal ID of the order'),
    recipient: NotificationRecipient,
    kind: NotificationKind,
    seq: Integer('Number of its first event in the log of the order'),
    last_seq: Integer('Number of its last event'),
    events: Integer('How many events it is about'),
    at: Timestamp('When its first event happened'),
    state: NotificationState,
    channel: optional(NotificationChannel),
    reason: optional(Text('Why it was refused or not sent')),
    attempts: Integer('Attempts so far'),
    next_attempt_at: optional(Timestamp('When it is sent next, if not seen before')),
    finished_at: optional(Timestamp('When it was sent or given up')),
  },
  'A notification about one or several events of an order; it never contains texts or names',
);
export type Notification = Static<typeof Notification>;

export const Notifications = object(
  { notifications: Type.Array(Notification, { description: 'Newest first' }), next: NextPage },
  'A page of notifications',
);

export const TestNotificationRequest = object(
  {
    shopper_id: optional(Identifier('The retailer’s own ID of the shopper whose devices to notify')),
    order_id: optional(Identifier('The order whose customer to notify')),
  },
  'Whom to send a test to: a shopper, or the customer of an order',
);

export const TestNotificationResult = object(
  {
    channel: NotificationChannel,
    sent: Flag('Whether it was accepted'),
    reason: optional(Text('Why it was refused')),
  },
  'The result of one attempt',
);

export const TestNotificationResults = object(
  {
    results: Type.Array(TestNotificationResult, {
      description: 'One result for each device and number; empty if there is none',
    }),
  },
  'The results of a test',
);

const devices = { ...byPerson, tag: 'Notifications' } as const;
const notifications = { ...byOperator, tag: 'Notifications' } as const;

export const notificationRoutes = define({
  getPushKey: {
    ...devices,
    method: 'GET',
    path: '/v1/push-key',
    summary: 'Get the key for push subscriptions',
    description:
      'Returns the public key that `pushManager.subscribe` needs. For customers and shoppers only.',
    answer: PushKey,
    errors: ['push_not_configured'],
  },
  createPushSubscription: {
    ...devices,
    internalIds: true,
    method: 'POST',
    path: '/v1/push-subscriptions',
    summary: 'Subscribe a device to notifications',
    description: `Sends the caller’s notifications to this device: a shopper’s of all their orders, a customer’s of one order, until its chat is erased. A device that subscribes again replaces its earlier subscription, also that of somebody else. A shopper, and the customer of an order, may have up to ${limits.pushSubscriptions} devices; one more replaces the oldest.`,
    body: CreatePushSubscriptionRequest,
    answer: PushSubscription,
    errors: ['invalid_parameters', 'push_not_configured', 'resource_not_found'],
  },
  listPushSubscriptions: {
    ...devices,
    method: 'GET',
    path: '/v1/push-subscriptions',
    summary: 'List the devices that are notified',
    description: 'Returns the caller’s own devices, without their addresses and keys.',
    answer: PushSubscriptions,
    errors: [],
  },
  deletePushSubscription: {
    ...devices,
    method: 'DELETE',
    path: '/v1/push-subscriptions/{subscription_id}',
    summary: 'Unsubscribe a device from notifications',
    description: 'Deletes one of the caller’s own subscriptions.',
    answer: Success,
    errors: ['resource_not_found'],
  },
  listNotifications: {
    ...notifications,
    method: 'GET',
    path: '/v1/notifications',
    summary: 'List notifications',
    description:
      'Returns sent and pending notifications, newest first, in pages, with the reason of each refusal. They are kept for seven days.',
    internalIds: true,
    query: object({
      order_id: optional(Identifier('Only notifications about this order')),
      state: optional(described(NotificationState, 'Only notifications in this state')),
      channel: optional(described(NotificationChannel, 'Only notifications sent this way')),
      ...pageQuery('Notifications'),
    }),
    answer: Notifications,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  replayNotification: {
    ...notifications,
    method: 'POST',
    path: '/v1/notifications/{notification_id}/replay',
    summary: 'Replay a notification',
    description:
      'Sends the notification again, unless it has been seen, the chat has closed or there is another reason not to.',
    answer: Notification,
    errors: ['resource_not_found'],
  },
  testNotification: {
    ...notifications,
    method: 'POST',
    path: '/v1/notifications/test',
    summary: 'Send a test notification',
    description:
      'Sends one test notification to every device of a shopper, or to every device and the number of the customer of an order, and returns the results.',
    body: TestNotificationRequest,
    answer: TestNotificationResults,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
});
