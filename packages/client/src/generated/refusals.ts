/** What tells one refusal from another: its status and, where several have it, its message. Written by `scripts/generate.ts` from the contract; not to be changed here. */
export const refusals: readonly (readonly [status: number, name: ErrorName, message?: string])[] = [
  [400, 'user_id_not_found', 'User ID not found'],
  [400, 'user_not_found', 'User Not Found'],
  [400, 'invalid_parameters'],
  [400, 'malformed_request', 'The request could not be read'],
  [401, 'token_invalid', 'The access token is invalid'],
  [401, 'token_expired', 'The access token expired'],
  [401, 'token_revoked', 'The access token was revoked'],
  [403, 'insufficient_scope', 'You do not have permission to perform this action'],
  [
    403,
    'name_not_allowed',
    'In development the server answers to loopback names and to that of AISLECHAT_PUBLIC_URL only',
  ],
  [403, 'shopper_pii', 'Shopper PII'],
  [403, 'sending_not_allowed', 'Sending a message is not allowed at this time'],
  [403, 'callbacks_not_configured', 'Callbacks are not configured on this server'],
  [403, 'limit_reached', 'No more %s can be made'],
  [404, 'resource_not_found', 'Resource not found'],
  [404, 'order_item_not_found', 'Order item %s not found'],
  [405, 'method_not_allowed'],
  [408, 'request_timeout'],
  [413, 'payload_too_large'],
  [415, 'unsupported_media_type', 'The request body must be application/json'],
  [415, 'unsupported_content_encoding', 'The request body must not be compressed'],
  [417, 'expectation_failed'],
  [415, 'unsupported_image_type', 'The request body must be an image or a form with one'],
  [422, 'image_invalid', 'The image cannot be used'],
  [422, 'idempotency_key_reused', 'This Idempotency-Key was already used with a different body'],
  [429, 'too_many_requests'],
  [431, 'headers_too_large'],
  [500, 'internal'],
  [503, 'unavailable'],
];

export type ErrorName =
  | 'user_id_not_found'
  | 'user_not_found'
  | 'invalid_parameters'
  | 'malformed_request'
  | 'token_invalid'
  | 'token_expired'
  | 'token_revoked'
  | 'insufficient_scope'
  | 'name_not_allowed'
  | 'shopper_pii'
  | 'sending_not_allowed'
  | 'callbacks_not_configured'
  | 'limit_reached'
  | 'resource_not_found'
  | 'order_item_not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'unsupported_content_encoding'
  | 'expectation_failed'
  | 'unsupported_image_type'
  | 'image_invalid'
  | 'idempotency_key_reused'
  | 'too_many_requests'
  | 'headers_too_large'
  | 'internal'
  | 'unavailable';

export const oauthErrorNames = [
  'invalid_request',
  'invalid_grant',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_client',
  'query_params_forbidden',
  'unauthorized_client',
] as const;
export type OAuthErrorName = (typeof oauthErrorNames)[number];
