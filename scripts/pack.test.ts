/** The published packages, installed in a folder outside this repository. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packAll } from './pack.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const withinMs = 5000;
const folder = mkdtempSync(join(tmpdir(), 'aislechat-pack-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const tarballs = packAll(folder);
const scratch = join(folder, 'scratch');
mkdirSync(scratch);
writeFileSync(join(scratch, 'package.json'), '{"type":"module","private":true}');
const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
execFileSync('npm', ['install', ...quiet, ...Object.values(tarballs)], { cwd: scratch });

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
