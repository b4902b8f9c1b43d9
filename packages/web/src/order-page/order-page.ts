/** The page of an order at `/o/<link>`. The link is the customer's token. */
import { wholePage } from '../chat-style.ts';
import { localeOf } from '../locale.ts';
import { OrderStatusElement } from '../order-status/order-status-element.ts';
import { registerWorker } from '../register-worker.ts';
import { languageOf } from '../words.ts';

if (!customElements.get('aislechat-order-status')) {
  customElements.define('aislechat-order-status', OrderStatusElement);
}
wholePage();
// Until the language of the order is known, that of the browser.
document.documentElement.lang = languageOf(localeOf(...navigator.languages));

const element = document.createElement('aislechat-order-status') as OrderStatusElement;
element.isWhole = true;
element.server = location.origin;
element.token = decodeURIComponent(location.pathname.split('/')[2] ?? '') || 'none';
element.addEventListener('aislechat-status', () => {
  document.documentElement.lang = languageOf(element.locale);
  const name = element.status?.page?.retailer.name;
  document.title = name === undefined ? element.pageTitle : `${element.pageTitle} · ${name}`;
});
document.querySelector('main')!.replaceChildren(element);
registerWorker('/order-worker.js', '/o/');
