/** Serves the log of an order as pages, as a long poll and as a stream of server-sent events. */
import type { OutgoingHttpHeaders } from 'node:http';
import { limits, type RouteNameOf, routes, wireTime } from '@aislechat/contract';
import type { FastifyRequest } from 'fastify';
import { newTicket } from '../../domain/access/stream-tickets.ts';
import { InvalidParameters } from '../../domain/errors.ts';
import { type ChatState, type LogEntry, markDelivered, readLog } from '../../domain/orders/log.ts';
import { reachOrder } from '../../domain/orders/reach.ts';
import type { OrderRow, Party } from '../../storage/store.ts';
import type { EndReason, Known, OrderFeed, Reader } from '../../stream/feed.ts';
import type { Typing } from '../../stream/typing.ts';
import { type Exchange, type Handlers, isGone, onceGone, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import { EventStream, eventStreamType } from './event-stream.ts';
import { wireChatState, wireEvent } from './wire.ts';

export function liveHandlers(feed: OrderFeed, typing: Typing): Handlers<RouteNameOf<'live'>> {
  const reach = ({ context, caller, request, params }: Exchange) =>
    reachOrder(context, caller, orderReference(request, params.order_id!));

  const texts = new EventTexts();

  return {
    async getOrderEvents(exchange) {
      const { context, caller, request } = exchange;
      const {
        after = 0,
        wait: waitSeconds = 0,
        open: knownOpen,
      } = parse(routes.getOrderEvents.query, request.query);
      const order = await reach(exchange);
      if (after > order.seq) {
        const { chat } = await readLog(context, caller, order.id, order.seq, 1);
        return { events: [], next_after: order.seq, chat: wireChatState(chat), reload: true };
      }
      let page = await readLog(context, caller, order.id, after, limits.eventsPerPage);
      const isKnown = knownOpen === undefined || knownOpen === page.chat.isOpen;
      if (page.entries.length === 0 && isKnown && waitSeconds > 0) {
        await nextEvent(feed, exchange, order, { after, chat: page.chat }, waitSeconds);
        // While the poll waited, the caller may have lost the order, or a setting may have changed.
        const now = { ...caller, retailer: await context.access.retailer(caller.retailer.id) };
        page = await readLog(context, now, (await reach(exchange)).id, after, limits.eventsPerPage);
      }
      const { entries } = page;
      const last = entries.at(-1)?.seq ?? after;
      if (entries.some(({ type }) => type === 'message'))
        await markDelivered(context, caller, order.id, last);
      return {
        events: entries.map((entry) => wireEvent(order.id, entry)),
        next_after: last,
        chat: wireChatState(page.chat),
      };
    },

    async streamOrderEvents(exchange) {
      const { caller, request, reply } = exchange;
      const after = lastKnown(request);
      const order = await reach(exchange);
      const isAhead = after !== undefined && after > order.seq;
      const start = after === undefined || isAhead ? order.seq : after;

      // Fastify answers HEAD wherever there is a GET route. A HEAD request must not open a stream, which never ends.
      if (request.method === 'HEAD') return reply.header('content-type', eventStreamType).send();
      feed.assertRoom(caller, order, 'stream');
      reply.hijack();
      if (isGone(request.raw)) return reply;
      const stream = new EventStream(
        caller,
        request.raw,
        reply.raw,
        reply.getHeaders() as OutgoingHttpHeaders,
      );
      if (isAhead) stream.send('reload', { seq: order.seq });
      stream.send('cursor', { seq: start }, start);
      const reader = new StreamReader(stream, texts);
      reader.leave = feed.follow(caller, order, { after: start }, reader);
      onceGone(request.raw, reader.leave);
      return reply;
    },

    async createStreamTicket(exchange) {
      const order = await reach(exchange);
      const { ticket, expiresAt } = await newTicket(exchange.context, exchange.caller, order.id);
      return { ticket, expires_at: wireTime(expiresAt) };
    },

    async typing(exchange) {
      const order = await reach(exchange);
      typing.note(exchange.context, exchange.caller, order);
      return { success: true };
    },
  };
}

/** The number of the last event that a client of a stream knows. @throws InvalidParameters */
function lastKnown({ headers, query }: FastifyRequest): number | undefined {
  const { query: schema } = routes.streamOrderEvents;
  const lastEventId = headers['last-event-id'];
  if (typeof lastEventId !== 'string' || lastEventId === '') return parse(schema, query).after;
  try {
    return parse(schema, { after: lastEventId }).after;
  } catch (error) {
    if (!(error instanceof InvalidParameters)) throw error;
    throw new InvalidParameters({ ...error.problems[0], key: 'Last-Event-ID' });
  }
}

/** Writes what a reader is told to its stream. A class, because its methods are shared by all streams. */
class StreamReader implements Reader {
  readonly kind = 'stream';
  /** Ends the reading. */
  leave = (): void => {};
  readonly #stream: EventStream;
  readonly #texts: EventTexts;

  constructor(stream: EventStream, texts: EventTexts) {
    this.#stream = stream;
    this.#texts = texts;
  }

  entries(entries: LogEntry[], { id }: OrderRow): void {
    for (const entry of entries) this.#stream.sendText(entry.type, this.#texts.of(id, entry), entry.seq);
    if (!this.#stream.isTooSlow) return;
    this.leave();
    this.#stream.end('too_slow');
  }

  chat(state: ChatState): void {
    this.#stream.send('chat', wireChatState(state));
  }

  typing(party: Party): void {
    this.#stream.send('typing', { sender_type: party });
  }

  end(reason: EndReason): void {
    this.#stream.end(reason);
  }
}

/** Serializes each event once for all streams that share a cache entry. */
class EventTexts {
  readonly #ofEntries = new WeakMap<LogEntry, string>();

  of(orderId: number, entry: LogEntry): string {
    const known = this.#ofEntries.get(entry);
    if (known !== undefined) return known;
    const text = JSON.stringify(wireEvent(orderId, entry));
    this.#ofEntries.set(entry, text);
    return text;
  }
}

/** Resolves when an event was added, the state of the chat changed, the token expired, or the time-out passed. */
function nextEvent(
  feed: OrderFeed,
  { caller, request, giveWay }: Exchange,
  order: OrderRow,
  known: Known,
  seconds: number,
): Promise<void> {
  feed.assertRoom(caller, order, 'poll');
  giveWay();
  return new Promise((resolve) => {
    if (isGone(request.raw)) return resolve();
    const finish = () => {
      clearTimeout(timer);
      request.raw.off('close', finish);
      leave();
      resolve();
    };
    const timer = setTimeout(finish, seconds * 1000);
    request.raw.once('close', finish);
    const leave = feed.follow(caller, order, known, {
      kind: 'poll',
      entries: finish,
      chat: finish,
      typing() {},
      end: finish,
    });
  });
}
