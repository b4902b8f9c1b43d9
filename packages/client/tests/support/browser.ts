/**
 * A real Chromium, and pages for it. They come from a small server of their own, so the API sees another
 * origin.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { timed } from '../../../server/tests/support/cost.ts';
import type { Cleanup } from '../../../server/tests/support/server.ts';
import { temporaryFolder } from '../../../server/tests/support/server.ts';
import { bundle as bundleScript } from '../../../web/scripts/bundle.ts';
import { build } from '../../scripts/build.ts';
import { unpackedChromium } from './chromium.ts';

/** Works as root too, and without background traffic. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Otherwise it starts one more process than the pages need, for a page that may come.
  '--renderer-process-limit=1',
];

/** @param keepsPages enables the back/forward cache, which Playwright disables by default */
export async function launchBrowser(t: Cleanup, { keepsPages = false } = {}): Promise<Browser> {
  const executablePath = await unpackedChromium();
  const options = {
    executablePath,
    args: flags,
    ...(keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  };
  const browser = await timed('browser', () => chromium.launch(options));
  t.after(() => browser.close());
  return browser;
}

export interface BundleOptions {
  /** The entry point of the page, which sees the built package as `@aislechat/client`. */
  entry: string;
  minify?: boolean;
}

/** One script for a page, bundled from the package as it is published. */
export function bundle(t: Cleanup, { entry, minify = false }: BundleOptions): string {
  const built = join(temporaryFolder(t), 'client');
  build(built);
  const alias = {
    '@aislechat/client/sandbox': join(built, 'sandbox.js'),
    '@aislechat/client': join(built, 'index.js'),
  };
  return bundleScript(entry, { format: 'iife', minify, alias });
}

/**
 * Serves files by their path.
 * @returns the origin
 */
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

/**
 * Serves a page with one script.
 * @returns its address
 */
export async function servePage(t: Cleanup, options: BundleOptions): Promise<string> {
  return serveFiles(t, {
    '/index.html':
      '<!doctype html><html lang="en"><title>Test</title><script src="/page.js"></script></html>',
    '/page.js': bundle(t, options),
  });
}
