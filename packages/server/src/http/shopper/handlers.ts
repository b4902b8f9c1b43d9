/** The API of the shopper's app: the shopper's orders and their side of the conversation. */
import type { RouteNameOf } from '@aislechat/contract';
import { personOf } from '../../domain/access/access.ts';
import { markReadByShopper } from '../../domain/chat/mark-read.ts';
import { sendAsShopper } from '../../domain/chat/send.ts';
import { listOrdersOfShopper, readAsShopper } from '../../domain/chat/shopper.ts';
import { messageOf } from '../chat/message.ts';
import { wireSentMessage } from '../chat/wire.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
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
    return wireSentMessage(
      await sendAsShopper(context, caller, personOf(caller), reference, messageOf(request)),
    );
  },

  async markReadAsShopper({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    return { messages_read_count: await markReadByShopper(context, caller, personOf(caller), reference) };
  },
};
