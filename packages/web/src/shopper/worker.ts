/**
 * Keeps the shell of the shopper's page, so that it opens without a network. What people write never comes through here:
 * the API's answers are not its business.
 */
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
/** The shell varies by origin and encoding for others; here it was asked for by this page alone. */
const asItIs = { ignoreVary: true };

worker.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName);
      const answers = await Promise.all(SHELL.map((path) => fetch(path, { cache: 'no-cache' })));
      // A network with a page of its own would be kept for good. The browser tries to install again by itself.
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

/** Every page and script of ours is a success, and the page begins our script. */
async function isOurs(answer: Response): Promise<boolean> {
  if (!answer.ok) return false;
  const isHtml = answer.headers.get('content-type')?.startsWith('text/html') === true;
  const { pathname } = new URL(answer.url);
  return (
    isHtml === (pathname === page) && (!isHtml || (await answer.clone().text()).includes('/assets/shopper-'))
  );
}

/** From the server where it answers: a new version must not wait. */
async function newestPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (await isOurs(answer)) return answer;
  } catch {
    // Without a network, the one that is kept.
  }
  return (await caches.match(page, asItIs)) ?? Response.error();
}

async function kept(request: Request): Promise<Response> {
  return (await caches.match(request, asItIs)) ?? fetch(request);
}
