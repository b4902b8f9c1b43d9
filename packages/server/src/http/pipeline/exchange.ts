/** What a handler receives for a request, and helpers that several handlers use to read it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RouteName } from '@aislechat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../domain/access/access.ts';
import type { Context } from '../../domain/context.ts';
import type { OrderReference } from '../../storage/store.ts';

export interface Exchange {
  readonly context: Context;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Set on every route that requires a token. */
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  /** Called before the handler waits for something outside this server, so that other requests run meanwhile. */
  readonly giveWay: () => void;
}

/** Returns the response body, or sends the response itself and returns the reply. */
export type Handler = (exchange: Exchange) => unknown;
export type Handlers<Names extends RouteName> = Record<Names, Handler>;

/** True for `true` in any case and for `1`. Everything else is false, never an error. */
export function treatsIdsAsInternal(request: FastifyRequest): boolean {
  const value = request.headers['x-treat-ids-as-internal'];
  return typeof value === 'string' && /^(true|1)$/i.test(value.trim());
}

/** The slug of the banner that a request names. Connect: "Multi-banner retailer". */
export function bannerOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  // Node joins the values of a header that is sent twice, so that they name no banner.
  return headers['x-retailer-id'] as string | undefined;
}

/** Only the header decides which namespace an order ID belongs to. The server never tries the other one. */
export function orderReference(request: FastifyRequest, id: string): OrderReference {
  if (!treatsIdsAsInternal(request)) return { externalId: id };
  return { id: integerId(id) ?? -1 };
}

/** Parses an internal integer ID from a path; undefined if it cannot be one. */
export function integerId(text: string): number | undefined {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}

export function idempotencyKey(request: FastifyRequest): string | undefined {
  const value = request.headers['idempotency-key'];
  return value === undefined ? undefined : String(value);
}

/** Reads a member of a body without validating it; undefined if the body is not an object. The domain validates it. */
export function bodyMember(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined;
}

/**
 * Calls `leave` when the client disconnects, or at once if it already has: `close` is emitted once, and a handler that
 * has awaited something may have missed it. It listens on the request, because the response to a pipelined request is
 * not notified of a lost connection. Use it only for requests whose body nobody reads. (`once` would hold 170 bytes more
 * for as long as a stream is open.)
 */
export function onceGone(request: IncomingMessage, leave: () => void): void {
  if (isGone(request)) leave();
  else request.on('close', leave);
}

export const isGone = ({ destroyed, socket }: IncomingMessage): boolean => destroyed || socket.destroyed;

/** Calls `release` when the response was sent or the client has disconnected, or at once if it already has. */
export function onceOver({ socket }: IncomingMessage, response: ServerResponse, release: () => void): void {
  if (response.destroyed || socket.destroyed) release();
  else response.on('close', release);
}
