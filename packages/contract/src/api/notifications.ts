/** Notifications by push and text message: devices, senders, and what was sent. Ours. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import {
  notificationChannels,
  notificationKinds,
  notificationLanguages,
  notificationStates,
  smsAdapters,
} from '../notifications.ts';
import { byOperator, byPerson, bySandbox, define } from '../route.ts';
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
  text,
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
    reason: optional(
      Text(
        'Why it was refused. `no_number`: the order has no valid number whose owner agreed to text messages',
      ),
    ),
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

export const SmsAdapter = choice(
  smsAdapters,
  '`twilio`, `http` for any other provider, or `fake` for a phone in the memory of a development server',
);

const PhoneNumber = (description: string) =>
  Type.String({ description, maxLength: 32, pattern: '^[+0-9 ().-]{3,32}$' });

const smsSender = {
  adapter: SmsAdapter,
  number: PhoneNumber('The number that messages come from and answers go to, in E.164'),
  account: optional(text('Of `twilio`: the account SID', 64)),
  url: optional(
    Type.String({
      format: 'uri',
      description: 'Of `http`: where messages are sent. Of `twilio`: another address of the API',
      maxLength: limits.urlCharacters,
      pattern: '^https?://[^\\s]+$',
    }),
  ),
};

export const PutSmsSenderRequest = object(
  {
    ...smsSender,
    auth_token: optional(text('Of `twilio`: the auth token, which is never shown again', 255)),
  },
  'How to send and receive text messages',
);

export const SmsSender = object(
  {
    ...smsSender,
    incoming_url: optional(Text('Where the provider sends answers')),
    signing_secret: optional(Text('Of `http`: signs messages and answers; shown only once')),
    created_at: Timestamp('When it was set'),
  },
  'How text messages are sent and received',
);
export type SmsSender = Static<typeof SmsSender>;

export const IncomingSms = object(
  {
    id: Type.String({
      description: 'ID at the provider, the same on every attempt',
      minLength: 1,
      maxLength: 255,
    }),
    from: PhoneNumber('The number of the person'),
    text: text('What they wrote', 10_000),
  },
  'A text message from a person',
);

export const SmsReply = object(
  { reply: optional(Text('The text to send back; missing if there is none')) },
  'The answer to a text message',
);

export const TwilioRequest = object(
  {
    MessageSid: optional(Text('ID of the message')),
    From: optional(Text('The number of the person')),
    To: optional(Text('The retailer’s number')),
    Body: optional(Text('What they wrote')),
    MessageStatus: optional(Text('Of a status: what became of the message')),
    ErrorCode: optional(Text('Of a status: why it did not arrive')),
  },
  'The parameters of a webhook of Twilio that are read; the signature covers the others, too',
);

export const TwilioAnswer = Type.String({ description: 'A TwiML document' });

export const PhoneMessage = object(
  {
    id: Text('ID of the message'),
    at: Timestamp('When it was sent'),
    direction: choice(['to_phone', 'from_phone'], 'Whether the phone got it or sent it'),
    text: Text('The text'),
  },
  'A text message on a phone of the sandbox',
);

export const PhoneMessages = object(
  { messages: Type.Array(PhoneMessage, { description: 'Oldest first' }) },
  'The text messages of a phone in the sandbox',
);

export const AnswerFromPhoneRequest = object(
  {
    text: text('What to answer', 10_000),
    id: optional(
      Type.String({
        description: 'ID of the message; the same ID again is a repetition',
        minLength: 1,
        maxLength: 255,
      }),
    ),
  },
  'A text message from a phone of the sandbox',
);

const devices = { ...byPerson, tag: 'Notifications' } as const;
/** The signature is the permission. */
const fromProvider = {
  surface: 'native',
  identity: 'anyone',
  tag: 'Notifications',
  method: 'POST',
  signed: true,
} as const;
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
  getSmsSender: {
    ...notifications,
    method: 'GET',
    path: '/v1/sms-sender',
    summary: 'Get the sender of text messages',
    description: 'Returns how the retailer’s text messages are sent and received. Secrets are not shown.',
    answer: SmsSender,
    errors: ['resource_not_found'],
  },
  putSmsSender: {
    ...notifications,
    method: 'PUT',
    path: '/v1/sms-sender',
    summary: 'Set the sender of text messages',
    description:
      'Replaces the sender. Nothing is sent before the setting `sms_notifications` allows it. For `http`, the answer holds a new signing secret, which is shown only once.',
    body: PutSmsSenderRequest,
    answer: SmsSender,
    errors: ['invalid_parameters', 'sms_not_configured', 'sms_copies_remain'],
  },
  deleteSmsSender: {
    ...notifications,
    method: 'DELETE',
    path: '/v1/sms-sender',
    summary: 'Delete the sender of text messages',
    description: 'Sends and accepts no more text messages.',
    answer: Success,
    errors: ['resource_not_found', 'sms_copies_remain'],
  },
  receiveSms: {
    ...fromProvider,
    path: '/v1/sms/{retailer_id}',
    summary: 'Receive a text message from a provider',
    description:
      'Takes an answer from a customer’s phone, signed with the secret of the sender as callbacks are. STOP, START and HELP are handled first; anything else becomes the customer’s message in their open order. The same `id` again does nothing.',
    body: IncomingSms,
    answer: SmsReply,
    errors: ['invalid_parameters', 'resource_not_found', 'signature_invalid'],
  },
  receiveTwilioSms: {
    ...fromProvider,
    path: '/v1/sms/{retailer_id}/twilio',
    summary: 'Receive a text message from Twilio',
    description:
      'The same for Twilio’s webhook “A message comes in”, whose `X-Twilio-Signature` is checked against the auth token.',
    bodyTypes: ['application/x-www-form-urlencoded'],
    body: TwilioRequest,
    answer: TwilioAnswer,
    answerType: 'text/xml',
    errors: ['invalid_parameters', 'resource_not_found', 'signature_invalid'],
  },
  receiveTwilioStatus: {
    ...fromProvider,
    path: '/v1/sms/{retailer_id}/twilio/status',
    summary: 'Receive the status of a text message from Twilio',
    description: 'Records that a text message did not arrive, with Twilio’s error code.',
    bodyTypes: ['application/x-www-form-urlencoded'],
    body: TwilioRequest,
    answer: TwilioAnswer,
    answerType: 'text/xml',
    errors: ['invalid_parameters', 'resource_not_found', 'signature_invalid'],
  },
  listPhoneMessages: {
    ...bySandbox,
    surface: 'native',
    method: 'GET',
    path: '/v1/sandbox/phones/{number}/messages',
    summary: 'Read the text messages of a phone',
    description: `Returns what a phone of the sandbox got and sent through the adapter \`fake\`, at most the latest ${limits.sandboxPhoneMessages}. They are in the memory of the server process.`,
    answer: PhoneMessages,
    errors: ['invalid_parameters'],
  },
  answerFromPhone: {
    ...bySandbox,
    surface: 'native',
    method: 'POST',
    path: '/v1/sandbox/phones/{number}/messages',
    summary: 'Answer from a phone',
    description: 'Sends a text message from a phone of the sandbox, as a provider would hand it over.',
    body: AnswerFromPhoneRequest,
    answer: SmsReply,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
});
