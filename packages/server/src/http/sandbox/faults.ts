/** Injects faults into requests by the retailer's rules. A header of each affected response names the rule. */
import type { OutgoingHttpHeaders } from 'node:http';
import {
  type CallerKind,
  consoleHeader,
  type FaultStatus,
  faultHeader,
  type Route,
  type RouteName,
} from '@aislechat/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../domain/access/access.ts';
import type { Context } from '../../domain/context.ts';
import { OAuthRefusal, Refusal } from '../../domain/errors.ts';
import type { FaultRule, Faults, RequestSubject } from '../../domain/sandbox/faults.ts';
import { handOver } from '../../domain/sandbox/hand-over.ts';
import { clientIdOf } from '../oauth/handlers.ts';
import { orderReference } from '../pipeline/exchange.ts';
import { plainPath } from '../pipeline/paths.ts';

const refusals = {
  401: 'token_expired',
  429: 'too_many_requests',
  500: 'internal',
  503: 'unavailable',
} as const satisfies Record<FaultStatus, string>;
/** How long a stream lives before a fault cuts it. */
const streamCutAfterMs = 1000;
const shopperAfterSwap = 'Robin';

type Done = (error?: Error) => void;

/** Creates the hook of one route, which runs after its admission. */
export function faultHook(context: Context, faults: Faults, name: RouteName, route: Route) {
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const { caller } = request;
    // The console is exempt, so that its user can see and remove the faults.
    const isConsole = request.headers[consoleHeader] !== undefined;
    const fault = isConsole
      ? undefined
      : faults.ofRequest(caller.retailer.id, subjectOf(request, name, kindOf(caller)));
    if (fault) strike(context, route, fault, { request, reply, done });
    else done();
  };
}

function kindOf({ kind }: Caller): CallerKind | undefined {
  if (kind === 'system') return undefined;
  return kind === 'unbound_link' ? 'link' : kind;
}

/** Creates the hook of a token endpoint. It runs after the body is read, because the body has the client ID. */
export function tokenFaultHook(context: Context, faults: Faults, name: RouteName, route: Route) {
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const clientId = clientIdOf(request);
    const isConsole = request.headers[consoleHeader] !== undefined;
    if (!faults.areSet || isConsole || clientId === undefined) {
      done();
      return;
    }
    context.store.read.applications.findByClientId(clientId).then((application) => {
      const subject = subjectOf(request, name, undefined);
      const fault = application && faults.ofRequest(application.retailerId, subject);
      if (fault) strike(context, route, fault, { request, reply, done });
      else done();
    }, done);
  };
}

function subjectOf(
  { method, url }: FastifyRequest,
  route: RouteName,
  identity: RequestSubject['identity'],
): RequestSubject {
  return { route, path: plainPath(url), method, identity };
}

interface Struck {
  request: FastifyRequest;
  reply: FastifyReply;
  done: Done;
}

function strike(context: Context, route: Route, fault: FaultRule, { request, reply, done }: Struck): void {
  request.fault = fault;
  // Set on the raw response, because streams and cut responses are written without the framework.
  reply.raw.setHeader(faultHeader, fault.name);
  switch (fault.effect) {
    case 'status':
      if (route.oauthErrors && fault.status === 401) done(new OAuthRefusal('invalid_client'));
      else done(new Refusal(refusals[fault.status!]));
      break;
    case 'chat_disabled':
      done(new Refusal('sending_not_allowed'));
      break;
    case 'delay':
      setTimeout(done, fault.delay_ms!);
      break;
    case 'reset':
      loseAnswer(reply);
      break;
    case 'shopper_swap': {
      const { order_id } = request.params as Record<string, string>;
      const reference = orderReference(request, order_id!);
      handOver(context, request.caller, reference, shopperAfterSwap).then(() => done(), done);
      break;
    }
    default:
      if (route.stream) setTimeout(() => reply.raw.destroy(), streamCutAfterMs).unref();
      done();
  }
}

/** Applies faults to responses that are ready to be sent. */
export function faultAnswers(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const effect: FaultRule['effect'] | undefined = request.fault?.effect;
    if (effect === 'answer_lost') loseAnswer(reply);
    else if (effect === 'cut') cutAnswer(reply, payload);
    else done(null, payload);
  });
}

function loseAnswer(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}

/** Announces the length of the whole body and sends half of it. */
function cutAnswer(reply: FastifyReply, payload: unknown): void {
  reply.hijack();
  const body =
    typeof payload === 'string' || Buffer.isBuffer(payload) ? Buffer.from(payload) : Buffer.alloc(0);
  const { raw } = reply;
  const headers = reply.getHeaders() as OutgoingHttpHeaders;
  raw.writeHead(reply.statusCode, { ...headers, 'content-length': body.length });
  raw.write(body.subarray(0, Math.floor(body.length / 2)), () => raw.destroy());
}
