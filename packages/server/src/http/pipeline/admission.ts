/**
 * What comes before a body is read: a token that may use the route (RFC 6750), and no credential in a
 * query. Nothing is awaited when the token is known.
 */

import type { IncomingMessage } from 'node:http';
import type { Route } from '@aislechat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Access, assertMay, type Caller } from '../../domain/access/access.ts';
import { OAuthRefusal, Refusal } from '../../domain/errors.ts';
import { hasCredentialsInQuery } from '../oauth/handlers.ts';
import type { Quotas } from './quota.ts';

const bearer = /^bearer +([A-Za-z0-9._~+/-]{1,512}=*) *$/i;

export function bearerToken({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const { authorization } = headers;
  return authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
}

type Done = (error?: Error) => void;

/** The hook of one route. */
export function admission(access: Access, quotas: Quotas, route: Route) {
  /** Who is refused here is known all the same. @throws Refusal */
  function admit(request: FastifyRequest, reply: FastifyReply, caller: Caller): void {
    request.caller = caller;
    const headers = quotas.takeRequest(caller);
    if (headers) reply.headers(headers);
    if (route.scope && route.identity !== 'anyone') assertMay(caller, route.scope, route.identity);
  }

  function authenticate(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const token = bearerToken(request);
    if (token === undefined) throw new Refusal('token_invalid');
    const known = access.recall(token);
    if (known) return admit(request, reply, known);
    const find = () => access.find(token);
    // Guesses of others at the same address are no reason to keep out who was here before.
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
      // RFC 6749 section 5.1: never kept by a cache.
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
      admitted =
        route.ticket && request.headers.authorization === undefined && typeof ticket === 'string'
          ? redeem(request, reply, ticket)
          : authenticate(request, reply);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (admitted instanceof Promise) admitted.then(() => done(), done);
    else done();
  };
}
