/** Answers that several features share, and the query parameters of lists that are read in pages. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { Id, object, optional, Text } from '../schema-kinds.ts';

export const SingleError = object(
  {
    error: object({
      message: Text('The message of the error, from the table of errors'),
      code: Type.Union([Type.Integer(), Type.Null()], {
        description: 'Connect’s code of the error; null if the request was understood and refused',
      }),
    }),
    meta: object({
      key: optional(Text('The parameter that the error is about, such as `items[0].line_num`')),
      order_delivery_id: optional(Text('Why an order cannot be picked up yet')),
    }),
  },
  'One error',
);

export const SeveralErrors = object(
  {
    error: object({
      message: Text('A general message for several errors'),
      code: Type.Literal(9999),
      errors: Type.Array(SingleError, { description: 'Two or more' }),
    }),
    meta: object({}),
  },
  'Several errors of one request',
);

export const ErrorEnvelope = Type.Union([SingleError, SeveralErrors], {
  description: 'The body of every error, except at the token endpoints. Connect: Error and status codes',
});
export type ErrorEnvelope = Static<typeof ErrorEnvelope>;

export const OAuthError = object(
  { error: Text('Name of the error, as in RFC 6749'), error_description: Text('A description of the error') },
  'The body of an error at the token endpoints',
);
export type OAuthError = Static<typeof OAuthError>;

export const Empty = object({}, 'An empty object');

/**
 * The query parameters of a list that is read in pages.
 * @param rows what the list consists of, in the plural
 */
export const pageQuery = (rows: string) => ({
  limit: optional(
    Type.Integer({
      minimum: 1,
      maximum: limits.rowsPerPage,
      default: limits.rowsPerPage,
      description: `${rows} per page, 1 to ${limits.rowsPerPage}; ${limits.rowsPerPage} by default`,
    }),
  ),
  after: optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{1,128}$',
      description: 'Cursor: `next` of the previous page',
    }),
  ),
});

/** The cursor of the next page. */
export const NextPage = Type.Union([Type.String(), Type.Null()], {
  description: 'Send it as `after` to get the next page; null on the last page',
});

export const Created = object({ id: Id('ID of the new record') }, 'The ID of a new record');

export const Success = object({ success: Type.Literal(true) }, 'The request was carried out');
