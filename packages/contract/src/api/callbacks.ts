/** Endpoints of event callbacks, and their deliveries. The events are Connect’s; the operations are ours. */

import { attemptErrors, callbackEventNames, deliveryStates, formerEventNames } from '../callbacks.ts';
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { byOperator, define } from '../route.ts';
import {
  choice,
  described,
  Id,
  Identifier,
  Integer,
  object,
  optional,
  SafeId,
  Text,
  Timestamp,
  text,
  Url,
} from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { NextPage, pageQuery, Success } from './answers.ts';

const CallbackUrl = (description: string) =>
  Type.String({
    format: 'uri',
    description,
    maxLength: limits.urlCharacters,
    pattern: '^https?://[^\\s]+$',
  });

export const EventName = choice(callbackEventNames, 'Name of an event');

export const SubscribedEventName = choice(
  [...callbackEventNames, ...formerEventNames],
  'Name of an event, or its former name',
);

const Events = Type.Array(SubscribedEventName, {
  minItems: 1,
  maxItems: callbackEventNames.length + formerEventNames.length,
  uniqueItems: true,
  description: 'The events to send',
});

export const CallbackEndpointState = choice(
  ['enabled', 'disabled'],
  'Whether events are sent; events that happen while the endpoint is disabled are never sent to it',
);

export const CallbackAuthenticationType = choice(
  ['none', 'client_credentials'],
  'Whether callbacks carry an access token',
);

export const CallbackAuthentication = object(
  {
    type: CallbackAuthenticationType,
    token_url: optional(CallbackUrl('The receiver’s token endpoint')),
    client_id: optional(text('Client ID at the token endpoint', 255)),
    client_secret: optional(text('Client secret at the token endpoint; never shown again', 1024)),
    scope: optional(text('Scope to request', 1024)),
    resource: optional(text('Resource to request', 1024)),
    expires_in: optional(
      Type.Integer({
        description: 'Lifetime of a token in seconds, overriding the one in the token response',
        minimum: 1,
        maximum: 2_592_000,
      }),
    ),
  },
  'How callbacks get their access token. Connect: Authentication for event callbacks',
);
export type CallbackAuthentication = Static<typeof CallbackAuthentication>;

const EndpointName = Type.String({
  description: 'A display name',
  maxLength: limits.nameCharacters,
  pattern: visibleCharacter,
});

const endpointUrl = 'Where events are sent; HTTPS in production';

export const CreateCallbackEndpointRequest = object(
  {
    name: EndpointName,
    url: CallbackUrl(endpointUrl),
    events: Events,
    authentication: optional(CallbackAuthentication),
  },
  'A new callback endpoint',
);

export const ChangeCallbackEndpointRequest = object(
  {
    name: optional(EndpointName),
    url: optional(CallbackUrl(endpointUrl)),
    events: optional(Events),
    state: optional(CallbackEndpointState),
    authentication: optional(CallbackAuthentication),
  },
  'Changes to a callback endpoint; omitted members stay unchanged',
);

export const CallbackEndpointAuthentication = object(
  {
    type: CallbackAuthenticationType,
    token_url: optional(Url('The receiver’s token endpoint')),
    client_id: optional(Text('Client ID at the token endpoint')),
    scope: optional(Text('Scope that is requested')),
    resource: optional(Text('Resource that is requested')),
    expires_in: optional(Integer('Lifetime of a token in seconds')),
  },
  'How callbacks get their access token, without the secret',
);

const callbackEndpoint = {
  id: Id('ID of the endpoint'),
  name: Text('A display name'),
  url: Url('Where events are sent'),
  events: Type.Array(EventName, { description: 'The events that are sent' }),
  state: CallbackEndpointState,
  authentication: CallbackEndpointAuthentication,
  former_secret_until: optional(
    Timestamp('After a rotation: until then callbacks carry a signature of the former secret as well'),
  ),
  created_at: Timestamp('When the endpoint was created'),
};

export const CallbackEndpoint = object(callbackEndpoint, 'Where events are sent');
export type CallbackEndpoint = Static<typeof CallbackEndpoint>;

export const NewCallbackEndpoint = object(
  {
    ...callbackEndpoint,
    signing_secret: Text('Verifies the signatures of callbacks; shown only once'),
  },
  'A callback endpoint, with its signing secret',
);

export const CallbackEndpoints = object(
  { endpoints: Type.Array(CallbackEndpoint) },
  'The callback endpoints of a retailer',
);

export const CallbackAttemptError = choice(attemptErrors, 'The reason why an attempt got no answer');

const attemptOutcome = {
  status: optional(Integer('Status of the receiver’s answer, if there was one')),
  error: optional(CallbackAttemptError),
  answer: optional(
    Text(
      `The first ${limits.callbackExcerptBytes} bytes of the receiver’s answer: secrets are masked, and control characters are shown as \`\\u000a\``,
    ),
  ),
  duration_ms: Integer('How long it took, in milliseconds'),
};

export const CallbackSampleRequest = object(
  {
    event_name: optional(described(EventName, 'Event to send a sample of; the endpoint’s first by default')),
  },
  'The event to send as a sample',
);

export const CallbackSample = object(
  { event_name: EventName, ...attemptOutcome },
  'The result of sending the sample',
);

export const ReplayCallbacksRequest = object(
  {
    since: Type.String({
      format: 'date-time',
      description: 'Events from this instant on are sent again',
      maxLength: 40,
    }),
  },
  'The events to send again',
);

export const ReplayedCallbacks = object(
  { replayed: Integer('Deliveries that are pending again') },
  'The number of deliveries to send again',
);

export const CallbackDeliveryState = choice(
  deliveryStates,
  '`dead`: given up after 24 hours; it can still be replayed',
);

const callbackDelivery = {
  id: Text('ID of the delivery: the numbers of its endpoint and its event'),
  endpoint_id: Id('ID of the endpoint'),
  event_id: Id('ID of the event; the same on every attempt'),
  event_name: EventName,
  event_timestamp: Timestamp('When the event happened'),
  order_id: Id('The internal ID of the order'),
  seq: Integer('Number of the event in the log of its order'),
  state: CallbackDeliveryState,
  attempts: Integer('Attempts so far'),
  next_attempt_at: optional(
    Timestamp(
      'When the next attempt is due; missing while an earlier event of the order waits, and at the end',
    ),
  ),
  finished_at: optional(Timestamp('When it was delivered or became dead')),
};

export const CallbackDelivery = object(callbackDelivery, 'An event on its way to an endpoint');
export type CallbackDelivery = Static<typeof CallbackDelivery>;

export const CallbackDeliveries = object(
  { deliveries: Type.Array(CallbackDelivery, { description: 'Newest first' }), next: NextPage },
  'A page of callback deliveries',
);

export const CallbackAttempt = object(
  {
    attempt: Integer('Number of the attempt, from 1'),
    at: Timestamp('When it ended'),
    ...attemptOutcome,
  },
  'One attempt to deliver an event',
);

export const CallbackDeliveryWithAttempts = object(
  {
    ...callbackDelivery,
    payload: Text(
      'The body that is sent, as JSON. A shopper’s name is looked up when the event is sent, and is not shown here',
    ),
    history: Type.Array(CallbackAttempt, { description: 'The attempts of the last seven days' }),
  },
  'A callback delivery, with its body and its attempts',
);

const callbacks = { ...byOperator, tag: 'Callbacks' } as const;
const endpointPath = '/v1/callback-endpoints/{endpoint_id}';
const deliveryPath = '/v1/callback-deliveries/{delivery_id}';

export const callbackRoutes = define({
  listCallbackEndpoints: {
    ...callbacks,
    method: 'GET',
    path: '/v1/callback-endpoints',
    summary: 'List callback endpoints',
    description: 'Returns every address of the retailer that events are sent to. Secrets are not shown.',
    answer: CallbackEndpoints,
    errors: [],
  },
  createCallbackEndpoint: {
    ...callbacks,
    method: 'POST',
    path: '/v1/callback-endpoints',
    summary: 'Create a callback endpoint',
    description: `Sends events to an address from now on, and returns the secret that verifies their signatures. The secret is shown only once. A retailer has up to ${limits.callbackEndpoints} endpoints.`,
    body: CreateCallbackEndpointRequest,
    answer: NewCallbackEndpoint,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'limit_reached'],
  },
  getCallbackEndpoint: {
    ...callbacks,
    method: 'GET',
    path: endpointPath,
    summary: 'Get a callback endpoint',
    description: 'Returns the endpoint’s address, its events and its state. Secrets are not shown.',
    answer: CallbackEndpoint,
    errors: ['resource_not_found'],
  },
  changeCallbackEndpoint: {
    ...callbacks,
    method: 'PATCH',
    path: endpointPath,
    summary: 'Change a callback endpoint',
    description:
      'Changes the given members. Deliveries that were pending when the endpoint was disabled are sent once it is enabled again, unless their 24 hours are over.',
    body: ChangeCallbackEndpointRequest,
    answer: CallbackEndpoint,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'resource_not_found'],
  },
  deleteCallbackEndpoint: {
    ...callbacks,
    method: 'DELETE',
    path: endpointPath,
    summary: 'Delete a callback endpoint',
    description: 'Deletes the endpoint together with its deliveries. Pending deliveries are never sent.',
    answer: Success,
    errors: ['resource_not_found'],
  },
  rotateCallbackSecret: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/secret`,
    summary: 'Rotate the signing secret of a callback endpoint',
    description:
      'Returns a new signing secret, which is shown only once. Callbacks carry signatures of both secrets for 24 hours, so that the receiver can switch to the new one.',
    answer: NewCallbackEndpoint,
    errors: ['callbacks_not_configured', 'resource_not_found'],
  },
  testCallbackEndpoint: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/test`,
    summary: 'Send a sample to a callback endpoint',
    description:
      'Sends one sample event to the endpoint at once and returns the result. It is not retried and not listed among the deliveries.',
    body: CallbackSampleRequest,
    answer: CallbackSample,
    errors: ['invalid_parameters', 'callbacks_not_configured', 'resource_not_found'],
  },
  replayDeadCallbacks: {
    ...callbacks,
    method: 'POST',
    path: `${endpointPath}/replay`,
    summary: 'Replay the dead deliveries of a callback endpoint',
    description: `Sends again the dead deliveries of events since an instant, at most ${limits.callbacksPerReplay.toLocaleString('en')} deliveries per request. They keep their IDs.`,
    body: ReplayCallbacksRequest,
    answer: ReplayedCallbacks,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  listCallbackDeliveries: {
    ...callbacks,
    method: 'GET',
    path: '/v1/callback-deliveries',
    summary: 'List callback deliveries',
    description:
      'Returns sent and pending deliveries, newest first, in pages. Delivered ones are kept for seven days, dead ones until they are replayed.',
    internalIds: true,
    query: object({
      endpoint_id: optional(SafeId('Only deliveries to this endpoint')),
      order_id: optional(Identifier('Only deliveries about this order')),
      event_name: optional(described(EventName, 'Only events of this name')),
      state: optional(described(CallbackDeliveryState, 'Only deliveries in this state')),
      ...pageQuery('Deliveries'),
    }),
    answer: CallbackDeliveries,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  getCallbackDelivery: {
    ...callbacks,
    method: 'GET',
    path: deliveryPath,
    summary: 'Get a callback delivery with its attempts',
    description:
      'Returns one delivery, the body that is sent, and the attempts of the last seven days with the beginning of each answer.',
    answer: CallbackDeliveryWithAttempts,
    errors: ['resource_not_found'],
  },
  replayCallbackDelivery: {
    ...callbacks,
    method: 'POST',
    path: `${deliveryPath}/replay`,
    summary: 'Replay a callback delivery',
    description: 'Sends the event again with the same ID, whether it was delivered or is dead.',
    answer: CallbackDelivery,
    errors: ['resource_not_found'],
  },
});
