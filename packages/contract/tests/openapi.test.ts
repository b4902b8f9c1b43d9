/** How public tools process the OpenAPI document. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { problemsOf } from '../scripts/lint.ts';
import { openapiDocument } from '../src/index.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'aislechat-openapi-'));
after(() => rmSync(folder, { recursive: true }));

type Document = { components: { schemas: Record<string, { properties?: object }> } };
const document = openapiDocument({ development: true, version: '0.0.0' }) as Document;

/** @returns the compiler's messages on several files, which it reads once together */
function compile(texts: Record<string, string>): string[] {
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text);
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--types', ''];
  const checks = [
    ...options,
    '--allowImportingTsExtensions',
    '--lib',
    'es2022,dom,dom.iterable,dom.asynciterable',
  ];
  const line = [compiler, ...checks, '--singleThreaded', ...Object.keys(texts)];
  const { stdout } = spawnSync(process.execPath, line, { cwd: folder, encoding: 'utf8' });
  return stdout.split(/\n(?=\S)/).filter((message) => message !== '');
}

writeFileSync(
  join(folder, 'openapi.ts'),
  astToString(await openapiTypescript(document as unknown as OpenAPI3)),
);

const beginning = `
import type { components, operations } from './openapi.ts';
import type * as client from '${join(root, 'packages/client/src/generated/types.ts')}';
type Schemas = components['schemas'];
`;

/** For objects with arbitrary members, generators emit another type; the client writes this one by hand. */
const typedOtherwise = ['Empty', 'ImageForm', 'Order', 'Orders', 'SeveralErrors'];
const names = Object.keys(document.components.schemas).filter((name) => !typedOtherwise.includes(name));

const files = {
  'use.ts': `${beginning}
type Chat = operations['getChat']['responses'][200]['content']['application/json'];
export const firstText = (chat: Chat): string | undefined => chat.chat_messages[0]?.body;
export const state: Schemas['WorkflowState'] = 'picking';
export const request: operations['sendMessage']['requestBody'] = {
  content: { 'application/json': { body: 'Firm ones are fine' } },
};
`,
  'wrong.ts': `${beginning}export const state: Schemas['WorkflowState'] = 'picked';`,
  'same.ts': `${beginning}${names
    .flatMap((name) => [
      `export const to${name} = (value: Schemas['${name}']): client.${name} => value;`,
      `export const from${name} = (value: client.${name}): Schemas['${name}'] => value;`,
    ])
    .join('\n')}`,
};
const messages = compile(files);
const on = (file: keyof typeof files) => messages.filter((message) => message.startsWith(`${file}(`));

test('a public generator turns the document into types that compile and can be used', () => {
  const onOthers = [...on('wrong.ts'), ...on('same.ts')];
  assert.deepEqual(
    messages.filter((message) => !onOthers.includes(message)),
    [],
  );
});

test('control: a wrong use of the types does not compile', () => {
  assert.match(on('wrong.ts').join('\n'), /picked/);
});

test('the client’s own types are equivalent to those of the public generator', () => {
  assert.ok(names.length > 150, `${names.length} types`);
  assert.deepEqual(on('same.ts'), []);
});

test('control: the linter reports what tools could not handle', async () => {
  const damaged = structuredClone(document) as Document & { tags: { description?: string }[] };
  delete damaged.tags[0]!.description;
  damaged.components.schemas.Unused = {};
  const problems = (await problemsOf(damaged)).join('\n');
  assert.match(problems, /no-unused-components: .*Unused/);
  assert.match(problems, /tag-description/);
  assert.deepEqual(await problemsOf(document), []);
});
