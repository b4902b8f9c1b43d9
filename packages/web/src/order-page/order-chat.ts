/** The chat of the page of an order, which the page loads once it shows the order. */
import '../all-dialogs.ts';
import '../all-languages.ts';
import { OrderChat } from '../order-element.ts';

if (!customElements.get('aislechat-order')) customElements.define('aislechat-order', OrderChat);
