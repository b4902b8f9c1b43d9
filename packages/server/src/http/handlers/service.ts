import { openapiDocument } from '@aislechat/contract';
import type { Handlers } from '../exchange.ts';

/** @param document the parts of the contract that this server has */
export function serviceHandlers(options: {
  development: boolean;
  version: string;
}): Handlers<'health' | 'ready' | 'openapi'> {
  const document = JSON.stringify(openapiDocument(options));
  return {
    health: () => ({ status: 'ok' }),
    async ready({ context }) {
      await context.store.ping();
      return { status: 'ok' };
    },
    openapi: ({ reply }) => reply.header('content-type', 'application/json; charset=utf-8').send(document),
  };
}
