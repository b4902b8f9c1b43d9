import { limits } from '@aislechat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OAuthRefusal } from '../../domain/errors.ts';
import { issueToken, revokeToken } from '../../domain/oauth.ts';
import { bodyMember, type Handlers } from '../exchange.ts';

const credentials = ['client_id', 'client_secret', 'assertion', 'token', 'code', 'access_token'];

export const oauthHandlers: Handlers<'createToken' | 'revokeToken'> = {
  async createToken({ context, request, reply }) {
    beginOAuth(request, reply);
    const member = members(request.body);
    const issued = await issueToken(context, {
      clientId: member('client_id'),
      clientSecret: member('client_secret'),
      grantType: member('grant_type'),
      scope: member('scope'),
      assertion: member('assertion'),
    });
    return {
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: limits.tokenLifetimeSeconds,
      created_at: Math.floor(issued.issuedAt / 1000),
      scope: issued.scopes.join(','),
    };
  },

  async revokeToken({ context, request, reply }) {
    beginOAuth(request, reply);
    const member = members(request.body);
    await revokeToken(context, {
      clientId: member('client_id'),
      clientSecret: member('client_secret'),
      token: member('token'),
    });
    return {};
  },
};

/** RFC 6749 section 5.1: never kept by a cache. Credentials in the query are refused unread. */
function beginOAuth(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('cache-control', 'no-store');
  const query = request.url.split('?')[1];
  if (query === undefined) return;
  for (const name of new URLSearchParams(query).keys()) {
    if (credentials.includes(name.toLowerCase())) throw new OAuthRefusal('query_params_forbidden');
  }
}

/** Reads parameters that must be strings. @throws OAuthRefusal */
function members(body: unknown): (name: string) => string | undefined {
  if (typeof body !== 'object' || body === null) throw new OAuthRefusal('invalid_request');
  return (name) => {
    const value = bodyMember(body, name) ?? undefined;
    if (value !== undefined && typeof value !== 'string') throw new OAuthRefusal('invalid_request');
    return value;
  };
}
