/**
 * Every refusal the service can give, as data. The domain throws them by name, one mapper in the server
 * writes them on the wire, docs/errors.md lists them, and a test holds the three together.
 *
 * Connect: "Error and status codes". `code` null and the texts are Connect's where it publishes them.
 */

export interface ErrorRow {
  readonly status: number;
  /** Machine-readable code of the envelope; null for policy refusals. */
  readonly code: number | null;
  readonly message: string;
  /** What a reader of the documentation needs to know about the cause. */
  readonly cause: string;
}

export const errors = {
  user_id_not_found: {
    status: 400,
    code: 4001,
    message: 'User ID not found',
    cause: 'A client-credentials token asks for an order created with Fulfillment v2',
  },
  user_not_found: {
    status: 400,
    code: 1001,
    message: 'User Not Found',
    cause: 'No user of this retailer has the `user_id` in the path; `meta.key` is `user_id`',
  },
  invalid_parameters: {
    status: 400,
    code: 1001,
    message: 'depends on the problem, see the table of parameter problems',
    cause: 'A parameter is missing or wrong; `meta.key` names it. Two or more problems use code 9999',
  },
  malformed_request: {
    status: 400,
    code: null,
    message: 'The request could not be read',
    cause:
      'The HTTP request, the encoding of its URL or its JSON body is malformed, or a text is not in the charset that is declared (UTF-8 where none is)',
  },
  token_invalid: {
    status: 401,
    code: null,
    message: 'The access token is invalid',
    cause: 'No bearer token, or one that was never issued; a support code that is unknown, used or too old',
  },
  token_expired: {
    status: 401,
    code: null,
    message: 'The access token expired',
    cause: 'The token was issued 24 hours ago or more (a support agent’s: 8 hours), on the retailer’s clock',
  },
  token_revoked: {
    status: 401,
    code: null,
    message: 'The access token was revoked',
    cause: 'The token was revoked by its application or by an operator, or its application was disabled',
  },
  insufficient_scope: {
    status: 403,
    code: null,
    message: 'You do not have permission to perform this action',
    cause:
      'The token lacks the scope of this operation, or is a user token where a client token is needed, or its application lacks a scope of the one it would manage',
  },
  name_not_allowed: {
    status: 403,
    code: null,
    message: 'In development the server answers to loopback names and to that of AISLECHAT_PUBLIC_URL only',
    cause:
      'In development: `Host` or `Origin` has another name, as when the name of a web page leads to this machine; at the token endpoints the OAuth error is `invalid_request`. Set `AISLECHAT_PUBLIC_URL`, or name the origin in `AISLECHAT_CORS_ORIGINS`',
  },
  shopper_pii: {
    status: 403,
    code: null,
    message: 'Shopper PII',
    cause: 'The retailer has shopper-information removal on',
  },
  sending_not_allowed: {
    status: 403,
    code: null,
    message: 'Sending a message is not allowed at this time',
    cause:
      'The chat is not open: before picking, after the end, switched off, or no shopper to talk to; or the order has 2,000 messages',
  },
  callbacks_not_configured: {
    status: 403,
    code: null,
    message: 'Callbacks are not configured on this server',
    cause: 'The server has no `AISLECHAT_SECRETS_KEY` to keep the secrets of endpoints with',
  },
  limit_reached: {
    status: 403,
    code: null,
    message: 'No more %s can be made',
    cause: 'There are as many of what stands in the place of `%s` as the table of limits allows',
  },
  resource_not_found: {
    status: 404,
    code: 4000,
    message: 'Resource not found',
    cause: 'No such path, order, shopper or batch within reach of this token',
  },
  order_item_not_found: {
    status: 404,
    code: 4000,
    message: 'Order item %s not found',
    cause: 'The order has no item with the ID in the path, which stands in the place of `%s`',
  },
  method_not_allowed: {
    status: 405,
    code: null,
    message: 'Method not allowed',
    cause: 'The path exists, the method does not; the `Allow` header lists those that do',
  },
  request_timeout: {
    status: 408,
    code: null,
    message: 'The request took too long to arrive',
    cause: 'The whole request was not received in time',
  },
  payload_too_large: {
    status: 413,
    code: null,
    message: 'The request body is too large',
    cause:
      'The body is larger than 1 MiB, at the token endpoints than 16 KiB, or an image larger than 10 MiB',
  },
  unsupported_media_type: {
    status: 415,
    code: null,
    message: 'The request body must be application/json',
    cause: 'A body with another content type, or with a charset that is not known',
  },
  unsupported_content_encoding: {
    status: 415,
    code: null,
    message: 'The request body must not be compressed',
    cause: 'A `Content-Encoding` other than `identity`',
  },
  expectation_failed: {
    status: 417,
    code: null,
    message: 'The expectation of the request cannot be met',
    cause: 'An `Expect` header other than `100-continue`',
  },
  unsupported_image_type: {
    status: 415,
    code: null,
    message: 'The request body must be an image or a form with one',
    cause:
      'An upload of another content type than `image/jpeg`, `image/png`, `image/webp` and `multipart/form-data`',
  },
  image_invalid: {
    status: 422,
    code: null,
    message: 'The image cannot be used',
    cause:
      'Not one whole JPEG, PNG or WebP, or of more than 40 megapixels, 12,000 pixels a side or 100 scans. Names and types are not asked, the bytes are',
  },
  idempotency_key_reused: {
    status: 422,
    code: null,
    message: 'This Idempotency-Key was already used with a different body',
    cause: 'The same sender used the key on this order for another message',
  },
  too_many_requests: {
    status: 429,
    code: null,
    message: 'Too many requests',
    cause:
      'The access token, its person, application or retailer made more requests this second than allowed, or has as much under way as the table of limits allows, or an address failed too often to say who it is; `Retry-After` says when to go on',
  },
  headers_too_large: {
    status: 431,
    code: null,
    message: 'The request headers are too large',
    cause: 'The headers exceed 16 KiB',
  },
  internal: {
    status: 500,
    code: 5000,
    message: 'Sorry, an unexpected error occurred. Our team has been notified. Please try again later.',
    cause: 'A fault of the server; the log has the detail',
  },
  unavailable: {
    status: 503,
    code: 2003,
    message: 'The service is temporarily unavailable. Please try again later.',
    cause:
      'Storage cannot answer, too many writes wait, or the server has as many connections or as much under way as it can hold; `Retry-After` says when to try again',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorName = keyof typeof errors;

/** What can be wrong with one parameter: the `message` of a 1001 row. */
export const parameterProblems = {
  blank: "can't be blank",
  invalid: 'is invalid',
  inclusion: 'is not included in the list',
  taken: 'has already been taken',
  too_long: 'is too long (maximum is %d characters)',
  invalid_email: 'Invalid email',
  invalid_phone: 'Invalid phone number',
  phone_taken: 'An account already exists with this number',
  one_code: 'must include exactly one of rrc or upc',
  one_amount: 'must include exactly one of count or weight',
  count_not_positive: 'count must be greater than 0',
  weight_not_positive: 'weight must be greater than 0',
} as const;

export type ParameterProblemName = keyof typeof parameterProblems;

/** One problem with one parameter; `limit` fills the number of `too_long`. */
export interface ParameterProblem {
  readonly key: string;
  readonly problem: ParameterProblemName;
  readonly limit?: number;
}

/** Codes of the envelope that belong to no single row. */
export const severalErrors = { code: 9999, message: 'There were issues with your request' } as const;

export interface OAuthErrorRow {
  readonly status: number;
  readonly description: string;
  readonly cause: string;
}

/** Refusals of the token endpoints, in OAuth style. Connect: "Generate" and "Revoke an access token". */
export const oauthErrors = {
  invalid_request: {
    status: 400,
    description:
      'The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.',
    cause: 'A required parameter is missing or the body cannot be read',
  },
  invalid_grant: {
    status: 400,
    description: 'Assertion is not provided or invalid assertion provided for the grant_type.',
    cause:
      'The assertion is missing, unreadable, not signed as it must be, used before, or names nobody of the retailer',
  },
  unsupported_grant_type: {
    status: 400,
    description: 'The authorization grant type is not supported by the authorization server.',
    cause: 'Any grant but `client_credentials` and `fulfillment_user_assertion`',
  },
  invalid_scope: {
    status: 400,
    description: 'The requested scope is invalid, unknown, or malformed.',
    cause: 'The application lacks the scope, or it does not go with the grant',
  },
  invalid_client: {
    status: 401,
    description:
      'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
    cause: 'Unknown client, wrong secret, or a disabled application asks for a token',
  },
  query_params_forbidden: {
    status: 403,
    description:
      "Providing OAuth credentials as query parameters may cause them to be compromised. Please reach out to Instacart's security team and have the credentials rotated.",
    cause: 'A credential stands in the query string; it is refused unread',
  },
  unauthorized_client: {
    status: 403,
    description: 'You are not authorized to revoke this token',
    cause: 'The token was issued to another application',
  },
} as const satisfies Record<string, OAuthErrorRow>;

export type OAuthErrorName = keyof typeof oauthErrors;
