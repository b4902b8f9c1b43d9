/**
 * Lets pages of other origins call the API (WHATWG Fetch, "CORS protocol"). The headers are set first, so that every
 * response has them, including errors and streams. Pages send tokens in a header, never in cookies, so credentials are
 * not allowed.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { vary } from './vary.ts';

/** Origins that may call the API: a list, every origin on this machine, or all. */
export type CorsOrigins = readonly string[] | 'loopback' | '*';

const methods = 'GET, POST, PUT, PATCH, DELETE';
const requestHeaders =
  'Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Retailer-Id, X-Treat-Ids-As-Internal';
const answerHeaders = 'ETag, Retry-After, WWW-Authenticate';
/** How long a browser may cache a preflight response. No browser caches one for more than two hours. */
const rememberedSeconds = '7200';

const loopback = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export class Cors {
  readonly #origins: CorsOrigins;

  constructor(origins: CorsOrigins) {
    this.#origins = origins;
  }

  /** Answers preflight requests. All other requests continue. */
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

  /** @returns whether the calling page may read the response */
  mark({ headers: { origin } }: FastifyRequest, reply: FastifyReply): boolean {
    const { vary: varies, ...headers } = this.headersFor(origin);
    if (varies !== undefined) vary(reply, varies);
    reply.headers(headers);
    return 'access-control-allow-origin' in headers;
  }

  /** The headers of a response to a page of this origin; without one, to a client that is not a page. */
  headersFor(origin: string | undefined): Record<string, string> {
    if (this.#origins.length === 0) return {};
    const isForAll = this.#origins === '*';
    return {
      // A cache must not give this response to another origin.
      ...(!isForAll && { vary: 'Origin' }),
      ...(origin !== undefined &&
        this.#allows(origin) && {
          'access-control-allow-origin': isForAll ? '*' : origin,
          'access-control-expose-headers': answerHeaders,
        }),
    };
  }

  #allows(origin: string): boolean {
    if (this.#origins === '*') return true;
    return this.#origins === 'loopback' ? loopback.test(origin) : this.#origins.includes(origin);
  }
}
