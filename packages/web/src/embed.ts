/** What a retailer's page loads. A page that loads it twice has it once. */
import { OrderChat } from './order-element.ts';

if (!customElements.get('aislechat-order')) customElements.define('aislechat-order', OrderChat);
