/**
 * A mock as integrators generate it from an OpenAPI document: it knows every path and answers each with a
 * body that fits its schema. It remembers nothing and knows no rules, so nearly every check of a server's
 * behavior must find it out.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minimum?: number;
}

interface Operation {
  security: unknown[];
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/**
 * A value that fits.
 * @param named the schemas that others refer to
 */
function exampleOf(schema: Schema, named: Record<string, Schema>): unknown {
  if (schema.$ref) return exampleOf(named[schema.$ref.split('/').at(-1)!]!, named);
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return exampleOf(schema.anyOf[0]!, named);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, member]) => [name, exampleOf(member, named)]),
      );
    case 'array':
      return [exampleOf(schema.items ?? {}, named)];
    case 'string':
      return 'string';
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    default:
      return null;
  }
}

/** @returns its address, and a function that stops it */
export async function startDocumentMock(document: unknown): Promise<{ url: string; stop: () => void }> {
  const { paths, components } = document as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  };
  const routes = Object.entries(paths).map(([path, operations]) => ({
    shape: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    operations,
  }));
  const server = createServer((request, response) => {
    request.resume();
    const path = request.url!.split('?')[0]!;
    const found = routes.filter(({ shape }) => shape.test(path));
    const operation = found
      .map(({ operations }) => operations[request.method!.toLowerCase()])
      .find((one) => one !== undefined);
    const needsToken = operation !== undefined && operation.security.length > 0;
    let status = 200;
    if (!operation) status = found.length > 0 ? 405 : 404;
    else if (needsToken && request.headers.authorization === undefined) status = 401;
    const schema = operation?.responses['200']?.content?.['application/json']?.schema;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 200 && schema ? JSON.stringify(exampleOf(schema, components.schemas)) : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
