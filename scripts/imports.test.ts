/** The layers are folders and dependencies point inwards: this checks who may import whom. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const source = 'packages/server/src';

/** What a folder's files may import: folders of the server, packages, and Node.js modules. */
const allowed: Record<string, { folders: string[]; files?: string[]; packages: string[] }> = {
  domain: {
    folders: ['domain'],
    files: ['storage/store.ts', 'storage/images/files.ts'],
    packages: ['@aislechat/contract', 'jose', 'libphonenumber-js/min', 'lru-cache', 'node:crypto'],
  },
  'storage/tables': {
    folders: ['storage/tables'],
    files: ['storage/sql.ts'],
    packages: ['@aislechat/contract'],
  },
  'storage/postgres': { folders: ['storage'], packages: ['pg', 'node:*'] },
  'storage/s3': { folders: ['storage'], packages: ['aws4fetch', 'node:*'] },
  storage: { folders: ['storage'], packages: ['@aislechat/contract', 'node:*'] },
  images: {
    folders: ['images', 'domain/images'],
    files: ['domain/errors.ts'],
    packages: ['@aislechat/contract/limits', 'sharp', 'node:*'],
  },
  http: {
    folders: ['http', 'domain', 'stream', 'wire'],
    files: ['storage/store.ts', 'wiring/log.ts'],
    packages: ['@aislechat/contract', '@fastify/busboy', 'fastify', 'ajv', 'typebox', 'lru-cache', 'node:*'],
  },
  delivery: {
    folders: ['delivery', 'domain', 'wire'],
    files: ['storage/store.ts', 'wiring/log.ts'],
    packages: ['@aislechat/contract', 'ipaddr.js', 'undici', 'node:*'],
  },
  stream: {
    folders: ['stream', 'domain'],
    files: ['storage/store.ts', 'wiring/log.ts'],
    packages: ['@aislechat/contract'],
  },
  cli: {
    folders: ['cli', 'config', 'delivery', 'demo', 'domain', 'scenarios', 'storage', 'verify', 'wire'],
    files: [
      'app.ts',
      'wiring/log.ts',
      'wiring/open-callbacks.ts',
      'wiring/open-clock.ts',
      'wiring/open-epoch-keys.ts',
      'wiring/open-image-files.ts',
      'wiring/open-store.ts',
    ],
    packages: ['@aislechat/contract', 'commander', 'typebox', 'node:*'],
  },
  wire: {
    folders: ['wire', 'domain'],
    files: ['storage/store.ts'],
    packages: ['@aislechat/contract', 'typebox'],
  },
  demo: { folders: ['demo', 'domain'], files: ['storage/store.ts'], packages: [] },
  scenarios: { folders: ['scenarios', 'domain/sandbox'], packages: ['yaml', 'node:fs'] },
  verify: { folders: ['verify'], packages: ['node:*'] },
  config: {
    folders: ['config'],
    files: ['wiring/log.ts', 'domain/access/secret-box.ts', 'storage/postgres/addresses.ts'],
    packages: ['ipaddr.js', 'node:fs', 'node:net'],
  },
};

interface Import {
  from: string;
  to: string;
}

const importsOf = (file: string): Import[] => importsIn(file, readFileSync(file, 'utf8'));

const importsIn = (file: string, text: string): Import[] =>
  [...text.matchAll(/\bfrom '([^']+)'|\b(?:import[ (]|getBuiltinModule\()'([^']+)'/g)].map(
    ([, from, alone]) => ({
      from: file,
      to: (from ?? alone)!,
    }),
  );

function forbidden(imports: Import[]): string[] {
  return imports
    .filter(({ from, to }) => {
      const folder = Object.keys(allowed).find((name) => from.startsWith(`${source}/${name}/`));
      if (folder === undefined) return false;
      const rule = allowed[folder]!;
      if (!to.startsWith('.')) {
        return !rule.packages.some((name) => name === to || (name === 'node:*' && to.startsWith('node:')));
      }
      const target = normalize(join(dirname(from), to)).slice(source.length + 1);
      return !rule.folders.some((name) => target.startsWith(`${name}/`)) && !rule.files?.includes(target);
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

const files = globSync(`${source}/**/*.ts`);

test('every import of the server respects the layers', () => {
  assert.ok(files.length > 40);
  assert.deepEqual(forbidden(files.flatMap(importsOf)), []);
});

test('no handlers import other handlers', () => {
  const handlers = globSync(`${source}/http/*/handlers.ts`);
  assert.ok(handlers.length > 10);
  for (const { from, to } of handlers.flatMap(importsOf)) assert.doesNotMatch(to, /handlers\.ts$/, from);
});

test('control: a domain file that imports HTTP, SQL or the file system is detected', () => {
  const from = `${source}/domain/people/users.ts`;
  const wrong = [
    'fastify',
    'node:sqlite',
    'node:fs',
    '../../http/server.ts',
    '../../storage/sqlite/engine.ts',
  ];
  assert.equal(forbidden(wrong.map((to) => ({ from, to }))).length, wrong.length);
});

/** The first circle of files that import each other, as a path that ends where it began. */
function circleIn(importsOf: (file: string) => readonly string[], files: readonly string[]): string[] {
  const finished = new Set<string>();
  const path: string[] = [];
  function follow(file: string): string[] {
    if (finished.has(file)) return [];
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    path.push(file);
    for (const next of importsOf(file)) {
      const circle = follow(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    finished.add(file);
    return [];
  }
  for (const file of files) {
    const circle = follow(file);
    if (circle.length > 0) return circle;
  }
  return [];
}

test('no files import each other in a circle, and a control that do are detected', () => {
  const all = globSync('packages/*/src/**/*.ts');
  assert.ok(all.length > 250);
  const known = new Set(all);
  const ours = (file: string) =>
    importsOf(file)
      .filter(({ to }) => to.startsWith('.'))
      .map(({ to }) => normalize(join(dirname(file), to)))
      .filter((target) => known.has(target));
  assert.deepEqual(circleIn(ours, all), []);
  const wrong: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['b'] };
  assert.deepEqual(
    circleIn((file) => wrong[file]!, ['a']),
    ['b', 'c', 'b'],
  );
});

test('every kind of import is found', () => {
  const text = `import 'a';
import type { B } from 'b';
export * from 'c';
import {
  d,
} from 'd';
const e = await import('e');
type F = import('f').F;
const g = process.getBuiltinModule('g');
`;
  assert.equal(
    importsIn('', text)
      .map(({ to }) => to)
      .join(''),
    'abcdefg',
  );
});

test('neither the domain nor any SQL asks the system for the time', () => {
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    if (file.includes('/domain/') && !file.endsWith('domain/clock.ts')) {
      assert.doesNotMatch(text, /Date\.now\(|new Date\(\)/, file);
    }
    if (file.includes('/storage/')) {
      assert.doesNotMatch(text, /Date\.now\(|CURRENT_TIMESTAMP|unixepoch|strftime|\bnow\(\)/i, file);
    }
  }
});

test('the contract imports no other package of the project and does no I/O', () => {
  for (const { from, to } of globSync('packages/contract/src/**/*.ts').flatMap(importsOf)) {
    assert.ok(/^\.\.?\//.test(to) || to === 'typebox', `${from} imports ${to}`);
  }
});

test('nothing loads TypeBox: only its types are used', () => {
  for (const file of globSync('packages/*/src/**/*.ts')) {
    assert.doesNotMatch(readFileSync(file, 'utf8'), /^(import|export) (?!type )[^;]* from 'typebox/m, file);
  }
});

test('the pages reach the server only through the client', () => {
  const sources = globSync('packages/web/src/**/*.ts');
  assert.ok(sources.length > 5);
  for (const { from, to } of sources.flatMap(importsOf)) {
    const target = normalize(join(dirname(from), to));
    const isOwn = to.startsWith('.') && target.startsWith('packages/web/src/');
    assert.ok(isOwn || /^(lit|@aislechat\/client)(\/|$)/.test(to), `${from} imports ${to}`);
  }
});

test('the client imports nothing but itself, so it needs no other package to run or to compile', () => {
  const sources = globSync('packages/client/src/**/*.ts');
  assert.ok(sources.length > 10);
  for (const { from, to } of sources.flatMap(importsOf)) {
    const target = normalize(join(dirname(from), to));
    assert.ok(to.startsWith('.') && target.startsWith('packages/client/src/'), `${from} imports ${to}`);
  }
});
