/** Devices that are notified, and the notifications that were sent. */
import {
  eventNumbers,
  notificationLanguage,
  type RouteNameOf,
  routes,
  type SmsAdapter,
  schemas,
  verifyCallback,
} from '@aislechat/contract';
import type { FastifyRequest } from 'fastify';
import { retailerNow } from '../../domain/clock.ts';
import type { Context } from '../../domain/context.ts';
import { InvalidParameters, Refusal } from '../../domain/errors.ts';
import { receiveText } from '../../domain/notifications/incoming.ts';
import { listNotifications, replayNotification } from '../../domain/notifications/outbox.ts';
import { numberReader } from '../../domain/notifications/phones.ts';
import { testCustomer, testShopper } from '../../domain/notifications/sample.ts';
import { deleteSender, findSender, openSender, putSender } from '../../domain/notifications/senders.ts';
import {
  listSubscriptions,
  pushKey,
  subscribe,
  unsubscribe,
} from '../../domain/notifications/subscriptions.ts';
import type { SandboxPhones } from '../../domain/sandbox/phones.ts';
import type { NotificationFilter } from '../../storage/store.ts';
import { type Exchange, type Handlers, integerId, orderReference } from '../pipeline/exchange.ts';
import { cursors } from '../pipeline/paging.ts';
import { parse } from '../pipeline/parse.ts';
import { isSignedByTwilio } from './twilio-signature.ts';
import { wireNotification, wirePhoneMessage, wireSender, wireSent, wireSubscription } from './wire.ts';

const notificationCursors = cursors('at', 'orderId', 'seq');

export const notificationHandlers = (phones: SandboxPhones): Handlers<RouteNameOf<'notifications'>> => ({
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

  async getSmsSender({ context, caller }) {
    return wireSender(context, await findSender(context, caller));
  },

  async putSmsSender({ context, caller, request, reply }) {
    const body = parse(schemas.PutSmsSenderRequest, request.body);
    reply.header('cache-control', 'no-store');
    const { adapter, number, account, url, auth_token: authToken } = body;
    const { row, signingSecret } = await putSender(context, caller, {
      adapter,
      number,
      account,
      url,
      authToken,
    });
    return {
      ...wireSender(context, row),
      ...(signingSecret !== undefined && { signing_secret: signingSecret }),
    };
  },

  async deleteSmsSender({ context, caller }) {
    await deleteSender(context, caller);
    return { success: true };
  },

  async receiveSms({ context, request, params }) {
    const { retailer, sender } = await senderOf(context, params, 'http');
    const text = request.bodyText ?? '';
    await verifyCallback([sender.secret], request.headers, text, context.clock.now()).catch(() => {
      throw new Refusal('signature_invalid');
    });
    const incoming = parse(schemas.IncomingSms, request.body);
    const reply = await receiveText(context, retailer, sender.number, incoming);
    return { ...(reply !== undefined && { reply }) };
  },

  async receiveTwilioSms({ context, request, reply, params }) {
    const { retailer, sender, form } = await twilioRequest(context, request, params);
    const incoming = parse(schemas.IncomingSms, {
      id: form.MessageSid,
      from: form.From,
      text: form.Body ?? '',
    });
    const answer = await receiveText(context, retailer, sender.number, incoming);
    return reply.header('content-type', 'text/xml; charset=utf-8').send(twiml(answer));
  },

  async receiveTwilioStatus({ context, request, reply, params }) {
    const { retailer, form } = await twilioRequest(context, request, params);
    const { MessageSid: id = '', MessageStatus: status = '', ErrorCode: code = status } = form;
    if (status === 'failed' || status === 'undelivered') {
      await context.store.write((tx) => tx.notifications.fail(retailer.id, id, `sms ${code}`.slice(0, 64)));
    }
    return reply.header('content-type', 'text/xml; charset=utf-8').send(twiml(undefined));
  },

  async listPhoneMessages({ caller, params }) {
    const messages = phones.messages(caller.retailer.id, await phoneNumber(params.number!));
    return { messages: messages.map(wirePhoneMessage) };
  },

  async answerFromPhone({ context, caller, request, params }) {
    const { retailer } = caller;
    const number = await phoneNumber(params.number!);
    const { text, id = phones.newId() } = parse(schemas.AnswerFromPhoneRequest, request.body);
    const { sender } = await senderOf(context, { retailer_id: String(retailer.id) }, 'fake');
    const at = retailerNow(context.clock, retailer);
    phones.add(retailer.id, number, { id, at, direction: 'from_phone', text });
    const reply = await receiveText(context, retailer, sender.number, { id, from: number, text });
    if (reply === undefined) return {};
    phones.add(retailer.id, number, { id: phones.newId(), at, direction: 'to_phone', text: reply });
    return { reply };
  },
});

/** @throws InvalidParameters */
async function phoneNumber(text: string): Promise<string> {
  const number = (await numberReader())(text);
  if (number === undefined) throw new InvalidParameters({ key: 'number', problem: 'invalid' });
  return number;
}

/** The retailer in the path and its sender, if it has one of this kind. @throws Refusal resource_not_found */
async function senderOf(context: Context, params: Exchange['params'], adapter: SmsAdapter) {
  const id = integerId(params.retailer_id!) ?? -1;
  const retailer = await context.store.read.retailers.find(id);
  const sender = retailer && (await openSender(context, id));
  if (!retailer || sender?.adapter !== adapter) throw new Refusal('resource_not_found');
  return { retailer, sender };
}

/** @throws Refusal */
async function twilioRequest(context: Context, request: FastifyRequest, params: Exchange['params']) {
  const { retailer, sender } = await senderOf(context, params, 'twilio');
  const form = (request.body ?? {}) as Record<string, string>;
  const url = `${context.notifications.baseUrl()}${request.raw.url}`;
  const signature = request.headers['x-twilio-signature'];
  if (!isSignedByTwilio(sender.secret, url, form, typeof signature === 'string' ? signature : undefined)) {
    throw new Refusal('signature_invalid');
  }
  return { retailer, sender, form };
}

/** What Twilio sends back to the phone. */
function twiml(message: string | undefined): string {
  const escaped = message?.replaceAll(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  const content = escaped === undefined ? '' : `<Message>${escaped}</Message>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${content}</Response>`;
}
