/**
 * Bounds the memory of responses that wait for slow clients, because the process holds each one until the client has
 * read it. A small response to a client that keeps reading is not counted, so that other clients do not affect it. For
 * streams this module bounds only the time without progress; `event-stream.ts` bounds their bytes.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Budget, ownerOf } from './budget.ts';
import { onceOver } from './exchange.ts';

const heldBytes = 128 * 1024 * 1024;
const heldBytesOfRetailer = heldBytes / 4;
const smallBytes = 16 * 1024;

/** @param stalledMs a client that reads nothing of a counted response or of a stream for this long is disconnected */
export function boundAnswers(server: FastifyInstance, stalledMs: number): void {
  const budget = new Budget(heldBytes);
  const stalls = new StallWatch(stalledMs);
  // A stream bounds its own unread bytes. This hook bounds the time without progress.
  server.addHook('preHandler', (request, reply, done) => {
    if (request.routeOptions.config.name === 'streamOrderEvents') {
      // Not the reply, which would stay in memory for as long as the stream is open.
      const { raw } = reply;
      stalls.add(raw);
      onceOver(request.raw, raw, () => stalls.delete(raw));
    }
    done();
  });
  server.addHook('onSend', (request, reply, payload: unknown, done) => {
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    const { raw } = reply;
    const isTaking = raw.socket !== null && raw.socket.writableLength === 0;
    if (!isWhole || (isTaking && payload.length <= smallBytes)) return done(null, payload);
    // Page routes have no name: all responses with a page share the same bytes. A refusal is always small.
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
 * Closes connections whose client reads nothing. A socket time-out cannot do this, because every byte that the client
 * sends resets it.
 */
class StallWatch {
  readonly #everyMs: number;
  /**
   * The bytes of each response that the system had accepted at the last check, if more were waiting; else undefined.
   */
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
      // The response waits behind another one on its connection, and that one is checked.
      if (response.socket === null) continue;
      const taken = response.socket.writableLength > 0 ? takenOf(response.socket) : undefined;
      if (taken !== undefined && taken === before) response.socket.destroy();
      this.#taken.set(response, taken);
    }
  }
}

/**
 * Bytes that the operating system has accepted. Node counts a chunk as written only when all of it is; its handle has
 * the exact number. The number of waiting bytes would not do, because a stream may add more all the time.
 */
function takenOf(socket: Socket): number {
  const { _handle } = socket as Socket & {
    _handle?: { bytesWritten: number; writeQueueSize: number } | null;
  };
  return (_handle?.bytesWritten ?? 0) - (_handle?.writeQueueSize ?? 0);
}
