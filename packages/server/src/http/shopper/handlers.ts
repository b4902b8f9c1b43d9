import type { RouteNameOf } from '@aislechat/contract';
import { personOf } from '../../domain/access/access.ts';
/** The API of the shopper's app: the shopper's orders and their side of the conversation. */
import { markReadByShopper } from '../../domain/chat/mark-read.ts';
import { sendAsShopper } from '../../domain/chat/send.ts';
import { listOrdersOfShopper, readAsShopper } from '../../domain/chat/shopper.ts';
import { wireSentMessage } from '../chat/wire.ts';
import { bodyMember, type Handlers, idempotencyKey, orderReference } from '../pipeline/exchange.ts';
import { wireShopperConversation, wireShopperOrder } from './wire.ts';

export const shopperHandlers: Handlers<RouteNameOf<'shopper'>> = {
  async listShopperOrders({ context, caller }) {
    const orders = (await listOrdersOfShopper(context, caller)).map(wireShopperOrder);
    return { orders, quick_replies: caller.retailer.quickReplies };
  },

  async getShopperConversation({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    return wireShopperConversation(await readAsShopper(context, caller, reference));
  },

  async sendAsShopper({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    const sent = await sendAsShopper(context, caller, personOf(caller), reference, {
      body: bodyMember(request.body, 'body'),
      image: bodyMember(request.body, 'image'),
      imageId: bodyMember(request.body, 'image_id'),
      idempotencyKey: idempotencyKey(request),
    });
    return wireSentMessage(sent);
  },

  async markReadAsShopper({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    return { messages_read_count: await markReadByShopper(context, caller, personOf(caller), reference) };
  },
};
