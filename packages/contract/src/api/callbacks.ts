/** Endpoints of event callbacks and what was delivered to them. The events are Connect’s, managing them is ours. */
import { type Static, Type } from 'typebox';
import { attemptErrors, callbackEventNames, deliveryStates, formerEventNames } from '../callbacks.ts';
import { limits } from '../limits.ts';
import { byOperator, define } from '../route.ts';
import { choice, Identifier, object, optional, Timestamp, text } from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { rowsQuery, Success } from './answers.ts';

const CallbackUrl = (description: string) =>
  Type.String({ description, maxLength: limits.urlCharacters, pattern: '^https?://[^\\s]+$' });

export const EventName = choice(callbackEventNames, 'Name of the event');

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

const callbacks = { ...byOperator, tag: 'Callbacks' } as const;
const endpointPath = '/v1/callback-endpoints/{endpoint_id}';
const deliveryPath = '/v1/callback-deliveries/{delivery_id}';

export const callbackRoutes = define({
  listCallbackEndpoints: {
    ...callbacks,
    method: 'GET',
    path: '/v1/callback-endpoints',
    summary: 'Where events are sent to',
    answer: CallbackEndpoints,
    errors: [],
  },
  createCallbackEndpoint: {
    ...callbacks,
    method: 'POST',
    path: '/v1/callback-endpoints',
    summary: 'Have events sent to an address',
    body: CreateCallbackEndpointRequest,
    answer: NewCallbackEndpoint,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'limit_reached'],
  },
  getCallbackEndpoint: {
    ...callbacks,
    method: 'GET',
    path: endpointPath,
    summary: 'One of these addresses',
    answer: CallbackEndpoint,
    errors: ['resource_not_found'],
  },
  changeCallbackEndpoint: {
    ...callbacks,
    method: 'PATCH',
    path: endpointPath,
    summary: 'Change what is given of it; what has waited for a disabled one is sent once it is enabled',
    body: ChangeCallbackEndpointRequest,
    answer: CallbackEndpoint,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'resource_not_found'],
  },
  deleteCallbackEndpoint: {
    ...callbacks,
    method: 'DELETE',
    path: endpointPath,
    summary: 'Forget it, and what was to be sent to it',
    answer: Success,
    errors: ['resource_not_found'],
  },
  rotateCallbackSecret: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/secret`,
    summary: 'A new signing secret; the former one signs beside it for 24 hours',
    answer: NewCallbackEndpoint,
    errors: ['callbacks_not_configured', 'resource_not_found'],
  },
  testCallbackEndpoint: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/test`,
    summary: 'Send a sample now, once, and tell how it went',
    body: CallbackSampleRequest,
    answer: CallbackSample,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'resource_not_found'],
  },
  replayDeadCallbacks: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/replay`,
    summary: `Send again what was given up since a time, at most ${limits.callbacksPerReplay}`,
    body: ReplayCallbacksRequest,
    answer: ReplayedCallbacks,
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
    answer: CallbackDeliveries,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  getCallbackDelivery: {
    ...callbacks,
    method: 'GET',
    path: deliveryPath,
    summary: 'One of them, with its attempts',
    answer: CallbackDeliveryWithAttempts,
    errors: ['resource_not_found'],
  },
  replayCallbackDelivery: {
    ...callbacks,
    method: 'POST',
    path: `${deliveryPath}/replay`,
    summary: 'Send it again, under the same ID',
    answer: CallbackDelivery,
    errors: ['resource_not_found'],
  },
});
