/**
 * What a service worker does with push messages: it shows each one, as browsers require, and opens the order on a tap.
 * Our shopper's page uses it, and a shop's own worker loads it with `importScripts`. Such a worker may define
 * `aislechatOrderUrl(orderId)` before, which returns the shop's address of an order.
 */

/** A declarative push message, as the server sends it. */
interface PushMessage {
  notification: {
    title: string;
    body?: string;
    lang?: string;
    tag?: string;
    navigate?: string;
    app_badge?: string;
    data?: { order_id?: string };
  };
}

/** What a page is told about a push message, and about a tap. */
export interface PushNews {
  aislechat: 'push' | 'open';
  orderId?: string | undefined;
}

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Pushing extends Extendable {
  readonly data: { json(): unknown } | null;
}
interface Tapping extends Extendable {
  readonly notification: { readonly data: Tap | null; close(): void };
}
interface Tap {
  link: string;
  orderId: string | undefined;
}
interface Page {
  readonly url: string;
  postMessage(news: PushNews): void;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}
const worker = globalThis as unknown as {
  addEventListener(type: 'push', listener: (event: Pushing) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: Tapping) => void): void;
  registration: {
    showNotification(title: string, options: object): Promise<void>;
    readonly scope: string;
  };
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<Page[]>;
    openWindow(url: string): Promise<unknown>;
  };
  navigator: { setAppBadge?(count: number): Promise<void> };
  aislechatOrderUrl?(orderId: string): string;
};

worker.addEventListener('push', (event) => event.waitUntil(show(messageOf(event))));

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { link, orderId } = event.notification.data ?? {
    link: worker.registration.scope,
    orderId: undefined,
  };
  event.waitUntil(open(link, orderId));
});

/** Something must be shown, whatever arrives. */
function messageOf({ data }: Pushing): PushMessage['notification'] {
  try {
    const { notification } = data!.json() as PushMessage;
    if (typeof notification.title === 'string') return notification;
  } catch {
    // Not a message of ours.
  }
  return { title: '…' };
}

async function show({
  title,
  body,
  lang,
  tag,
  navigate,
  app_badge,
  data,
}: PushMessage['notification']): Promise<void> {
  const orderId = data?.order_id;
  const own = orderId === undefined ? undefined : worker.aislechatOrderUrl?.(orderId);
  const tap: Tap = { link: own ?? navigate ?? worker.registration.scope, orderId };
  await Promise.all([
    worker.registration.showNotification(title, {
      body,
      lang,
      data: tap,
      icon: '/icon-192.png',
      vibrate: [200, 100, 200],
      // A later notification about the order takes the place of this one, and is noticed again.
      ...(tag !== undefined && { tag, renotify: true }),
    }),
    setBadge(app_badge),
    tellPages({ aislechat: 'push', orderId }),
  ]);
}

async function setBadge(count: string | undefined): Promise<void> {
  if (count === undefined) return;
  await worker.navigator.setAppBadge?.(Number(count))?.catch(() => {});
}

const pages = () => worker.clients.matchAll({ type: 'window', includeUncontrolled: true });

/** An open page looks at once, instead of at its next round. */
async function tellPages(news: PushNews): Promise<void> {
  for (const page of await pages()) page.postMessage(news);
}

/** Opens the order in a page that is open already, or in a new one. */
async function open(link: string, orderId: string | undefined): Promise<void> {
  const target = new URL(link, worker.registration.scope);
  const isSame = ({ url }: Page) =>
    new URL(url).origin === target.origin && new URL(url).pathname === target.pathname;
  const page = (await pages()).find(isSame);
  if (!page) {
    await worker.clients.openWindow(target.href);
    return;
  }
  // The page goes to the order itself, so that it keeps what the person was writing.
  page.postMessage({ aislechat: 'open', orderId });
  await page.focus().catch(() => {});
}
