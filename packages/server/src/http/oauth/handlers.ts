import { limits, type RouteNameOf } from '@aislechat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { issueToken, revokeToken } from '../../domain/access/oauth.ts';
import { OAuthRefusal, Refusal } from '../../domain/errors.ts';
import { bannerOf, bodyMember, type Handlers } from '../pipeline/exchange.ts';
import type { Quotas } from '../pipeline/quota.ts';
import { decodeFormText, decodeUtf8 } from '../pipeline/text.ts';

const credentials = [
  'client_id',
  'client_secret',
  'assertion',
  'token',
  'code',
  'access_token',
  'refresh_token',
];

export const oauthHandlers = (quotas: Quotas): Handlers<RouteNameOf<'oauth'>> => ({
  async createToken({ context, request, reply }) {
    const member = members(request.body);
    const client = clientOf(request, reply);
    const issued = await quotas.logIn(request.ip, client.clientId ?? '', () =>
      issueToken(context, {
        ...client,
        grantType: member('grant_type'),
        scope: member('scope'),
        assertion: member('assertion'),
        refreshToken: member('refresh_token'),
        banner: bannerOf(request),
        admit: ({ retailerId, id }) => quotas.takeToken(retailerId, id),
      }),
    );
    request.tokenOf = issued.retailer;
    return {
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: limits.tokenLifetimeSeconds,
      created_at: Math.floor(issued.issuedAt / 1000),
      scope: issued.scopes.join(','),
      ...(issued.refreshToken !== undefined && { refresh_token: issued.refreshToken }),
    };
  },

  async revokeToken({ context, request, reply }) {
    const member = members(request.body);
    const client = clientOf(request, reply);
    const revocation = { ...client, token: member('token') };
    request.tokenOf = await quotas.logIn(request.ip, client.clientId ?? '', () =>
      revokeToken(context, revocation),
    );
    return {};
  },
});

interface ClientCredentials {
  clientId: string | undefined;
  clientSecret: string | undefined;
}

const basic = /^basic +([A-Za-z0-9+/_-]{1,2048}={0,2}) *$/i;

/**
 * Returns the client's ID and secret, from members of the body as in Connect, or from HTTP Basic, which most OAuth
 * libraries use (RFC 6749, section 2.3.1). If a request has both, they must agree.
 * @throws OAuthRefusal invalid_client if the header cannot be read, invalid_request if the two name different clients
 */
function clientOf(request: FastifyRequest, reply: FastifyReply): ClientCredentials {
  const member = members(request.body);
  const inBody = { clientId: member('client_id'), clientSecret: member('client_secret') };
  const { authorization } = request.headers;
  if (authorization === undefined || !/^basic\b/i.test(authorization)) return inBody;
  // RFC 6749, section 5.2: if the client tried this scheme, the refusal must name it.
  reply.header('www-authenticate', 'Basic realm="aislechat", charset="UTF-8"');
  const inHeader = readBasic(authorization);
  if (!inHeader) throw new OAuthRefusal('invalid_client');
  for (const name of ['clientId', 'clientSecret'] as const) {
    if (inBody[name] !== undefined && inBody[name] !== inHeader[name])
      throw new OAuthRefusal('invalid_request');
  }
  return inHeader;
}

/** The client ID that a request to the token endpoints claims. It is not verified. */
export function clientIdOf(request: FastifyRequest): string | undefined {
  const { authorization = '' } = request.headers;
  const clientId = readBasic(authorization)?.clientId ?? bodyMember(request.body, 'client_id');
  return typeof clientId === 'string' ? clientId : undefined;
}

/** Returns undefined for any other header. */
function readBasic(authorization: string): ClientCredentials | undefined {
  const encoded = basic.exec(authorization)?.[1];
  const text = encoded === undefined ? undefined : decodeUtf8(Buffer.from(encoded, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return {
    clientId: formDecoded(text.slice(0, colon)),
    clientSecret: formDecoded(text.slice(colon + 1)),
  };
}

/** RFC 6749 form-encodes both values first. Clients that do not encode them may send a bare `%`. */
function formDecoded(text: string): string {
  try {
    return decodeFormText(text);
  } catch (error) {
    if (error instanceof Refusal) return text;
    throw error;
  }
}

/** Whether the query string has a parameter with the name of a credential. The value is not read. */
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
