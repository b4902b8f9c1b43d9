/** The log of an order, as pages, long polls and streams. These operations are ours. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { byParticipant, define } from '../route.ts';
import { described, EventNumber, Flag, Integer, object, optional, Text, Timestamp } from '../schema-kinds.ts';
import { Success } from './answers.ts';
import { ChatUser, Message } from './chat.ts';
import { OrderEventType, Party, ReplacementAnswer } from './enumerations.ts';
import { AlternativeItem } from './order-status.ts';

export const AnsweredReplacement = object(
  {
    order_item_id: Text('ID of the item'),
    line_num: Text('Line number that the order was created with'),
    status: ReplacementAnswer,
    alternative_item: optional(AlternativeItem),
  },
  'The customer’s answer to a replacement, with its item',
);

export const OrderEvent = object(
  {
    seq: Type.Integer({ minimum: 1, description: 'Number in the order’s log: 1, 2, 3 without gaps' }),
    type: OrderEventType,
    at: Timestamp('When it happened'),
    message: optional(
      Type.Union([Message, Type.Null()], {
        description: 'For `message`: the message; null once its text has been erased',
      }),
    ),
    sender_type: optional(described(Party, 'For `messages_read`: whose messages were read')),
    count: optional(Integer('For `messages_read`: how many messages of `sender_type` were read')),
    up_to: optional(
      Integer(
        'For `messages_read`: the `seq` up to which they are now read. For `texts_erased`: the `seq` up to which the messages are gone',
      ),
    ),
    from: optional(
      Type.Union([Type.String(), Type.Null()], {
        description: 'For `state_changed`: the state before; null at the creation of the order',
      }),
    ),
    to: optional(Text('For `state_changed`: the state after')),
    shopper: optional(
      described(
        ChatUser,
        'For `shopper_assigned`: the shopper who has the order now. For `texts_erased`: the shopper whose messages and name are gone; missing if everybody’s messages are',
      ),
    ),
    kind: optional(Text('For `lifecycle_message`: the subject of the notice')),
    body: optional(Text('For `lifecycle_message`: the text of the notice')),
    replacement: optional(
      described(AnsweredReplacement, 'For `replacement_answered`: the customer’s decision'),
    ),
  },
  'One event of an order’s log',
);
export type OrderEvent = Static<typeof OrderEvent>;

export const ChatState = object(
  {
    open: Flag('Whether messages can be sent now'),
    expired: Flag('Whether the texts can no longer be read'),
    timezone: Text('IANA name of the order’s time zone'),
    evidence_days: optional(
      Integer('For how many days the retailer keeps reported messages; missing if it keeps none'),
    ),
  },
  'What the chat allows now. A stream sends it as the event `chat`, at the start and after each change',
);
export type ChatState = Static<typeof ChatState>;

export const OrderEvents = object(
  {
    events: Type.Array(OrderEvent, { description: 'In the order of the log' }),
    next_after: Integer('Send it as `after` to get the next events'),
    chat: ChatState,
    reload: optional(
      Flag(
        'The log ends before the requested number, for example after a backup was restored. Read the conversation again, then continue from `next_after`',
      ),
    ),
  },
  'A page of an order’s log',
);
export type OrderEvents = Static<typeof OrderEvents>;

export const StreamTicket = object(
  {
    ticket: Text('Send it as `ticket` when opening the stream; it works once'),
    expires_at: Timestamp('Until when it can be used'),
  },
  'A ticket for one stream',
);

const live = { ...byParticipant, tag: 'Live' } as const;

export const liveRoutes = define({
  getOrderEvents: {
    ...live,
    method: 'GET',
    path: '/v1/orders/{order_id}/events',
    summary: 'List the events of an order, or wait for more',
    description: `Returns up to ${limits.eventsPerPage} events after a number of the order’s log, and the number to continue from. With \`wait\` it is a long poll: the answer arrives with the next event, or without events when the time is over.`,
    query: object({
      after: optional(EventNumber('Number of the last known event; 0 or omitted starts with the first')),
      wait: optional(
        Type.Integer({
          minimum: 0,
          maximum: limits.eventsWaitSeconds,
          description: `Seconds to wait for an event when there is none yet, at most ${limits.eventsWaitSeconds}`,
        }),
      ),
      open: optional(
        Flag('The last known `chat.open`: with `wait`, the answer arrives at once if it has changed'),
      ),
    }),
    answer: OrderEvents,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  streamOrderEvents: {
    ...live,
    method: 'GET',
    path: '/v1/orders/{order_id}/stream',
    summary: 'Stream the events of an order',
    description: `Sends the events of the order’s log as server-sent events, as they happen. A client that reconnects with \`Last-Event-ID\` gets every event exactly once. A token may have ${limits.streamsPerToken} streams open and an order ${limits.streamsPerOrder}; further ones get 429.`,
    query: object({
      after: optional(
        EventNumber(
          'Number of the last known event; omitted starts with new events. `Last-Event-ID` takes precedence',
        ),
      ),
      ticket: optional(Text('A stream ticket in place of the Authorization header')),
    }),
    ticket: true,
    stream: true,
    answer: OrderEvent,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  createStreamTicket: {
    ...live,
    method: 'POST',
    path: '/v1/orders/{order_id}/stream-tickets',
    summary: 'Create a ticket for a stream',
    description: `Returns a ticket that opens one stream of this order, once, within ${limits.streamTicketLifetimeMs / 1000} seconds. It is for browsers’ \`EventSource\`, which cannot send an Authorization header.`,
    answer: StreamTicket,
    errors: ['shopper_pii', 'resource_not_found', 'limit_reached'],
  },
  typing: {
    ...live,
    method: 'POST',
    path: '/v1/orders/{order_id}/typing',
    summary: 'Show the other side that you are typing',
    description: `Sends the event \`typing\` to the streams of the other side, at most once every ${limits.typingEveryMs / 1000} seconds. Nothing is stored.`,
    answer: Success,
    errors: ['shopper_pii', 'resource_not_found'],
  },
});
