/**
 * The first page that a developer sees: both sides of the demo's order, its clock and the steps of the order between
 * them, and every request below. It exists only in development, and the demo's credentials are public.
 */
import {
  assignShopper,
  Connection,
  clientCredentials,
  getOrderOverview,
  setOrderState,
  shopperAssertion,
  userAssertion,
} from '@aislechat/client';
import {
  createDeliveryOrder,
  getOrder,
  previewDeliveryOptions,
  reserveServiceOption,
} from '@aislechat/client/fulfillment';
import { createShopper, generateBatch, moveClock, readClock } from '@aislechat/client/sandbox';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import '../all-dialogs.ts';
import { colors, controls, wholePage } from '../chat-style.ts';
import { OrderChat } from '../order-element.ts';
import { ShopperSession } from '../shopper/session.ts';
import '../shopper/shopper-chat.ts';
import { SteadyElement } from '../steady-element.ts';
import { type Recorded, Recorder } from './recorder.ts';

const credentials = { url: location.origin, clientId: 'demo-client', clientSecret: 'demo-secret' };
const customer = 'demo-customer';
const demoOrder = 'DEMO-1';
const hourMs = 3_600_000;
const names = ['Jonah', 'Amara', 'Tomás', 'Mei'];

wholePage();
if (!customElements.get('aislechat-order')) customElements.define('aislechat-order', OrderChat);

export class FirstScreen extends SteadyElement {
  static override properties = {
    orderId: { state: true },
    shopperId: { state: true },
    clockAt: { state: true },
    problem: { state: true },
    copied: { state: true },
    orderUrl: { state: true },
  };

  declare orderId: string;
  declare shopperId: number | undefined;
  declare clockAt: number | undefined;
  declare problem: string | undefined;
  /** The request that was last copied as a command. */
  declare copied: number | undefined;
  /** The page of the order, which its customer gets. */
  declare orderUrl: string | undefined;
  readonly #recorder = new Recorder(() => this.requestUpdate());
  readonly #operator = new Connection({
    url: location.origin,
    fetch: this.#recorder.fetchOf('shop'),
    token: clientCredentials({
      ...credentials,
      scope: 'connect:fulfillment,connect:post_checkout,aislechat:operate',
      fetch: this.#recorder.fetchOf('shop'),
    }),
  });
  readonly #customerFetch = this.#recorder.fetchOf('customer');
  readonly #customerToken = userAssertion({
    ...credentials,
    user: customer,
    scope: 'connect:post_checkout',
    fetch: this.#customerFetch,
  });
  #session: ShopperSession | undefined;
  #clockOffsetMs = 0;

  constructor() {
    super();
    this.orderId = new URLSearchParams(location.search).get('order') ?? demoOrder;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#do(async () => {
      await this.#findShopper();
      await this.#readClock();
      await this.#findPage();
    });
    setInterval(() => {
      if (this.clockAt !== undefined) this.clockAt = Date.now() + this.#clockOffsetMs;
    }, 1000);
  }

  async #findShopper(): Promise<void> {
    const { shopper } = await getOrderOverview(this.#operator, this.orderId);
    if (shopper && shopper.id !== this.shopperId) this.#takeSide(shopper.id);
  }

  async #findPage(): Promise<void> {
    const { order_url } = await getOrder(this.#operator, customer, this.orderId);
    this.orderUrl = order_url ?? undefined;
  }

  #takeSide(shopperId: number): void {
    this.#session?.close();
    const fetch = this.#recorder.fetchOf('shopper');
    const token = shopperAssertion({ ...credentials, shopper: shopperId, fetch });
    this.#session = new ShopperSession(
      new Connection({ url: location.origin, token, fetch }),
      `demo:${shopperId}`,
    );
    this.shopperId = shopperId;
  }

  async #readClock(): Promise<void> {
    const { now } = await readClock(this.#operator);
    this.#clockOffsetMs = Date.parse(now) - Date.now();
    this.clockAt = Date.parse(now);
  }

  /** Shows an error if the action fails. */
  async #do(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.problem = undefined;
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  #move = (ms: number) =>
    this.#do(async () => {
      await moveClock(this.#operator, { advance_ms: ms });
      await this.#readClock();
    });

  #become = (workflowState: 'delivering' | 'delivered' | 'canceled') =>
    this.#do(() => setOrderState(this.#operator, this.orderId, { workflow_state: workflowState }));

  #handOver = () =>
    this.#do(async () => {
      const name = names[Math.floor(Math.random() * names.length)]!;
      const { id } = await createShopper(this.#operator, { display_name: name });
      await assignShopper(this.#operator, this.orderId, { shopper_id: id });
      this.#takeSide(id);
    });

  /** Creates a new order for the same customer. */
  #startOver = () =>
    this.#do(async () => {
      const items = [{ line_num: '1', count: 2, item: { upc: '000111222333' } }];
      const address = { address_line_1: '9 Quay Rd', postal_code: '80202' };
      const preview = { location_code: '12', address, items };
      const options = await previewDeliveryOptions(this.#operator, customer, preview);
      const hold = await reserveServiceOption(this.#operator, customer, options.service_options[0]!.id);
      const orderId = `DEMO-${Date.now().toString(36).toUpperCase()}`;
      await createDeliveryOrder(this.#operator, customer, {
        order_id: orderId,
        service_option_hold_id: hold.service_option_hold.id,
        initial_tip_cents: 300,
        address,
        items,
      });
      const { id } = await createShopper(this.#operator, { display_name: 'Ilse' });
      await generateBatch(this.#operator, {
        shopper_id: id,
        workflow_state: 'picking',
        orders: [{ id: orderId }],
      });
      history.replaceState(null, '', `?order=${orderId}`);
      this.orderId = orderId;
      this.#takeSide(id);
      await this.#findPage();
    });

  async #copy({ id, curl }: Recorded): Promise<void> {
    await navigator.clipboard.writeText(curl);
    this.copied = id;
  }

  protected override render(): TemplateResult {
    return html`<header>
        <h1>Aislechat</h1>
        <p>Order ${this.orderId} from both sides. Write a message in either chat.</p>
      </header>
      <main>
        <section aria-label="The customer’s phone">
          <h2>Customer</h2>
          <aislechat-order
            order-id=${this.orderId}
            .fetch=${this.#customerFetch}
            .token=${this.#customerToken}
          ></aislechat-order>
        </section>
        ${this.#steps()}
        <section aria-label="The shopper’s phone">
          <h2>Shopper</h2>
          <aislechat-shopper-chat
            .session=${this.#session}
            .orderId=${this.shopperId === undefined ? undefined : this.orderId}
            .customer=${'Noor'}
          ></aislechat-shopper-chat>
        </section>
      </main>
      ${this.#wire()}`;
  }

  #steps(): TemplateResult {
    const time =
      this.clockAt === undefined
        ? '…'
        : new Date(this.clockAt).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' });
    const button = (text: string, act: () => Promise<void>) =>
      html`<button type="button" @click=${act}>${text}</button>`;
    return html`<section class="steps" aria-label="The order">
      <h2>The order</h2>
      <p class="clock">${time}</p>
      <div>${button('+1 hour', () => this.#move(hourMs))} ${button('+24 hours', () => this.#move(24 * hourMs + 1))}</div>
      ${button('Hand over', this.#handOver)}
      ${button('On its way', () => this.#become('delivering'))} ${button('Delivered', () => this.#become('delivered'))}
      ${button('Canceled', () => this.#become('canceled'))} ${button('Start over with a new order', this.#startOver)}
      <p class="problem" role="status">${this.problem ?? nothing}</p>
      <p class="links">${this.orderUrl ? html`<a href=${this.orderUrl} target="_blank">Page of the order</a>` : nothing} <a href="/docs">API and guides</a> <a href="/console">Console</a> <a href="/openapi.json">OpenAPI</a></p>
    </section>`;
  }

  #wire(): TemplateResult {
    return html`<section class="wire" aria-label="Requests">
      <h2>Requests</h2>
      <ol>
        ${repeat(
          this.#recorder.requests,
          ({ id }) => id,
          (recorded) => this.#request(recorded),
        )}
      </ol>
    </section>`;
  }

  #request(recorded: Recorded): TemplateResult {
    const { who, method, path, status, request, response, id } = recorded;
    return html`<li>
      <details>
        <summary>
          <span class="who ${who}">${who}</span> <b>${method}</b> <span class="path">${path}</span>
          <span class="status ${status !== undefined && status >= 400 ? 'bad' : ''}">${status ?? '…'}</span>
        </summary>
        ${request ? html`<pre tabindex="0" aria-label="Request body">${request}</pre>` : nothing}
        ${response ? html`<pre tabindex="0" aria-label="Response body">${response}</pre>` : nothing}
      </details>
      <button type="button" aria-label="Copy ${method} ${path} as curl" @click=${() => this.#copy(recorded)}>
        ${this.copied === id ? 'Copied' : 'curl'}
      </button>
    </li>`;
  }

  static override styles = [
    colors,
    controls,
    css`
      :host {
        display: block;
        min-block-size: 100vh;
        font: 1rem/1.4 system-ui, sans-serif;
        color: var(--_text);
        background: var(--_bubble);
        padding: 1rem clamp(0.75rem, 3vw, 2.5rem) 2rem;
        box-sizing: border-box;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 1rem;
        margin-block-end: 1rem;
      }
      h1 {
        font-size: 1.375rem;
        margin: 0;
      }
      header p,
      .links {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        margin: 0;
        color: var(--_muted);
      }
      h2 {
        font-size: 0.875rem;
        margin: 0 0 0.5rem;
        color: var(--_muted);
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 25rem) minmax(13rem, 16rem) minmax(0, 25rem);
        justify-content: center;
        gap: 1.5rem;
      }
      aislechat-order,
      aislechat-shopper-chat {
        --aislechat-block-size: min(40rem, 72vh);
      }
      .steps {
        display: flex;
        flex-direction: column;
        gap: 0.5rem;
        align-self: start;
      }
      .steps div {
        display: flex;
        gap: 0.5rem;
      }
      .steps div button {
        flex: 1;
      }
      .steps button,
      li > button {
        border: 1px solid var(--_line);
        background: var(--_surface);
        border-radius: 0.75rem;
        padding-inline: 0.875rem;
      }
      .clock {
        margin: 0 0 0.25rem;
        font-size: 1.0625rem;
        font-variant-numeric: tabular-nums;
      }
      .problem {
        margin: 0;
        color: var(--_danger);
        font-size: 0.875rem;
        min-block-size: 1.25rem;
      }
      a {
        color: var(--_link);
      }
      .wire {
        margin: 1.5rem auto 0;
        max-inline-size: 72rem;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        background: var(--_surface);
        border: 1px solid var(--_line);
        border-radius: 1rem;
        overflow: hidden;
      }
      li {
        display: flex;
        align-items: flex-start;
        gap: 0.5rem;
        padding: 0.25rem 0.75rem;
        font:
          0.8125rem/1.5 ui-monospace,
          monospace;
      }
      li + li {
        border-block-start: 1px solid var(--_line);
      }
      details {
        flex: 1;
        min-inline-size: 0;
      }
      summary {
        cursor: pointer;
        padding-block: 0.75rem;
        overflow-wrap: anywhere;
      }
      .who {
        display: inline-block;
        min-inline-size: 5.5rem;
        color: var(--_muted);
      }
      .status {
        color: var(--_link);
      }
      .bad {
        color: var(--_danger);
      }
      pre {
        margin: 0 0 0.5rem;
        padding: 0.5rem 0.75rem;
        background: var(--_bubble);
        border-radius: 0.5rem;
        max-block-size: 16rem;
        overflow: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      @media (max-width: 60rem) {
        main {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
}
customElements.define('aislechat-first-screen', FirstScreen);
