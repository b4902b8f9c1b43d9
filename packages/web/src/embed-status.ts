/** The script that a retailer's page loads for the whole page of an order. Loading it twice does no harm. */
import './all-dialogs.ts';
import { OrderChat } from './order-element.ts';
import { OrderStatusElement } from './order-status/order-status-element.ts';

if (!customElements.get('aislechat-order')) customElements.define('aislechat-order', OrderChat);
if (!customElements.get('aislechat-order-status')) {
  customElements.define('aislechat-order-status', OrderStatusElement);
}
