/**
 * Caches the shell of a page, so that the page opens without a network, and shows push notifications. Messages never pass
 * through this worker, because it ignores the API. Every address below `PAGE` shows the same page, and its own address is never stored.
 */
import './push-worker.ts';

declare const NAME: string;
declare const PAGE: string;
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

const cacheName = `aislechat-${NAME}-${VERSION}`;
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
        (name) => name.startsWith(`aislechat-${NAME}-`) && name !== cacheName,
      );
      await Promise.all(old.map((name) => caches.delete(name)));
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== location.origin) return;
  if (isPage(pathname)) event.respondWith(newestPage(event.request));
  else if (SHELL.includes(pathname)) event.respondWith(kept(event.request));
});

/** A page whose path ends in a slash has an address for each order. */
const isPage = (pathname: string): boolean =>
  pathname === PAGE || (PAGE.endsWith('/') && pathname.startsWith(PAGE));

/** Whether a response is ours: successful, and of the right type. The page must load our script. */
async function isOurs(answer: Response): Promise<boolean> {
  if (!answer.ok) return false;
  const isHtml = answer.headers.get('content-type')?.startsWith('text/html') === true;
  const { pathname } = new URL(answer.url);
  return (
    isHtml === isPage(pathname) && (!isHtml || (await answer.clone().text()).includes(`/assets/${NAME}-`))
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
  return (await caches.match(PAGE, asItIs)) ?? Response.error();
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request, asItIs)) ?? fetch(request);
}
