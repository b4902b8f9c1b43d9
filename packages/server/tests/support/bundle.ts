/**
 * The command line and the tests' own programs in a few files, which start in half the time that several hundred take.
 * The tests start them more than a hundred times.
 */
import { globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { esbuild } from '../../../web/scripts/bundle.ts';

const server = fileURLToPath(new URL('../../', import.meta.url));
const workspace = join(server, '../../');
/** What every start loads. Other packages are loaded from where they are, some of them never. */
const bundled = ['@aislechat/contract', 'ajv', 'commander', 'fastify', 'ipaddr.js', 'lru-cache', 'pino'];
/** CommonJS packages in the bundle call it. */
const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/**
 * @param folder one that does not exist yet
 * @returns the file to run instead of `bin/aislechat.js`
 */
export function bundleServer(folder: string): string {
  const out = join(folder, 'server');
  const sources = join(out, 'sources');
  for (const file of globSync('{bin,src,tests/support}/**/*.{js,ts}', { cwd: server })) {
    const source = join(server, file);
    const copy = join(sources, file);
    mkdirSync(dirname(copy), { recursive: true });
    // The files that it reads and the processes that it starts stay where they are.
    const place = JSON.stringify(pathToFileURL(source).href);
    writeFileSync(copy, readFileSync(source, 'utf8').replaceAll('import.meta.url', place));
  }
  symlinkSync(join(workspace, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(server, 'node_modules'), join(out, 'node_modules'));
  const { dependencies } = JSON.parse(readFileSync(join(server, 'package.json'), 'utf8'));
  const external = Object.keys(dependencies).filter((name) => !bundled.includes(name));
  const programs = globSync('tests/support/programs/*.ts', { cwd: sources });
  esbuild([
    ...['bin/aislechat.js', ...programs].map((file) => join(sources, file)),
    '--bundle',
    '--splitting',
    '--platform=node',
    '--format=esm',
    '--log-level=error',
    `--outdir=${out}`,
    `--banner:js=${require}`,
    ...external.map((name) => `--external:${name}`),
  ]);
  return join(out, 'bin/aislechat.js');
}
