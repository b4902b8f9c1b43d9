/**
 * Caches the shell of the shopper's page, so that the page opens without a network, and shows push notifications. Messages
 * never pass through this worker, because it ignores the API.
 */
import '../push-worker.ts';

declare const SHELL: string[];
declare const VERSION: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
const worker = globalThis as unknown as {
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
};

const cacheName = `aislechat-shopper-${VERSION}`;
const page = '/shopper';
/** The shell has a `Vary` header for other callers. Here only this page requests it. */
const asItIs = { ignoreVary: true };

worker.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName);
      const answers = await Promise.all(SHELL.map((path) => fetch(path, { cache: 'no-cache' })));
      // A captive portal's page would be cached permanently. The browser retries the installation by itself.
      if (!(await Promise.all(answers.map(isOurs))).every(Boolean))
        throw new TypeError('The shell did not come');
      await Promise.all(SHELL.map((path, n) => cache.put(path, answers[n]!)));
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter(
        (name) => name.startsWith('aislechat-shopper-') && name !== cacheName,
      );
      await Promise.all(old.map((name) => caches.delete(name)));
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== location.origin || !SHELL.includes(pathname)) return;
  event.respondWith(pathname === page ? newestPage(event.request) : kept(event.request));
});

/** Whether a response is ours: successful, and of the right type. The page must load our script. */
async function isOurs(answer: Response): Promise<boolean> {
  if (!answer.ok) return false;
  const isHtml = answer.headers.get('content-type')?.startsWith('text/html') === true;
  const { pathname } = new URL(answer.url);
  return (
    isHtml === (pathname === page) && (!isHtml || (await answer.clone().text()).includes('/assets/shopper-'))
  );
}

/** Gets the page from the server if it answers, so that a new version is used at once. */
async function newestPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (await isOurs(answer)) return answer;
  } catch {
    // Without a network, the cached page is used.
  }
  return (await caches.match(page, asItIs)) ?? Response.error();
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request, asItIs)) ?? fetch(request);
}
