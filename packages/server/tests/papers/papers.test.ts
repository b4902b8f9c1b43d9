/** Compares what the documents say with what the code does, where that is possible. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  errors,
  oauthErrors,
  parameterProblems,
  type Route,
  retailerSettings,
  routes,
  settingNames,
  wireSettingName,
} from '@aislechat/contract';
import type { Command } from 'commander';
import { programOf } from '../../src/cli/program.ts';
import { settingsTable } from '../../src/config/settings.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The cells of every table row of a Markdown file, without their code marks. */
const rowsOf = (file: string): string[][] =>
  read(file)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );

test('docs/errors.md lists every error with its status, code and message, and no other', () => {
  const rows = rowsOf('docs/errors.md');
  for (const [name, row] of Object.entries(errors)) {
    const found = rows.find(([first]) => first === name);
    assert.ok(found, `${name} is missing`);
    const written = found.join(' | ');
    for (const part of [String(row.status), String(row.code)])
      assert.ok(found.includes(part), `${name}: ${written}`);
    if (name !== 'invalid_parameters') assert.ok(written.includes(row.message), `${name}: ${written}`);
    assert.ok(written.includes(row.cause.replaceAll('`', '')), `${name}: ${written}`);
  }
  for (const message of Object.values(parameterProblems)) {
    assert.ok(
      rows.some((row) => row.includes(message.replace('%d', 'N')) || row.includes(message)),
      message,
    );
  }
  for (const [name, row] of Object.entries(oauthErrors)) {
    const found = rows.find(([first]) => first === name);
    assert.ok(found?.includes(String(row.status)) && found.includes(row.description), name);
  }
  const known = new Set([...Object.keys(errors), ...Object.keys(oauthErrors)]);
  const named = rows.map(([first]) => first!).filter((first) => /^[a-z]+(_[a-z]+)+$/.test(first));
  for (const name of named) {
    assert.ok(known.has(name) || name in parameterProblems, `${name} is documented but does not exist`);
  }
});

test('docs/command-line.md names every command and its options, and docs/verify.md those of verify', () => {
  const sections = read('docs/command-line.md').split(/^## /m);
  const settings = settingNames.map((name) => `--${retailerSettings[name].option}`);
  // These are explained once, for all commands.
  const common = ['--json', '--version'];
  const missing: string[] = [];
  const look = (command: Command, name: string): void => {
    for (const one of command.commands) look(one, `${name} ${one.name()}`);
    // The forms of `callbacks` share a section.
    const title = `\`${name.replace(/(callbacks) .*/, '$1')}`;
    const text = name.endsWith('verify')
      ? read('docs/verify.md')
      : sections.find((section) => section.startsWith(title));
    if (command.commands.length === 0 && text === undefined) missing.push(name);
    for (const { long } of command.options) {
      const isElsewhere = name !== 'aislechat retailer create' && settings.includes(long!);
      if (!common.includes(long!) && !isElsewhere && !text?.includes(long!)) missing.push(`${name} ${long}`);
    }
  };
  look(programOf({ env: {}, out() {}, error() {}, overwrite: undefined }), 'aislechat');
  assert.deepEqual(missing, []);
});

test('npm start, the image, the documents and the benchmarks start Node.js with the same flags', () => {
  const flags = ['--max-semi-space-size=16', '--heap-growing-percent=40'];
  assert.ok(JSON.parse(read('package.json')).scripts.start.includes(`node ${flags.join(' ')} `));
  assert.ok(read('docs/operations.md').includes(`node ${flags.join(' ')} `));
  for (const [file, quote] of [
    ['Dockerfile', '"'],
    ['bench/children.ts', "'"],
  ] as const) {
    assert.ok(read(file).includes(flags.map((flag) => quote + flag + quote).join(', ')), file);
  }
});

test('docs/configuration.md lists every setting of a retailer with its option and its initial value', () => {
  const rows = rowsOf('docs/configuration.md');
  for (const name of settingNames) {
    const { option, initially } = retailerSettings[name];
    const row = rows.find(([first]) => first === wireSettingName(name));
    assert.ok(row, name);
    assert.equal(row[1]!.split(' ')[0], `--${option}`);
    assert.equal(row[2], String(initially) || 'none', name);
  }
});

test('docs/configuration.md lists every setting, and no other', () => {
  const rows = rowsOf('docs/configuration.md');
  const variables = Object.values(settingsTable).map(({ variable }) => variable);
  for (const variable of variables)
    assert.ok(
      rows.some(([first]) => first === variable),
      variable,
    );
  for (const [first] of rows) {
    if (/^(AISLECHAT_[A-Z_]+|[A-Z]+_DIR|PORT|HOST)$/.test(first!))
      assert.ok(variables.includes(first!), first!);
  }
});

test('docs/connect-compatibility.md names every route of the compatible surface', () => {
  const text = read('docs/connect-compatibility.md');
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.surface === 'connect') assert.ok(text.includes(route.path), `${name}: ${route.path}`);
  }
});

test('docs/dependencies.md has a line for every dependency', () => {
  const rows = rowsOf('docs/dependencies.md').map(([first]) => first);
  for (const file of ['package.json', ...globSync('{packages/*,bench}/package.json', { cwd: root })]) {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = JSON.parse(read(file));
    for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      if (!name.startsWith('@aislechat/')) assert.ok(rows.includes(name), `${name} of ${file}`);
    }
  }
});

test('docs/storage-schema.md lists every table of both schemas, and no other, in its table and its diagram', () => {
  const text = read('docs/storage-schema.md');
  const listed = [...text.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name!).sort();
  const schemaOf = (engine: string) =>
    read(`packages/server/src/storage/${engine}/migrations/0001-schema.sql`);
  const created = new Set(
    ['sqlite', 'postgres'].flatMap((engine) =>
      [...schemaOf(engine).matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name]) => name!),
    ),
  );
  assert.deepEqual(listed, [...created].sort());

  const diagram = /^```mermaid\nerDiagram\n(.*?)^```/ms.exec(text)![1]!;
  const drawn = new Set(
    [...diagram.matchAll(/^ {2}(\w+) \S+ (\w+) :/gm)].flatMap(([, from, to]) => [from!, to!]),
  );
  const alone = ['leases', 'service_values'];
  assert.deepEqual([...drawn, ...alone].sort(), listed);
});

const papers = globSync(['*.md', 'docs/**/*.md'], { cwd: root });

test('docs/operations.md explains every line of the log with its level, and no other', () => {
  const code = globSync('packages/server/src/**/*.ts', { cwd: root }).map(read).join('\n');
  const written = [...code.matchAll(/\blog\.(info|warn)\('(\w+)'/g)].map(
    ([, level, line]) => `${line} ${level}`,
  );
  const ofLog = ['fault error', 'fault_repeated error', 'request debug'];
  const explained = rowsOf('docs/operations.md')
    .filter(([, level]) => /^(debug|info|warn|error)$/.test(level ?? ''))
    .map(([line, level]) => `${line} ${level}`);
  assert.deepEqual(explained.sort(), [...written, ...ofLog].sort());
});

test('every link between the documents has a target', () => {
  for (const file of papers) {
    for (const [, target] of read(file).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(root, dirname(file), target!)), `${file} -> ${target}`);
    }
  }
});

test('every test that a document names exists', () => {
  for (const file of papers) {
    for (const [, name] of read(file).matchAll(/`((?:packages|tests|scripts)\/[\w/.-]+\.test\.ts)`/g)) {
      const path = name!.startsWith('tests/') ? `packages/server/${name}` : name!;
      assert.ok(existsSync(join(root, path)), `${file} names ${name}`);
    }
  }
});

test('every error that a route names is in the catalogue, and every error in it is named by a route or the edge', () => {
  const byRoutes = new Set(Object.values<Route>(routes).flatMap((route) => route.errors));
  const byEdge = [
    'malformed_request',
    'token_invalid',
    'token_expired',
    'token_revoked',
    'insufficient_scope',
    'no_context',
    'name_not_allowed',
    'method_not_allowed',
    'request_timeout',
    'payload_too_large',
    'unsupported_media_type',
    'unsupported_content_encoding',
    'expectation_failed',
    'too_many_requests',
    'headers_too_large',
    'internal',
  ] as const;
  assert.deepEqual([...new Set([...byRoutes, ...byEdge])].sort(), Object.keys(errors).sort());
});
