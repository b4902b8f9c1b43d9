/** Converts callback endpoints and deliveries to the contract's types, for the API and the command line. */
import { deliveryId, eventId, type schemas, wireTime } from '@aislechat/contract';
import type { Static } from 'typebox';
import type { AttemptResult } from '../domain/callbacks/callbacks.ts';
import type { NewEndpoint } from '../domain/callbacks/endpoints.ts';
import type { CallbackDeliveryRow, CallbackEndpointRow, DeliveryRows } from '../storage/store.ts';
import { envelopeOf } from './envelope.ts';

export function wireEndpoint(endpoint: CallbackEndpointRow): schemas.CallbackEndpoint {
  const { id, name, url, events, state, tokenSource: source, formerSecretUntil, createdAt } = endpoint;
  return {
    id,
    name,
    url,
    events,
    state,
    authentication: source
      ? {
          type: 'client_credentials',
          token_url: source.url,
          client_id: source.clientId,
          ...(source.scope !== null && { scope: source.scope }),
          ...(source.resource !== null && { resource: source.resource }),
          ...(source.lifetimeS !== null && { expires_in: source.lifetimeS }),
        }
      : { type: 'none' },
    ...(formerSecretUntil !== null && { former_secret_until: wireTime(formerSecretUntil) }),
    created_at: wireTime(createdAt),
  };
}

export const wireNewEndpoint = ({
  endpoint,
  signingSecret,
}: NewEndpoint): Static<typeof schemas.NewCallbackEndpoint> => ({
  ...wireEndpoint(endpoint),
  signing_secret: signingSecret,
});

export const wireSample = (
  event_name: CallbackDeliveryRow['eventName'],
  { status, error, answer, durationMs }: AttemptResult,
): Static<typeof schemas.CallbackSample> => ({
  event_name,
  ...(status !== undefined && { status }),
  ...(error !== undefined && { error }),
  ...(answer !== undefined && { answer }),
  duration_ms: durationMs,
});

export function wireDelivery(delivery: CallbackDeliveryRow): schemas.CallbackDelivery {
  const { endpointId, orderId, seq, eventName, at, state, attempts, dueAt, finishedAt } = delivery;
  return {
    id: deliveryId(delivery),
    endpoint_id: endpointId,
    event_id: eventId(orderId, seq),
    event_name: eventName,
    event_timestamp: wireTime(at),
    order_id: orderId,
    seq,
    state,
    attempts,
    ...(dueAt !== null && { next_attempt_at: wireTime(dueAt) }),
    ...(finishedAt !== null && { finished_at: wireTime(finishedAt) }),
  };
}

export const wireDeliveryWithAttempts = ({
  delivery,
  attempts,
}: DeliveryRows): Static<typeof schemas.CallbackDeliveryWithAttempts> => ({
  ...wireDelivery(delivery),
  payload: envelopeOf(delivery),
  history: attempts.map(({ attempt, at, durationMs, status, error, answer }) => ({
    attempt,
    at: wireTime(at),
    duration_ms: durationMs,
    ...(status !== null && { status }),
    ...(error !== null && { error }),
    ...(answer !== null && { answer }),
  })),
});
