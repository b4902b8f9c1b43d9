/**
 * Defines a route. The server registers the routes, and the OpenAPI document and the access matrix are built from them.
 */

import type { ErrorName, OAuthErrorName } from './errors.ts';
import type { TObject, TSchema } from './json-schema.ts';
import { limits } from './limits.ts';
import type { Scope } from './workflow.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call a route: anyone; a client-credentials token; a client-credentials or a user token; a shopper token; a
 * token of any participant in the conversation, which may be of these three kinds; a user or a shopper token, or the link of an order; or a client-credentials or a support
 * agent's token. A shopper token needs the scope `aislechat:shopper` and no other, an agent's token
 * `aislechat:support`. The link to an order's page may replace the customer's token, for that order only; `link` is a
 * route for links alone, and `unbound_link` one for links on any device.
 */
export type Identity =
  | 'anyone'
  | 'client'
  | 'client_or_user'
  | 'shopper'
  | 'participant'
  | 'person'
  | 'client_or_support'
  | 'link'
  | 'unbound_link';

export interface Route {
  readonly method: Method;
  readonly path: string;
  /** In the imperative, understandable on its own in a list, under 60 characters. */
  readonly summary: string;
  /** Effects, limits and special cases. `openapi.ts` adds who may call the route. */
  readonly description: string;
  /** Title of the page in Connect's documentation that describes the operation. */
  readonly connectPage?: string;
  readonly tag:
    | 'OAuth'
    | 'Chat'
    | 'Order status'
    | 'Order page'
    | 'Pickup'
    | 'Rating'
    | 'Fulfillment'
    | 'Live'
    | 'Images'
    | 'Shopper'
    | 'People'
    | 'Orders'
    | 'Support'
    | 'Reports'
    | 'Operate'
    | 'Callbacks'
    | 'Notifications'
    | 'Sandbox'
    | 'Service';
  /** `connect`: as Instacart Connect documents it. `native`: our own. */
  readonly surface: 'connect' | 'native';
  readonly identity: Identity;
  /** Set if another path does the same and should be used instead. */
  readonly deprecated?: true;
  readonly scope?: Scope;
  /** Set for routes that do not exist in production. */
  readonly developmentOnly?: true;
  /** Whether `X-Treat-Ids-As-Internal` selects the namespace of order IDs. */
  readonly internalIds?: true;
  readonly idempotencyKey?: true;
  /** Whether the answer has an `ETag` and the server evaluates `If-None-Match`. */
  readonly conditional?: true;
  /** The query parameters. The server validates them as it does bodies. */
  readonly query?: TObject;
  /** Whether `?ticket=` may replace the Authorization header, which `EventSource` cannot send. */
  readonly ticket?: true;
  /** Whether the answer is a stream of server-sent events. */
  readonly stream?: true;
  /** Whether the answer is lines of JSON, each with the schema `answer`. */
  readonly lines?: true;
  /** Whether the request carries a signature of its body, as it arrived. */
  readonly signed?: true;
  readonly body?: TSchema;
  /** Set if the limit differs from the one that `bodyBytesOf` uses for all routes. */
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
  /** The content type of the answer; JSON if undefined. */
  readonly answerType?: 'image/jpeg' | 'text/plain' | 'text/xml';
  readonly errors: readonly ErrorName[];
  readonly oauthErrors?: readonly OAuthErrorName[];
}

/** Keeps the names and literal types of a table of routes. */
export const define = <const T extends Record<string, Route>>(table: T): T => table;

/** Routes for the retailer's systems. */
export const byOperator = {
  surface: 'native',
  identity: 'client',
  scope: 'aislechat:operate',
} as const;
/** Routes that support agents may call too. They may call no others. */
export const bySupport = { ...byOperator, identity: 'client_or_support' } as const;
/** Routes for all participants in a conversation. */
export const byParticipant = {
  surface: 'native',
  identity: 'participant',
  scope: 'connect:post_checkout',
  internalIds: true,
} as const;
/** Routes for customers and shoppers themselves. */
export const byPerson = {
  surface: 'native',
  identity: 'person',
  scope: 'connect:post_checkout',
} as const;
/** Routes of the sandbox. */
export const bySandbox = {
  tag: 'Sandbox',
  surface: 'connect',
  identity: 'client',
  scope: 'connect:fulfillment',
  developmentOnly: true,
} as const;

/** Whether a token of the route's callers may act in several banners, so that `X-Retailer-Id` selects one. */
export const selectsBanner = ({ identity }: Route): boolean =>
  !['anyone', 'shopper', 'link', 'unbound_link'].includes(identity);

/** Errors that any route may return. */
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
    ...(selectsBanner(route) ? (['no_context'] as const) : []),
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

/** The maximum length of a body. It is short for routes whose caller is unknown. */
export const bodyBytesOf = (route: Route): number =>
  route.bodyBytes ?? (route.identity === 'anyone' ? limits.anonymousBodyBytes : limits.requestBodyBytes);

/** Returns the names in braces in a path, in order. */
export function pathParameters(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
}
