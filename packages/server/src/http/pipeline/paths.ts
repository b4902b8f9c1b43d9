/** Paths of the contract, `{name}` for a parameter, as the router and the 405 rule need them. */
import type { Method, Route } from '@aislechat/contract';

const parameter = /\{(\w+)\}/g;

export const routerPath = (path: string): string => path.replaceAll(parameter, ':$1');

/** A URL's path as the router reads it: without query, doubled slashes and a slash at the end. */
export const plainPath = (url: string): string =>
  url
    .split('?')[0]!
    .replaceAll(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '');

/** The methods of every route whose path has the shape of the one asked for. */
export function methodsByPath(table: Route[]): (path: string) => Method[] {
  const shapes = table.map((route) => ({
    method: route.method,
    shape: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(parameter, '[^/]*')}$`),
  }));
  return (path) => [...new Set(shapes.filter(({ shape }) => shape.test(path)).map(({ method }) => method))];
}
