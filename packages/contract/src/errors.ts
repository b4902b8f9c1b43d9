/**
 * Every error of the service, as data. The domain throws them by name, a mapper in the server writes them on the wire,
 * docs/errors.md lists them, and a test compares the three.
 *
 * Connect: "Error and status codes". A null `code` and the messages are Connect's where it publishes them.
 */

export interface ErrorRow {
  readonly status: number;
  /** The machine-readable code in the envelope; null for policy refusals. */
  readonly code: number | null;
  readonly message: string;
  /** What the envelope says besides, if anything. */
  readonly meta?: Readonly<Record<string, string>>;
  /** Explains the cause to a reader of the documentation. */
  readonly cause: string;
}

export const errors = {
  user_id_not_found: {
    status: 400,
    code: 4001,
    message: 'User ID not found',
    cause: 'The order was created with Fulfillment v2, and the request uses a client-credentials token.',
  },
  user_not_found: {
    status: 400,
    code: 1001,
    message: 'User Not Found',
    meta: { key: 'user_id' },
    cause: 'The retailer has no user with the `user_id` in the path. `meta.key` is `user_id`.',
  },
  invalid_parameters: {
    status: 400,
    code: 1001,
    message: 'depends on the problem, see the table of parameter problems',
    cause: 'A parameter is missing or wrong, and `meta.key` names it. Two or more problems use code 9999.',
  },
  no_context: {
    status: 400,
    code: 4002,
    message: 'No valid context could be resolved',
    cause:
      'The token belongs to an organization with several banners, and `X-Retailer-Id` is missing or is not the slug of a banner that the token reaches. At the token endpoint the OAuth error is `invalid_request`.',
  },
  not_staged: {
    status: 400,
    code: 2001,
    message: 'Params error',
    meta: { order_delivery_id: 'Order delivery is not staged.' },
    cause:
      'The customer has arrived or plans to, and the order is not ready for pickup yet. `meta.order_delivery_id` is `Order delivery is not staged.`',
  },
  malformed_request: {
    status: 400,
    code: null,
    message: 'The request could not be read',
    cause:
      'The HTTP request, the encoding of its URL or its JSON body is malformed, or the body is not in its declared charset (UTF-8 by default).',
  },
  token_invalid: {
    status: 401,
    code: null,
    message: 'The access token is invalid',
    cause:
      'The request has no bearer token, or the server never issued it. Or a support code is unknown, used or expired.',
  },
  token_expired: {
    status: 401,
    code: null,
    message: 'The access token expired',
    cause:
      'The token was issued at least 24 hours ago on the retailer’s clock (8 hours for a support agent).',
  },
  token_revoked: {
    status: 401,
    code: null,
    message: 'The access token was revoked',
    cause: 'The application or an operator revoked the token, or the application was disabled.',
  },
  insufficient_scope: {
    status: 403,
    code: null,
    message: 'You do not have permission to perform this action',
    cause:
      'The token does not have the scope of this operation, or it is a user token and the operation needs a client token. Or its application does not have every scope of the application that it is to manage. Or the token is the link of an order, without the secret of a device that the link is bound to.',
  },
  name_not_allowed: {
    status: 403,
    code: null,
    message: 'In development the server answers to loopback names and to that of AISLECHAT_PUBLIC_URL only',
    cause:
      'In development, `Host` or `Origin` has another name, for example because the name of a web page resolves to this machine. Set `AISLECHAT_PUBLIC_URL`, or add the origin to `AISLECHAT_CORS_ORIGINS`. At the token endpoints the OAuth error is `invalid_request`.',
  },
  shopper_pii: {
    status: 403,
    code: null,
    message: 'Shopper PII',
    cause: 'Shopper-information removal is on for the retailer.',
  },
  sending_not_allowed: {
    status: 403,
    code: null,
    message: 'Sending a message is not allowed at this time',
    cause:
      'The chat is not open: picking has not started, the order has ended, the chat is switched off, or no shopper is assigned. Or the order already has 2,000 messages.',
  },
  callbacks_not_configured: {
    status: 403,
    code: null,
    message: 'Callbacks are not configured on this server',
    cause: 'The server has no `AISLECHAT_SECRETS_KEY` to encrypt the secrets of endpoints.',
  },
  push_not_configured: {
    status: 403,
    code: null,
    message: 'Push notifications are not configured on this server',
    cause:
      'The server has no `AISLECHAT_SECRETS_KEY` or no `AISLECHAT_PUBLIC_URL` with https, or the retailer has turned push notifications off.',
  },
  sms_not_configured: {
    status: 403,
    code: null,
    message: 'Text messages are not configured on this server',
    cause:
      'The server has no `AISLECHAT_SECRETS_KEY` to encrypt secrets and numbers, or no `AISLECHAT_PUBLIC_URL` for answers.',
  },
  sms_copies_remain: {
    status: 403,
    code: null,
    message: 'The provider still holds copies of texts',
    cause:
      'The sender cannot be changed or deleted before the copies of what was written are deleted at its provider, which happens with each chat. Set `sms_notifications` to `off` instead.',
  },
  code_not_sent: {
    status: 403,
    code: null,
    message: 'No code can be sent for this order',
    cause:
      'The link works on this device already. Or the retailer sends no text messages, the order has no number, the number answered STOP, or the provider did not accept the text message. A new link of the order works on another device.',
  },
  code_over: {
    status: 403,
    code: null,
    message: 'The code is no longer valid',
    cause:
      'The code was used, was tried five times, is ten minutes old, was sent for another device, or none was sent.',
  },
  signature_invalid: {
    status: 403,
    code: null,
    message: 'The signature is missing or wrong',
    cause: 'A text message or its status did not come from the provider of the retailer’s sender.',
  },
  limit_reached: {
    status: 403,
    code: null,
    message: 'No more %s can be made',
    cause: 'The number of `%s` has reached its limit, see the table of limits.',
  },
  resource_not_found: {
    status: 404,
    code: 4000,
    message: 'Resource not found',
    cause: 'The path, order, shopper or batch does not exist, or this token cannot reach it.',
  },
  order_item_not_found: {
    status: 404,
    code: 4000,
    message: 'Order item %s not found',
    cause: 'The order has no item with the ID in the path. `%s` stands for that ID.',
  },
  no_pickup_status: {
    status: 404,
    code: 4000,
    message: 'No pickup status found for order',
    cause: 'The order is not one that the customer picks up.',
  },
  method_not_allowed: {
    status: 405,
    code: null,
    message: 'Method not allowed',
    cause: 'The path does not support this method. The `Allow` header lists the methods that it supports.',
  },
  request_timeout: {
    status: 408,
    code: null,
    message: 'The request took too long to arrive',
    cause: 'The server did not receive the whole request in time.',
  },
  payload_too_large: {
    status: 413,
    code: null,
    message: 'The request body is too large',
    cause: 'The body is larger than 1 MiB, or 16 KiB at the token endpoints, or 10 MiB for an image.',
  },
  unsupported_media_type: {
    status: 415,
    code: null,
    message: 'The request body must be application/json',
    cause: 'The body has another content type, or an unknown charset.',
  },
  unsupported_content_encoding: {
    status: 415,
    code: null,
    message: 'The request body must not be compressed',
    cause: 'The request has a `Content-Encoding` other than `identity`.',
  },
  expectation_failed: {
    status: 417,
    code: null,
    message: 'The expectation of the request cannot be met',
    cause: 'The request has an `Expect` header other than `100-continue`.',
  },
  unsupported_image_type: {
    status: 415,
    code: null,
    message: 'The request body must be an image or a form with one',
    cause:
      'The content type of the upload is not `image/jpeg`, `image/png`, `image/webp` or `multipart/form-data`.',
  },
  image_invalid: {
    status: 422,
    code: null,
    message: 'The image cannot be used',
    cause:
      'The upload does not begin with a complete JPEG, PNG or WebP image, or the image exceeds 40 megapixels, 12,000 pixels a side or 100 scans. The server checks the bytes, not the file name or the type, and drops what follows the image.',
  },
  idempotency_key_reused: {
    status: 422,
    code: null,
    message: 'This Idempotency-Key was already used with a different body',
    cause: 'The same sender already used the key for another message on this order.',
  },
  too_many_requests: {
    status: 429,
    code: null,
    message: 'Too many requests',
    cause:
      'The access token, or its person, application or retailer, made too many requests in this second or has too many in progress, see the table of limits. Or too many authentication attempts from this address failed. `Retry-After` says when to try again.',
  },
  headers_too_large: {
    status: 431,
    code: null,
    message: 'The request headers are too large',
    cause: 'The headers exceed 16 KiB.',
  },
  internal: {
    status: 500,
    code: 5000,
    message: 'Sorry, an unexpected error occurred. Our team has been notified. Please try again later.',
    cause: 'The server has a fault. Its log has the details.',
  },
  unavailable: {
    status: 503,
    code: 2003,
    message: 'The service is temporarily unavailable. Please try again later.',
    cause:
      'Storage is unavailable, too many writes are waiting, or the server has reached its limit of connections or of work in progress. `Retry-After` says when to try again.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorName = keyof typeof errors;

/** The problems of a single parameter, as the `message` of a 1001 error. */
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
  low_contrast: 'does not have enough contrast with white text',
  tile_placeholders: 'must have {z}, {x} and {y} once each, and no other placeholder',
} as const;

export type ParameterProblemName = keyof typeof parameterProblems;

/** A problem of one parameter. `limit` is the number in the message of `too_long`. */
export interface ParameterProblem {
  readonly key: string;
  readonly problem: ParameterProblemName;
  readonly limit?: number;
}

/** The envelope's code and message for two or more problems. */
export const severalErrors = { code: 9999, message: 'There were issues with your request' } as const;

export interface OAuthErrorRow {
  readonly status: number;
  readonly description: string;
  readonly cause: string;
}

/** Errors of the token endpoints, in OAuth style. Connect: "Generate" and "Revoke an access token". */
export const oauthErrors = {
  invalid_request: {
    status: 400,
    description:
      'The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.',
    cause:
      'A required parameter is missing, or the body cannot be read. Or the token is for a person, the organization has several banners, and `X-Retailer-Id` is not the slug of one.',
  },
  invalid_grant: {
    status: 400,
    description: 'Assertion is not provided or invalid assertion provided for the grant_type.',
    cause:
      'The assertion is missing, unreadable, wrongly signed or already used, or it names a person that the retailer does not have.',
  },
  unsupported_grant_type: {
    status: 400,
    description: 'The authorization grant type is not supported by the authorization server.',
    cause:
      'The grant type is unknown. Connect’s are `client_credentials` and `fulfillment_user_assertion`; shoppers’ apps have others.',
  },
  invalid_scope: {
    status: 400,
    description: 'The requested scope is invalid, unknown, or malformed.',
    cause: 'The application does not have the scope, or the grant type does not allow it.',
  },
  invalid_client: {
    status: 401,
    description:
      'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
    cause: 'The client is unknown, the secret is wrong, or a disabled application requests a token.',
  },
  query_params_forbidden: {
    status: 403,
    description:
      "Providing OAuth credentials as query parameters may cause them to be compromised. Please reach out to Instacart's security team and have the credentials rotated.",
    cause:
      'The query string contains a credential. The server refuses the request without reading the credential.',
  },
  unauthorized_client: {
    status: 403,
    description: 'You are not authorized to revoke this token',
    cause: 'The token was issued to another application.',
  },
} as const satisfies Record<string, OAuthErrorRow>;

export type OAuthErrorName = keyof typeof oauthErrors;
