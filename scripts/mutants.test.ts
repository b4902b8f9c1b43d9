/** The list of mutants, which no test runs, still names what is there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutants } from './mutants.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

test('every mutant breaks one place of its file, and names tests that exist', () => {
  assert.ok(mutants.length >= 20);
  for (const { name, file, from, to, tests } of mutants) {
    assert.equal(readFileSync(join(root, file), 'utf8').split(from).length, 2, `${name}: ${from}`);
    assert.notEqual(from, to, name);
    for (const path of tests) assert.ok(existsSync(join(root, path)), `${name}: ${path}`);
  }
});
