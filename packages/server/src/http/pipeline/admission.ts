/**
 * Checks each request before its body is read: its token must allow the route (RFC 6750), and its query must not
 * contain a credential. For a cached token, nothing is awaited.
 */

import type { IncomingMessage } from 'node:http';
import type { Route } from '@aislechat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Access, assertMay, type Caller, type Unplaced } from '../../domain/access/access.ts';
import { OAuthRefusal, Refusal } from '../../domain/errors.ts';
import { hasCredentialsInQuery } from '../oauth/handlers.ts';
import { bannerOf } from './exchange.ts';
import type { Quotas } from './quota.ts';

const bearer = /^bearer +([A-Za-z0-9._~+/-]{1,512}=*) *$/i;

export function bearerToken({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const { authorization } = headers;
  return authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
}

type Done = (error?: Error) => void;

/** Creates the hook of one route. */
export function admission(access: Access, quotas: Quotas, route: Route) {
  /** Sets the caller first, because even a refused request belongs to a known caller. @throws Refusal */
  function admit(request: FastifyRequest, reply: FastifyReply, found: Caller | Unplaced): void {
    const caller = found.kind === 'unplaced' ? found.caller : found;
    request.caller = caller;
    const headers = quotas.takeRequest(caller);
    if (headers) reply.headers(headers);
    if (found.kind === 'unplaced') throw new Refusal('no_context');
    if (route.scope && route.identity !== 'anyone') assertMay(caller, route.scope, route.identity);
  }

  function authenticate(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const token = bearerToken(request);
    if (token === undefined) throw new Refusal('token_invalid');
    const banner = bannerOf(request);
    const known = access.recall(token, banner);
    if (known) return admit(request, reply, known);
    const find = () => access.find(token, banner);
    // A known token is exempt from the limit on failed look-ups, so guesses from its address do not lock it out.
    const found = access.knows(token) ? find() : quotas.lookUp(request.ip, find);
    return found.then((caller) => admit(request, reply, caller));
  }

  function redeem(request: FastifyRequest, reply: FastifyReply, ticket: string): Promise<void> {
    return quotas
      .lookUp(request.ip, () => access.redeemTicket(ticket))
      .then((bearer) => admit(request, reply, bearer));
  }

  if (route.oauthErrors) {
    return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
      // RFC 6749 section 5.1: no cache may store these responses.
      reply.header('cache-control', 'no-store');
      done(hasCredentialsInQuery(request.url) ? new OAuthRefusal('query_params_forbidden') : undefined);
    };
  }
  if (route.identity === 'anyone') {
    return (_request: FastifyRequest, _reply: FastifyReply, done: Done): void => done();
  }
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    let admitted: void | Promise<void>;
    try {
      const { ticket } = request.query as { ticket?: unknown };
      // A HEAD request, such as a proxy's or a link checker's, does not use up a ticket.
      const isTicketUsed =
        route.ticket &&
        request.method === 'GET' &&
        request.headers.authorization === undefined &&
        typeof ticket === 'string';
      admitted = isTicketUsed ? redeem(request, reply, ticket) : authenticate(request, reply);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (admitted instanceof Promise) admitted.then(() => done(), done);
    else done();
  };
}
