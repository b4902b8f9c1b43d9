/**
 * Builds what is published: JavaScript and declarations, file by file, with a manifest of its own. In the
 * workspace the sources are used as they are.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const client = join(root, 'packages/client');

/** @param out the folder to publish; what is in it goes */
export function build(out: string): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(client, 'tsconfig.build.json'), '--outDir', out], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // The compiler rewrites the names of imports in JavaScript alone.
  for (const file of globSync(join(out, '**/*.d.ts'))) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/(from '\.[^']+)\.ts'/g, "$1.js'"));
  }
  // What is private is the workspace's manifest, which names sources.
  const {
    scripts,
    devDependencies,
    private: _,
    exports,
    ...manifest
  } = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'));
  const published = Object.entries<string>(exports).map(([name, source]) => {
    const file = source.replace('./src/', './').replace(/\.ts$/, '');
    return [name, { types: `${file}.d.ts`, default: `${file}.js` }];
  });
  writeFileSync(
    join(out, 'package.json'),
    `${JSON.stringify({ ...manifest, exports: Object.fromEntries(published) }, null, 2)}\n`,
  );
  copyFileSync(join(client, 'README.md'), join(out, 'README.md'));
  copyFileSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
}

if (import.meta.main) build(join(client, 'dist'));
