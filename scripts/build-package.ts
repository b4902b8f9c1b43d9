/**
 * Builds the published form of a package: JavaScript and declarations, file by file, with their own manifest.
 * Inside the workspace the sources are used directly.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * @param folder the package's folder, with a `tsconfig.build.json`
 * @param out the folder to publish; its previous content is deleted
 */
export function buildPackage(folder: string, out: string): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', join(folder, 'tsconfig.build.json'), '--outDir', out];
  // Several threads would each check what all files import.
  execFileSync(process.execPath, [compiler, ...options, '--singleThreaded'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // The compiler rewrites import paths in JavaScript files only.
  for (const file of globSync(join(out, '**/*.d.ts'))) {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/(from '\.[^']+)\.ts'/g, "$1.js'"));
  }
  // The workspace's own manifest is private and points to the sources.
  const {
    scripts,
    devDependencies,
    private: _,
    exports,
    ...manifest
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const sources: Record<string, string> = typeof exports === 'string' ? { '.': exports } : exports;
  const published = Object.entries(sources).map(([name, source]) => {
    const file = source.replace('./src/', './').replace(/\.ts$/, '');
    return [name, { types: `${file}.d.ts`, default: `${file}.js` }];
  });
  writeManifest(out, { ...manifest, exports: Object.fromEntries(published) });
  copyPapers(folder, out);
}

export const writeManifest = (out: string, manifest: unknown): void =>
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

export function copyPapers(folder: string, out: string): void {
  if (existsSync(join(folder, 'README.md'))) copyFileSync(join(folder, 'README.md'), join(out, 'README.md'));
  copyFileSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
}
