/**
 * The published packages, installed in a folder outside this repository. By default their tarballs are unpacked and
 * what their manifests declare is linked to the copies of this repository: writing seven thousand files of others takes
 * a third of the test's processor time. With TEST_SCALE=full npm installs everything.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packAll } from './pack.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const isFull = process.env.TEST_SCALE === 'full';
const withinMs = 5000;
const folder = mkdtempSync(join(tmpdir(), 'aislechat-pack-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const tarballs = packAll(folder);
const scratch = join(folder, 'scratch');
mkdirSync(scratch);
writeFileSync(join(scratch, 'package.json'), '{"type":"module","private":true}');
const installed = join(scratch, 'node_modules');
if (isFull) {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...quiet, ...Object.values(tarballs)], { cwd: scratch });
} else {
  const manifests = {
    contract: unpack('contract', '@aislechat/contract'),
    client: unpack('client', '@aislechat/client'),
    server: unpack('server', 'aislechat'),
  };
  for (const [name, { dependencies = {} }] of Object.entries(manifests)) {
    for (const [dependency, version] of Object.entries(dependencies)) link(dependency, version, name);
  }
}

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

function manifestOf(installation: string): Manifest {
  return JSON.parse(readFileSync(join(installation, 'package.json'), 'utf8'));
}

function unpack(name: keyof typeof tarballs, as: string): Manifest {
  const target = join(installed, as);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', tarballs[name], '-C', target, '--strip-components=1']);
  const manifest = manifestOf(target);
  assert.equal(manifest.name, as);
  return manifest;
}

/** Links a dependency of one of our packages, unless it is there. */
function link(dependency: string, version: string, dependent: string): void {
  const target = join(installed, dependency);
  if (!existsSync(target)) {
    const places = [join(root, 'packages', dependent, 'node_modules'), join(root, 'node_modules')];
    const place = places.map((folder) => join(folder, dependency)).find((folder) => existsSync(folder));
    assert.ok(place, `${dependent} depends on ${dependency}, which is not installed`);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(place, target);
  }
  assert.equal(manifestOf(target).version, version, `${dependency}, on which ${dependent} depends`);
}

test('the server’s package contains its sources as JavaScript and its migrations, without types and tests', () => {
  const files = readdirSync(join(scratch, 'node_modules/aislechat'), { recursive: true, encoding: 'utf8' });
  assert.ok(
    files.includes(join('bin', 'aislechat.js')) && files.includes('README.md') && files.includes('LICENSE'),
  );
  assert.ok(files.some((file) => /migrations.0001-schema\.sql$/.test(file)));
  assert.ok(files.includes(join('pages', 'aislechat.js')));
  assert.ok(files.includes(join('pages', 'docs', 'index.html')));
  assert.deepEqual(
    files.filter((file) => file.endsWith('.ts') || file.includes('tests')),
    [],
  );
});

test('an installed server starts, and an integrator tests the 24 hours within seconds', async (t) => {
  const server = spawn(process.execPath, ['node_modules/aislechat/bin/aislechat.js', 'serve'], {
    cwd: scratch,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: join(folder, 'data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => server.kill('SIGKILL'));
  let output = '';
  for await (const chunk of server.stdout) {
    output += chunk;
    if (/listening on http:\S+\n/.test(output)) break;
  }
  const [, url] = /listening on (http:\S+)/.exec(output)!;
  copyFileSync(join(root, 'docs/examples/expiry.test.mjs'), join(scratch, 'expiry.test.mjs'));
  const startedAt = performance.now();
  const run = spawn(process.execPath, ['--test', 'expiry.test.mjs'], {
    cwd: scratch,
    env: { PATH: process.env.PATH, CHAT_URL: url },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(run, 'exit');
  const tookMs = performance.now() - startedAt;
  t.diagnostic(`the 24 hours took ${Math.round(tookMs)} ms (aim: ${withinMs})`);
  assert.equal(code, 0);
});

test('on a Node.js that is too old the command says so and exits', () => {
  const script = join(scratch, 'node_modules/aislechat/bin/aislechat.js');
  // Simulates an older Node, which must still be able to run this file.
  const preload = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})`;
  assert.throws(
    () => execFileSync(process.execPath, ['--import', preload, script, '--version'], { stdio: 'pipe' }),
    (error: { status: number; stderr: Buffer }) =>
      error.status === 1 && /needs Node 24 or newer/.test(error.stderr.toString()),
  );
});
