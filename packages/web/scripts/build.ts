/**
 * Builds the pages into `dist`, which the server serves unchanged: scripts under `assets` with a hash in their names,
 * the pages that load them, and two compressed versions of each file.
 *
 * The element needs one file to show a chat and to write, so that a phone on a slow network needs only one request. Other
 * languages and the dialogs are files of their own. docs.ts builds the documents.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzipSync } from 'node:zlib';
import { type BundleOptions, bundle, canBundle } from './bundle.ts';

const web = fileURLToPath(new URL('../', import.meta.url));
const modules = join(web, '../../node_modules');
const brotli = promisify(brotliCompress);
const largeBytes = 256 * 1024;
const target = join(web, 'dist');

/**
 * @param options.docs whether to build the documents, which take longer than everything else
 * @returns false if a required package is not installed
 */
export async function build(out: string = target, { docs = true } = {}): Promise<boolean> {
  const sharp = (await import('sharp').catch(() => undefined))?.default;
  if (!canBundle() || !sharp || !existsSync(join(modules, 'lit'))) return false;

  /** Writes a script under a name with a hash, and returns the name. */
  function script(name: string, source: string, options?: BundleOptions): string {
    return asset(name, '.js', Buffer.from(bundle(join(web, 'src', source), options)));
  }

  function asset(name: string, ending: string, bytes: Buffer): string {
    const path = `assets/${name}-${hashOf(bytes)}${ending}`;
    writeFileSync(join(made, path), bytes);
    return path;
  }

  /** Returns a script for the page itself, so that it comes with the page. The server allows it by its hash. */
  function inline(source: string, type: 'module' | 'classic', options: BundleOptions = {}): string {
    const format = type === 'module' ? 'esm' : 'iife';
    const code = bundle(join(web, 'src', source), { format, ...options }).trim();
    if (/<\/script|<!--/i.test(code)) throw new Error(`${source} cannot be in a page`);
    return `<script${type === 'module' ? ' type="module"' : ''}>${code}</script>`;
  }

  function writePage(name: string, source: string, parts: Record<string, string>): void {
    const text = readFileSync(join(web, 'src', source), 'utf8');
    writeFileSync(
      join(made, name),
      text.replaceAll(/%(\w+)%/g, (_, part: string) => parts[part]!),
    );
  }

  /**
   * Writes the service worker of a page. Its address must not change. It contains the list of files to cache, so it
   * changes whenever the page does.
   */
  function writeWorker(name: string, file: string, page: string, files: string[]): void {
    const define = {
      NAME: JSON.stringify(name),
      PAGE: JSON.stringify(page),
      SHELL: JSON.stringify([page, ...files]),
      VERSION: JSON.stringify(hashOf(readFileSync(join(made, file)))),
    };
    writeFileSync(join(made, `${name}-worker.js`), bundle(join(web, 'src/worker.ts'), { define }));
  }

  // Built next to its place and then moved, so that a server that starts meanwhile finds either the old build or the
  // new one.
  const made = `${out}.new`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(join(made, 'assets'), { recursive: true });
  // Has a fixed address: loading a second file with a hash would cost one more round trip.
  const dialogs = JSON.stringify(script('dialogs', 'dialogs.ts'));
  writeFileSync(
    join(made, 'aislechat.js'),
    bundle(join(web, 'src/embed.ts'), { define: { DIALOGS: dialogs } }),
  );
  writeFileSync(join(made, 'aislechat-languages.js'), bundle(join(web, 'src/languages.ts')));
  writeFileSync(join(made, 'aislechat-order-status.js'), bundle(join(web, 'src/embed-status.ts')));
  const firstScreen = script('first-screen', 'first-screen/first-screen.ts');
  writePage('index.html', 'first-screen/index.html', { script: `/${firstScreen}` });
  const shopper = script('shopper', 'shopper/shopper-page.ts');
  writePage('shopper.html', 'shopper/shopper.html', { script: `/${shopper}` });
  const console = script('console', 'console/console-page.ts');
  writePage('console.html', 'console/console.html', { script: `/${console}` });
  copyFileSync(join(web, 'src/shopper/shopper.webmanifest'), join(made, 'shopper.webmanifest'));
  const ofPage = join(web, 'src/order-page/lit-of-page.ts');
  const alias = { lit: ofPage, 'lit/directives/guard.js': ofPage, 'lit/directives/repeat.js': ofPage };
  const chat = script('order-chat', 'order-page/order-chat.ts', { alias });
  writePage('order.html', 'order-page/order.html', {
    begin: inline('order-page/begin.ts', 'classic'),
    script: inline('order-page/order-page.ts', 'module', { define: { CHAT: JSON.stringify(`/${chat}`) } }),
  });
  writeWorker('shopper', 'shopper.html', '/shopper', [`/${shopper}`, '/icon.svg', '/shopper.webmanifest']);
  writeWorker('order', 'order.html', '/o/', [`/${chat}`, '/icon.svg']);
  // A shop's own service worker loads it by this address.
  writeFileSync(join(made, 'push-worker.js'), bundle(join(web, 'src/push-worker.ts'), { format: 'iife' }));
  copyFileSync(join(web, 'src/icon.svg'), join(made, 'icon.svg'));
  // Icons for the installed page. Phones require them as PNG files.
  for (const side of [180, 192, 512]) {
    await sharp(join(web, 'src/icon.svg'))
      .resize(side)
      .png()
      .toFile(join(made, `icon-${side}.png`));
  }
  if (docs) {
    const { writeDocs } = await import('./docs.ts');
    const assets = {
      script: `/${script('docs', 'docs/docs-page.ts')}`,
      style: `/${asset('docs', '.css', readFileSync(join(web, 'src/docs/docs.css')))}`,
      reference: `/${script('docs-reference', 'docs/reference.ts')}`,
    };
    writeDocs(made, assets, asset);
  }
  await Promise.all(globSync(join(made, '**/*.{js,mjs,css,html,json,svg,webmanifest}')).map(compress));
  rmSync(out, { recursive: true, force: true });
  renameSync(made, out);
  return true;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 8);

async function compress(file: string): Promise<void> {
  const bytes = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  // The best compression of a large file takes more than a second.
  const quality = bytes.length > largeBytes ? 9 : constants.BROTLI_MAX_QUALITY;
  // Kept from one build to the next, since it takes most of their time.
  const name = `${createHash('sha256').update(bytes).digest('base64url')}-${quality}`;
  const kept = join(modules, '.cache/brotli', name);
  if (!existsSync(kept)) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
    mkdirSync(dirname(kept), { recursive: true });
    const scratch = `${kept}-${randomUUID()}`;
    writeFileSync(scratch, await brotli(bytes, { params }));
    renameSync(scratch, kept);
  }
  copyFileSync(kept, `${file}.br`);
}

if (import.meta.main) {
  if (!(await build())) {
    process.stdout.write('The pages were not built: that takes the development dependencies.\n');
  }
}
