/** The published package is complete, small and free of dependencies, and works as its README says. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as main from '@aislechat/client';
import * as fulfillment from '@aislechat/client/fulfillment';
import * as sandbox from '@aislechat/client/sandbox';
import { type Route, routes } from '@aislechat/contract';
import { patienceMs } from '../../server/tests/support/patience.ts';
import { openChat } from '../../server/tests/support/scenario.ts';
import { temporaryFolder, testServer } from '../../server/tests/support/server.ts';
import { bundle } from '../../web/scripts/bundle.ts';
import { build } from '../scripts/build.ts';
import { generate } from '../scripts/generate.ts';

const client = fileURLToPath(new URL('../', import.meta.url));
const root = join(client, '../..');
/** What a chat page imports from the package. */
const chatPageBytes = 8 * 1024;

const folder = temporaryFolder({ after });
const built = join(folder, 'built');
build(built);
const npm = (cwd: string, ...args: string[]) =>
  execFileSync('npm', [...args, '--json', '--offline', '--no-audit', '--no-fund'], { cwd, encoding: 'utf8' });
const [packed] = JSON.parse(npm(folder, 'pack', built, '--pack-destination', folder));
const scratch = join(folder, 'scratch');
mkdirSync(scratch);
writeFileSync(join(scratch, 'package.json'), '{ "type": "module" }');
npm(scratch, 'install', join(folder, packed.filename));

test('the generated files match the contract', () => {
  for (const [name, text] of Object.entries(generate())) {
    const message = `${name}: run \`npm run generate\` in packages/client`;
    assert.equal(readFileSync(join(client, 'src/generated', name), 'utf8'), text, message);
  }
});

test('every route of the contract has a function named after it, in the entry point where it belongs', () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    // An image is viewed through the link in its message; metrics are for Prometheus; providers call signed routes.
    if (name === 'getImage' || name === 'metrics' || route.signed) continue;
    const entries = { main, fulfillment, sandbox };
    const entry = route.developmentOnly ? 'sandbox' : route.tag === 'Fulfillment' ? 'fulfillment' : 'main';
    for (const [other, functions] of Object.entries(entries)) {
      assert.equal(name in functions, other === entry, `${name} in ${other}`);
    }
  }
});

test('the package contains each module with its types, and nothing else', () => {
  const modules = globSync('**/*.ts', { cwd: join(client, 'src') }).flatMap((file) => [
    file.replace(/\.ts$/, '.d.ts'),
    file.replace(/\.ts$/, '.js'),
  ]);
  const files = (packed.files as { path: string }[]).map(({ path }) => path);
  assert.deepEqual(files.sort(), ['LICENSE', 'README.md', 'package.json', ...modules].sort());
  for (const file of modules) {
    const text = readFileSync(join(built, file), 'utf8');
    for (const [, from] of text.matchAll(/\bfrom '([^']+)'/g)) assert.match(from!, /^\.\.?\/.*\.js$/, file);
  }
});

test('installing the package in an empty folder installs nothing else', () => {
  const { dependencies, ...manifest } = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
  assert.equal(manifest.name, '@aislechat/client');
  assert.equal(manifest.private, undefined);
  assert.deepEqual(globSync('node_modules/{*,@*/*}/package.json', { cwd: scratch }), [
    'node_modules/@aislechat/client/package.json',
  ]);
});

/** The TypeScript blocks of the README, keyed by the word after the language. */
const examples = new Map(
  [...readFileSync(join(client, 'README.md'), 'utf8').matchAll(/```ts (\w+)\n(.*?)```/gs)].map((match) => [
    match[1]!,
    match[2]!,
  ]),
);

test('the package’s types are sufficient for a page and for Node, without other type packages', () => {
  for (const [name, text] of examples) writeFileSync(join(scratch, `${name}.ts`), text);
  const common = { strict: true, noEmit: true, target: 'es2022', module: 'nodenext', skipLibCheck: false };
  const inNode = [...examples.keys()].filter((name) => name !== 'page').map((name) => `${name}.ts`);
  const kinds = {
    browser: { lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] },
    node: { lib: ['es2022'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
  };
  for (const [kind, options] of Object.entries(kinds)) {
    const files = kind === 'node' ? inNode : [...inNode, 'page.ts'];
    const config = { compilerOptions: { ...common, ...options }, files };
    writeFileSync(join(scratch, `tsconfig.${kind}.json`), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    try {
      const line = [compiler, '-p', `tsconfig.${kind}.json`, '--singleThreaded'];
      execFileSync(process.execPath, line, { cwd: scratch });
    } catch (error) {
      assert.fail(`${kind}: ${(error as { stdout: Buffer }).stdout}`);
    }
  }
});

/** Runs an example with the installed package until it has printed the expected lines. */
async function runExample(name: string, text: string, expected: string[], prelude = ''): Promise<void> {
  writeFileSync(join(scratch, `${name}-run.ts`), prelude + text);
  const child = spawn(process.execPath, [`${name}-run.ts`], { cwd: scratch });
  let output = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const timer = setTimeout(() => child.kill(), patienceMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
      if (expected.every((line) => output.includes(line))) child.kill();
    });
  }
  await ended;
  clearTimeout(timer);
  for (const line of expected) assert.ok(output.includes(line), `${name}: ${line} is not in ${output}`);
}

test('every example of the README runs', async (t) => {
  const server = await testServer(t);
  const chat = await openChat(server.client);
  const filled = (text: string) =>
    text
      .replaceAll('https://chat.example', server.client.url)
      .replaceAll('your-client-id', chat.clientId)
      .replaceAll('your-client-secret', chat.clientSecret)
      .replaceAll('your-user-id', chat.userId)
      .replaceAll('your-order-id', chat.orderId);
  // What a browser has and Node lacks, and the page's own server.
  const browser = `
const entries = new Map();
globalThis.localStorage = {
  get length() { return entries.size; },
  key: (n) => [...entries.keys()][n] ?? null,
  getItem: (key) => entries.get(key) ?? null,
  setItem: (key, value) => entries.set(key, value),
  removeItem: (key) => entries.delete(key),
};
globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
globalThis.addEventListener = () => {};
const network = globalThis.fetch;
globalThis.fetch = (input, init) =>
  input === '/chat-token' ? Promise.resolve(Response.json({ access_token: '${chat.userToken}' })) : network(input, init);
`;
  assert.deepEqual([...examples.keys()], ['server', 'page', 'connect']);
  await runExample('server', filled(examples.get('server')!), ['token_type: Bearer']);
  await runExample(
    'page',
    filled(examples.get('page')!),
    ['sending Are there', 'said: Are there any'],
    browser,
  );
  await runExample('connect', filled(examples.get('connect')!), [
    '404 4000 resource_not_found Resource not found',
    'messages: 2',
  ]);
});

test('a chat page bundles 8 KB of the package, without the parts that it does not use', async (t) => {
  const sizeOf = async (names: string): Promise<{ bytes: number; code: string }> => {
    const entry = join(temporaryFolder(t), 'entry.js');
    writeFileSync(entry, `import { ${names} } from '@aislechat/client';\nglobalThis.used = [${names}];\n`);
    const alias = { '@aislechat/client': join(built, 'index.js') };
    const code = bundle(entry, { format: 'iife', minify: true, alias });
    return { bytes: gzipSync(code, { level: 9 }).length, code };
  };
  const calls = await sizeOf('Connection, getChat, sendMessage, markMessagesRead');
  const page = await sizeOf(
    'Connection, getChat, markMessagesRead, typing, streamOrderEvents, Outbox, webStorage, wakeOnReturn',
  );
  t.diagnostic(
    `minified and gzipped: calls ${calls.bytes} bytes; chat, stream and outbox ${page.bytes} bytes`,
  );
  assert.ok(page.bytes <= chatPageBytes, `${page.bytes} bytes`);
  assert.doesNotMatch(page.code, /sandbox|audit|fulfillment_user_assertion/);
});
