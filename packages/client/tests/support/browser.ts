/**
 * A real Chromium, and pages for it. The browser comes inside an npm package and is unpacked once; the pages come
 * from a small server of their own, so to the API they are another origin.
 */
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packed from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { timed } from '../../../server/tests/support/cost.ts';
import type { Cleanup } from '../../../server/tests/support/server.ts';
import { temporaryFolder } from '../../../server/tests/support/server.ts';
import { build } from '../../scripts/build.ts';

const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url));

/** For root too, and without a word to anybody. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param keepsPages as browsers do for the way back; under test they do not, unless told to */
export async function launchBrowser(t: Cleanup, { keepsPages = false } = {}): Promise<Browser> {
  const executablePath = await unpacked();
  const options = {
    executablePath,
    args: flags,
    ...(keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  };
  const browser = await timed('browser', () => chromium.launch(options));
  t.after(() => browser.close());
  return browser;
}

/** Test files run side by side: whoever is first unpacks beside the place, and moves it there in one step. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(modules, '@sparticuz/chromium/package.json'), 'utf8'));
  const folder = join(modules, `.cache/chromium-${version}`);
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    const scratch = mkdtempSync(`${folder}-`);
    // The package unpacks to where temporary files go.
    const { TMPDIR } = process.env;
    process.env.TMPDIR = scratch;
    try {
      await packed.executablePath();
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
    try {
      renameSync(scratch, folder);
    } catch {
      rmSync(scratch, { recursive: true });
    }
  }
  return join(folder, 'chromium');
}

export interface BundleOptions {
  /** The file that the page begins with. `@aislechat/client` is the built package to it. */
  entry: string;
  minify?: boolean;
}

/** One script for a page, made of the package as it is published. */
export async function bundle(t: Cleanup, { entry, minify = false }: BundleOptions): Promise<string> {
  const built = join(temporaryFolder(t), 'client');
  build(built);
  const bundling = await rolldown({
    input: entry,
    platform: 'browser',
    resolve: {
      alias: {
        '@aislechat/client/sandbox': join(built, 'sandbox.js'),
        '@aislechat/client': join(built, 'index.js'),
      },
    },
  });
  const { output } = await bundling.generate({ format: 'iife', minify });
  await bundling.close();
  return output[0].code;
}

/** Serves files by their path. @returns the origin */
export async function serveFiles(t: Cleanup, files: Record<string, string>): Promise<string> {
  const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
  const server = createServer(({ url }, response) => {
    const path = url === '/' ? '/index.html' : url!.split('?')[0]!;
    const text = files[path];
    const type = types[path.split('.').at(-1)!] ?? 'text/plain';
    response
      .writeHead(text === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` })
      .end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** A page with one script. @returns its address */
export async function servePage(t: Cleanup, options: BundleOptions): Promise<string> {
  return serveFiles(t, {
    '/index.html':
      '<!doctype html><html lang="en"><title>Test</title><script src="/page.js"></script></html>',
    '/page.js': await bundle(t, options),
  });
}
