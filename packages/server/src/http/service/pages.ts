/**
 * Serves the built pages (`packages/web/scripts/build.ts`) from memory. They are read once, when the server starts. If
 * none were built, only the API is served.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { matchesEtag } from '../pipeline/etag.ts';
import { vary } from '../pipeline/vary.ts';

/** The places of the built pages: in the published package, or in the workspace. */
const builtPages = ['../../pages/', '../../../../web/dist/']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(folder));

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const encodings = { br: '.br', gzip: '.gz' } as const;

/** Paths of the pages. A page that is not listed is served under its own name. */
const pathOf: Record<string, string> = {
  'index.html': '/',
  'shopper.html': '/shopper',
  // Each order's link shows the same page, whose scripts read the link.
  'order.html': '/o/:link',
  'docs/index.html': '/docs',
  'console.html': '/console',
};
/** The documents and the files that they load. */
const isDocs = (name: string): boolean => /^(docs\/|assets\/docs-)/.test(name);
const isConsole = (name: string): boolean => /^(assets\/)?console\b/.test(name);

/**
 * Scripts come only from this server, and text that a person writes never becomes one. Trusted Types allow two
 * policies: `lit-html` creates the templates of our own code, and `aislechat-worker` names the service worker's script.
 * Scripts and styles in the page itself are allowed by their hashes.
 */
function policyOf(page: string): string {
  const hashes = (pattern: RegExp) =>
    [...page.matchAll(pattern)].map(
      ([, text]) => ` 'sha256-${createHash('sha256').update(text!).digest('base64')}'`,
    );
  const styles = hashes(/<style>(.*?)<\/style>/gs);
  return [
    "default-src 'none'",
    `script-src 'self'${hashes(/<script(?: type="module")?>(.*?)<\/script>/gs).join('')}`,
    ...(styles.length > 0 ? [`style-src${styles.join('')}`] : []),
    "connect-src 'self'",
    // Avatars are on the retailer's servers. `blob:` shows a photo before it is sent.
    "img-src 'self' https: blob:",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html aislechat-worker',
  ].join('; ');
}

/** The policy of the documents, which need only the API description from this server. Their styles are files. */
const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

const ofEveryFile = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
const ofPages = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'geolocation=(), microphone=(), payment=()',
  'x-frame-options': 'DENY',
};
/** Any page may load the element. The API decides what the element may do. */
const ofScripts = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

/** A name with a hash always stands for the same content. */
const forEver = 'public, max-age=31536000, immutable';
/**
 * A name without a hash changes rarely: within a week a cached copy is used at once and revalidated in the background.
 */
const forMinutes = 'public, max-age=300, stale-while-revalidate=604800';

interface PageFile {
  headers: Record<string, string>;
  /** The body by content encoding; the first has none. */
  bodies: Record<string, Buffer>;
}

export interface ServedPages {
  /** The folder of the built pages; by default the one that the build writes to. */
  folder?: string | undefined;
  /** Whether there is a demo for the first screen to show. */
  demo: boolean;
  /** Whether the documents are served. */
  docs: boolean;
  /** Whether the console is served. */
  console: boolean;
}

/** @returns whether any pages were found */
export function servePages(
  server: FastifyInstance,
  { folder = builtPages ?? '', ...wanted }: ServedPages,
): boolean {
  const isServed = (name: string): boolean => {
    // The first screen uses the demo's credentials, so it is served only with a demo.
    if (name === 'index.html') return wanted.demo;
    if (isDocs(name)) return wanted.docs;
    return wanted.console || !isConsole(name);
  };
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => name.replaceAll('\\', '/'))
        .filter((name) => extname(name) in types)
    : [];
  for (const name of names) {
    const path = pathOf[name] ?? `/${isDocs(name) ? name.replace(/\.html$/, '') : name}`;
    if (!isServed(name)) continue;
    const file = readPage(folder, name);
    server.get(path, (request, reply) => send(request, reply, file));
    // What the page's worker keeps, for an order without a network.
    if (name === 'order.html') server.get('/o/', (request, reply) => send(request, reply, file));
  }
  if (names.length > 0) return true;
  for (const [name, path] of [['aislechat.js', '/aislechat.js'], ...Object.entries(pathOf)] as const) {
    if (!isServed(name!)) continue;
    server.get(path!, (_, reply) =>
      reply
        .code(404)
        .header('content-type', 'text/plain; charset=utf-8')
        .send('The pages are not built. Run: npm run build -w packages/web\n'),
    );
  }
  return false;
}

function readPage(folder: string, name: string): PageFile {
  const plain = readFileSync(join(folder, name));
  const bodies: PageFile['bodies'] = { identity: plain };
  for (const [encoding, ending] of Object.entries(encodings)) {
    const path = join(folder, `${name}${ending}`);
    if (existsSync(path)) bodies[encoding] = readFileSync(path);
  }
  const isHashed = name.startsWith('assets');
  const isPage = extname(name) === '.html';
  return {
    bodies,
    headers: {
      ...ofEveryFile,
      ...(isPage ? { ...ofPages, 'content-security-policy': policyOf(plain.toString()) } : ofScripts),
      // Shoppers may dictate.
      ...(name === 'shopper.html' && {
        'permissions-policy': 'geolocation=(), microphone=(self), payment=()',
      }),
      ...(isPage && isDocs(name) && { 'content-security-policy': docsPolicy }),
      'content-type': types[extname(name)]!,
      'cache-control': isHashed ? forEver : isPage ? 'no-cache' : forMinutes,
      // Weak, because it is the same for every encoding.
      etag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    },
  };
}

function send(request: FastifyRequest, reply: FastifyReply, { headers, bodies }: PageFile) {
  reply.headers(headers);
  vary(reply, 'Accept-Encoding');
  if (matchesEtag(request.headers['if-none-match'], headers.etag!)) return reply.code(304).send();
  const accepted = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim());
  const encoding = Object.keys(encodings).find((name) => accepted.includes(name) && name in bodies);
  if (encoding) reply.header('content-encoding', encoding);
  return reply.send(bodies[encoding ?? 'identity']);
}
