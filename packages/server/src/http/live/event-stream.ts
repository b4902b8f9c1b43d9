/**
 * A stream of server-sent events (WHATWG HTML, section 9.2). Events that the client has not read wait here, up to a
 * limit. Beyond it the stream is closed, and the client reconnects with the last number that it received.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { limits } from '@aislechat/contract';
import type { Caller } from '../../domain/access/access.ts';
import { Budget, type Share } from '../pipeline/budget.ts';
import { onceGone } from '../pipeline/exchange.ts';

export const eventStreamType = 'text/event-stream; charset=utf-8';
const heartbeatMs = 15_000;
const retryMs = { least: 1000, spread: 2000 };
/**
 * A client that reads nothing does not notice the end of the stream either, so the connection is closed after this
 * time.
 */
const endWithinMs = 1000;

/** The limits on unread bytes of all streams, and of one retailer's streams. */
const queuedBytes = 64 * 1024 * 1024;
const queuedBytesOfRetailer = queuedBytes / 4;
const queues = new Budget(queuedBytes);
const sharesOf = (retailerId: number): Share[] => [
  { owner: `retailer ${retailerId}`, most: queuedBytesOfRetailer },
];
const ignore = (): void => {};

const open = new Set<EventStream>();
/** One timer for all streams; undefined if there are none. */
let heartbeat: NodeJS.Timeout | undefined;

export class EventStream {
  readonly #response: ServerResponse;
  readonly #retailerId: number;
  #queued = 0;
  #hasNoRoom = false;
  #ending: NodeJS.Timeout | undefined;

  constructor(
    { retailer }: Pick<Caller, 'retailer'>,
    request: IncomingMessage,
    response: ServerResponse,
    headers: OutgoingHttpHeaders,
  ) {
    this.#response = response;
    this.#retailerId = retailer.id;
    response.writeHead(200, {
      ...headers,
      'content-type': eventStreamType,
      // A proxy that compresses a stream would buffer it first.
      'cache-control': 'no-store, no-transform',
      // Tells nginx not to buffer the stream.
      'x-accel-buffering': 'no',
    });
    response.on('error', ignore);
    open.add(this);
    heartbeat ??= setInterval(() => {
      for (const stream of open) stream.beat();
    }, heartbeatMs).unref();
    onceGone(request, () => this.#forget());
    // They hold the client's token, and would stay in memory for as long as the stream is open.
    request.headers = {};
    request.rawHeaders = [];
    // Sent by itself, the head becomes one string. Sent with the first event, it would remain twenty pieces.
    response.flushHeaders();
    // A random delay spreads the reconnections of clients that lost the server at the same time.
    response.write(`retry: ${retryMs.least + Math.floor(Math.random() * retryMs.spread)}\n\n`);
  }

  get isTooSlow(): boolean {
    return this.#hasNoRoom || this.#response.writableLength > limits.streamQueueBytes;
  }

  /** @param id the last number that the client has after this event; without one its position does not change */
  send(event: string, data: unknown, id?: number): void {
    this.sendText(event, JSON.stringify(data), id);
  }

  /** @param data as JSON */
  sendText(event: string, data: string, id?: number): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    const position = id === undefined ? '' : `id: ${id}\n`;
    this.#response.write(`${position}event: ${event}\ndata: ${data}\n\n`);
    this.#countQueued();
  }

  /** Updates the count of unread bytes. It runs with every event and every heartbeat. */
  #countQueued(): void {
    const bytes = this.#response.writableLength;
    if (bytes === this.#queued || !open.has(this)) return;
    try {
      if (bytes > this.#queued) queues.take(bytes - this.#queued, sharesOf(this.#retailerId));
      else queues.release(this.#queued - bytes, sharesOf(this.#retailerId));
      this.#queued = bytes;
    } catch {
      this.#hasNoRoom = true;
    }
  }

  end(reason: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    open.delete(this);
    this.#response.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    this.#ending = setTimeout(() => this.#response.destroy(), endWithinMs).unref();
  }

  #forget(): void {
    clearTimeout(this.#ending);
    queues.release(this.#queued, sharesOf(this.#retailerId));
    this.#queued = 0;
    open.delete(this);
    if (open.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  }

  /** Sends a comment, so that proxies keep the connection open. */
  beat(): void {
    this.#countQueued();
    if (this.isTooSlow) this.end('too_slow');
    else this.#response.write(':\n\n');
  }
}
