/**
 * Generates the client's part of the contract as plain TypeScript: the types of all bodies, named as in the OpenAPI
 * document, a function for every route, and the names of errors. The client therefore needs no package to run or to
 * compile. A test compares the generated files with the output of this script.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  errors,
  oauthErrors,
  openapiDocument,
  pathParameters,
  type Route,
  retailerSettings,
  routes,
  settingNames,
  settingShape,
  wireSettingName,
} from '@aislechat/contract';

const folder = new URL('../src/generated/', import.meta.url);
const biome = fileURLToPath(new URL('../../../node_modules/@biomejs/biome/bin/biome', import.meta.url));

/** Routes whose request or answer is not JSON. Their functions are written by hand. */
export const byHand = [
  'streamOrderEvents',
  'uploadImage',
  'getImage',
  'exportUser',
  'exportShopper',
  'metrics',
];

interface Schema {
  $ref?: string;
  type?: string;
  description?: string;
  const?: unknown;
  enum?: string[];
  anyOf?: Schema[];
  items?: Schema;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
}
interface Body {
  content: Record<string, { schema: Schema }>;
}
interface Operation {
  parameters: { in: string; name: string; description: string; required: boolean; schema: Schema }[];
  requestBody?: Body;
  responses: Record<string, Body>;
}

const document = openapiDocument({ development: true, version: '' }) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const named = document.components.schemas;

// --- Types ------------------------------------------------------------------------------------------

const comment = (text: string | undefined): string =>
  text === undefined ? '' : `/** ${text.replaceAll('*/', '* /')} */\n`;
const union = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join(' | ');

/** Returns the name of the schema that a reference refers to. */
const nameOf = (schema: Schema): string | undefined => schema.$ref?.split('/').at(-1);

function typeOf(schema: Schema): string {
  const name = nameOf(schema);
  if (name !== undefined) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum);
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  switch (schema.type) {
    case 'string':
      return schema.format === 'binary' ? 'Blob' : 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
    case 'null':
      return schema.type;
    case 'array':
      return `Array<${typeOf(schema.items!)}>`;
    case 'object': {
      const properties = Object.entries(schema.properties ?? {});
      if (properties.length === 0) return 'Record<string, unknown>';
      const fields = properties.map(([key, value]) => {
        const mark = schema.required?.includes(key) ? '' : '?';
        return `${comment(value.description ?? named[nameOf(value) ?? '']?.description)}${key}${mark}: ${typeOf(value)};`;
      });
      return `{\n${fields.join('\n')}\n}`;
    }
    default:
      return 'unknown';
  }
}

function types(): string {
  const texts = Object.entries(named)
    // The form of this route is built by hand-written code.
    .filter(([name]) => name !== 'ImageForm')
    .map(([name, schema]) => {
      const kind = schema.properties && Object.keys(schema.properties).length > 0;
      const beginning = kind ? `interface ${name}` : `type ${name} =`;
      return `${comment(schema.description)}export ${beginning} ${typeOf(schema)}`;
    });
  return `${header('Every body on the wire.')}\n${texts.join('\n\n')}\n`;
}

// --- Functions --------------------------------------------------------------------------------------

const camelCase = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

const typeOfBody = ({ content }: Body): string => typeOf(content['application/json']!.schema);

function functionOf(name: string, route: Route, imports: Set<string>): string {
  const use = (type: string): string => {
    if (/^[A-Z]\w+$/.test(type)) imports.add(type);
    return type;
  };
  const ids = pathParameters(route.path);
  const parameters = ids.map((id) => `${camelCase(id)}: string | number`);
  const { requestBody, responses, ...operation } = document.paths[route.path]![route.method.toLowerCase()]!;
  if (requestBody) parameters.push(`body: ${use(typeOfBody(requestBody))}`);

  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const isRequired = query.some(({ required }) => required);
  const base = route.idempotencyKey ? 'SendOptions' : route.internalIds ? 'IdOptions' : 'CallOptions';
  const fields = query.map(({ name: key, description, required, schema }) => {
    const type = use(typeOf(schema));
    return `${comment(description)}${key}${required ? '' : '?'}: ${type} ${required ? '' : '| undefined'};`;
  });
  const optionsType = fields.length === 0 ? base : `${base} & {\n${fields.join('\n')}\n}`;
  parameters.push(`options${isRequired ? '' : '?'}: ${optionsType}`);

  const answer = use(typeOfBody(responses[200]!));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, id: string) => `\${inPath(${camelCase(id)})}`);
  const call = [
    '...options',
    ...(route.body ? ['body'] : []),
    ...(query.length > 0
      ? [
          `query: { ${query.map(({ name: key }) => `${key}: options${isRequired ? '' : '?'}.${key}`).join(', ')} }`,
        ]
      : []),
    ...(route.identity === 'anyone' ? ['isOpen: true'] : []),
  ];
  return [
    `/**\n * ${route.summary}. \`${route.method} ${route.path}\`\n *\n * ${route.description}\n */`,
    `export function ${name}(connection: Connection, ${parameters.join(', ')}): Promise<${answer}> {`,
    `return connection.json('${route.method}', \`${path}\`, { ${call.join(', ')} });`,
    '}',
  ].join('\n');
}

function functions(subject: string, wanted: (route: Route) => boolean): string {
  const imports = new Set<string>();
  const texts = Object.entries<Route>(routes)
    .filter(([name, route]) => wanted(route) && !byHand.includes(name))
    .map(([name, route]) => functionOf(name, route, imports));
  const code = texts.join('\n\n');
  const options = ['CallOptions', 'IdOptions', 'SendOptions'].filter((name) => code.includes(name));
  return [
    header(subject),
    `import { ${['type CallOptions', 'type Connection', 'type IdOptions', 'type SendOptions']
      .filter((name) => name === 'type Connection' || options.includes(name.slice(5)))
      .join(', ')}, inPath } from '../connection.ts';`,
    `import type { ${[...imports].sort().join(', ')} } from './types.ts';`,
    '',
    code,
    '',
  ].join('\n');
}

// --- Refusals ---------------------------------------------------------------------------------------

function refusals(): string {
  const rows = Object.entries(errors).map(([name, { status, message }]) => {
    const isAlone = Object.values(errors).filter((row) => row.status === status).length === 1;
    return JSON.stringify([status, name, ...(isAlone || name === 'invalid_parameters' ? [] : [message])]);
  });
  return `${header('Identifies an error by its status and, if several share the status, by its message.')}
export const refusals: readonly (readonly [status: number, name: ErrorName, message?: string])[] = [
${rows.join(',\n')}
];

export type ErrorName = ${union(Object.keys(errors))};

export const oauthErrorNames = ${JSON.stringify(Object.keys(oauthErrors))} as const;
export type OAuthErrorName = (typeof oauthErrorNames)[number];
`;
}

const header = (subject: string): string =>
  `/** ${subject} Generated by \`scripts/generate.ts\` from the contract; do not edit. */`;

const format = (name: string, text: string): string =>
  execFileSync(
    process.execPath,
    [biome, 'check', '--write', `--stdin-file-path=packages/client/src/generated/${name}`],
    {
      input: text,
      encoding: 'utf8',
      cwd: new URL('../../../', import.meta.url),
    },
  );

/** A text that may be this long gets several lines in a form. */
const longText = 500;

/** Returns the source of `settings.ts`. */
function settings(): string {
  const rows = settingNames.map((name) => {
    const { type, enum: words, maxLength = 0, pattern, canBeForever, maximum } = settingShape(name);
    return {
      name: wireSettingName(name),
      title: retailerSettings[name].title,
      type,
      ...(words && { words }),
      ...(type === 'days' && !canBeForever && { most: maximum }),
      ...(retailerSettings[name].initially === '' && { optional: true }),
      ...(maxLength >= longText && pattern === undefined && { long: true }),
    };
  });
  return `/** The settings of a retailer: name, title, type, the possible words, the most days where not forever, and whether a text may be empty or long. Generated by \`scripts/generate.ts\` from the contract; do not edit. */
export const retailerSettings = ${JSON.stringify(rows)} as const;`;
}

/** Returns the source of every generated file, by file name. */
export function generate(): Record<string, string> {
  const texts: Record<string, string> = {
    'types.ts': types(),
    'routes.ts': functions(
      'A function for every route of an application in production. Providers call those with a signature.',
      ({ tag, developmentOnly, signed }) => !developmentOnly && !signed && tag !== 'Fulfillment',
    ),
    'fulfillment.ts': functions(
      'A function for every fulfillment route.',
      ({ tag }) => tag === 'Fulfillment',
    ),
    'sandbox.ts': functions(
      'A function for every route that exists in development only.',
      ({ developmentOnly }) => developmentOnly === true,
    ),
    'refusals.ts': refusals(),
    'settings.ts': settings(),
  };
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, format(name, text)]));
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(generate())) writeFileSync(new URL(name, folder), text);
}
