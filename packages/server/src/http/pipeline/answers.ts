/**
 * Bounds the answers that wait for their clients to take them, for the process holds each one until then. A small
 * answer to a client that takes its answers is not counted, so those who read are served whatever others do. Of streams it
 * bounds the time in which nothing is taken; their bytes are bounded in `event-stream.ts`.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Budget, ownerOf } from './budget.ts';
import { onceOver } from './exchange.ts';

const heldBytes = 128 * 1024 * 1024;
const heldBytesOfRetailer = heldBytes / 4;
const smallBytes = 16 * 1024;

/** @param stalledMs a client that takes nothing of a counted answer, or of a stream, for so long is cut off */
export function boundAnswers(server: FastifyInstance, stalledMs: number): void {
  const budget = new Budget(heldBytes);
  const stalls = new StallWatch(stalledMs);
  // How much of a stream may wait is bounded by the stream itself; how long, here.
  server.addHook('preHandler', (request, reply, done) => {
    if (request.routeOptions.config.name === 'streamOrderEvents') {
      stalls.add(reply.raw);
      onceOver(request.raw, reply.raw, () => stalls.delete(reply.raw));
    }
    done();
  });
  server.addHook('onSend', (request, reply, payload: unknown, done) => {
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    const { raw } = reply;
    const isTaking = raw.socket !== null && raw.socket.writableLength === 0;
    if (!isWhole || (isTaking && payload.length <= smallBytes)) return done(null, payload);
    // Pages have no name: all who ask for one share its bytes. A refusal says no more than it must.
    if (request.routeOptions.config.name === undefined || reply.statusCode >= 400) return done(null, payload);
    const shares = [{ owner: ownerOf(request), most: heldBytesOfRetailer }];
    const bytes = Buffer.byteLength(payload);
    try {
      budget.take(bytes, shares);
    } catch (error) {
      reply.removeHeader('etag');
      return done(error as Error);
    }
    stalls.add(raw);
    onceOver(request.raw, raw, () => {
      budget.release(bytes, shares);
      stalls.delete(raw);
    });
    done(null, payload);
  });
}

/**
 * Closes connections whose client takes nothing. A socket's own time-out does not serve here: a byte that the client
 * sends puts it off.
 */
class StallWatch {
  readonly #everyMs: number;
  /** What the system had taken of each answer when something waited at the last look; undefined where nothing did. */
  readonly #taken = new Map<ServerResponse, number | undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  add(response: ServerResponse): void {
    this.#taken.set(response, undefined);
    this.#timer ??= setInterval(() => this.#look(), this.#everyMs).unref();
  }

  delete(response: ServerResponse): void {
    this.#taken.delete(response);
    if (this.#taken.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    for (const [response, before] of this.#taken) {
      // Behind another one of its connection: that one is looked at.
      if (response.socket === null) continue;
      const taken = response.socket.writableLength > 0 ? takenOf(response.socket) : undefined;
      if (taken !== undefined && taken === before) response.socket.destroy();
      this.#taken.set(response, taken);
    }
  }
}

/**
 * Bytes that the system has taken. Node counts a piece as written when all of it is; its handle knows more. What waits is
 * no measure: a stream may wait for more and more.
 */
function takenOf(socket: Socket): number {
  const { _handle } = socket as Socket & {
    _handle?: { bytesWritten: number; writeQueueSize: number } | null;
  };
  return (_handle?.bytesWritten ?? 0) - (_handle?.writeQueueSize ?? 0);
}
