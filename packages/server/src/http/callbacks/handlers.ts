/** Callback endpoints and their deliveries. */
import { deliveryNumbers, instantOf, type RouteNameOf, routes, schemas } from '@aislechat/contract';
import { findDelivery, listDeliveries, replay, replayDead } from '../../domain/callbacks/deliveries.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type EndpointInput,
  findEndpoint,
  listEndpoints,
  rotateSigningSecret,
} from '../../domain/callbacks/endpoints.ts';
import { sendSample } from '../../domain/callbacks/sample.ts';
import { InvalidParameters, Refusal } from '../../domain/errors.ts';
import type { DeliveryFilter, DeliveryKey } from '../../storage/store.ts';
import {
  wireDelivery,
  wireDeliveryWithAttempts,
  wireEndpoint,
  wireNewEndpoint,
  wireSample,
} from '../../wire/callbacks.ts';
import { type Exchange, type Handlers, integerId, orderReference } from '../pipeline/exchange.ts';
import { cursors } from '../pipeline/paging.ts';
import { parse } from '../pipeline/parse.ts';

const endpointOf = ({ params }: Exchange): number => integerId(params.endpoint_id!) ?? -1;

/** @throws Refusal */
function keyOf({ caller, params }: Exchange): DeliveryKey {
  const numbers = deliveryNumbers(params.delivery_id!);
  if (!numbers) throw new Refusal('resource_not_found');
  return { retailerId: caller.retailer.id, ...numbers };
}

const deliveryCursors = cursors('at', 'orderId', 'seq', 'endpointId');

export const callbackHandlers: Handlers<RouteNameOf<'callbacks'>> = {
  async listCallbackEndpoints({ context, caller }) {
    const endpoints = await listEndpoints(context, caller.retailer.id);
    return { endpoints: endpoints.map(wireEndpoint) };
  },

  async createCallbackEndpoint({ context, caller, request, reply }) {
    const { authentication, ...rest } = parse(schemas.CreateCallbackEndpointRequest, request.body);
    reply.header('cache-control', 'no-store');
    const input = { ...rest, tokenSource: tokenSourceOf(authentication) };
    return wireNewEndpoint(await createEndpoint(context, caller, input));
  },

  async getCallbackEndpoint(exchange) {
    const { context, caller } = exchange;
    return wireEndpoint(await findEndpoint(context, caller.retailer.id, endpointOf(exchange)));
  },

  async changeCallbackEndpoint(exchange) {
    const { context, caller, request } = exchange;
    const { authentication, ...rest } = parse(schemas.ChangeCallbackEndpointRequest, request.body);
    const changes: Partial<EndpointInput> = { ...rest };
    if (authentication) changes.tokenSource = tokenSourceOf(authentication);
    return wireEndpoint(await changeEndpoint(context, caller, endpointOf(exchange), changes));
  },

  async deleteCallbackEndpoint(exchange) {
    await deleteEndpoint(exchange.context, exchange.caller, endpointOf(exchange));
    return { success: true };
  },

  async rotateCallbackSecret(exchange) {
    const { context, caller, reply } = exchange;
    reply.header('cache-control', 'no-store');
    return wireNewEndpoint(await rotateSigningSecret(context, caller, endpointOf(exchange)));
  },

  async testCallbackEndpoint(exchange) {
    const { context, caller, request, giveWay } = exchange;
    const { event_name } = parse(schemas.CallbackSampleRequest, request.body);
    giveWay();
    const { name, result } = await sendSample(context, caller.retailer, endpointOf(exchange), event_name);
    return wireSample(name, result);
  },

  async replayDeadCallbacks(exchange) {
    const { context, caller, request } = exchange;
    const since = instantOf(parse(schemas.ReplayCallbacksRequest, request.body).since);
    if (since === undefined) throw new InvalidParameters({ key: 'since', problem: 'invalid' });
    const endpoint = await findEndpoint(context, caller.retailer.id, endpointOf(exchange));
    return { replayed: await replayDead(context, caller.retailer, endpoint, since) };
  },

  async listCallbackDeliveries({ context, caller, request }) {
    const query = parse(routes.listCallbackDeliveries.query, request.query);
    const filter: Omit<DeliveryFilter, 'orderId'> = {};
    if (query.endpoint_id !== undefined) filter.endpointId = query.endpoint_id;
    if (query.event_name !== undefined) filter.eventName = query.event_name;
    if (query.state !== undefined) filter.state = query.state;
    const { rows, next } = await listDeliveries(
      context,
      caller.retailer.id,
      query.order_id === undefined ? undefined : orderReference(request, query.order_id),
      filter,
      deliveryCursors.pageOf(query),
    );
    return { deliveries: rows.map(wireDelivery), next: deliveryCursors.cursorOf(next) };
  },

  async getCallbackDelivery(exchange) {
    return wireDeliveryWithAttempts(await findDelivery(exchange.context, keyOf(exchange)));
  },

  async replayCallbackDelivery(exchange) {
    const { context, caller } = exchange;
    return wireDelivery(await replay(context, caller.retailer, keyOf(exchange)));
  },
};

/** @throws InvalidParameters */
function tokenSourceOf(given: schemas.CallbackAuthentication | undefined): EndpointInput['tokenSource'] {
  if (!given || given.type === 'none') return null;
  const { token_url: url, client_id: clientId, client_secret: clientSecret } = given;
  const blank = (key: string) => new InvalidParameters({ key: `authentication.${key}`, problem: 'blank' });
  if (!url) throw blank('token_url');
  if (!clientId) throw blank('client_id');
  if (!clientSecret) throw blank('client_secret');
  return {
    url,
    clientId,
    clientSecret,
    scope: given.scope,
    resource: given.resource,
    lifetimeS: given.expires_in,
  };
}
