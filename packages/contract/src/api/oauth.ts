/** Access tokens. Connect: Authentication. */
import { type Static, Type } from 'typebox';
import { define } from '../route.ts';
import { object, optional } from '../schema-kinds.ts';
import { Empty } from './answers.ts';

export const TokenRequest = object({
  client_id: optional(Type.String()),
  client_secret: optional(Type.String()),
  grant_type: optional(Type.String({ description: '`client_credentials` or `fulfillment_user_assertion`' })),
  scope: optional(Type.String({ description: 'Comma-separated; omitted = all the application has' })),
  assertion: optional(
    Type.String({
      description: 'Base64 of `{"user_id": "..."}` or `{"shopper_id": "..."}`, or a signed JWT',
    }),
  ),
});

export const AccessToken = object({
  access_token: Type.String({ minLength: 43, maxLength: 43 }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Number(),
  created_at: Type.Number({ description: 'Epoch seconds' }),
  scope: Type.String(),
});
export type AccessToken = Static<typeof AccessToken>;

export const RevokeRequest = object({
  client_id: optional(Type.String()),
  client_secret: optional(Type.String()),
  token: optional(Type.String()),
});

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
    body: RevokeRequest,
    answer: Empty,
    oauthErrors: ['invalid_request', 'invalid_client', 'query_params_forbidden', 'unauthorized_client'],
  },
});
