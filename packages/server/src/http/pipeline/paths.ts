/** Converts the contract's paths, with `{name}` for a parameter, to the router's, and refuses those that no route has. */
import type { Route } from '@aislechat/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../domain/errors.ts';

const parameter = /\{(\w+)\}/g;

export const routerPath = (path: string): string => path.replaceAll(parameter, ':$1');

/** Normalizes a URL's path as the router does: without the query, doubled slashes and a trailing slash. */
export const plainPath = (url: string): string =>
  url
    .split('?')[0]!
    .replaceAll(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '');

/**
 * Creates a function that returns the refusal of a request whose path or method no route has.
 * @param table the routes that are served
 */
export function pathRefusals(
  table: readonly Route[],
): (request: FastifyRequest, reply: FastifyReply) => Refusal {
  const shapes = table.map(({ method, path }) => ({
    method,
    shape: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(parameter, '[^/]*')}$`),
  }));
  return (request, reply) => {
    const path = plainPath(request.url);
    const methods = shapes.filter(({ shape }) => shape.test(path)).map(({ method }): string => method);
    if (methods.length === 0 || methods.includes(request.method)) return new Refusal('resource_not_found');
    const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    reply.header('allow', [...new Set(allowed)].join(', '));
    return new Refusal('method_not_allowed');
  };
}
