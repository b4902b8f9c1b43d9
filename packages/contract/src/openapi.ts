/** The OpenAPI 3.1 document, built from the route table. */
import type { TSchema } from 'typebox';
import { errors, oauthErrors } from './errors.ts';
import { limits } from './limits.ts';
import { commonErrors, pathParameters, type Route } from './route.ts';
import { routes } from './routes.ts';
import { ErrorEnvelope, OAuthError } from './schemas.ts';

type Json = Record<string, unknown>;

const header = (name: string, description: string, schema: Json) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

/** An ID for each parameter of a path; those of orders and users are the demo's. */
const pathExamples: Record<string, string> = {
  batch_id: '7',
  agent: 'Dana',
  client_id: 'demo-client',
  delivery_id: '1-1003-4',
  endpoint_id: '1',
  external_id: 'shopper-1',
  image: '1-1003-5.jpg',
  line_num: '1',
  order_id: 'DEMO-1',
  order_item_id: '1',
  scenario_id: '1',
  service_option_id: '1',
  shopper_id: '5',
  user_id: 'demo-customer',
};

function parameters(route: Route): Json[] {
  const list: Json[] = pathParameters(route.path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    example: pathExamples[name],
  }));
  for (const [name, description] of Object.entries(route.query ?? {})) {
    const required = route.requiredQuery?.includes(name) ?? false;
    list.push({ name, in: 'query', required, description, schema: { type: 'string' } });
  }
  if (route.internalIds) {
    list.push(
      header('X-Treat-Ids-As-Internal', '`true`: order IDs are our integers, not the retailer’s strings', {
        type: 'string',
      }),
    );
  }
  if (route.idempotencyKey) {
    list.push(
      header('Idempotency-Key', 'Sending again with the same key gives the same answer and one message', {
        type: 'string',
        maxLength: limits.idempotencyKeyCharacters,
      }),
    );
  }
  if (route.conditional) {
    list.push(header('If-None-Match', 'Answer 304 when the ETag still holds', { type: 'string' }));
  }
  return list;
}

function jsonContent(schema: TSchema | Json): Json {
  return { 'application/json': { schema } };
}

function contentOf(route: Route): Json {
  if (route.stream) return { 'text/event-stream': { schema: route.answer } };
  if (route.lines) return { 'application/x-ndjson': { schema: route.answer } };
  if (route.answerType) return { [route.answerType]: { schema: route.answer } };
  return jsonContent(route.answer);
}

function responses(route: Route): Json {
  const ok: Json = {
    description: 'Success',
    content: contentOf(route),
  };
  if (route.conditional) {
    ok.headers = {
      ETag: { description: 'Changes with the content', schema: { type: 'string' } },
      'Cache-Control': { schema: { type: 'string', const: 'private, no-cache' } },
    };
  }
  const out: Json = { 200: ok };
  if (route.conditional) out[304] = { description: 'Unchanged since the ETag that was sent' };

  const causes = new Map<number, string[]>();
  const add = (status: number, text: string) => causes.set(status, [...(causes.get(status) ?? []), text]);
  for (const name of [...route.errors, ...commonErrors(route)]) {
    add(errors[name].status, `\`${errors[name].message}\`: ${errors[name].cause}`);
  }
  for (const name of route.oauthErrors ?? []) {
    add(oauthErrors[name].status, `\`${name}\`: ${oauthErrors[name].cause}`);
  }
  if (route.oauthErrors) {
    add(413, 'The body is too large');
    add(415, 'The body is neither JSON nor a form');
  }
  for (const [status, lines] of causes) {
    // What is refused before the route is known comes in the envelope.
    const oauthStyle =
      route.oauthErrors !== undefined && status < 500 && ![408, 417, 429, 431].includes(status);
    out[status] = {
      description: [...new Set(lines)].join('\n\n'),
      content: jsonContent({ $ref: `#/components/schemas/${oauthStyle ? 'OAuthError' : 'ErrorEnvelope'}` }),
    };
  }
  return out;
}

function operation(name: string, route: Route): Json {
  const op: Json = {
    operationId: name,
    summary: route.summary,
    tags: [route.tag],
    parameters: parameters(route),
    responses: responses(route),
    'x-surface': route.surface,
  };
  if (route.developmentOnly) op['x-development-only'] = true;
  if (route.scope) op['x-scope'] = route.scope;
  op.security = route.identity === 'anyone' ? [] : [{ bearer: [] }];
  if (route.body) {
    const content: Json = {};
    for (const type of route.bodyTypes ?? ['application/json']) content[type] = { schema: route.body };
    op.requestBody = { content };
  }
  return op;
}

/** As a reader meets them. */
const tagOrder: readonly Route['tag'][] = [
  'OAuth',
  'Chat',
  'Order status',
  'Fulfillment',
  'Live',
  'Images',
  'Shopper',
  'Orders',
  'People',
  'Support',
  'Operate',
  'Callbacks',
  'Sandbox',
  'Service',
];

/** @param development whether the routes of the development environment are part of it */
export function openapiDocument(options: { development: boolean; version: string }): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.developmentOnly && !options.development) continue;
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operation(name, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Aislechat',
      version: options.version,
      description:
        'Post-checkout order chat, wire-compatible with the Instacart Connect chat API. Not affiliated with Instacart.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tagOrder.map((tag) => ({ name: tag })),
    paths,
    components: {
      schemas: { ErrorEnvelope, OAuthError },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token of `POST /v2/oauth/token`, of the scope that the operation names.',
        },
      },
    },
  };
}
