/**
 * The HTTP server, with bounds on its connections: how many there are, how long a request may take to arrive, how long
 * a connection may be silent, and how many requests a client may send before it has the answers.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { limits } from '@aislechat/contract';
import { Refusal } from '../../domain/errors.ts';
import { refuseExpectation, refusePlainly } from './protocol.ts';

export interface ConnectionTimes {
  /** The headers of a request arrive within this time, from the first byte on; on a new connection, from its start. */
  headersMs: number;
  /** A whole request arrives within this time. */
  requestMs: number;
  /** How often both are looked at. */
  checkMs: number;
  /** A connection with a request under way on which no byte moves for this long is closed. */
  silentMs: number;
  /** A client that takes nothing of a large answer for this long is cut off: after twice this time at the latest. */
  stalledMs: number;
  /** An upload of which nothing arrives for this long is given up. */
  uploadIdleMs: number;
  /** A connection without a request under way is kept for this long. */
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

/** Connections beyond the most that are told that there is no room. Further ones are closed without a word. */
const refusedConnections = 1000;

export class Connections {
  readonly #most: number;
  readonly #times: ConnectionTimes;
  /** Connections that came when there was no room. */
  readonly #excess = new Set<Socket>();
  /** Requests that wait behind another one of their connection. */
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
        if (this.#admits(request, response)) listener(request, response);
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
    socket.once('close', () => {
      this.#open -= 1;
      this.#excess.delete(socket);
    });
  }

  /** Every request passes here, so the usual one costs two looks. */
  #admits(request: IncomingMessage, response: ServerResponse): boolean {
    if (response.socket === null && !this.#mayWait(request, response)) return false;
    if (this.#excess.size === 0 || !this.#excess.has(request.socket)) return true;
    refusePlainly(response, new Refusal('unavailable'));
    return false;
  }

  /** Whether a client that did not wait for its earlier answers may ask this as well. */
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
