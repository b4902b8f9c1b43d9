/**
 * The rows of Connect's error tables, written out again: the expected errors must not come from the server's own table.
 */
import type { Expected } from './expect.ts';
import { emptyObject, startsWith, text } from './pattern.ts';

const row = (status: number, code: number | null, message: string, key?: string): Expected => ({
  status,
  body: { error: { message, code }, meta: key === undefined ? emptyObject : { key } },
});

export const orderNotFound = row(404, 4000, 'Resource not found');
export const userIdNotFound = row(400, 4001, 'User ID not found');
export const noContext = row(400, 4002, 'No valid context could be resolved');
export const userNotFound = row(400, 1001, 'User Not Found', 'user_id');
export const shopperPii = row(403, null, 'Shopper PII');
export const sendingNotAllowed = row(403, null, 'Sending a message is not allowed at this time');
export const tooLong = row(400, 1001, 'is too long (maximum is 1000 characters)', 'body');
export const blank = (key: string): Expected => row(400, 1001, "can't be blank", key);
export const notIncluded = (key: string): Expected => row(400, 1001, 'is not included in the list', key);
export const parameter = (key: string, message: string): Expected => row(400, 1001, message, key);
/** A 1001 without a published message. */
export const wrong = (key: string): Expected => ({
  status: 400,
  body: { error: { message: text, code: 1001 }, meta: { key } },
});
export const itemNotFound = (id: string): Expected => row(404, 4000, `Order item ${id} not found`);
export const notStaged: Expected = {
  status: 400,
  body: {
    error: { message: 'Params error', code: 2001 },
    meta: { order_delivery_id: 'Order delivery is not staged.' },
  },
};
export const noPickupStatus = row(404, 4000, 'No pickup status found for order');
/** Our reading: 403, code null. */
export const scopeMissing: Expected = {
  status: 403,
  body: { error: { message: text, code: null }, meta: emptyObject },
};

const oauth = (status: number, error: string, description: string): Expected => ({
  status,
  body: { error, error_description: startsWith(description) },
});

export const invalidGrant = oauth(
  400,
  'invalid_grant',
  'Assertion is not provided or invalid assertion provided for the grant_type.',
);
export const invalidClient = oauth(
  401,
  'invalid_client',
  'Client authentication failed due to unknown client',
);
export const queryForbidden = oauth(
  403,
  'query_params_forbidden',
  'Providing OAuth credentials as query parameters may cause them to be compromised.',
);
export const notYourToken = oauth(403, 'unauthorized_client', 'You are not authorized to revoke this token');
export const unsupportedGrant = oauth(
  400,
  'unsupported_grant_type',
  'The authorization grant type is not supported by the authorization server.',
);
export const invalidScope = oauth(
  400,
  'invalid_scope',
  'The requested scope is invalid, unknown, or malformed.',
);
export const invalidRequest = oauth(400, 'invalid_request', '');

/** Our reading of a body that is not published. */
export const unauthorized = (message: string): Expected => ({
  status: 401,
  body: { error: { message, code: null }, meta: emptyObject },
});
