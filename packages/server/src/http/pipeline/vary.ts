import type { FastifyReply } from 'fastify';

/** Adds a request header that the answer depends on (RFC 9110, 12.5.5); what others added stays. */
export function vary(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary');
  reply.header('vary', others === undefined ? header : `${others}, ${header}`);
}
