/**
 * The HTTP server. A request passes through the route table, admission, the body and the handler to the response.
 * `errors.ts` turns whatever is thrown on the way into a response.
 */

import { setMaxListeners } from 'node:events';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bodyBytesOf, limits, type Route, type RouteName, routes } from '@aislechat/contract';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Access, Caller } from '../domain/access/access.ts';
import type { Context } from '../domain/context.ts';
import { Refusal } from '../domain/errors.ts';
import { canFault, type FaultRule } from '../domain/sandbox/faults.ts';
import type { RetailerRow } from '../storage/store.ts';
import type { Log } from '../wiring/log.ts';
import { allHandlers, type HandlerOptions } from './all-handlers.ts';
import { admission, bearerToken } from './pipeline/admission.ts';
import { boundAnswers } from './pipeline/answers.ts';
import { boundBodies, leaveBodies, readBodies } from './pipeline/bodies.ts';
import { ownerName, ownerOf } from './pipeline/budget.ts';
import { Connections } from './pipeline/connections.ts';
import { Cors, type CorsOrigins } from './pipeline/cors.ts';
import { answerTo } from './pipeline/errors.ts';
import type { Exchange, Handler } from './pipeline/exchange.ts';
import { type GiveWay, LoadShedder } from './pipeline/load-shedder.ts';
import type { OwnNames } from './pipeline/own-names.ts';
import { pathRefusals, routerPath } from './pipeline/paths.ts';
import { assertReadable, isCutOff, pathOfTarget, refusePlainly } from './pipeline/protocol.ts';
import { OverQuota, Quotas } from './pipeline/quota.ts';
import { answerUnreadable } from './pipeline/unreadable.ts';
import { faultAnswers, faultHook, tokenFaultHook } from './sandbox/faults.ts';
import { logRequests, RequestLog } from './sandbox/request-log.ts';
import { servePages } from './service/pages.ts';

/** Long enough for an identifier of 255 characters in its longest percent-encoding. */
const maxPathParameterCharacters = 4096;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    /** The retailer whose token was issued or revoked, where the request has no caller. */
    tokenOf: RetailerRow | undefined;
    /** The fault to inject into this request. */
    fault: FaultRule | undefined;
    /** The body of a signed request as it arrived. */
    bodyText: string | undefined;
  }
  interface FastifyContextConfig {
    name?: RouteName;
    oauth?: boolean;
    /** Whether the body may be a form. */
    form?: boolean;
    /** Whether the text of the body is kept, to check its signature. */
    signed?: boolean;
  }
}

export interface HttpOptions extends HandlerOptions {
  context: Context;
  log: Log;
  /** Requests per second and token; 0 for no limit. */
  rateLimit: number;
  /** Addresses of the proxies whose X-Forwarded-For is trusted. */
  trustedProxies: readonly string[];
  maxConnections: number;
  emptyUnauthorized: boolean;
  corsOrigins: CorsOrigins;
  /** Undefined in production, where any name is accepted. */
  ownNames: OwnNames | undefined;
}

export function createHttpServer(options: HttpOptions): FastifyInstance {
  const { context, log, development } = options;
  const served = Object.entries<Route>(routes).filter(
    ([, route]) => development || !route.developmentOnly,
  ) as ServedRoute[];
  const refusalOfPath = pathRefusals(served.map(([, route]) => route));
  const cors = new Cors(options.corsOrigins);
  const load = new LoadShedder();
  const quotas = new Quotas(options.rateLimit);
  const requestLog = new RequestLog();
  const sendError = errorSender(options);

  const connections = new Connections(options.maxConnections, options.times);
  const server = Fastify({
    logger: false,
    // For paths without a route; each route has its own limit.
    bodyLimit: limits.anonymousBodyBytes,
    serverFactory: (answer) =>
      connections.createServer(inTurn(answer, load, context.access, refuseLate(cors, log)), {
        maxHeaderSize: limits.headerBytes,
        requireHostHeader: false,
      }),
    routerOptions: {
      maxParamLength: maxPathParameterCharacters,
      // Connect's own pages print some paths with a trailing slash.
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
    },
    rewriteUrl: ({ url }) => pathOfTarget(url!),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    clientErrorHandler: answerUnreadable,
    // No route has a schema of Fastify's, whose compilers it would otherwise load at once.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    // No hook runs for a request that cannot be routed.
    frameworkErrors: (error, request, reply) => {
      cors.mark(request, reply);
      return sendError(error, request, reply);
    },
  });
  server.decorateRequest('caller', null as never);
  server.decorateRequest('tokenOf', undefined);
  server.decorateRequest('fault', undefined);
  server.decorateRequest('bodyText', undefined);
  const stopping = new AbortController();
  // Every refusal that is held listens for it.
  setMaxListeners(0, stopping.signal);
  server.addHook('preClose', (done) => {
    stopping.abort();
    done();
  });
  server.setErrorHandler(async (error, request, reply) => {
    if (error instanceof OverQuota) {
      reply.headers(error.headers);
      const isHeld = await held(error, stopping.signal);
      if (!isHeld) reply.header('connection', 'close');
    }
    // A path without a route gets its error before any other problem of the request is reported.
    return sendError(request.is404 ? refusalOfPath(request, reply) : error, request, reply);
  });

  server.removeAllContentTypeParsers();
  readBodies(server, development ? logRequests(server, requestLog, context.clock) : undefined);
  if (development) faultAnswers(server);
  cors.install(server);
  boundAnswers(server, options.times.stalledMs);
  server.addHook('onRequest', (request, reply, done) => {
    assertReadable(request.raw, reply.raw);
    options.ownNames?.assert(request.raw);
    done();
  });
  if (log.logsRequests) logAnswers(server, log);

  addRoutes(server, options, served, { load, quotas, requestLog });
  if (!servePages(server, options.pages)) log.warn('pages_not_built');
  server.setNotFoundHandler((request, reply) => sendError(refusalOfPath(request, reply), request, reply));
  return server;
}

/** Waits until a refusal may be sent; false if the server stops before. */
const held = ({ holdMs }: OverQuota, stopping: AbortSignal): Promise<boolean> =>
  holdMs === 0 ? Promise.resolve(true) : sleep(holdMs, true, { signal: stopping }).catch(() => false);

const noSchemas = (): never => {
  throw new Error('A route has a schema of Fastify’s');
};

type ServedRoute = [RouteName, Route];

function addRoutes(
  server: FastifyInstance,
  options: HttpOptions,
  served: readonly ServedRoute[],
  { load, quotas, requestLog }: { load: LoadShedder; quotas: Quotas; requestLog: RequestLog },
): void {
  const { context } = options;
  const handlers = allHandlers(options, quotas, requestLog);
  const bodies = boundBodies();
  const exchangeOf = (request: FastifyRequest, reply: FastifyReply, giveWay: GiveWay): Exchange => ({
    context,
    request,
    reply,
    caller: request.caller,
    params: request.params as Record<string, string>,
    giveWay,
  });
  const answering = (name: RouteName, handler: Handler) =>
    alwaysAnswered.has(name)
      ? (request: FastifyRequest, reply: FastifyReply) => handler(exchangeOf(request, reply, () => {}))
      : (request: FastifyRequest, reply: FastifyReply) =>
          load.run(ownerOf(request), (giveWay) => handler(exchangeOf(request, reply, giveWay)));

  for (const [name, route] of served) {
    const isLarge = !isUpload(route) && bodyBytesOf(route) > limits.anonymousBodyBytes;
    const faults = faultHooks(options, name, route);
    const add = (scope: FastifyInstance) =>
      scope.route({
        method: route.method,
        url: routerPath(route.path),
        bodyLimit: bodyBytesOf(route),
        config: {
          name,
          oauth: route.oauthErrors !== undefined,
          form: route.bodyTypes?.includes('application/x-www-form-urlencoded') === true,
          signed: route.signed === true,
        },
        onRequest: [admission(context.access, quotas, route), ...faults.onRequest],
        preParsing: isLarge && route.method !== 'GET' ? [bodies] : [],
        preHandler: faults.preHandler,
        handler: answering(name, handlers[name]),
      });
    if (!isUpload(route)) add(server);
    // An upload is read by its handler, once the handler has decided to accept it.
    else
      server.register(async (scope) => {
        leaveBodies(scope);
        add(scope);
      });
  }
}

/** Routes that are answered even under overload, because operators need them most then. */
const alwaysAnswered: ReadonlySet<RouteName> = new Set(['health', 'ready', 'metrics']);

const isUpload = (route: Route): boolean => route.bodyTypes?.includes('multipart/form-data') === true;

function faultHooks({ context, development, faults }: HttpOptions, name: RouteName, route: Route) {
  if (!development || !canFault(route)) return { onRequest: [], preHandler: [] };
  return route.oauthErrors
    ? { onRequest: [], preHandler: [tokenFaultHook(context, faults, name, route)] }
    : { onRequest: [faultHook(context, faults, name, route)], preHandler: [] };
}

/** Under load, a request of a retailer with many waiting requests waits before it is processed at all. */
const inTurn =
  (answer: RequestListener, load: LoadShedder, access: Access, refuse: RequestListener): RequestListener =>
  (request, response) => {
    const retailerId = load.isCrowded ? access.retailerOf(bearerToken(request)) : undefined;
    if (retailerId === undefined) return answer(request, response);
    load.arrive(
      ownerName(retailerId),
      () => answer(request, response),
      () => refuse(request, response),
    );
  };

/** Refuses a request that has waited too long, at a fraction of the cost of routing it. */
const refuseLate =
  (cors: Cors, log: Log): RequestListener =>
  ({ headers: { origin } }, response) => {
    const refusal = new Refusal('unavailable');
    log.fault(refusal, { status: 503 });
    refusePlainly(response, refusal, cors.headersFor(origin));
  };

const errorSender =
  ({ emptyUnauthorized, log }: HttpOptions) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const { config } = request.routeOptions;
    // The client is gone, and nothing went wrong here.
    if (isCutOff(error, request.raw)) return reply.hijack();
    const answer = answerTo(error, { oauth: config?.oauth === true, emptyUnauthorized });
    // A refusal that an injected fault asked for is not an error of the server. Any other failure of the request is.
    const isOnPurpose = request.fault?.effect === 'status' && error instanceof Refusal;
    if (answer.isFault && !isOnPurpose) log.fault(error, { route: config?.name, status: answer.status });
    reply.code(answer.status).headers(answer.headers);
    if (answer.body === undefined) return reply.send();
    return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer.body));
  };

function logAnswers(server: FastifyInstance, log: Log): void {
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
