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

/** @returns the compiler's messages; nothing if there are none */
function compile(file: string, text: string): string {
  writeFileSync(join(folder, file), text);
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--strict', '--noEmit', '--target', 'es2022', '--module', 'nodenext', '--types', ''];
  const checks = [
    ...options,
    '--allowImportingTsExtensions',
    '--lib',
    'es2022,dom,dom.iterable,dom.asynciterable',
  ];
  return spawnSync(process.execPath, [compiler, ...checks, file], { cwd: folder, encoding: 'utf8' }).stdout;
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

test('a public generator turns the document into types that compile and can be used', () => {
  const text = `${beginning}
type Chat = operations['getChat']['responses'][200]['content']['application/json'];
export const firstText = (chat: Chat): string | undefined => chat.chat_messages[0]?.body;
export const state: Schemas['WorkflowState'] = 'picking';
export const request: operations['sendMessage']['requestBody'] = {
  content: { 'application/json': { body: 'Firm ones are fine' } },
};
`;
  assert.equal(compile('use.ts', text), '');
});

test('control: a wrong use of the types does not compile', () => {
  const text = `${beginning}export const state: Schemas['WorkflowState'] = 'picked';`;
  assert.match(compile('wrong.ts', text), /picked/);
});

/** For objects with arbitrary members, generators emit another type; the client writes this one by hand. */
const typedOtherwise = ['Empty', 'ImageForm', 'Order', 'Orders', 'SeveralErrors'];

test('the client’s own types are equivalent to those of the public generator', () => {
  const names = Object.keys(document.components.schemas).filter((name) => !typedOtherwise.includes(name));
  assert.ok(names.length > 150, `${names.length} types`);
  const lines = names.flatMap((name) => [
    `export const to${name} = (value: Schemas['${name}']): client.${name} => value;`,
    `export const from${name} = (value: client.${name}): Schemas['${name}'] => value;`,
  ]);
  assert.equal(compile('same.ts', beginning + lines.join('\n')), '');
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
