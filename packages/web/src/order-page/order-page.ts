/** The page of an order at `/o/<link>`. The link is the customer's token. */
import { Connection } from '@aislechat/client';
import '../all-dialogs.ts';
import { wholePage } from '../chat-style.ts';
import { localeOf } from '../locale.ts';
import { OrderStatusElement } from '../order-status/order-status-element.ts';
import { registerWorker } from '../register-worker.ts';
import { languageOf } from '../words.ts';
import { OrderNotifications } from './order-notifications.ts';

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
  const { page } = element.status ?? {};
  // Once, when the order is there and has a chat to be notified of.
  if (page?.has_chat && !notifications.isStarted) {
    const connection = new Connection({ url: location.origin, token: element.bearer as string });
    notifications.start(connection, element.locale);
  }
  document.title = name === undefined ? element.pageTitle : `${element.pageTitle} · ${name}`;
});
const notifications = new OrderNotifications();
document.querySelector('main')!.replaceChildren(notifications, element);
registerWorker('/order-worker.js', '/o/');
