/** Converts the contract's paths, with `{name}` for a parameter, to what the router and the 405 rule need. */
import type { Method, Route } from '@aislechat/contract';

const parameter = /\{(\w+)\}/g;

export const routerPath = (path: string): string => path.replaceAll(parameter, ':$1');

/** Normalizes a URL's path as the router does: without the query, doubled slashes and a trailing slash. */
export const plainPath = (url: string): string =>
  url
    .split('?')[0]!
    .replaceAll(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '');

/** Returns the methods of every route whose path matches the requested one. */
export function methodsByPath(table: Route[]): (path: string) => Method[] {
  const shapes = table.map((route) => ({
    method: route.method,
    shape: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(parameter, '[^/]*')}$`),
  }));
  return (path) => [...new Set(shapes.filter(({ shape }) => shape.test(path)).map(({ method }) => method))];
}
