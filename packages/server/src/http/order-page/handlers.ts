import type { RouteNameOf } from '@aislechat/contract';
import { renewLink, revokeLink } from '../../domain/orders/order-link.ts';
import { pageOf } from '../../domain/orders/page.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { wirePage } from './wire.ts';

export const orderPageHandlers: Handlers<RouteNameOf<'order-page'>> = {
  async getLinkedOrder({ context, caller, reply }) {
    reply.header('cache-control', 'no-store');
    return wirePage(await pageOf(context, caller, undefined));
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
