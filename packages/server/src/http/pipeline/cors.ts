/**
 * Lets the pages of other origins call the API (WHATWG Fetch, "CORS protocol"). The headers are set before anything else
 * is known of the request: so every answer has them, errors and streams included. Tokens travel in a header that a page
 * sets itself, never in cookies: no credentials are allowed.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { vary } from './vary.ts';

/** Origins that may call: these, every one of this machine, or all. */
export type CorsOrigins = readonly string[] | 'loopback' | '*';

const methods = 'GET, POST, PUT, PATCH, DELETE';
const requestHeaders =
  'Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Treat-Ids-As-Internal';
const answerHeaders = 'ETag, Retry-After, WWW-Authenticate';
/** How long a browser may remember what it was allowed: two hours are the most that any keeps. */
const rememberedSeconds = '7200';

const loopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export class Cors {
  readonly #origins: CorsOrigins;

  constructor(origins: CorsOrigins) {
    this.#origins = origins;
  }

  /** Answers preflights itself; all other requests go on. */
  install(server: FastifyInstance): void {
    if (this.#origins.length === 0) return;
    server.addHook('onRequest', (request, reply, done) => {
      const isAllowed = this.mark(request, reply);
      const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
      if (!isAllowed || !isPreflight) return done();
      reply
        .code(204)
        .headers({
          'access-control-allow-methods': methods,
          'access-control-allow-headers': requestHeaders,
          'access-control-max-age': rememberedSeconds,
        })
        .send();
    });
  }

  /** @returns whether the page that asks may read the answer */
  mark({ headers: { origin } }: FastifyRequest, reply: FastifyReply): boolean {
    if (this.#origins.length === 0) return false;
    const isForAll = this.#origins === '*';
    // Whoever keeps an answer must not give it to another origin.
    if (!isForAll) vary(reply, 'Origin');
    if (origin === undefined || !this.#allows(origin)) return false;
    reply.header('access-control-allow-origin', isForAll ? '*' : origin);
    reply.header('access-control-expose-headers', answerHeaders);
    return true;
  }

  #allows(origin: string): boolean {
    if (this.#origins === '*') return true;
    return this.#origins === 'loopback' ? loopback.test(origin) : this.#origins.includes(origin);
  }
}
