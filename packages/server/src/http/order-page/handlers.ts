import { type RouteNameOf, routes, wireTime } from '@aislechat/contract';
import { endOf } from '../../domain/notifications/codes.ts';
import { bindLink, bindLinkWithCode, sendLinkCode } from '../../domain/orders/link-devices.ts';
import { renewLink, revokeLink } from '../../domain/orders/order-link.ts';
import { pageOf } from '../../domain/orders/page.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import { wirePage } from './wire.ts';

export const orderPageHandlers: Handlers<RouteNameOf<'order-page'>> = {
  async getLinkedOrder({ context, caller, reply }) {
    reply.header('cache-control', 'no-store');
    return wirePage(await pageOf(context, caller, undefined));
  },

  async bindLinkToDevice({ context, caller, reply }) {
    reply.header('cache-control', 'no-store');
    const phone = await bindLink(context, caller);
    return phone === undefined
      ? { is_bound: true }
      : { is_bound: false, code_to: phone === null ? null : endOf(phone) };
  },

  async sendLinkCode({ context, caller, reply, giveWay }) {
    reply.header('cache-control', 'no-store');
    giveWay();
    const { phone, expiresAt } = await sendLinkCode(context, caller);
    return { code_to: endOf(phone), expires_at: wireTime(expiresAt) };
  },

  async bindLinkWithCode({ context, caller, request, reply }) {
    reply.header('cache-control', 'no-store');
    await bindLinkWithCode(context, caller, parse(routes.bindLinkWithCode.body, request.body).link_code);
    return { is_bound: true };
  },

  async getOrderPage({ context, caller, request, reply, params }) {
    const page = await pageOf(context, caller, orderReference(request, params.order_id!));
    reply.header('cache-control', 'no-store');
    return wirePage(page);
  },

  async renewOrderLink({ context, caller, request, reply, params }) {
    reply.header('cache-control', 'no-store');
    return { order_url: await renewLink(context, caller, orderReference(request, params.order_id!)) };
  },

  async revokeOrderLink({ context, caller, request, params }) {
    await revokeLink(context, caller, orderReference(request, params.order_id!));
    return { success: true };
  },
};
