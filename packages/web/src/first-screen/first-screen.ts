/**
 * The first page that a developer sees: an order of the demo from both sides, its state, its clock and its steps, the
 * customer's phone, what to put on a page of their own, and every request. It exists only in development, and the demo's
 * credentials are public.
 */
import {
  assignShopper,
  Connection,
  clientCredentials,
  getChat,
  getOrderOverview,
  type OrderOverview,
  setOrderState,
  shopperAssertion,
  userAssertion,
} from '@aislechat/client';
import { getOrder } from '@aislechat/client/fulfillment';
import { createShopper, getSandboxRetailer, moveClock, readClock } from '@aislechat/client/sandbox';
import { html, nothing, type TemplateResult } from 'lit';
import '../all-dialogs.ts';
import { colors, controls, wholePage } from '../base-style.ts';
import { OrderChat } from '../order-element.ts';
import { ShopperSession } from '../shopper/session.ts';
import '../shopper/shopper-chat.ts';
import { SteadyElement } from '../steady-element.ts';
import './copy-button.ts';
import { createOrder, customer, findOrder, phoneNumberOf } from './demo-order.ts';
import { chatNote, type Step, stateName, stepNames, whyNot } from './order-steps.ts';
import type { Phone } from './phone.ts';
import './phone.ts';
import { Recorder } from './recorder.ts';
import './request-log.ts';
import { firstScreenStyle } from './style.ts';

const credentials = { url: location.origin, clientId: 'demo-client', clientSecret: 'demo-secret' };
const operatorScope = 'connect:fulfillment,connect:post_checkout,aislechat:operate';
const hourMs = 3_600_000;
const lookEveryMs = 2_000;
const names = ['Jonah', 'Amara', 'Tomás', 'Mei'];

wholePage();
if (!customElements.get('aislechat-order')) customElements.define('aislechat-order', OrderChat);

/** The page's own reads, which the log of requests leaves out. The sandbox leaves them out of its log too. */
const quietly: typeof fetch = (input, init) =>
  fetch(input, {
    ...init,
    headers: { ...(init?.headers as Record<string, string>), 'x-aislechat-console': '1' },
  });

export class FirstScreen extends SteadyElement {
  static override properties = {
    order: { state: true },
    notice: { state: true },
    shopperName: { state: true },
    clockAt: { state: true },
    problem: { state: true },
    orderUrl: { state: true },
    customerToken: { state: true },
    isChatShown: { state: true },
    isBusy: { state: true },
  };

  /** Undefined until it was found. */
  declare order: OrderOverview | undefined;
  /** Why another order is shown than before. */
  declare notice: string | undefined;
  declare shopperName: string;
  declare clockAt: number | undefined;
  declare problem: string | undefined;
  /** The page of the order, which its customer gets. */
  declare orderUrl: string | undefined;
  /** For the lines to embed. */
  declare customerToken: string;
  /** Whether the customer looks at the chat; otherwise text messages reach them. */
  declare isChatShown: boolean;
  declare isBusy: boolean;
  readonly #recorder = new Recorder();
  readonly #operator = operatorConnection(this.#recorder.fetchOf('operator'));
  readonly #reader = operatorConnection(quietly);
  readonly #phoneOwner = operatorConnection(this.#recorder.fetchOf('phone'));
  readonly #customerFetch = this.#recorder.fetchOf('customer');
  readonly #customerToken = userAssertion({
    ...credentials,
    user: customer.id,
    scope: 'connect:post_checkout',
    fetch: this.#customerFetch,
  });
  #session: ShopperSession | undefined;
  #clockOffsetMs = 0;
  #isFrozen = false;
  #shopperId: number | undefined;
  /** The store's; until it is known, the reader's own. */
  #timeZone: string | undefined;
  #sendsTexts = true;

  constructor() {
    super();
    this.isChatShown = true;
    this.isBusy = true;
    this.shopperName = '';
    this.customerToken = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#open().then(() => this.#follow());
    setInterval(() => {
      if (this.clockAt !== undefined && !this.#isFrozen) this.clockAt = Date.now() + this.#clockOffsetMs;
    }, 1000);
  }

  async #open(): Promise<void> {
    await this.#do(async () => {
      const retailer = await getSandboxRetailer(this.#reader);
      this.#timeZone = retailer.timezone;
      this.#sendsTexts = retailer.sms_notifications !== 'off';
      const wanted = new URLSearchParams(location.search).get('order');
      const found = await findOrder(this.#reader, wanted);
      if (found) await this.#show(found.order_id);
      else await this.#createOrder('No order was in progress, so the page created a new one.');
      if (found && wanted !== null && found.order_id !== wanted) {
        this.notice = `Order ${wanted} is over or does not exist, so this is ${found.order_id}.`;
      }
    });
  }

  /** Keeps the state, the clock and the phone true, whoever changes them. */
  async #follow(): Promise<void> {
    for (;;) {
      await new Promise((done) => setTimeout(done, lookEveryMs));
      if (document.hidden || this.isBusy) continue;
      await this.#look().catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const orderId = this.order?.order_id;
    if (orderId === undefined) return this.#open();
    const phone = this.renderRoot.querySelector<Phone>('aislechat-phone');
    const [order] = await Promise.all([
      getOrderOverview(this.#reader, orderId),
      this.#readClock(),
      phone?.look(),
    ]);
    if (this.order?.order_id === orderId) await this.#take(order);
  }

  async #show(orderId: string): Promise<void> {
    const [order, { order_url }] = await Promise.all([
      getOrderOverview(this.#reader, orderId),
      getOrder(this.#reader, customer.id, orderId),
      this.#readClock(),
      this.#findToken(),
    ]);
    this.orderUrl = order_url ?? undefined;
    await this.#take(order);
  }

  async #take(order: OrderOverview): Promise<void> {
    this.order = order;
    const { shopper } = order;
    if (!shopper || shopper.id === this.#shopperId) return;
    this.#takeSide(shopper.id);
    const chat = await getChat(this.#reader, order.order_id).catch(() => undefined);
    this.shopperName = chat?.metadata.current_shopper?.display_name ?? '';
  }

  #takeSide(shopperId: number): void {
    this.#session?.close();
    const fetch = this.#recorder.fetchOf('shopper');
    const token = shopperAssertion({ ...credentials, shopper: shopperId, fetch });
    this.#session = new ShopperSession(
      new Connection({ url: location.origin, token, fetch }),
      `demo:${shopperId}`,
    );
    this.#shopperId = shopperId;
    this.requestUpdate();
  }

  /** Gets a token for the lines to embed. Tokens end with the clock, so moving it needs a new one. */
  async #findToken(): Promise<void> {
    const token = await userAssertion({ ...credentials, user: customer.id, fetch: quietly })();
    this.customerToken = typeof token === 'string' ? token : token.access_token;
  }

  async #readClock(): Promise<void> {
    const { now, frozen } = await readClock(this.#reader);
    this.#clockOffsetMs = Date.parse(now) - Date.now();
    this.#isFrozen = frozen;
    this.clockAt = Date.parse(now);
  }

  /** Shows an error if the action fails. */
  async #do(act: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    try {
      await act();
      this.problem = undefined;
    } catch (error) {
      this.problem = (error as Error).message;
    } finally {
      this.isBusy = false;
    }
  }

  #move = (ms: number) =>
    this.#do(async () => {
      await moveClock(this.#operator, { advance_ms: ms });
      await this.#findToken();
      await this.#look();
    });

  #takeStep = (step: Step) =>
    this.#do(async () => {
      const { order_id: orderId } = this.order!;
      if (step === 'handOver') {
        const others = names.filter((name) => name !== this.shopperName);
        const name = others[Math.floor(Math.random() * others.length)]!;
        const { id } = await createShopper(this.#operator, { display_name: name });
        await assignShopper(this.#operator, orderId, { shopper_id: id });
      } else {
        await setOrderState(this.#operator, orderId, { workflow_state: step });
      }
      await this.#look();
    });

  async #createOrder(notice?: string): Promise<void> {
    const orderId = await createOrder(this.#operator);
    // The address names no order, so that a reload shows the newest.
    history.replaceState(null, '', location.pathname);
    await this.#show(orderId);
    this.notice = notice;
  }

  #time = (at: string | number): string =>
    new Intl.DateTimeFormat('en', {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: this.#timeZone,
    }).format(new Date(at));

  /** With seconds and the name of the zone, in which all times of the page are. */
  get #clock(): string {
    if (this.clockAt === undefined) return '…';
    const format = new Intl.DateTimeFormat('en', {
      month: 'short',
      day: 'numeric',
      year: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      second: '2-digit',
      timeZone: this.#timeZone,
      timeZoneName: 'short',
    });
    return format.format(new Date(this.clockAt));
  }

  protected override render(): TemplateResult {
    return html`<header>
        <h1>Aislechat</h1>
        <p>A self-hosted chat between a customer and the shopper who picks their order. Below are both sides of an order: write a message in either chat.</p>
      </header>
      ${this.notice ? html`<p class="notice" role="status">${this.notice}</p>` : nothing}
      <main>
        <div class="sides">
          ${this.#customerSide()}
          <div class="middle">${this.#orderCard()} ${this.#phone()}</div>
          ${this.#shopperSide()}
        </div>
        <div class="next">${this.#embed()} ${this.#nextSteps()}</div>
        <section aria-label="Requests">
          <aislechat-request-log .recorder=${this.#recorder}></aislechat-request-log>
        </section>
      </main>`;
  }

  #customerSide(): TemplateResult {
    const switched = (event: Event) => {
      this.isChatShown = (event.target as HTMLInputElement).checked;
    };
    return html`<section aria-labelledby="customer">
      <div class="title">
        <h2 id="customer">Customer: ${customer.name}</h2>
        <label><input type="checkbox" .checked=${this.isChatShown} @change=${switched} />${customer.name} has the chat open</label>
      </div>
      ${
        this.isChatShown
          ? html`<aislechat-order
              order-id=${this.order?.order_id ?? nothing}
              .fetch=${this.#customerFetch}
              .token=${this.#customerToken}
            ></aislechat-order>`
          : html`<p class="away">${customer.name} does not see the chat now. A few seconds after the shopper writes, the phone gets a text message.</p>`
      }
    </section>`;
  }

  #shopperSide(): TemplateResult {
    return html`<section aria-labelledby="shopper">
      <div class="title"><h2 id="shopper">Shopper${this.shopperName ? html`: <bdi>${this.shopperName}</bdi>` : nothing}</h2></div>
      <aislechat-shopper-chat
        .session=${this.#session}
        .orderId=${this.#session ? this.order?.order_id : undefined}
        .customer=${customer.name}
      ></aislechat-shopper-chat>
    </section>`;
  }

  #orderCard(): TemplateResult {
    const { order } = this;
    const isOver = order !== undefined && whyNot('handOver', order) !== undefined;
    const steps = Object.entries(stepNames) as [Step, string][];
    const reason = order && steps.map(([step]) => whyNot(step, order)).find(Boolean);
    return html`<section aria-labelledby="order">
      <h2 id="order">${order ? `Order ${order.order_id}` : 'The order'}</h2>
      <p class="state" role="status">${order ? stateName(order) : 'Loading'}</p>
      <p class="small">${order ? chatNote(order, this.#time) : nothing}</p>
      <h3>Clock</h3>
      <p class="clock">${this.#clock}</p>
      <div class="row">
        <button type="button" ?disabled=${this.isBusy} @click=${() => this.#move(hourMs)}>+1 hour</button>
        <button type="button" ?disabled=${this.isBusy} @click=${() => this.#move(24 * hourMs + 1)}>+24 hours</button>
      </div>
      <h3>Steps</h3>
      <div class="steps">
        ${steps.map(([step, name]) => this.#stepButton(step, name))}
        ${reason ? html`<p class="small" id="why">${reason}</p>` : nothing}
        <button type="button" class=${isOver ? 'primary' : ''} ?disabled=${this.isBusy} @click=${() => this.#do(() => this.#createOrder())}>
          New order
        </button>
      </div>
      <p class="problem" role="alert">${this.problem ?? nothing}</p>
    </section>`;
  }

  #stepButton(step: Step, name: string): TemplateResult {
    const reason = this.order && whyNot(step, this.order);
    const isOff = this.isBusy || !this.order || reason !== undefined;
    return html`<button
      type="button"
      ?disabled=${isOff}
      aria-describedby=${reason === undefined ? nothing : 'why'}
      @click=${() => this.#takeStep(step)}
    >${name}</button>`;
  }

  #phone(): TemplateResult {
    const number = phoneNumberOf(this.order?.order_id ?? '');
    return html`<section aria-labelledby="phone">
      <h2 id="phone">${customer.name}’s phone</h2>
      ${
        number === undefined
          ? html`<p class="small">This order has no phone of the demo.</p>`
          : html`<aislechat-phone .number=${number} .reader=${this.#reader} .sender=${this.#phoneOwner} .time=${this.#time}></aislechat-phone>`
      }
      <p class="small">
        ${
          this.#sendsTexts
            ? html`This phone is simulated; nothing leaves this machine. It gets a text message at each step of the order, and when the shopper writes while the chat is closed. An answer appears in the chat. See <a href="/docs/notifications">notifications</a>.`
            : html`Text messages are off for this retailer. <a href="/docs/notifications#text-messages">How to turn them on</a>`
        }
      </p>
    </section>`;
  }

  #embed(): TemplateResult {
    const lines = `<script type="module" src="${location.origin}/aislechat.js"></script>
<aislechat-order order-id="${this.order?.order_id ?? 'DEMO-1'}" token="${this.customerToken || '…'}"></aislechat-order>`;
    return html`<section aria-labelledby="embed">
      <div class="title">
        <h2 id="embed">The chat on your own page</h2>
        <aislechat-copy .text=${lines} label="Copy" what="Copy the lines to embed"></aislechat-copy>
      </div>
      <pre tabindex="0" role="group" aria-label="Lines to embed"><code>${lines}</code></pre>
      <p class="small">
        Paste these lines into any page that is served from this machine. The token is ${customer.name}’s, and expires after 24
        hours of the clock above. Your own server gets tokens for your customers: see
        <a href="/docs/guides/embed-the-chat">Embed the chat</a>.
      </p>
    </section>`;
  }

  #nextSteps(): TemplateResult {
    return html`<nav aria-labelledby="next">
      <h2 id="next">Next steps</h2>
      <ul>
        ${this.orderUrl ? html`<li><a href=${this.orderUrl} target="_blank">Open the page of this order</a>, as its customer sees it</li>` : nothing}
        <li><a href="/docs/guides/first-chat">First chat</a> with curl, TypeScript and Python</li>
        <li><a href="/docs/guides/embed-the-chat">Embed the chat</a> in your own page</li>
        <li><a href="/docs/guides/callbacks">Callbacks</a>: notify your own systems</li>
        <li><a href="/docs/guides/testing-expiry">Testing expiry</a> in a CI job</li>
        <li><a href="/docs/guides/going-to-production">Going to production</a></li>
        <li><a href="/docs">API reference</a>: try every operation</li>
        <li><a href="/console">Console</a> for operators and developers</li>
      </ul>
    </nav>`;
  }

  static override styles = [colors, controls, firstScreenStyle];
}

function operatorConnection(fetch: typeof globalThis.fetch): Connection {
  const token = clientCredentials({ ...credentials, scope: operatorScope, fetch });
  return new Connection({ url: location.origin, fetch, token });
}

customElements.define('aislechat-first-screen', FirstScreen);
