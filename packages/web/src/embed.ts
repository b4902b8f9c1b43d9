/** The script that a retailer's page loads. Loading it twice does no harm. */
import { OrderChat } from './order-element.ts';

if (!customElements.get('aislechat-order')) customElements.define('aislechat-order', OrderChat);
