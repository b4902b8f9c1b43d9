/** From the Authorization header to a caller who may use the route. RFC 6750. */
import type { Route } from '@aislechat/contract';
import { type Access, assertMay, type Caller } from '../domain/access.ts';
import { Refusal } from '../domain/errors.ts';
import type { RateLimit } from './rate-limit.ts';

const bearer = /^bearer +([A-Za-z0-9._~+/-]{1,512}=*) *$/i;

/** Answers without a promise when the token is known. @throws Refusal */
export function authenticate(
  access: Access,
  rateLimit: RateLimit,
  route: Route,
  authorization: string | undefined,
): Caller | Promise<Caller> {
  const token = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
  if (token === undefined) throw new Refusal('token_invalid');
  const caller = access.authenticate(token);
  return caller instanceof Promise
    ? caller.then((known) => admit(known, rateLimit, route, token))
    : admit(caller, rateLimit, route, token);
}

function admit(caller: Caller, rateLimit: RateLimit, route: Route, token: string): Caller {
  rateLimit.take(token);
  if (route.scope) assertMay(caller, route.scope, route.identity === 'client_or_user');
  return caller;
}
