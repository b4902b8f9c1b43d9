/**
 * The page of an order at `/o/<link>`. The link is the customer's token. The steps of the order come first, and the chat
 * after them.
 */
import { Connection } from '@aislechat/client';
import { css, html, LitElement, nothing, render, svg, unsafeCSS } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { wholePage } from '../base-style.ts';
import { localeOf } from '../locale.ts';
import { OrderStatusElement } from '../order-status/order-status-element.ts';
import { registerWorker } from '../register-worker.ts';
import { languageOf } from '../words.ts';
import { linkInAddress } from './link.ts';
import { OrderNotifications } from './order-notifications.ts';

/** The address of the chat's code. */
declare const CHAT: string;
const lit = { css, html, LitElement, nothing, render, svg, unsafeCSS, guard, repeat };
declare global {
  /** Lit, for the chat's code. */
  var pageLit: typeof lit;
}
globalThis.pageLit = lit;

const againAfterMs = 5_000;
let chat: Promise<void> | undefined;
let isRegistering = false;

if (!customElements.get('aislechat-order-status')) {
  customElements.define('aislechat-order-status', OrderStatusElement);
}
wholePage();
// Until the language of the order is known, that of the browser.
document.documentElement.lang = languageOf(localeOf(...navigator.languages));

const element = document.createElement('aislechat-order-status') as OrderStatusElement;
element.isWhole = true;
element.server = location.origin;
element.token = linkInAddress();
// The first request is the one that begin.ts has sent.
element.fetch = (input, init) => {
  const begun = globalThis.begunOrder;
  globalThis.begunOrder = undefined;
  return begun ?? fetch(input, init);
};
element.addEventListener('aislechat-status', show);
const notifications = new OrderNotifications();
notifications.slot = 'notice';
element.append(notifications);
document.querySelector('main')!.replaceChildren(element);
// What the device kept is there at once.
void element.updateComplete.then(show);

function show(): void {
  document.documentElement.lang = languageOf(element.locale);
  const { page } = element.status ?? {};
  document.title = page ? `${element.pageTitle} · ${page.retailer.name}` : element.pageTitle;
  if (!page) return;
  if (page.has_chat && !notifications.isStarted) {
    const connection = new Connection({ url: location.origin, token: element.bearer as string });
    notifications.start(connection, element.locale);
  }
  if (page.has_chat) chat ??= load(CHAT);
  // The worker asks for all files once more, so it waits for the chat.
  if (isRegistering) return;
  isRegistering = true;
  void Promise.resolve(chat).then(() => registerWorker('/order-worker.js', '/o/'));
}

/** Loads code, and tries again without a network. */
async function load(address: string, attempt = 0): Promise<void> {
  try {
    // A browser may remember that an address failed. A fragment makes it another one, but no other file.
    await import(attempt === 0 ? address : `${address}#${attempt}`);
  } catch {
    element.hasChatFailed = true;
    await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    await load(address, attempt + 1);
  }
}
