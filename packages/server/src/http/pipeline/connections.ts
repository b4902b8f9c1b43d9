/**
 * Creates the HTTP server with limits on its connections: their number, the time for a request to arrive, the time
 * without traffic, and the number of requests that a client may send before it has read the responses.
 */
import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { limits } from '@aislechat/contract';
import { Refusal } from '../../domain/errors.ts';
import { createServer } from './node-http.ts';
import { refuseExpectation, refusePlainly } from './protocol.ts';

export interface ConnectionTimes {
  /** The time for the headers to arrive, from the first byte of a request, or from the start of a new connection. */
  headersMs: number;
  /** The time for a whole request to arrive. */
  requestMs: number;
  /** How often both limits are checked. */
  checkMs: number;
  /** A connection with a request in progress is closed after this time without traffic. */
  silentMs: number;
  /**
   * A client that reads nothing of a large response for this long is disconnected, at the latest after twice this time.
   */
  stalledMs: number;
  /** An upload is aborted after this time without data. */
  uploadIdleMs: number;
  /** How long a connection without a request stays open. */
  idleMs: number;
}

export const connectionTimes: ConnectionTimes = {
  headersMs: limits.requestHeadersMs,
  requestMs: limits.requestMs,
  checkMs: 1000,
  silentMs: limits.silentConnectionMs,
  stalledMs: limits.stalledAnswerMs,
  uploadIdleMs: limits.uploadIdleMs,
  idleMs: 72_000,
};

/** How many connections above the limit still get a 503. Further ones are closed without a response. */
const refusedConnections = 1000;

/** The last request of a connection that may have a body. */
const sending = new WeakMap<Socket, IncomingMessage>();

/**
 * Node calls it to close a connection whose response is written. If the client is still sending, closing would reset the
 * connection, and the client might lose the response (RFC 9112, section 9.6). So only our side ends until the request has
 * arrived, which has its own time limit.
 */
function endAfterRequest(this: Socket): void {
  const request = sending.get(this);
  if (request === undefined || request.complete) {
    Socket.prototype.destroySoon.call(this);
    return;
  }
  this.end();
  request.once('end', () => this.destroy());
}

export class Connections {
  readonly #most: number;
  readonly #times: ConnectionTimes;
  /** Connections that were accepted above the limit. */
  readonly #excess = new Set<Socket>();
  /** How many requests wait behind another one on the same connection. */
  readonly #waiting = new WeakMap<Socket, number>();
  #open = 0;

  constructor(most: number, times: ConnectionTimes) {
    this.#most = most;
    this.#times = times;
  }

  createServer(answer: RequestListener, options: ServerOptions): Server {
    const { headersMs, requestMs, checkMs, silentMs, idleMs } = this.#times;
    const bounded =
      (listener: RequestListener): RequestListener =>
      (request, response) => {
        if (!this.#admits(request, response)) return;
        if (request.method !== 'GET') sending.set(request.socket, request);
        listener(request, response);
      };
    const server = createServer(
      {
        ...options,
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        connectionsCheckingInterval: checkMs,
        keepAliveTimeout: idleMs,
      },
      bounded(answer),
    );
    server.setTimeout(silentMs);
    server.maxConnections = this.#most + refusedConnections;
    server.on('checkExpectation', bounded(refuseExpectation));
    server.on('connection', (socket) => this.#count(socket));
    return server;
  }

  #count(socket: Socket): void {
    this.#open += 1;
    if (this.#open > this.#most) this.#excess.add(socket);
    socket.destroySoon = endAfterRequest;
    socket.on('close', () => {
      this.#open -= 1;
      this.#excess.delete(socket);
    });
  }

  /** Every request passes through here, so the common case costs two comparisons. */
  #admits(request: IncomingMessage, response: ServerResponse): boolean {
    if (response.socket === null && !this.#mayWait(request, response)) return false;
    if (this.#excess.size === 0 || !this.#excess.has(request.socket)) return true;
    refusePlainly(response, new Refusal('unavailable'), { connection: 'close' });
    return false;
  }

  /** Whether a client that has not waited for its earlier responses may send this request too. */
  #mayWait({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    if (waiting >= limits.pipelinedRequests || socket.destroyed) {
      socket.destroy();
      return false;
    }
    this.#waiting.set(socket, waiting);
    response.once('close', () => this.#waiting.set(socket, this.#waiting.get(socket)! - 1));
    return true;
  }
}
