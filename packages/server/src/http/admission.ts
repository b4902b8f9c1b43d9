/**
 * What comes before a body is read: a token that may use the route (RFC 6750), and no credential in a
 * query. Nothing is awaited when the token is known.
 */
import type { Route } from '@aislechat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Access, assertMay, type Caller } from '../domain/access.ts';
import { OAuthRefusal, Refusal } from '../domain/errors.ts';
import { hasCredentialsInQuery } from './handlers/oauth.ts';
import type { RateLimit } from './rate-limit.ts';

const bearer = /^bearer +([A-Za-z0-9._~+/-]{1,512}=*) *$/i;

type Done = (error?: Error) => void;

/** The hook of one route. */
export function admission(access: Access, rateLimit: RateLimit, route: Route) {
  function admit(caller: Caller, token: string): Caller {
    rateLimit.take(token);
    if (route.scope && route.identity !== 'anyone') assertMay(caller, route.scope, route.identity);
    return caller;
  }

  function authenticate(authorization: string | undefined): Caller | Promise<Caller> {
    const token = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
    if (token === undefined) throw new Refusal('token_invalid');
    const caller = access.authenticate(token);
    return caller instanceof Promise ? caller.then((known) => admit(known, token)) : admit(caller, token);
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
  return (request: FastifyRequest, _reply: FastifyReply, done: Done): void => {
    let caller: Caller | Promise<Caller>;
    try {
      const { authorization } = request.headers;
      const { ticket } = request.query as { ticket?: unknown };
      caller =
        route.ticket && authorization === undefined && typeof ticket === 'string'
          ? access.redeemTicket(ticket).then((bearer) => admit(bearer, ticket))
          : authenticate(authorization);
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
    request.caller = caller;
    done();
  };
}
