import type { FastifyReply } from 'fastify';

/** Adds a request header to `Vary` (RFC 9110, 12.5.5). Existing values stay. */
export function vary(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary');
  reply.header('vary', others === undefined ? header : `${others}, ${header}`);
}
