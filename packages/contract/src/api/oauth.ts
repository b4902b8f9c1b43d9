/** Access tokens. Connect: Authentication. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { define } from '../route.ts';
import { object, optional, Text } from '../schema-kinds.ts';
import { Empty } from './answers.ts';

const clientId = optional(Text('Client ID of the application; may be sent by HTTP Basic instead'));
const clientSecret = optional(Text('Client secret of the application; may be sent by HTTP Basic instead'));

export const TokenRequest = object(
  {
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: optional(
      Text(
        '`client_credentials`, `fulfillment_user_assertion`, or ours: `urn:aislechat:params:oauth:grant-type:shopper_assertion` and, for shoppers, `refresh_token`',
      ),
    ),
    scope: optional(
      Text(
        'Scopes, separated by commas; by default Connect’s scopes that the application has. With `offline_access`, a shopper’s token comes with a refresh token',
      ),
    ),
    refresh_token: optional(
      Text('The refresh token of a device, for the grant of that name, which needs no client secret'),
    ),
    assertion: optional(
      Text(
        'The person that the token is for: Base64 of `{"user_id": "..."}` or `{"shopper_id": "..."}`, or a signed JWT',
      ),
    ),
  },
  'The requested token, and the application that requests it',
);

export const AccessToken = object(
  {
    access_token: Type.String({
      minLength: 43,
      maxLength: 43,
      description: 'Send it as `Authorization: Bearer`',
    }),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Number({ description: 'Lifetime in seconds' }),
    created_at: Type.Number({ description: 'Seconds since the epoch' }),
    scope: Text('Scopes of the token, separated by commas'),
    refresh_token: optional(
      Text(
        `Gets the next token, with a new refresh token, for a device on which a shopper stays signed in. It ends ${limits.signInDays} days after its last use`,
      ),
    ),
  },
  'An access token',
);
export type AccessToken = Static<typeof AccessToken>;

export const RevokeRequest = object(
  {
    client_id: clientId,
    client_secret: clientSecret,
    token: optional(Text('The access token to revoke, or a refresh token, which needs no credentials')),
  },
  'The token to revoke, and the application that revokes it',
);

const oauth = {
  tag: 'OAuth',
  surface: 'connect',
  identity: 'anyone',
  bodyTypes: ['application/json', 'application/x-www-form-urlencoded'],
  errors: [],
} as const;

export const oauthRoutes = define({
  createToken: {
    ...oauth,
    method: 'POST',
    path: '/v2/oauth/token',
    summary: 'Generate an access token',
    description:
      'Exchanges an application’s credentials for a token of the application itself or, with an assertion, of one user or shopper. A token is valid for 24 hours. Requests with credentials in the query string are refused.',
    connectPage: 'Generate an access token',
    body: TokenRequest,
    answer: AccessToken,
    oauthErrors: [
      'invalid_request',
      'invalid_grant',
      'unsupported_grant_type',
      'invalid_scope',
      'invalid_client',
      'query_params_forbidden',
    ],
  },
  revokeToken: {
    ...oauth,
    method: 'POST',
    path: '/v2/oauth/token/revoke',
    summary: 'Revoke an access token',
    description:
      'Revokes a token that the same application obtained; it stops working within a second. An unknown token gets 200 too, as RFC 7009 requires.',
    connectPage: 'Revoke an access token',
    body: RevokeRequest,
    answer: Empty,
    oauthErrors: ['invalid_request', 'invalid_client', 'query_params_forbidden', 'unauthorized_client'],
  },
});
