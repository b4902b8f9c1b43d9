/** Compares the lists in docs/decisions/bounds.md with the collections and the loops over retailers in the code. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const list = readFileSync(new URL('../../../../docs/decisions/bounds.md', import.meta.url), 'utf8');

/** A field of a class or a constant of a module that starts empty and is filled later. */
const collection =
  /^(?: {2}(?:readonly )?#?\w+|(?:export )?const \w+) = (?:new (?:Map|Set|LRUCache)\b.*\((?:\)|\{)|boundedCache)/m;

/** What finds all retailers, or the work that all of them have. */
const loop = /\b(?:retailers\.list|callbackEndpoints\.all|\w+\.due)\(\)|\b(?:retailersOf|forEachRetailer)\(/;

const filesWith = (pattern: RegExp): string[] =>
  globSync('**/*.ts', { cwd: source, exclude: ['cli/**'] }).filter((file) =>
    pattern.test(readFileSync(join(source, file), 'utf8')),
  );

test('every file with a collection that outlives a request has its line with a bound', () => {
  const files = filesWith(collection);
  assert.ok(files.length > 20, 'the pattern finds the collections');
  for (const file of files) assert.ok(list.includes(`\`${file}\``), `${file} is missing in bounds.md`);
});

test('every file with a round over retailers has its line with a bound', () => {
  const files = filesWith(loop);
  assert.ok(files.length > 10, 'the pattern finds the rounds');
  const rounds = list.slice(list.indexOf('### Rounds'));
  for (const file of files) assert.ok(rounds.includes(`\`${file}\``), `${file} is missing in bounds.md`);
});

test('every file that the list names exists', () => {
  const named = [...list.matchAll(/`((?:[\w-]+\/)+[\w-]+\.ts|app\.ts)`/g)].map((match) => match[1]!);
  assert.ok(named.length > 20);
  for (const file of named) {
    assert.ok(
      existsSync(join(source, file)) || existsSync(join(source, '..', file)),
      `${file} does not exist`,
    );
  }
});

test('control: fields and constants count as collections, and what is made from other values does not', () => {
  for (const text of [
    '  readonly #a = new Map<string, Map<number, Job>>();',
    'const a = boundedCache<string>(5);',
  ]) {
    assert.ok(collection.test(text), text);
  }
  for (const text of [
    '    const a = new Map();',
    'const names = new Set(["a"]);',
    'const a = new WeakMap();',
  ]) {
    assert.ok(!collection.test(text), text);
  }
});
