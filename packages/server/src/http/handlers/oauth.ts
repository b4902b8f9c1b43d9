import { limits } from '@aislechat/contract';
import { OAuthRefusal } from '../../domain/errors.ts';
import { issueToken, revokeToken } from '../../domain/oauth.ts';
import { bodyMember, type Handlers } from '../exchange.ts';

const credentials = ['client_id', 'client_secret', 'assertion', 'token', 'code', 'access_token'];

export const oauthHandlers: Handlers<'createToken' | 'revokeToken'> = {
  async createToken({ context, request }) {
    const member = members(request.body);
    const issued = await issueToken(context, {
      clientId: member('client_id'),
      clientSecret: member('client_secret'),
      grantType: member('grant_type'),
      scope: member('scope'),
      assertion: member('assertion'),
    });
    request.tokenOf = issued.retailer;
    return {
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: limits.tokenLifetimeSeconds,
      created_at: Math.floor(issued.issuedAt / 1000),
      scope: issued.scopes.join(','),
    };
  },

  async revokeToken({ context, request }) {
    const member = members(request.body);
    await revokeToken(context, {
      clientId: member('client_id'),
      clientSecret: member('client_secret'),
      token: member('token'),
    });
    return {};
  },
};

/** Whether the query string names a credential; its value is not looked at. */
export function hasCredentialsInQuery(url: string): boolean {
  const names = new URLSearchParams(url.split('?')[1]).keys();
  return names.some((name) => credentials.includes(name.toLowerCase()));
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
