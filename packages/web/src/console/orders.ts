/** Orders, newest first, refreshed while they are visible, and what a search found. The filters are in the address. */
import {
  listOrders,
  type OrderSummaries,
  type OrdersFound,
  searchOrders,
  type WorkflowState,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { badge, type Column, fieldsOf, options, Pages, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';
import { workflowStates } from './workflow-states.ts';

type Order = OrderSummaries['orders'][number];
type Found = OrdersFound['orders'][number];
const filterNames = ['workflow_state', 'active', 'user_id', 'shopper_id'] as const;
const perPage = 25;
/** A text with a digit that is too short for a phone number is taken for an order's ID. */
const mayBeInAddress = (text: string): boolean => /\d/.test(text) && text.replace(/\D/g, '').length < 7;

/** A number after `#` is ours, as in the audit log. */
const isIdOf = ({ id, order_id }: Found, text: string): boolean =>
  order_id.toLowerCase() === text.toLowerCase() || text.replace(/^(?:order )?#/i, '') === String(id);

const columns: Column<Order>[] = [
  ['Order', ({ order_id }) => html`<a href=${hashOf('orders', order_id)}>${order_id}</a>`],
  ['State', ({ workflow_state: state }) => badge(state as WorkflowState)],
  ['User', ({ user }) => user.user_id ?? `#${user.id}`],
  ['Shopper', ({ shopper }) => (shopper ? (shopper.shopper_id ?? `#${shopper.id}`) : '–')],
  ['Last event', ({ last_event_at: at }) => time(at)],
  ['Chat until', ({ expires_at: at }) => time(at)],
];

export class OrdersView extends ConsoleView {
  static override properties = { orders: { state: true }, found: { state: true } };
  declare orders: Order[] | undefined;
  declare found: { text: string; orders: Found[] } | undefined;
  protected override readonly everyMs = 2_500;
  /** The text that was just entered: if it leads to one order only, that order is opened. */
  #typed: string | undefined;
  readonly #pages = new Pages(() => this.route);

  protected override async look(): Promise<void> {
    const { query } = this.route;
    const asked = String(query);
    const searched = this.#searched();
    if (searched !== undefined) return this.#search(searched);
    const active = query.get('active');
    const { orders, next } = await listOrders(this.session.connection, {
      // The server refuses an invalid value.
      workflow_state: (query.get('workflow_state') ?? undefined) as WorkflowState | undefined,
      user_id: query.get('user_id') ?? undefined,
      shopper_id: query.get('shopper_id') ?? undefined,
      active: active === null ? undefined : active === 'true',
      limit: perPage,
      after: this.#pages.after,
    });
    // The filter or the page may have changed meanwhile.
    if (asked !== String(this.route.query)) return;
    this.orders = orders;
    this.#pages.next = next;
  }

  /** The text that the address names; undefined if it names none. */
  #searched(): string | undefined {
    const { query } = this.route;
    const number = query.get('search_number');
    if (number === null) return query.get('search') || undefined;
    const text = this.session.unwritten[Number(number)];
    if (text === undefined)
      throw new Error('Names and phone numbers are not kept in the address, so search again');
    return text;
  }

  #find = (event: Event): void => {
    const { text = '' } = fieldsOf(event);
    if (text === '') return;
    this.problem = undefined;
    this.found = undefined;
    this.#typed = text;
    const address = this.#addressOf(text);
    if (location.hash === address) void this.lookAgain();
    else location.hash = address;
  };

  async #search(text: string): Promise<void> {
    // Searching again would be recorded again, so the result is not refreshed.
    if (this.found?.text === text) return;
    const isTyped = this.#typed === text;
    this.#typed = undefined;
    const { orders } = await searchOrders(this.session.connection, { text });
    if (text !== this.#searched()) return;
    this.found = { text, orders };
    if (!isTyped) return;
    if (orders.length === 0) this.problem = `No order matches ${text}.`;
    const only = orders.length === 1 ? orders[0] : orders.find((order) => isIdOf(order, text));
    if (only) location.replace(hashOf('orders', only.order_id));
  }

  #addressOf(text: string): string {
    if (mayBeInAddress(text)) return hashOf('orders', undefined, { search: text });
    const { unwritten } = this.session;
    const known = unwritten.indexOf(text);
    const number = known < 0 ? unwritten.push(text) - 1 : known;
    return hashOf('orders', undefined, { search_number: String(number) });
  }

  #filter = (event: Event): void => {
    const form = (event.target as HTMLInputElement).form!;
    const fields = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]),
    );
    location.hash = hashOf('orders', undefined, fields);
  };

  protected override render(): TemplateResult {
    const { query } = this.route;
    return html`<h1 tabindex="-1">Orders</h1>
      ${this.notes()}
      <form class="row" role="search" @submit=${this.#find}>
        <label class="wide">Order ID, part of it, customer’s name or phone number (press / to search)
          <input class="search" name="text" type="search" maxlength="255" spellcheck="false" autocomplete="off" />
        </label>
        <button type="submit" class="primary">Search</button>
      </form>
      ${query.has('search') || query.has('search_number') ? this.#result() : this.#list()}`;
  }

  #result(): TemplateResult {
    return html`<div class="head">
        <h2>${this.found ? html`Orders that match “<bdi>${this.found.text}</bdi>”` : 'Search'}</h2>
        <a href="#/orders">Show all orders</a>
      </div>
      <section class="card" aria-label="Orders">
        ${
          this.silence
            ? nothing
            : table<Found>({
                caption: 'Orders',
                rows: this.found?.orders,
                keyOf: ({ id }) => id,
                empty: 'No order matches.',
                columns: [
                  ...columns.slice(0, 2),
                  [
                    'Customer',
                    ({ customer_name: name, user }) =>
                      html`<bdi>${name ?? user.user_id ?? `#${user.id}`}</bdi>`,
                  ],
                  ...columns.slice(3),
                ],
              })
        }
      </section>`;
  }

  #list(): TemplateResult {
    const { query } = this.route;
    const given = (name: (typeof filterNames)[number]) => query.get(name) ?? undefined;
    return html`<form class="row" aria-label="Filter" @change=${this.#filter} @submit=${(event: Event) => event.preventDefault()}>
        <label>State
          <select name="workflow_state">
            <option value="">Any</option>
            ${options(workflowStates, given('workflow_state'))}
          </select>
        </label>
        <label>Status
          <select name="active">
            <option value="">All</option>
            <option value="true" .selected=${given('active') === 'true'}>In progress</option>
            <option value="false" .selected=${given('active') === 'false'}>Delivered or canceled</option>
          </select>
        </label>
        <label>User ID <input name="user_id" .value=${given('user_id') ?? ''} spellcheck="false" /></label>
        <label>Shopper ID <input name="shopper_id" .value=${given('shopper_id') ?? ''} spellcheck="false" /></label>
      </form>
      <section class="card" aria-label="Orders">
      ${table<Order>({
        caption: 'Orders',
        rows: this.orders,
        keyOf: ({ id }) => id,
        empty: 'No orders.',
        columns,
      })}
      ${this.#pages.buttons()}</section>`;
  }
}
customElements.define('aislechat-console-orders', OrdersView);
