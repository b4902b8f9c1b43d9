/**
 * The rows of the shopper's list. A shopper with two customers of one name must not write to the wrong one, so each row
 * leads with the order's number and a color, which the open chat shows too.
 */
import type { ShopperOrders } from '@aislechat/client';
import { css, html, nothing, type TemplateResult, unsafeCSS } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { momentOf } from '../moments.ts';
import { fillCount } from '../words.ts';
import type { ShopperWords } from './words.ts';

type Order = ShopperOrders['orders'][number];

/** Orders among which searching is quicker than looking. */
const searchFrom = 7;
/** Of a long number, the end tells orders apart. */
const wholeCharacters = 10;
const lastCharacters = 6;

/** White text on each has a contrast of 5 to 1 or more. */
const colors = ['#8a3324', '#1f5f8b', '#5b3a8c', '#2e6b34', '#8a2a5f', '#6b5310', '#0f6b6b', '#4a4a6a'];

export const shortNumber = (id: string): string =>
  id.length <= wholeCharacters ? id : `…${id.slice(-lastCharacters)}`;

/** @returns the number of a color */
export function colorOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)!) % 9973;
  return sum % colors.length;
}

export interface RowsView {
  words: ShopperWords;
  locale: string | undefined;
  /** IANA name of the orders' time zone, in which their chats show times too. */
  timeZone: string;
  /** The order whose chat is open. */
  openOrder: string | undefined;
  /** What the shopper searches for. */
  sought: string;
  seek(text: string): void;
}

/** Waiting customers first, then the others that are under way, and those that are over apart. */
export function orderRows(orders: readonly Order[], view: RowsView): TemplateResult {
  const { words, sought } = view;
  const isSought = ({ order_id: id, customer }: Order) =>
    `${id} ${customer.first_name}`.toLowerCase().includes(sought.trim().toLowerCase());
  const found = orders.filter(isSought);
  const over = found.filter(isOver);
  const underWay = found
    .filter((order) => !isOver(order))
    .sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0));
  return html`
    ${
      orders.length < searchFrom
        ? nothing
        : html`<input
      type="search"
      aria-label=${words.searchOrders}
      placeholder=${words.searchOrders}
      .value=${sought}
      @input=${(event: Event) => view.seek((event.target as HTMLInputElement).value)}
    />`
    }
    ${list(underWay, view)}
    ${over.length === 0 ? nothing : html`<h3>${words.ordersOver}</h3>${list(over, view)}`}
    ${found.length === 0 ? html`<p class="empty" role="status">${words.nothingFound}</p>` : nothing}
  `;
}

const isOver = ({ workflow_state: state, unread }: Order): boolean =>
  unread === 0 && (state === 'delivered' || state === 'canceled');

const list = (orders: readonly Order[], view: RowsView): TemplateResult =>
  html`<ul>${repeat(
    orders,
    ({ order_id: id }) => id,
    (order) => row(order, view),
  )}</ul>`;

function row(order: Order, { words, locale, timeZone, openOrder }: RowsView): TemplateResult {
  const { order_id: id, customer, unread, last_message: last } = order;
  return html`<li>
    <a href=${`#${new URLSearchParams({ order: id })}`} aria-current=${id === openOrder ? 'true' : 'false'}>
      <span class="mark" aria-hidden="true" data-color=${colorOf(id)}>${[...customer.first_name][0] ?? ''}</span>
      <span class="name"><bdi>${shortNumber(id)}</bdi> · <bdi>${customer.first_name}</bdi></span>
      <span class="when">${last ? html`<time datetime=${last.created_at}>${momentOf(last.created_at, timeZone, locale)}</time>` : nothing}</span>
      <span class="step">${stepOf(order.workflow_state, words)}</span>
      ${unread > 0 ? html`<span class="unread"><span aria-hidden="true">${unread}</span><span class="hidden">${fillCount(words, words.unreadCount, unread)}</span></span>` : nothing}
      ${last ? html`<span class="preview">${last.sender_type === 'driver' ? `${words.youSaid} ` : ''}<bdi>${last.preview || words.photoWaiting}</bdi></span>` : nothing}
    </a>
  </li>`;
}

/** Where the order is, for the person who shops. */
export function stepOf(state: string | undefined, words: ShopperWords): string {
  switch (state) {
    case 'brand_new':
    case 'acknowledged':
    case 'rescheduled':
      return words.stepWaiting;
    case 'picking':
    case 'verifying_replacements':
      return words.stepShopping;
    case 'checkout':
    case 'bags_check':
      return words.stepCheckout;
    case 'delivering':
      return words.stepDelivering;
    case 'delivered':
      return words.stepDelivered;
    case 'canceled':
      return words.stepCanceled;
    default:
      return words.stepReady;
  }
}

const colorRules = colors.map(
  (color, n) => `[data-color='${n}'] { --aislechat-mark: ${color}; --aislechat-on-mark: #fff; }`,
);

export const rowsStyle = css`
  ${unsafeCSS(colorRules.join('\n'))}
  input[type='search'] {
    inline-size: calc(100% - 2rem);
    margin: 0 1rem 0.75rem;
    min-block-size: 2.75rem;
    padding-inline: 1rem;
    font: inherit;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_muted);
    border-radius: 999px;
  }
  h3 {
    margin: 0;
    padding: 1.25rem 1rem 0.5rem;
    font-size: 0.9375rem;
    color: var(--_muted);
  }
  li a:has(.mark) {
    grid-template-columns: auto minmax(0, 1fr) auto;
  }
  .mark {
    grid-row: 1 / span 3;
    align-self: start;
    display: grid;
    place-items: center;
    inline-size: min(2.5rem, 12vw);
    block-size: min(2.5rem, 12vw);
    border-radius: 999px;
    background: var(--aislechat-mark);
    color: var(--aislechat-on-mark);
    font-weight: 600;
  }
  .when {
    color: var(--_muted);
    font-size: 0.875rem;
    justify-self: end;
  }
  .step {
    grid-column: 2;
    font-size: 0.875rem;
  }
  .mark ~ .unread {
    justify-self: end;
  }
  .mark ~ .preview {
    grid-column: 2 / span 2;
  }
  /* With large text on a narrow screen the name needs its whole line. */
  @container (max-width: 15rem) {
    li a:has(.mark) {
      grid-template-columns: auto minmax(0, 1fr);
    }
    .mark ~ *,
    .mark ~ .preview {
      grid-column: 2;
    }
    .mark ~ .when,
    .mark ~ .unread {
      justify-self: start;
    }
  }
`;
