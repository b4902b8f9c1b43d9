import type { RouteNameOf } from '@aislechat/contract';
import { markReadByCustomer } from '../../domain/chat/mark-read.ts';
import { type Conversation, locateConversation, readConversation } from '../../domain/chat/read.ts';
import { sendAsCustomer } from '../../domain/chat/send.ts';
import type { RetailerRow } from '../../storage/store.ts';
import { matchesEtag } from '../pipeline/etag.ts';
import { type Exchange, type Handlers, orderReference } from '../pipeline/exchange.ts';
import { endOfTurn } from '../pipeline/turn.ts';
import type { ConversationCache, ConversationKind } from './conversation-cache.ts';
import { messageOf } from './message.ts';
import { wireChat, wireOrderMessages, wireSentMessage } from './wire.ts';

export function chatHandlers(cache: ConversationCache): Handlers<RouteNameOf<'chat'>> {
  async function read(
    { context, caller, request, reply, params }: Exchange,
    kind: ConversationKind,
    wire: (conversation: Conversation, retailer: RetailerRow) => unknown,
  ) {
    await endOfTurn();
    const { retailer } = caller;
    const located = await locateConversation(context, caller, orderReference(request, params.order_id!));
    let answer = cache.find(kind, located, retailer);
    if (!answer) {
      const conversation = await readConversation(context, located, kind === 'all');
      const text = JSON.stringify(wire(conversation, retailer));
      answer = cache.keep(kind, located, retailer, conversation, text);
    }
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
      const reference = orderReference(request, params.order_id!);
      return wireSentMessage(await sendAsCustomer(context, caller, reference, messageOf(request)));
    },

    async markMessagesRead({ context, caller, request, params }) {
      const reference = orderReference(request, params.order_id!);
      return { messages_read_count: await markReadByCustomer(context, caller, reference) };
    },
  };
}
