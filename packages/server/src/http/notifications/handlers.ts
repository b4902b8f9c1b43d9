/** Devices that are notified, and the notifications that were sent. */
import { eventNumbers, notificationLanguage, type RouteNameOf, routes, schemas } from '@aislechat/contract';
import { InvalidParameters, Refusal } from '../../domain/errors.ts';
import { listNotifications, replayNotification } from '../../domain/notifications/outbox.ts';
import { testCustomer, testShopper } from '../../domain/notifications/sample.ts';
import {
  listSubscriptions,
  pushKey,
  subscribe,
  unsubscribe,
} from '../../domain/notifications/subscriptions.ts';
import type { NotificationFilter } from '../../storage/store.ts';
import { type Handlers, integerId, orderReference } from '../pipeline/exchange.ts';
import { cursors } from '../pipeline/paging.ts';
import { parse } from '../pipeline/parse.ts';
import { wireNotification, wireSent, wireSubscription } from './wire.ts';

const notificationCursors = cursors('at', 'orderId', 'seq');

export const notificationHandlers: Handlers<RouteNameOf<'notifications'>> = {
  getPushKey: ({ context, caller }) => ({ public_key: pushKey(context, caller) }),

  async createPushSubscription({ context, caller, request }) {
    const { endpoint, keys, order_id, language } = parse(schemas.CreatePushSubscriptionRequest, request.body);
    const subscription = await subscribe(context, caller, {
      endpoint,
      ...keys,
      order: order_id === undefined ? undefined : orderReference(request, order_id),
      language: language ?? notificationLanguage(request.headers['accept-language']),
    });
    return wireSubscription(subscription);
  },

  async listPushSubscriptions({ context, caller }) {
    return { subscriptions: (await listSubscriptions(context, caller)).map(wireSubscription) };
  },

  async deletePushSubscription({ context, caller, params }) {
    await unsubscribe(context, caller, integerId(params.subscription_id!) ?? -1);
    return { success: true };
  },

  async listNotifications({ context, caller, request }) {
    const query = parse(routes.listNotifications.query, request.query);
    const filter: Omit<NotificationFilter, 'orderId'> = {};
    if (query.state !== undefined) filter.state = query.state;
    if (query.channel !== undefined) filter.channel = query.channel;
    const reference = query.order_id === undefined ? undefined : orderReference(request, query.order_id);
    const page = notificationCursors.pageOf(query);
    const { rows, next } = await listNotifications(context, caller, reference, filter, page);
    return { notifications: rows.map(wireNotification), next: notificationCursors.cursorOf(next) };
  },

  async replayNotification({ context, caller, params }) {
    const numbers = eventNumbers(params.notification_id!);
    if (!numbers) throw new Refusal('resource_not_found');
    return wireNotification(
      await replayNotification(context, caller, { retailerId: caller.retailer.id, ...numbers }),
    );
  },

  async testNotification({ context, caller, request, giveWay }) {
    const { shopper_id, order_id } = parse(schemas.TestNotificationRequest, request.body);
    if ((shopper_id === undefined) === (order_id === undefined)) {
      throw new InvalidParameters({ key: 'shopper_id', problem: 'invalid' });
    }
    giveWay();
    const sent =
      shopper_id === undefined
        ? await testCustomer(context, caller, { externalId: order_id! })
        : await testShopper(context, caller, { externalId: shopper_id });
    return { results: sent.map(wireSent) };
  },
};
