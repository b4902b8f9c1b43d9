import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8'));

interface Locked {
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}
const packages = Object.entries<Locked>(read('package-lock.json').packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
);

test('every package is pinned by its content, and by no address', () => {
  for (const [path, { integrity, resolved }] of packages) {
    assert.match(integrity ?? '', /^sha512-/, path);
    assert.equal(resolved, undefined, path);
  }
});

test('no package runs a script when it is installed', () => {
  const withScript = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
  const denied = Object.fromEntries(withScript.map(([path]) => [path.replace('node_modules/', ''), false]));
  assert.deepEqual(read('package.json').allowScripts, denied);
});

test('what a known weakness was mended in is not older than that', () => {
  const floors: Record<string, string> = { fastify: '5.12.1' };
  for (const [name, floor] of Object.entries(floors)) {
    const { version } = read('package-lock.json').packages[`node_modules/${name}`];
    assert.ok(version.localeCompare(floor, 'en', { numeric: true }) >= 0, `${name} ${version}`);
  }
});

test('the tests run on the Node that the project brings', () => {
  assert.equal(process.versions.node.split('.')[0], '24');
});
