import { markReadByCustomer, markReadByShopper } from '../../domain/chat/mark-read.ts';
import { type Conversation, locateConversation, readConversation } from '../../domain/chat/read.ts';
import { sendAsCustomer, sendAsShopper } from '../../domain/chat/send.ts';
import type { RetailerRow } from '../../storage/store.ts';
import { matchesEtag } from '../pipeline/etag.ts';
import {
  bodyMember,
  type Exchange,
  type Handlers,
  idempotencyKey,
  integerId,
  orderReference,
} from '../pipeline/exchange.ts';
import { endOfTurn } from '../pipeline/turn.ts';
import type { ConversationCache } from './conversation-cache.ts';
import { wireChat, wireOrderMessages, wireSentMessage } from './wire.ts';

type Names =
  | 'getChat'
  | 'sendMessage'
  | 'markMessagesRead'
  | 'getOrderMessages'
  | 'sendShopperMessage'
  | 'markShopperMessagesRead';

export function chatHandlers(cache: ConversationCache): Handlers<Names> {
  async function read(
    { context, caller, request, reply, params }: Exchange,
    kind: 'chat' | 'all',
    wire: (conversation: Conversation, retailer: RetailerRow) => unknown,
  ) {
    await endOfTurn();
    const { retailer } = caller;
    const located = await locateConversation(context, caller, orderReference(request, params.order_id!));
    const answer = await cache.get(kind, located, retailer, async () => {
      const conversation = await readConversation(context, located, kind === 'all');
      const hasLinks = conversation.messages.some(({ imageId }) => imageId !== null);
      return { version: conversation.version, body: wire(conversation, retailer), hasLinks };
    });
    reply.header('etag', answer.etag).header('cache-control', 'private, no-cache');
    if (matchesEtag(request.headers['if-none-match'], answer.etag)) return reply.code(304).send();
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('content-length', answer.byteLength)
      .send(answer.text);
  }

  return {
    getChat: (exchange) => read(exchange, 'chat', wireChat),
    getOrderMessages: (exchange) => read(exchange, 'all', wireOrderMessages),

    async sendMessage({ context, caller, request, params }) {
      const sent = await sendAsCustomer(context, caller, orderReference(request, params.order_id!), {
        body: bodyMember(request.body, 'body'),
        imageId: bodyMember(request.body, 'image_id'),
        idempotencyKey: idempotencyKey(request),
      });
      return wireSentMessage(sent);
    },

    async markMessagesRead({ context, caller, request, params }) {
      const reference = orderReference(request, params.order_id!);
      return { messages_read_count: await markReadByCustomer(context, caller, reference) };
    },

    async sendShopperMessage({ context, caller, request, params }) {
      const reference = orderReference(request, params.order_id!);
      const sent = await sendAsShopper(context, caller, integerId(params.shopper_id!), reference, {
        body: bodyMember(request.body, 'body'),
        image: bodyMember(request.body, 'image'),
        imageId: bodyMember(request.body, 'image_id'),
        idempotencyKey: idempotencyKey(request),
      });
      return wireSentMessage(sent);
    },

    async markShopperMessagesRead({ context, caller, request, params }) {
      const reference = orderReference(request, params.order_id!);
      const count = await markReadByShopper(context, caller, integerId(params.shopper_id!), reference);
      return { messages_read_count: count };
    },
  };
}
