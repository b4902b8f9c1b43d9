/** What a handler is given of a request, and the readings of its parts that several handlers share. */
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
  /** Set on every route that asks for a token. */
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  /** Says that what the handler waits for from here on is somebody else's doing, so that others are worked on meanwhile. */
  readonly giveWay: () => void;
}

/** Returns the answer's body, or has sent it itself and returns the reply. */
export type Handler = (exchange: Exchange) => unknown;
export type Handlers<Names extends RouteName> = Record<Names, Handler>;

/** `true` or `1` in any case; everything else is false, never an error. */
export function treatsIdsAsInternal(request: FastifyRequest): boolean {
  const value = request.headers['x-treat-ids-as-internal'];
  return typeof value === 'string' && /^(true|1)$/i.test(value.trim());
}

/** The header alone decides which namespace an order ID belongs to; neither is ever tried for the other. */
export function orderReference(request: FastifyRequest, id: string): OrderReference {
  if (!treatsIdsAsInternal(request)) return { externalId: id };
  return { id: integerId(id) ?? -1 };
}

/** One of our integers in a path, or undefined when it cannot be one. */
export function integerId(text: string): number | undefined {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}

export function idempotencyKey(request: FastifyRequest): string | undefined {
  const value = request.headers['idempotency-key'];
  return value === undefined ? undefined : String(value);
}

/** A member of a body that the domain will judge; undefined when the body is no object. */
export function bodyMember(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined;
}

/**
 * Calls `leave` when the client has gone, and at once if it has gone already: `close` is emitted once, and a handler
 * that has awaited something may have missed it. It listens to the request, because the response to a pipelined
 * request never learns that the connection is lost. For requests whose body nobody reads.
 */
export function onceGone(request: IncomingMessage, leave: () => void): void {
  if (isGone(request)) leave();
  else request.once('close', leave);
}

export const isGone = ({ destroyed, socket }: IncomingMessage): boolean => destroyed || socket.destroyed;

/** Calls `release` when the request was answered or its client has gone, and at once if it has gone already. */
export function onceOver({ socket }: IncomingMessage, response: ServerResponse, release: () => void): void {
  if (response.destroyed || socket.destroyed) release();
  else response.once('close', release);
}
