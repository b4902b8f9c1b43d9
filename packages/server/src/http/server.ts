/**
 * The HTTP edge. A request travels: route table -> authenticate (hook) -> read the body -> handler ->
 * answer; whatever is thrown on the way becomes an answer in `errors.ts`.
 */
import { STATUS_CODES } from 'node:http';
import { limits, type Method, type Route, type RouteName, routes } from '@aislechat/contract';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Caller } from '../domain/access.ts';
import type { Context } from '../domain/context.ts';
import { Refusal } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { authenticate } from './authenticate.ts';
import { ConversationCache } from './conversation-cache.ts';
import { answerTo } from './errors.ts';
import type { Handlers } from './exchange.ts';
import { chatHandlers } from './handlers/chat.ts';
import { fulfillmentHandlers } from './handlers/fulfillment.ts';
import { oauthHandlers, refuseCredentialsInQuery } from './handlers/oauth.ts';
import { sandboxHandlers } from './handlers/sandbox.ts';
import { serviceHandlers } from './handlers/service.ts';
import { RateLimit } from './rate-limit.ts';

const requestTimeoutMs = 30_000;
/** An identifier of 255 characters, each percent-encoded at its longest, fits. */
const maxPathParameterCharacters = 4096;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyContextConfig {
    name?: RouteName;
    oauth?: boolean;
  }
}

export interface HttpOptions {
  context: Context;
  log: Log;
  version: string;
  development: boolean;
  /** Requests per second and token; 0 = no limit. */
  rateLimit: number;
  cacheBytes: number;
  emptyUnauthorized: boolean;
  clockMoved: () => void;
}

export function createHttpServer(options: HttpOptions): FastifyInstance {
  const { context, log, development } = options;
  const rateLimit = new RateLimit(options.rateLimit);
  const handlers: Handlers<RouteName> = {
    ...chatHandlers(new ConversationCache(options.cacheBytes)),
    ...oauthHandlers,
    ...fulfillmentHandlers,
    ...sandboxHandlers(options.clockMoved),
    ...serviceHandlers({ development, version: options.version }),
  };

  const server = Fastify({
    logger: false,
    bodyLimit: limits.requestBodyBytes,
    requestTimeout: requestTimeoutMs,
    http: { maxHeaderSize: limits.headerBytes },
    routerOptions: { maxParamLength: maxPathParameterCharacters },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler(error, socket) {
      if (!socket.writable) return socket.destroy();
      socket.end(rawAnswer(unreadable[(error as { code?: string }).code ?? ''] ?? 'malformed_request'));
    },
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  });

  const served = Object.entries<Route>(routes).filter(([, route]) => development || !route.developmentOnly);
  const methodsAt = methodsByPath(served.map(([, route]) => route));

  /** A path without a route is that, whatever else is wrong with the request. */
  function refusalOfPath(request: FastifyRequest, reply: FastifyReply): Refusal {
    const methods = methodsAt(request.url.split('?')[0]!);
    const hasMethod = methods.some((method) => method === request.method);
    if (methods.length === 0 || hasMethod) return new Refusal('resource_not_found');
    reply.header('allow', methods.join(', ').replace('GET', 'GET, HEAD'));
    return new Refusal('method_not_allowed');
  }

  function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const { config } = request.routeOptions;
    const answer = answerTo(error, {
      oauth: config?.oauth === true,
      emptyUnauthorized: options.emptyUnauthorized,
    });
    if (answer.isFault) log.fault(error, { route: config?.name, status: answer.status });
    reply.code(answer.status).headers(answer.headers);
    if (answer.body === undefined) return reply.send();
    return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer.body));
  }

  server.decorateRequest('caller', null as unknown as Caller);
  server.setErrorHandler((error, request, reply) =>
    sendError(request.is404 ? refusalOfPath(request, reply) : error, request, reply),
  );
  server.removeAllContentTypeParsers();
  readBodies(server);
  if (log.logsRequests) {
    server.addHook('onResponse', (request, reply, done) => {
      log.request({
        method: request.method,
        route: request.routeOptions.config.name,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        retailer: request.caller?.retailer.id,
      });
      done();
    });
  }

  /** What comes before the body is read: a token that may use the route, and no credential in a query. */
  function admission(route: Route) {
    return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
      let caller: Caller | Promise<Caller> | undefined;
      try {
        if (route.oauthErrors) {
          // RFC 6749 section 5.1: never kept by a cache.
          reply.header('cache-control', 'no-store');
          refuseCredentialsInQuery(request.url);
        }
        if (route.identity !== 'anyone') {
          caller = authenticate(context.access, rateLimit, route, request.headers.authorization);
        }
      } catch (error) {
        done(error as Error);
        return;
      }
      if (caller instanceof Promise) {
        caller.then((known) => {
          request.caller = known;
          done();
        }, done);
        return;
      }
      if (caller) request.caller = caller;
      done();
    };
  }

  for (const [name, route] of served as [RouteName, Route][]) {
    const handler = handlers[name];
    server.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      config: { name, oauth: route.oauthErrors !== undefined },
      onRequest: admission(route),
      handler: (request, reply) =>
        handler({
          context,
          request,
          reply,
          caller: request.caller,
          params: request.params as Record<string, string>,
        }),
    });
  }

  server.setNotFoundHandler((request, reply) => sendError(refusalOfPath(request, reply), request, reply));
  return server;
}

/** JSON everywhere, forms at the token endpoints. An empty body is no body, whatever its type says. */
function readBodies(server: FastifyInstance): void {
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(new Refusal('malformed_request'));
    }
  });
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') return done(null, undefined);
      if (!request.routeOptions.config.oauth) return done(new Refusal('unsupported_media_type'));
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    },
  );
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(body === '' ? null : new Refusal('unsupported_media_type'), undefined);
  });
}

/** The methods of every route whose path has the shape of the one asked for. */
function methodsByPath(table: Route[]): (path: string) => Method[] {
  const shapes = table.map((route) => ({
    method: route.method,
    shape: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]*')}$`),
  }));
  return (path) => [...new Set(shapes.filter(({ shape }) => shape.test(path)).map(({ method }) => method))];
}

type Unreadable = 'request_timeout' | 'headers_too_large' | 'malformed_request';
const unreadable: Record<string, Unreadable> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** An answer to what is not a readable HTTP request, so no reply object exists. */
function rawAnswer(reason: Unreadable): string {
  const { status, body } = answerTo(new Refusal(reason), { oauth: false, emptyUnauthorized: false });
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n');
}
