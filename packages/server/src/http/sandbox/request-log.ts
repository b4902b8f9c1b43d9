/**
 * Logs the recent requests and responses of a retailer's clients, for their developers: in the memory of this process,
 * in development only. A request belongs to the retailer of its token; requests without one are not logged. Headers are
 * never logged, and credentials in queries and bodies are masked before anything is stored.
 */
import { Readable } from 'node:stream';
import { consoleHeader, limits } from '@aislechat/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, retailerNow } from '../../domain/clock.ts';
import { type IdPosition, type Page, type PageOf, readPage } from '../../domain/page.ts';

/**
 * The limit for all retailers together. When it is exceeded, the oldest request of the retailer with the most is
 * removed.
 */
const maxCharacters = 32 * 1024 * 1024;
/** Characters that a request takes besides its bodies. */
const charactersPerEntry = 200;

export interface LoggedRequest {
  readonly id: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly route: string;
  /** 0 if the connection was cut before a response. */
  readonly status: number;
  readonly ms: number;
  readonly requestBody: string | undefined;
  readonly answerBody: string | undefined;
}

export interface RequestFilter {
  /** For example `404` or `4xx`. */
  status?: string;
  route?: string;
}

/** The requests of one retailer, oldest first. */
interface Own {
  requests: LoggedRequest[];
  characters: number;
}

export class RequestLog {
  readonly #ofRetailers = new Map<number, Own>();
  #characters = 0;
  #lastId = 0;

  add(retailerId: number, fields: Omit<LoggedRequest, 'id'>): void {
    const request = { ...fields, id: ++this.#lastId };
    const own = this.#ofRetailers.get(retailerId) ?? { requests: [], characters: 0 };
    this.#ofRetailers.set(retailerId, own);
    own.requests.push(request);
    own.characters += sizeOf(request);
    this.#characters += sizeOf(request);
    if (own.requests.length > limits.loggedRequests) this.#dropOldest(own);
    // A busy retailer does not push out the requests of others.
    while (this.#characters > maxCharacters) this.#dropOldest(this.#largest());
  }

  /** Newest first. */
  list(
    retailerId: number,
    { status, route }: RequestFilter,
    page: Page<IdPosition>,
  ): Promise<PageOf<LoggedRequest, IdPosition>> {
    const own = this.#ofRetailers.get(retailerId)?.requests ?? [];
    return readPage(page, async (after, limit) =>
      own
        .filter(
          (request) =>
            (after === undefined || request.id < after.id) &&
            (route === undefined || request.route === route) &&
            (status === undefined || isOfStatus(request.status, status)),
        )
        .slice(-limit)
        .reverse(),
    );
  }

  #largest(): Own {
    return this.#ofRetailers.values().reduce((most, own) => (own.characters > most.characters ? own : most));
  }

  #dropOldest(own: Own): void {
    const size = sizeOf(own.requests.shift()!);
    own.characters -= size;
    this.#characters -= size;
  }
}

const sizeOf = ({ path, requestBody = '', answerBody = '' }: LoggedRequest): number =>
  charactersPerEntry + path.length + requestBody.length + answerBody.length;

const isOfStatus = (status: number, wanted: string): boolean =>
  wanted.endsWith('xx') ? Math.floor(status / 100) === Number(wanted[0]) : status === Number(wanted);

interface Bodies {
  request?: string;
  answer?: string;
}

/**
 * Logs the requests that pass through the server. @returns a function that takes the text of each body as it arrives
 */
export function logRequests(
  server: FastifyInstance,
  log: RequestLog,
  clock: Clock,
): (request: FastifyRequest, body: string) => void {
  const bodies = new WeakMap<FastifyRequest, Bodies>();
  const bodiesOf = (request: FastifyRequest): Bodies => {
    const known = bodies.get(request) ?? {};
    bodies.set(request, known);
    return known;
  };

  function keep(request: FastifyRequest, reply: FastifyReply, ms: number): void {
    const { name } = request.routeOptions.config;
    const retailer = request.caller?.retailer ?? request.tokenOf;
    if (!retailer || name === undefined) return;
    const { request: requestBody, answer } = bodies.get(request) ?? {};
    log.add(retailer.id, {
      at: retailerNow(clock, retailer),
      method: request.method,
      path: maskedPath(request.url),
      route: name,
      status: reply.raw.headersSent ? reply.raw.statusCode : 0,
      ms: Math.round(ms),
      requestBody: requestBody === undefined ? undefined : readable(requestBody),
      answerBody: answer === undefined ? undefined : readable(answer),
    });
  }

  server.addHook('onRequest', (request, reply, done) => {
    // Fastify does not measure a stream.
    const startedMs = performance.now();
    // Also runs when a stream ends or a connection is lost.
    if (!isLookOnly(request)) {
      reply.raw.once('close', () => keep(request, reply, performance.now() - startedMs));
    }
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    const isText = /json/.test(String(reply.getHeader('content-type'))) && !(payload instanceof Readable);
    if (isText && payload) bodiesOf(request).answer = String(payload);
    done(null, payload);
  });
  return (request, body) => {
    if (body !== '') bodiesOf(request).request = body;
  };
}

/** Whether a request only reads the log, or is one of the console's regular polls. These are not logged. */
const isLookOnly = ({ method, headers, routeOptions }: FastifyRequest): boolean =>
  routeOptions.config.name === 'listRequests' || (method === 'GET' && headers[consoleHeader] !== undefined);

/**
 * The ends of names of credentials, however a client writes them: `access_token`, `refreshToken`, `client-secret`. The
 * address and the key of a push subscription are credentials too.
 */
const credentials =
  'token|secret|assertion|password|ticket|(link|support)[_-]?code|order[_-]?url|endpoint|auth|p256dh';
const credential = new RegExp(`(${credentials})$`, 'i');
const isCredential = (name: string): boolean => credential.test(name);
/** Whether a text may contain a credential, possibly with escapes in its name. */
const mayHold = new RegExp(`${credentials}|\\\\u|%`, 'i');
const mask = '[masked]';

/** Masks credentials and shortens the text to the limit. */
export function readable(body: string): string {
  const masked = mayHold.test(body) ? withoutCredentials(body) : body;
  if (masked.length <= limits.loggedBodyCharacters) return masked;
  // Copied, because a slice would keep the whole text in memory.
  const kept = Buffer.from(masked.slice(0, limits.loggedBodyCharacters)).toString();
  return `${kept}... [cut: ${masked.length} characters]`;
}

function withoutCredentials(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body, (name, value) => (isCredential(name) && value ? mask : value)));
  } catch {
    return bodyOfForm(body) ?? '[unreadable, and may hold a credential]';
  }
}

/** Recognizes a form body: one line of `name=value`. No other body has that form. */
const bodyOfForm = (body: string): string | undefined =>
  /^[\w.~+%-]+=[^\s{}"]*$/.test(body) ? maskedQuery(body) : undefined;

function maskedQuery(query: string): string {
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) if (isCredential(name)) parameters.set(name, mask);
  return parameters.toString().replaceAll(encodeURIComponent(mask), mask);
}

function maskedPath(url: string): string {
  const [path, query] = url.split('?', 2);
  const whole = query === undefined || !mayHold.test(query) ? url : `${path}?${maskedQuery(query)}`;
  return whole.length <= limits.loggedPathCharacters ? whole : whole.slice(0, limits.loggedPathCharacters);
}
