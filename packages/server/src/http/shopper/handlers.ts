/** The API of the shopper's app: the shopper's orders and their side of the conversation. */
import { type RouteNameOf, schemas } from '@aislechat/contract';
import { personOf } from '../../domain/access/access.ts';
import { markReadByShopper } from '../../domain/chat/mark-read.ts';
import { sendAsShopper } from '../../domain/chat/send.ts';
import { listOrdersOfShopper, readAsShopper } from '../../domain/chat/shopper.ts';
import { pickItem } from '../../domain/orders/items.ts';
import { itemsOf } from '../../domain/orders/status.ts';
import { messageOf } from '../chat/message.ts';
import { wireSentMessage } from '../chat/wire.ts';
import { wireOrderItems } from '../order-status/wire.ts';
import { pickedItem } from '../orders/picked.ts';
import { type Handlers, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import { wireShopperConversation, wireShopperOrder } from './wire.ts';

export const shopperHandlers: Handlers<RouteNameOf<'shopper'>> = {
  async listShopperOrders({ context, caller }) {
    const orders = (await listOrdersOfShopper(context, caller)).map(wireShopperOrder);
    const { quickReplies, timezone } = caller.retailer;
    return { orders, quick_replies: quickReplies, timezone };
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

  async getItemsAsShopper({ context, caller, request, params }) {
    return wireOrderItems(await itemsOf(context, caller, orderReference(request, params.order_id!)));
  },

  async pickItemAsShopper({ context, caller, request, params }) {
    const update = pickedItem(params.line_num!, parse(schemas.PickItemRequest, request.body));
    await pickItem(context, caller, orderReference(request, params.order_id!), update);
    return { success: true };
  },

  async markReadAsShopper({ context, caller, request, params }) {
    const reference = orderReference(request, params.order_id!);
    return { messages_read_count: await markReadByShopper(context, caller, personOf(caller), reference) };
  },
};
