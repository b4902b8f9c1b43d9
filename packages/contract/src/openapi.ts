/**
 * Builds the OpenAPI 3.1 document from the route table. A schema that `schemas.ts` exports is a named component and is
 * referenced wherever it occurs, so that generators create one type for it.
 */

import { type ErrorName, errors, type OAuthErrorName, oauthErrors, parameterProblems } from './errors.ts';
import { examples } from './examples.ts';
import type { TSchema } from './json-schema.ts';
import { limits } from './limits.ts';
import { commonErrors, pathParameters, type Route, selectsBanner } from './route.ts';
import { routes } from './routes.ts';
import { originalOf } from './schema-kinds.ts';
import * as schemas from './schemas.ts';
import { visibleCharacter } from './text.ts';

type Json = Record<string, unknown>;
/** The keywords that the schemas of this contract use. */
interface Schema {
  type?: string;
  enum?: readonly unknown[];
  anyOf?: readonly TSchema[];
  items?: TSchema;
  properties?: Readonly<Record<string, TSchema>>;
  required?: readonly string[];
  pattern?: string;
  description?: string;
}

const names = new Map(Object.entries(schemas).map(([name, schema]) => [schema as TSchema, name]));

/** Objects, unions and enumerations are components. Plain strings and numbers are written inline. */
const isComponent = ({ type, anyOf, enum: words }: Schema): boolean =>
  type === 'object' || anyOf !== undefined || words !== undefined;

/** The components that the operations of one document refer to. */
class Components {
  readonly schemas: Record<string, Json> = {};
  readonly responses: Record<string, Json> = {};
  readonly parameters: Record<string, Json> = {};
  readonly examples: Record<string, Json> = {};

  schema(schema: TSchema): Json {
    const original = originalOf(schema);
    const name = names.get(original);
    if (name === undefined || !isComponent(original as Schema)) return this.#written(schema);
    if (!(name in this.schemas)) {
      this.schemas[name] = {};
      this.schemas[name] = this.#written(original);
    }
    const { description } = schema as Schema;
    const isItsOwn = description === (original as Schema).description;
    return { $ref: `#/components/schemas/${name}`, ...(!isItsOwn && { description }) };
  }

  #written(schema: TSchema): Json {
    const { anyOf, items, properties, pattern } = schema as Schema;
    const written: Json = { ...schema };
    // Python, Java and JavaScript without the `u` flag do not support the Unicode classes that the server uses.
    if (pattern) written.pattern = pattern.replaceAll(visibleCharacter, '\\S');
    if (anyOf) written.anyOf = anyOf.map((option) => this.schema(option));
    if (items) written.items = this.schema(items);
    if (properties) {
      written.properties = Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, this.schema(property)]),
      );
    }
    return written;
  }

  /** Returns the schema and the example of one content type. */
  content(schema: TSchema): Json {
    const name = names.get(schema);
    const value =
      name !== undefined && name in examples ? examples[name as keyof typeof examples] : undefined;
    if (value === undefined) return { schema: this.schema(schema) };
    this.examples[name!] = { value };
    return { schema: this.schema(schema), examples: { example: { $ref: `#/components/examples/${name}` } } };
  }

  parameter(name: string, parameter: Json): Json {
    this.parameters[name] = parameter;
    return { $ref: `#/components/parameters/${name}` };
  }

  response(name: string, response: Json): Json {
    this.responses[name] = response;
    return { $ref: `#/components/responses/${name}` };
  }
}

const header = (name: string, description: string, schema: Json): Json => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

/** The description of each path parameter, and an example. The IDs of orders and people are the demo's. */
const pathValues: Record<string, { description: string; example: string }> = {
  agent: { description: 'Name of the support agent', example: 'Dana' },
  batch_id: { description: 'ID of the batch', example: '1005' },
  client_id: { description: 'Client ID of the application', example: 'demo-client' },
  delivery_id: { description: 'ID of the delivery', example: '1-1051721738' },
  endpoint_id: { description: 'ID of the endpoint', example: '1' },
  external_id: { description: 'The retailer’s own ID of the shopper', example: 'shopper-1' },
  image: { description: 'Name of the image, from the link', example: '1-1003-5.jpg' },
  line_num: { description: 'Line number of the item', example: '1' },
  notification_id: { description: 'ID of the notification', example: '1051721738' },
  number: { description: 'Phone number in E.164, such as `+13035550100`', example: '+13035550100' },
  order_id: { description: 'The retailer’s own ID of the order', example: 'DEMO-1' },
  order_item_id: { description: 'ID of the item', example: '1003-1' },
  retailer_id: { description: 'ID of the retailer', example: '1' },
  scenario_id: { description: 'ID of the scenario', example: '1' },
  service_option_id: { description: 'ID of the slot', example: '492817' },
  shopper_id: { description: 'ID of the shopper', example: '1004' },
  subscription_id: { description: 'ID of the subscription', example: '1008' },
  user_id: { description: 'The retailer’s own ID of the user', example: 'demo-customer' },
};

/** Parameters whose kind of ID `X-Treat-Ids-As-Internal` selects. */
const inTwoNamespaces = ['order_id', 'user_id', 'external_id'];

function parameters(route: Route, components: Components): Json[] {
  const list: Json[] = pathParameters(route.path).map((name) => {
    const { description, example } = pathValues[name]!;
    const isEither = route.internalIds && inTwoNamespaces.includes(name);
    return {
      name,
      in: 'path',
      required: true,
      description: isEither
        ? `${description}, or the internal one with \`X-Treat-Ids-As-Internal\``
        : description,
      schema: { type: 'string' },
      example,
    };
  });
  const { properties = {}, required = [] } = (route.query ?? {}) as Schema;
  for (const [name, property] of Object.entries(properties)) {
    const { description, ...schema } = components.schema(property);
    list.push({ name, in: 'query', required: required.includes(name), description, schema });
  }
  if (route.internalIds) {
    const description =
      'With `true`, IDs of orders, users and shoppers in the request are the internal ones, not the retailer’s own';
    list.push(
      components.parameter(
        'TreatIdsAsInternal',
        header('X-Treat-Ids-As-Internal', description, { type: 'boolean', default: false }),
      ),
    );
  }
  if (selectsBanner(route) || route.oauthErrors?.includes('invalid_grant')) {
    const description =
      'Slug of the banner that the request is about. An organization with several banners must send it with the tokens of clients and users; all other callers may omit it';
    list.push(
      components.parameter(
        'RetailerId',
        header('X-Retailer-Id', description, { type: 'string', maxLength: limits.bannerCharacters }),
      ),
    );
  }
  if (route.idempotencyKey) {
    const description =
      'A key of your choice: repeated with it, the request gives the same answer and one message';
    const schema = { type: 'string', maxLength: limits.idempotencyKeyCharacters };
    list.push(components.parameter('IdempotencyKey', header('Idempotency-Key', description, schema)));
  }
  if (route.conditional) {
    const description = 'The `ETag` of an earlier answer: the answer is 304 if nothing has changed since';
    list.push(components.parameter('IfNoneMatch', header('If-None-Match', description, { type: 'string' })));
  }
  return list;
}

function answerType(route: Route): string {
  if (route.stream) return 'text/event-stream';
  if (route.lines) return 'application/x-ndjson';
  return route.answerType ?? 'application/json';
}

/** One row of a table of errors, as an error response describes it. */
interface Cause {
  name: string;
  text: string;
  example: Json;
}

function causeOf(name: ErrorName): Cause {
  const { code, message, cause } = errors[name];
  const text = `\`${message}\`${code === null ? '' : `, code ${code}`}: ${cause}`;
  const filled = message.replace('%s', name === 'limit_reached' ? 'orders' : '1003-9');
  if (name === 'invalid_parameters') {
    const example = { error: { message: parameterProblems.blank, code }, meta: { key: 'workflow_state' } };
    return { name, text, example };
  }
  const meta = name === 'user_not_found' ? { key: 'user_id' } : {};
  return { name, text, example: { error: { message: filled, code }, meta } };
}

function oauthCauseOf(name: OAuthErrorName): Cause {
  const { description, cause } = oauthErrors[name];
  const example = { error: name, error_description: description };
  return { name: `oauth_${name}`, text: `\`${name}\`: ${cause}`, example };
}

const invalidBody = (name: string, text: string): Cause => ({
  ...oauthCauseOf('invalid_request'),
  name,
  text,
});

/** Returns the errors of a route, by status. */
function causesOf(route: Route): Map<number, Cause[]> {
  const causes = new Map<number, Cause[]>();
  const add = (status: number, cause: Cause) => causes.set(status, [...(causes.get(status) ?? []), cause]);
  for (const name of new Set([...route.errors, ...commonErrors(route)])) {
    add(errors[name].status, causeOf(name));
  }
  for (const name of route.oauthErrors ?? []) add(oauthErrors[name].status, oauthCauseOf(name));
  if (route.oauthErrors) {
    add(413, invalidBody('oauth_body_too_large', '`invalid_request`: The body is too large'));
    add(
      415,
      invalidBody('oauth_body_of_another_type', '`invalid_request`: The body is neither JSON nor a form'),
    );
  }
  return causes;
}

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function refusal(status: number, causes: readonly Cause[], components: Components): Json {
  const isOAuth = causes[0]!.name.startsWith('oauth_');
  const response: Json = {
    description: causes.map(({ text }) => text).join('\n\n'),
    content: {
      'application/json': {
        schema: components.schema(isOAuth ? schemas.OAuthError : schemas.ErrorEnvelope),
        examples: Object.fromEntries(causes.map(({ name, example }) => [name, { value: example }])),
      },
    },
  };
  if (status === 429 || status === 503) {
    response.headers = {
      'Retry-After': { description: 'Seconds until a retry makes sense', schema: { type: 'integer' } },
    };
  }
  return components.response(causes.map(({ name }) => pascalCase(name)).join('Or'), response);
}

function responses(route: Route, components: Components): Json {
  const ok: Json = {
    description: (route.answer as Schema).description,
    content: { [answerType(route)]: components.content(route.answer) },
  };
  if (route.conditional) {
    ok.headers = {
      ETag: { description: 'Changes with the content', schema: { type: 'string' } },
      'Cache-Control': {
        description: 'Caches must not share the answer, and must revalidate it before each use',
        schema: { type: 'string', const: 'private, no-cache' },
      },
    };
  }
  const out: Json = { 200: ok };
  if (route.conditional) {
    out[304] = components.response('NotModified', {
      description: 'Nothing has changed since the `ETag` was sent',
    });
  }
  for (const [status, causes] of causesOf(route)) out[status] = refusal(status, causes, components);
  return out;
}

/** The kinds of tokens with which a route can be called. */
const callers: Record<Route['identity'], readonly string[]> = {
  anyone: [],
  client: ['client'],
  client_or_user: ['client', 'user', 'link'],
  shopper: ['shopper'],
  participant: ['client', 'user', 'link', 'shopper'],
  person: ['user', 'link', 'shopper'],
  link: ['link'],
  unbound_link: ['link'],
  client_or_support: ['client', 'agent'],
};

/** Describes in a sentence who may call a route. */
function callersOf({ identity, scope }: Route): string {
  const ofScope = `of the scope \`${scope}\``;
  switch (identity) {
    case 'anyone':
      return 'No access token is needed.';
    case 'client':
      return `Needs a client-credentials token ${ofScope}.`;
    case 'client_or_user':
      return `Needs a client-credentials token or a user’s token ${ofScope}, or the link of the order’s page.`;
    case 'shopper':
      return `Needs a shopper’s token ${ofScope}.`;
    case 'participant':
      return `Needs a client-credentials token or a user’s token ${ofScope}, the link of the order’s page, or a shopper’s token of the scope \`aislechat:shopper\`.`;
    case 'person':
      return `Needs a user’s token ${ofScope}, the link of an order’s page, or a shopper’s token of the scope \`aislechat:shopper\`.`;
    case 'link':
      return `Needs the link of an order’s page, sent as a bearer token: it has the scope \`${scope}\`.`;
    case 'unbound_link':
      return `Needs the link of an order’s page and the secret of a device, \`<link>.<secret>\`, sent as a bearer token. It has the scope \`${scope}\`, and need not be bound to the device.`;
    case 'client_or_support':
      return `Needs a client-credentials token ${ofScope}, or a support agent’s token of the scope \`aislechat:support\`.`;
  }
}

function descriptionOf(route: Route): string {
  const sentences = [route.description];
  if (route.idempotencyKey) {
    sentences.push(
      'It is safe to repeat with an `Idempotency-Key`: requests with the same key and body create one message.',
    );
  }
  if (route.conditional) {
    sentences.push(
      'The answer has an `ETag`. If it is sent as `If-None-Match`, the answer is 304 while nothing has changed.',
    );
  }
  const access = [callersOf(route)];
  if (route.ticket) access.push('A `ticket` may replace the Authorization header.');
  if (route.developmentOnly) access.push('Exists in the development environment only.');
  const connect = route.connectPage === undefined ? [] : [`As on Connect’s page “${route.connectPage}”.`];
  return [sentences.join(' '), access.join(' '), ...connect].join('\n\n');
}

function operation(name: string, route: Route, components: Components): Json {
  const op: Json = {
    operationId: name,
    summary: route.summary,
    description: descriptionOf(route),
    tags: [route.tag],
    parameters: parameters(route, components),
    responses: responses(route, components),
    'x-surface': route.surface,
  };
  if (route.deprecated) op.deprecated = true;
  if (route.developmentOnly) op['x-development-only'] = true;
  if (route.scope) op['x-scope'] = route.scope;
  op['x-callers'] = callers[route.identity];
  op.security = route.identity === 'anyone' ? [] : [{ bearer: [] }];
  if (route.body) {
    const content: Json = {};
    for (const type of route.bodyTypes ?? ['application/json']) {
      content[type] = type.startsWith('image/')
        ? { schema: components.schema(schemas.ImageBytes) }
        : components.content(route.body);
    }
    op.requestBody = { description: (route.body as Schema).description, content };
  }
  return op;
}

/** In reading order. */
const tags: Readonly<Record<Route['tag'], string>> = {
  OAuth: 'Access tokens for applications, users and shoppers.',
  Chat: 'The chat between the customer of an order and its shoppers, as in Connect.',
  'Order status':
    'The status of an order for its customer: state, address, location, items and replacements.',
  'Order page': 'The page of an order, which its link opens for the customer.',
  Pickup: 'Picking up an order at the store: instructions, arrival and delegate, as in Connect.',
  Rating: 'The customer’s rating of an order, as in Connect.',
  Fulfillment: 'Users, stores, slots and orders, as in Connect.',
  Live: 'The events of an order as they happen, by long poll or stream, for every side of the conversation.',
  Images: 'Images in a conversation.',
  Shopper: 'The orders and conversations of a shopper, for the shopper’s own app.',
  Orders: 'Orders, for the retailer’s own systems: read, assign and change their state.',
  People: 'Users and shoppers: manage, export and erase them.',
  Support: 'Support agents: how they sign in, and the conversations that they may read.',
  Reports: 'Reports about chats, and what an operator does about them.',
  Operate: 'Settings, applications, audit log, erasure receipts and figures of a retailer.',
  Callbacks: 'The endpoints that events are sent to, and their deliveries.',
  Notifications: 'Push notifications and text messages: devices, senders, and what was sent.',
  Sandbox: 'Simulates the shopper, moves the clock and injects faults, for developing and testing a client.',
  Service: 'Health, metrics, and this document.',
};

/** @param development whether to include the routes of the development environment */
export function openapiDocument(options: { development: boolean; version: string }): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  const used = new Set<string>();
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.developmentOnly && !options.development) continue;
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operation(name, route, components);
    used.add(route.tag);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Aislechat',
      version: options.version,
      description:
        'Post-checkout order chat, wire-compatible with the Instacart Connect chat API. Not affiliated with Instacart.',
      contact: { name: 'The operator of this server' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: sorted(components.schemas),
      responses: sorted(components.responses),
      parameters: sorted(components.parameters),
      examples: sorted(components.examples),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An access token of `POST /v2/oauth/token`. Each operation says which kind of token and which scope it needs.',
        },
      },
    },
  };
}

const sorted = (components: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
