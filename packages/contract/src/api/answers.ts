/** Answers that routes of several features give, and the query of those that answer in pages. */
import { type Static, Type } from 'typebox';
import { object, optional } from '../schema-kinds.ts';

const SingleError = object(
  {
    error: object({
      message: Type.String(),
      code: Type.Union([Type.Integer(), Type.Null()], { description: 'null for policy refusals' }),
    }),
    meta: object({ key: optional(Type.String({ description: 'The parameter at fault' })) }),
  },
  'One problem',
);

export const ErrorEnvelope = Type.Union(
  [
    SingleError,
    object(
      {
        error: object({ message: Type.String(), code: Type.Literal(9999), errors: Type.Array(SingleError) }),
        meta: object({}),
      },
      'Two or more problems',
    ),
  ],
  { description: 'Error envelope. Connect: Error and status codes' },
);
export type ErrorEnvelope = Static<typeof ErrorEnvelope>;

export const OAuthError = object(
  { error: Type.String(), error_description: Type.String() },
  'Error of the token endpoints, OAuth style',
);
export type OAuthError = Static<typeof OAuthError>;

export const Empty = object({}, 'An empty object');

export const rowsQuery = {
  limit: optional(Type.String({ pattern: '^([1-9][0-9]?|100)$' })),
  after: optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,32}$' })),
};

export const RowsQuery = object(rowsQuery);

export const Created = object({ id: Type.Integer() });

export const Success = object({ success: Type.Literal(true) });
