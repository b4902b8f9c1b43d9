/**
 * The pages that people use, as they were built (`packages/web/scripts/build.ts`): read once, when the server starts, and
 * served from memory. Where nothing was built the API is all there is.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** In the published package, or in the workspace. */
const builtPages = ['../../pages/', '../../../web/dist/']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(folder));

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};
const encodings = { br: '.br', gzip: '.gz' } as const;

/** Pages by their path; what is left out is served under its own name. */
const pathOf: Record<string, string> = {
  'index.html': '/',
  'shopper.html': '/shopper',
  'console.html': '/console',
};

/**
 * Scripts come from here alone, and nothing that a person writes becomes one: `lit-html` is the policy that makes the
 * templates of our own code, `aislechat-worker` the one that names the service worker's script.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  // Avatars are the retailer's; a photo is looked at before it was sent.
  "img-src 'self' https: blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html aislechat-worker',
].join('; ');

const ofEveryFile = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
const ofPages = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'geolocation=(), microphone=(), payment=()',
  'x-frame-options': 'DENY',
};
/** Any page may load the element: what it does is for the API to allow. */
const ofScripts = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

/** A name with a hash in it means the same for ever. */
const forEver = 'public, max-age=31536000, immutable';
const forMinutes = 'public, max-age=300';

interface PageFile {
  headers: Record<string, string>;
  /** Without an encoding first. */
  bodies: Record<string, Buffer>;
}

/** @returns whether there were pages to serve */
export function servePages(
  server: FastifyInstance,
  {
    folder = builtPages ?? '',
    demo,
    console,
  }: { folder?: string | undefined; demo: boolean; console: boolean },
): boolean {
  const isServed = (name: string): boolean => {
    // The first screen has the demo's credentials, and is nothing without it.
    if (name === 'index.html') return demo;
    return console || !/^(assets.)?console\b/.test(name);
  };
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => extname(name) in types)
    : [];
  for (const name of names) {
    const path = pathOf[name] ?? `/${name.replaceAll('\\', '/')}`;
    if (!isServed(name)) continue;
    const file = readPage(folder, name);
    server.get(path, (request, reply) => send(request, reply, file));
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
      ...(isPage ? ofPages : ofScripts),
      'content-type': types[extname(name)]!,
      'cache-control': isHashed ? forEver : isPage ? 'no-cache' : forMinutes,
      // Weak: the same for every encoding.
      etag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    },
  };
}

function send(request: FastifyRequest, reply: FastifyReply, { headers, bodies }: PageFile) {
  reply.headers(headers).header('vary', 'Accept-Encoding');
  if (request.headers['if-none-match'] === headers.etag) return reply.code(304).send();
  const accepted = String(request.headers['accept-encoding'] ?? '').split(/\s*,\s*/);
  const encoding = Object.keys(encodings).find((name) => accepted.includes(name) && name in bodies);
  if (encoding) reply.header('content-encoding', encoding);
  return reply.send(bodies[encoding ?? 'identity']);
}
