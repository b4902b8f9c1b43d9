/**
 * `npm run pack`: builds the published packages, each as a tarball. The server's contains its sources without
 * types, line for line, so that positions in a log match the sources.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage, copyPapers, writeManifest } from './build-package.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const packages = ['contract', 'client', 'server'] as const;
type Name = (typeof packages)[number];

/**
 * Builds and packs them into `folder`.
 * @returns the tarballs
 */
export function packAll(folder: string): Record<Name, string> {
  mkdirSync(folder, { recursive: true });
  const built = packages.map((name) => {
    const source = join(root, 'packages', name);
    const out = join(folder, name);
    if (name === 'server') buildServer(source, out);
    else buildPackage(source, out);
    return out;
  });
  const options = { cwd: folder, encoding: 'utf8' } as const;
  const packed: { filename: string }[] = JSON.parse(
    execFileSync('npm', ['pack', ...built, '--json', '--pack-destination', folder], options),
  );
  for (const out of built) rmSync(out, { recursive: true });
  return Object.fromEntries(packages.map((name, n) => [name, join(folder, packed[n]!.filename)])) as Record<
    Name,
    string
  >;
}

function buildServer(source: string, out: string): void {
  rmSync(out, { recursive: true, force: true });
  for (const file of globSync('{src,bin}/**/*.{ts,js,sql,yaml}', { cwd: source })) {
    const target = join(out, file);
    mkdirSync(dirname(target), { recursive: true });
    if (!/\.[jt]s$/.test(file)) copyFileSync(join(source, file), target);
    else writeFileSync(target.replace(/\.ts$/, '.js'), asJavaScript(join(source, file)));
  }
  cpSync(join(root, 'packages/web/dist'), join(out, 'pages'), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  writeManifest(out, { ...manifest, engines: { node: '>=24' } });
  copyPapers(source, out);
}

/** Strips the types, and changes import paths to the published file names. */
function asJavaScript(file: string): string {
  const text = readFileSync(file, 'utf8');
  const plain = file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
  return plain.replaceAll(/(['"]\.{1,2}\/[^'"\n]+)\.ts(['"])/g, '$1.js$2');
}

if (import.meta.main) {
  const tarballs = packAll(process.argv[2] ?? join(root, 'dist'));
  for (const tarball of Object.values(tarballs)) process.stdout.write(`${tarball}\n`);
}
