import type { FastifyRequest } from 'fastify';
import type { MessageInput } from '../../domain/chat/send.ts';
import { bodyMember, idempotencyKey } from '../pipeline/exchange.ts';

/** Reads a message to send. The domain validates it, once it has found the order. */
export const messageOf = (request: FastifyRequest): MessageInput => ({
  body: bodyMember(request.body, 'body'),
  image: bodyMember(request.body, 'image'),
  imageId: bodyMember(request.body, 'image_id'),
  idempotencyKey: idempotencyKey(request),
});
