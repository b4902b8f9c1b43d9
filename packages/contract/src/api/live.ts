/** The log of an order, as pages, long polls and streams. Ours. */
import { type Static, Type } from 'typebox';
import { byParticipant, define } from '../route.ts';
import { choice, Integer, object, optional, Timestamp } from '../schema-kinds.ts';
import { orderEventTypes, replacementAnswers } from '../workflow.ts';
import { Success } from './answers.ts';
import { ChatUser, Message, Party } from './chat.ts';
import { AlternativeItem } from './order-status.ts';

export const OrderEvent = object(
  {
    seq: Type.Integer({ minimum: 1, description: 'Number in the order’s log: 1, 2, 3 without gaps' }),
    type: choice(orderEventTypes, 'What happened'),
    at: Timestamp('When it happened'),
    message: optional(
      Type.Union([Message, Type.Null()], { description: 'Of a `message`; null once its text is gone' }),
    ),
    sender_type: optional(Party),
    count: optional(Integer('Of `messages_read`: how many messages of `sender_type` were read')),
    up_to: optional(Integer('Of `messages_read`: the `seq` up to which they are now read')),
    from: optional(Type.Union([Type.String(), Type.Null()], { description: 'Of `state_changed`' })),
    to: optional(Type.String({ description: 'Of `state_changed`' })),
    shopper: optional(ChatUser),
    kind: optional(Type.String({ description: 'Of `lifecycle_message`' })),
    body: optional(Type.String({ description: 'Of `lifecycle_message`' })),
    replacement: optional(
      object(
        {
          order_item_id: Type.String(),
          line_num: Type.String(),
          status: choice(replacementAnswers, 'What the customer said'),
          alternative_item: optional(AlternativeItem),
        },
        'Of `replacement_answered`',
      ),
    ),
  },
  'One event of an order’s log',
);
export type OrderEvent = Static<typeof OrderEvent>;

export const ChatState = object(
  {
    open: Type.Boolean({ description: 'Whether messages can be sent now' }),
    expired: Type.Boolean({ description: 'Whether the texts are out of reach' }),
    timezone: Type.String({ description: 'IANA name of the order’s time zone' }),
  },
  'What the chat allows now. A stream sends it as the event `chat`, first and whenever it changes',
);
export type ChatState = Static<typeof ChatState>;

export const OrderEvents = object({
  events: Type.Array(OrderEvent),
  next_after: Integer('Ask for what comes after this number next'),
  chat: ChatState,
  reload: optional(
    Type.Boolean({
      description: 'The log does not reach to the number asked for: read the conversation anew, then go on',
    }),
  ),
});
export type OrderEvents = Static<typeof OrderEvents>;

export const StreamTicket = object({
  ticket: Type.String({ description: 'For `?ticket=` of the stream, once' }),
  expires_at: Timestamp('Until when it can be used'),
});

const live = { ...byParticipant, tag: 'Live' } as const;

export const liveRoutes = define({
  getOrderEvents: {
    ...live,
    method: 'GET',
    path: '/v1/orders/{order_id}/events',
    summary: 'What happened to an order after a number of its log; waits for more when asked to',
    query: {
      after: 'Number of the last event that is known; 0 or left out = from the first',
      wait: 'Seconds to wait for an event when there is none yet, at most 30',
      open: '`chat.open` as the reader knows it: with `wait`, the answer comes at once when it is no longer so',
    },
    answer: OrderEvents,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  streamOrderEvents: {
    ...live,
    method: 'GET',
    path: '/v1/orders/{order_id}/stream',
    summary: 'The same as server-sent events, as they happen',
    query: {
      after: 'Number of the last event that is known; left out = from now on. `Last-Event-ID` goes before it',
      ticket: 'A ticket instead of the Authorization header',
    },
    ticket: true,
    stream: true,
    answer: OrderEvent,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  createStreamTicket: {
    ...live,
    method: 'POST',
    path: '/v1/orders/{order_id}/stream-tickets',
    summary: 'A ticket for one stream of this order, valid for 30 seconds',
    answer: StreamTicket,
    errors: ['shopper_pii', 'resource_not_found', 'limit_reached'],
  },
  typing: {
    ...live,
    method: 'POST',
    path: '/v1/orders/{order_id}/typing',
    summary: 'Tell the other side that one is typing; never stored',
    answer: Success,
    errors: ['shopper_pii', 'resource_not_found'],
  },
});
