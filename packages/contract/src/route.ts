/** What a route is: the server registers routes, the OpenAPI document and the access matrix are built from them. */
import type { TSchema } from 'typebox';
import type { ErrorName, OAuthErrorName } from './errors.ts';
import { limits } from './limits.ts';
import type { Scope } from './workflow.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call: nobody in particular; a client-credentials token; that and a user's token; a shopper's token;
 * any side of a conversation, which is all three kinds of token; or a client-credentials token and a support agent's. A
 * shopper's token needs the scope `aislechat:shopper` and no other, an agent's `aislechat:support`.
 */
export type Identity =
  | 'anyone'
  | 'client'
  | 'client_or_user'
  | 'shopper'
  | 'participant'
  | 'client_or_support';

export interface Route {
  readonly method: Method;
  readonly path: string;
  /** In the imperative, and enough by itself in a list: under 60 characters. */
  readonly summary: string;
  /** What comes of it, its limits, and what is special. Who may call is written by `openapi.ts`. */
  readonly description: string;
  /** Title of the page of Connect's documentation that has the operation. */
  readonly connectPage?: string;
  readonly tag:
    | 'OAuth'
    | 'Chat'
    | 'Order status'
    | 'Fulfillment'
    | 'Live'
    | 'Images'
    | 'Shopper'
    | 'People'
    | 'Orders'
    | 'Support'
    | 'Operate'
    | 'Callbacks'
    | 'Sandbox'
    | 'Service';
  /** `connect`: as Instacart Connect documents it. `native`: ours. */
  readonly surface: 'connect' | 'native';
  readonly identity: Identity;
  /** Another path does the same and is the one to use. */
  readonly deprecated?: true;
  readonly scope?: Scope;
  /** Routes of the development environment do not exist in production. */
  readonly developmentOnly?: true;
  /** Whether `X-Treat-Ids-As-Internal` selects the namespace of order IDs. */
  readonly internalIds?: true;
  readonly idempotencyKey?: true;
  /** Whether the answer carries an `ETag` and `If-None-Match` is honoured. */
  readonly conditional?: true;
  /** Parameters of the query string. */
  readonly query?: Readonly<Record<string, string>>;
  /** Those of them without which there is no answer. */
  readonly requiredQuery?: readonly string[];
  /** Whether `?ticket=` may stand in for the Authorization header, which `EventSource` cannot send. */
  readonly ticket?: true;
  /** Whether the answer is a stream of server-sent events. */
  readonly stream?: true;
  /** Whether the answer is lines of JSON, each as `answer` says. */
  readonly lines?: true;
  readonly body?: TSchema;
  /** Other than `bodyBytesOf` has it for everyone. */
  readonly bodyBytes?: number;
  readonly bodyTypes?: readonly (
    | 'application/json'
    | 'application/x-www-form-urlencoded'
    | 'multipart/form-data'
    | 'image/jpeg'
    | 'image/png'
    | 'image/webp'
  )[];
  readonly answer: TSchema;
  /** JSON, where there is none. */
  readonly answerType?: 'image/jpeg' | 'text/plain';
  readonly errors: readonly ErrorName[];
  readonly oauthErrors?: readonly OAuthErrorName[];
}

/** Keeps the names and literals of a table of routes. */
export const define = <const T extends Record<string, Route>>(table: T): T => table;

/** Routes for an operator's systems. */
export const byOperator = {
  surface: 'native',
  identity: 'client',
  scope: 'aislechat:operate',
} as const;
/** Routes that a support agent reaches as well; there are no others for an agent. */
export const bySupport = { ...byOperator, identity: 'client_or_support' } as const;
/** Routes for all sides of a conversation. */
export const byParticipant = {
  surface: 'native',
  identity: 'participant',
  scope: 'connect:post_checkout',
  internalIds: true,
} as const;
/** Routes of the sandbox. */
export const bySandbox = {
  tag: 'Sandbox',
  surface: 'connect',
  identity: 'client',
  scope: 'connect:fulfillment',
  developmentOnly: true,
} as const;

/** Errors any route may give, whatever it does. */
export function commonErrors(route: Route): ErrorName[] {
  return [
    ...(route.identity === 'anyone'
      ? []
      : ([
          'token_invalid',
          'token_expired',
          'token_revoked',
          'insufficient_scope',
          'too_many_requests',
        ] as const)),
    ...(route.oauthErrors ? (['too_many_requests'] as const) : []),
    ...(route.oauthErrors
      ? []
      : ([
          'malformed_request',
          'name_not_allowed',
          'payload_too_large',
          'unsupported_media_type',
          'unsupported_content_encoding',
        ] as const)),
    'expectation_failed',
    'request_timeout',
    'headers_too_large',
    'internal',
    'unavailable',
  ];
}

/** How long a body may be: short where nobody is known yet. */
export const bodyBytesOf = (route: Route): number =>
  route.bodyBytes ?? (route.identity === 'anyone' ? limits.anonymousBodyBytes : limits.requestBodyBytes);

/** The names in braces of a path, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
}
