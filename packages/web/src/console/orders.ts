/** Orders, newest first, refreshed while they are visible. The filters are in the address. */
import {
  ApiError,
  getOrderOverview,
  listOrders,
  type OrderSummaries,
  type WorkflowState,
} from '@aislechat/client';
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { badge, fieldsOf, options, Pages, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';
import { workflowStates } from './workflow-states.ts';

type Order = OrderSummaries['orders'][number];
const filterNames = ['workflow_state', 'active', 'user_id', 'shopper_id'] as const;
const perPage = 25;

export class OrdersView extends ConsoleView {
  static override properties = { orders: { state: true } };
  declare orders: Order[] | undefined;
  protected override readonly everyMs = 2_500;
  readonly #pages = new Pages();

  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get('route') as typeof this.route | undefined;
    if (!before || String(before.query) === String(this.route.query)) return;
    this.#pages.restore();
    void this.lookAgain();
  }

  protected override async look(): Promise<void> {
    const { query } = this.route;
    const active = query.get('active');
    const asked = String(query) + this.#pages.after;
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
    if (asked !== String(this.route.query) + this.#pages.after) return;
    this.orders = orders;
    this.#pages.next = next;
  }

  /**
   * Finds an order by the retailer's ID. A number may also be an internal ID, as must one after `#`, as in the audit
   * log.
   */
  #find = (event: Event): void => {
    const { order_id = '' } = fieldsOf(event);
    if (order_id === '') return;
    void this.act(async () => {
      const found = await this.#findOrder(order_id);
      if (found === undefined) throw new Error(`Order ${order_id} was not found`);
      location.hash = hashOf('orders', found);
      return undefined;
    });
  };

  async #findOrder(given: string): Promise<string | undefined> {
    const number = /^(?:order )?#(\d{1,16})$/i.exec(given)?.[1] ?? /^\d{1,16}$/.exec(given)?.[0];
    const readings: [id: string, internalIds: boolean][] = [[given, false]];
    if (number !== undefined) readings.push([number, true]);
    for (const [id, internalIds] of readings) {
      try {
        return (await getOrderOverview(this.session.connection, id, { internalIds })).order_id;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      }
    }
    return undefined;
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
    const given = (name: (typeof filterNames)[number]) => query.get(name) ?? undefined;
    return html`<h1 tabindex="-1">Orders</h1>
      ${this.notes()}
      <form class="row" role="search" @submit=${this.#find}>
        <label class="wide">Order ID or internal ID (press / to search)
          <input class="search" name="order_id" type="search" spellcheck="false" autocomplete="off" />
        </label>
        <button type="submit" class="primary">Open</button>
      </form>
      <form class="row" aria-label="Filter" @change=${this.#filter} @submit=${(event: Event) => event.preventDefault()}>
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
        columns: [
          ['Order', ({ order_id }) => html`<a href=${hashOf('orders', order_id)}>${order_id}</a>`],
          ['State', ({ workflow_state: state }) => badge(state as WorkflowState)],
          ['User', ({ user }) => user.user_id ?? `#${user.id}`],
          ['Shopper', ({ shopper }) => (shopper ? (shopper.shopper_id ?? `#${shopper.id}`) : '–')],
          ['Last event', ({ last_event_at: at }) => time(at)],
          ['Chat until', ({ expires_at: at }) => time(at)],
        ],
      })}
      ${this.#pages.buttons(() => void this.lookAgain())}</section>`;
  }
}
customElements.define('aislechat-console-orders', OrdersView);
