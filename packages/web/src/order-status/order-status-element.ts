/**
 * `<aislechat-order-status>`: the whole page of an order, with the chat, for a retailer's page and for our own.
 *
 *     <script type="module" src="https://chat.example/aislechat-order-status.js"></script>
 *     <aislechat-order-status order-id="A-1" token="..."></aislechat-order-status>
 *
 * Without `order-id`, the token is the link of an order.
 */
import {
  Connection,
  type GetToken,
  type OrderPage,
  type RatingRequest,
  rateOrder,
  recordUserArrival,
  schedulePickup,
  setPickupDelegate,
} from '@aislechat/client';
import { html, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { colors, controls, sealed } from '../base-style.ts';
import { cards } from '../card-style.ts';
import { localeAround, localeOf } from '../locale.ts';
import { momentOf } from '../moments.ts';
import type { OrderChat } from '../order-element.ts';
import { replacementCards, wordsLeft } from '../replacement-cards.ts';
import { SteadyElement } from '../steady-element.ts';
import { fill, languageOf, wordsOf } from '../words.ts';
import { AnotherDevice } from './another-device.ts';
import { LinkDevice } from './link-device.ts';
import { mapStyle, TileTries } from './map-view.ts';
import { OrderStatus } from './order-status.ts';
import { currentStep, itemList, position, steps, titleOf, windowOf } from './parts.ts';
import { statusStyle } from './status-style.ts';
import { type StatusWords, statusWordsOf } from './status-words.ts';
import { orderOfLink, storageName } from './storage-names.ts';

/** The events after which the page may have missed something. Another tab's drafts are not among them. */
const returns = ['online', 'pageshow'];
const minuteMs = 60_000;
/** How soon the customer may say that they will be there. */
const minutesToChoose = [5, 10, 15, 20, 30, 45, 60];
const longestNote = 1000;
const stars = [1, 2, 3, 4, 5] as const;
const star = svg`<path d="m12 3 2.8 5.7 6.2.9-4.5 4.4 1 6.2-5.5-2.9-5.5 2.9 1-6.2L3 9.6l6.2-.9z"/>`;

type Highlight = NonNullable<RatingRequest['highlights']>[number];
const highlightsOf = ({ fulfillment_type: type, has_chat }: OrderPage): Highlight[] => [
  ...(type === 'last_mile_delivery' ? [] : (['QUALITY_ITEMS', 'GOOD_REPLACEMENTS'] as const)),
  ...(has_chat ? (['HELPFUL_CHAT'] as const) : []),
  'SMART_BAGGING',
  'EXTRA_EFFORT',
  ...(type === 'pickup'
    ? (['FAST_PICKUP', 'CLEAR_PICKUP_INSTRUCTIONS', 'EASY_PARKING', 'SMOOTH_HANDOFF'] as const)
    : (['SMOOTH_DELIVERY'] as const)),
];

/** A form that is open, besides the rating. */
type Form = 'way' | 'delegate';

export class OrderStatusElement extends SteadyElement {
  static override properties = {
    orderId: { attribute: 'order-id' },
    token: {},
    server: {},
    retailer: {},
    isWhole: { attribute: 'whole', type: Boolean },
    locale: { state: true },
    writing: { state: true },
    form: { state: true },
    isBusy: { state: true },
    failed: { state: true },
    rating: { state: true },
    hasChatFailed: { state: true },
    isRating: { state: true },
  };
  static override styles = [colors, sealed(controls), sealed(cards), sealed(statusStyle), sealed(mapStyle)];

  declare orderId: string | undefined;
  declare token: string | GetToken | undefined;
  /** The server's address; by default the origin of the script. */
  declare server: string | undefined;
  /** The banner whose order it is, in an organization with several. */
  declare retailer: string | undefined;
  /** Whether the element is the whole page, so that its title is the page's. */
  declare isWhole: boolean;
  declare locale: string;
  /** The item for which the customer writes what they would prefer. */
  declare writing: string | undefined;
  declare form: Form | undefined;
  declare isBusy: boolean;
  /** The part whose last action could not be sent. */
  declare failed: 'pickup' | 'rating' | undefined;
  /** The stars that the customer has chosen. */
  declare rating: number;
  /** Whether the code of the chat did not come and is asked for again. */
  declare hasChatFailed: boolean;
  /** Whether the customer changes a rating that was sent. */
  declare isRating: boolean;
  /** Replaces `fetch`, for a page that shows the requests. */
  fetch: typeof fetch | undefined;
  status: OrderStatus | undefined;
  #close: (() => void) | undefined;
  /** The token in use. */
  #opened: string | GetToken | undefined;
  #device: LinkDevice | undefined;
  /** Which chat is shown: one that was refused is replaced when the link was bound. */
  #chats = 0;
  /** Whether the order was there before the code of its chat. */
  #isChatLate = false;
  readonly #tries = new TileTries();
  #anotherDevice = new AnotherDevice(() => this.requestUpdate());

  constructor() {
    super();
    this.locale = 'en';
    this.rating = 0;
    this.isWhole = false;
    this.hasChatFailed = false;
    this.isBusy = false;
    this.isRating = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.locale = localeAround(this);
    if (this.hasUpdated) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#shut();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isOther = ['orderId', 'server', 'retailer'].some((name) => changed.has(name));
    // The page may have set a token before the one in use was refused.
    const isOver = !['loading', 'ready'].includes(this.status?.phase ?? 'refused');
    if (isOther || (isOver && this.token !== this.#opened)) this.#open();
    const left = wordsLeft(this.renderRoot, this.writing, this.status?.replacements);
    if (left !== undefined) this.#keep(left);
    this.#brand();
  }

  /** Words for a product that could not be answered become a message that was begun. */
  #keep = (text: string): void => {
    this.writing = undefined;
    this.#chatElement?.addText?.(text);
  };

  get #chatElement(): OrderChat | null {
    return this.renderRoot.querySelector('aislechat-order');
  }

  /** Sets the retailer's color, whose contrast with white the server has checked. */
  #brand(): void {
    const color = this.status?.page?.retailer.brand_color;
    if (color && CSS.supports('color', color)) this.style.setProperty('--aislechat-accent', color);
  }

  get #url(): string {
    return (this.server ?? new URL(import.meta.url).origin).replace(/\/+$/, '');
  }

  #open(): void {
    this.#shut();
    const { orderId, token, retailer } = this;
    this.#opened = token;
    if (!token) return;
    const name = storageName(this.#url, orderId ?? orderOfLink(String(token)), retailer);
    const isLink = orderId === undefined && typeof token === 'string';
    const device = isLink ? new LinkDevice(token, name) : undefined;
    this.#device = device;
    const bearer = this.bearer!;
    const connection = new Connection({
      url: this.#url,
      token: typeof bearer === 'string' ? bearer : async () => bearer(),
      retailer,
      ...(this.fetch && { fetch: this.fetch }),
    });
    const status = new OrderStatus({
      connection,
      orderId,
      device,
      name,
      onChange: this.#changed,
      onBound: () => {
        this.#chats += 1;
      },
      onOutdated: () => {
        this.#open();
        this.requestUpdate();
      },
    });
    const wake = ({ type, persisted }: Partial<PageTransitionEvent>) => {
      // A page that has just been opened is up to date.
      const isNew = type === 'pageshow' && !persisted;
      if (document.visibilityState === 'visible' && !isNew) status.wake();
    };
    for (const type of returns) addEventListener(type, wake);
    document.addEventListener('visibilitychange', wake);
    this.#close = () => {
      for (const type of returns) removeEventListener(type, wake);
      document.removeEventListener('visibilitychange', wake);
      status.close();
    };
    this.status = status;
  }

  /** The token of the requests: a link goes with the secret of this device. */
  get bearer(): string | GetToken | undefined {
    return this.#device?.token ?? this.token;
  }

  #shut(): void {
    this.#close?.();
    this.#close = undefined;
    this.#device = undefined;
    this.status = undefined;
  }

  #changed = (): void => {
    const page = this.status?.page;
    // On our own page the customer's language is that of the order; a shop's page has its own.
    if (page?.locale && this.isWhole) this.locale = localeOf(page.locale);
    this.requestUpdate();
    this.dispatchEvent(
      new CustomEvent('aislechat-status', { detail: { state: this.status?.phase, title: this.pageTitle } }),
    );
  };

  get #words(): StatusWords {
    return statusWordsOf(this.locale);
  }

  /** The title of the page, such as "Shopping in progress". */
  get pageTitle(): string {
    const page = this.status?.page;
    const words = this.#words;
    if (!page) return words.yourOrder;
    if (page.workflow_state === 'canceled') return words.canceled;
    if (page.workflow_state === 'rescheduled') return words.rescheduled;
    return titleOf(currentStep(page, this.#isWaiting), page, words);
  }

  get #isWaiting(): boolean {
    return (this.status?.replacements?.proposals.length ?? 0) > 0;
  }

  protected override render(): TemplateResult {
    const { status } = this;
    const phase = status?.phase ?? 'loading';
    const page = status?.page;
    return html`<div class="order" lang=${languageOf(this.locale)}>
      ${phase === 'ready' && page ? this.#ready(status!, page) : this.#instead(phase)}
    </div>`;
  }

  #instead(phase: OrderStatus['phase']): TemplateResult {
    const words = this.#words;
    if (phase === 'loading' || phase === 'ready') {
      const hasFailed = this.status?.isOffline ?? false;
      return html`<div class="brand"></div>
        <div class="head">${this.#heading(words.yourOrder)}
          <p class=${hasFailed ? 'warning' : 'hidden'} role="status">${hasFailed ? words.tryingAgain : words.loading}</p></div>
        <div class="bones"><i></i><i></i><i></i><i></i><i></i><i></i></div>`;
    }
    if (phase === 'elsewhere') {
      const shown = () => this.updateComplete.then(() => this.renderRoot);
      return html`<div class="over">${this.#heading(words.elsewhereTitle)}
        ${this.#anotherDevice.render(this.status!, words, shown)}</div>`;
    }
    return html`<div class="over" role="status">${this.#heading(words[`${phase}Title`])}<p>${words[phase]}</p></div>`;
  }

  #heading(text: string): TemplateResult {
    return this.isWhole
      ? html`<h1 tabindex="-1">${text}</h1>`
      : html`<h2 class="title" tabindex="-1">${text}</h2>`;
  }

  #ready(status: OrderStatus, page: OrderPage): TemplateResult {
    const words = this.#words;
    const { locale } = this;
    const look = { words, locale };
    const replacements = status.replacements!;
    const cards = replacementCards(replacements, {
      words: wordsOf(locale),
      locale,
      writing: this.writing,
      write: (id) => {
        this.writing = id;
        return this.updateComplete;
      },
      shown: () => this.updateComplete,
      keep: this.#keep,
    });
    return html`${this.#brandRow(page, words)}
      <div class="head">
        ${this.#heading(this.pageTitle)}
        ${this.#when(page, words)}
        ${page.late_since ? html`<p class="warning" role="status">${words.late}</p>` : nothing}
        ${status.isOffline ? html`<p class="warning" role="status">${words.offline}</p>` : nothing}
      </div>
      <slot name="notice"></slot>
      <div class="parts">
        <div class="facts">
          ${cards === nothing ? nothing : html`<section><h2 class="hidden">${wordsOf(locale).replacements}</h2>${cards}</section>`} ${steps(page, this.#isWaiting, look)} ${position(status, look, this.#tries)} ${this.#pickup(page, words)}
          ${this.#ratingPart(page, words)}
          ${status.items.length > 0 ? itemList(status.items, page, look) : nothing}
        </div>
        ${page.has_chat ? keyed(this.#chats, this.#chat(status, page)) : nothing}
      </div>`;
  }

  #brandRow({ retailer, order_id }: OrderPage, words: StatusWords): TemplateResult {
    const { logo_url, name } = retailer;
    return html`<div class="brand">
      ${logo_url ? html`<img src=${logo_url} alt=${name} referrerpolicy="no-referrer" />` : html`<bdi>${name}</bdi>`}
      <small>${fill(words.order, { order: order_id })}</small>
    </div>`;
  }

  #when(page: OrderPage, words: StatusWords): TemplateResult | typeof nothing {
    const { ended_at, fulfillment_type } = page;
    if (ended_at !== undefined)
      return html`<p><time datetime=${ended_at}>${momentOf(ended_at, page.timezone, this.locale)}</time></p>`;
    const window = windowOf(page, this.locale);
    if (window === undefined) return nothing;
    return html`<p>${fill(fulfillment_type === 'pickup' ? words.pickupWindow : words.arriving, { window })}</p>`;
  }

  /**
   * One stream serves the page: that of the chat, which tells the page what has happened to the order. On our own page the
   * chat comes after the steps; until then its frame keeps its place.
   */
  #chat({ replacements }: OrderStatus, page: OrderPage): TemplateResult {
    this.#isChatLate ||= !customElements.get('aislechat-order');
    return html`<aislechat-order
      lang=${this.locale}
      theme=${this.getAttribute('theme') ?? nothing}
      .orderId=${page.order_id}
      .token=${this.bearer}
      .server=${this.#url}
      .retailer=${this.retailer}
      .fetch=${this.fetch}
      .replacements=${replacements}
      .quickReplies=${page.quick_replies}
      @aislechat-order-event=${() => this.status?.wake()}
      @aislechat-change=${this.#chatChanged}
    ><span class="muted" role="status">${this.hasChatFailed ? this.#words.tryingAgain : wordsOf(this.locale).loading}</span></aislechat-order>`;
  }

  /** When the chat has ended or refuses the link, so does the page. */
  #chatChanged = ({ detail: { state } }: CustomEvent<{ state: string }>): void => {
    if (state === 'loading' || (state === 'ready' && !this.#isChatLate)) return;
    // A late chat does not know what happened before it followed the order.
    this.#isChatLate = false;
    this.status?.wake();
  };

  /** Sends something from a part of the page, and shows there if it could not be sent. */
  async #do(part: 'pickup' | 'rating', send: Parameters<OrderStatus['act']>[0]): Promise<boolean> {
    this.isBusy = true;
    this.failed = undefined;
    try {
      await this.status!.act(send);
      return true;
    } catch {
      this.failed = part;
      return false;
    } finally {
      this.isBusy = false;
    }
  }

  #failure(part: 'pickup' | 'rating', words: StatusWords): TemplateResult | typeof nothing {
    return this.failed === part ? html`<p class="refused" role="alert">${words.failed}</p>` : nothing;
  }

  #pickup(page: OrderPage, words: StatusWords): TemplateResult | typeof nothing {
    const { pickup } = page;
    if (!pickup || page.ended_at !== undefined) return nothing;
    const { instructions, eta, arrived_at, delegate_name: name } = pickup;
    return html`<section class="panel" aria-labelledby="pickup">
      <h2 id="pickup">${words.pickup}</h2>
      ${instructions ? html`<p>${instructions}</p>` : nothing}
      ${name ? html`<p>${fill(words.delegate, { name })}</p>` : nothing}
      ${arrived_at ? html`<p role="status">${words.arrived}</p>` : eta ? html`<p role="status">${fill(words.expectedAt, { time: momentOf(eta, page.timezone, this.locale) })}</p>` : nothing}
      ${pickup.is_ready ? nothing : html`<p class="muted">${words.notReady}</p>`}
      ${this.#failure('pickup', words)}
      ${this.form === 'way' ? this.#wayForm(words) : this.form === 'delegate' ? this.#delegateForm(words) : this.#pickupActions(pickup, words)}
    </section>`;
  }

  #pickupActions(
    { is_ready, arrived_at, delegate_name: name }: NonNullable<OrderPage['pickup']>,
    words: StatusWords,
  ): TemplateResult {
    const open = (form: Form) => () => {
      this.form = form;
    };
    const arrive = (isDelegate: boolean) => () =>
      void this.#do('pickup', (connection, orderId) =>
        recordUserArrival(connection, orderId, { is_pickup_delegate: isDelegate }),
      );
    const canArrive = is_ready && arrived_at === undefined;
    return html`<div class="actions">
      ${canArrive && !name ? html`<button type="button" ?disabled=${this.isBusy} @click=${open('way')}>${words.onMyWay}</button>` : nothing}
      ${canArrive ? html`<button class="main" type="button" ?disabled=${this.isBusy} @click=${arrive(false)}>${words.hereNow}</button>` : nothing}
      ${canArrive && name ? html`<button type="button" ?disabled=${this.isBusy} @click=${arrive(true)}>${fill(words.delegateHere, { name })}</button>` : nothing}
      ${arrived_at === undefined ? html`<button type="button" ?disabled=${this.isBusy} @click=${open('delegate')}>${words.someoneElse}</button>` : nothing}
    </div>`;
  }

  #wayForm(words: StatusWords): TemplateResult {
    const send = async (event: Event) => {
      event.preventDefault();
      const minutes = Number(new FormData(event.target as HTMLFormElement).get('minutes'));
      const eta = new Date(Date.now() + minutes * minuteMs).toISOString();
      const isSent = await this.#do('pickup', (connection, orderId) =>
        schedulePickup(connection, orderId, { schedule_pickup_eta: eta }),
      );
      if (isSent) this.form = undefined;
    };
    return html`<form @submit=${send}>
      <label class="field">${words.arriveIn}
        <select name="minutes">
          ${minutesToChoose.map((count) => html`<option value=${count} ?selected=${count === 15}>${fill(words.minutes, { count })}</option>`)}
        </select>
      </label>
      ${this.#formActions(words.tellStore, words)}
    </form>`;
  }

  #delegateForm(words: StatusWords): TemplateResult {
    const send = async (event: Event) => {
      event.preventDefault();
      const given = new FormData(event.target as HTMLFormElement);
      const text = (name: string) => String(given.get(name)).trim();
      const isSent = await this.#do('pickup', (connection, orderId) =>
        setPickupDelegate(connection, orderId, { name: text('name'), phone_number: text('phone') }),
      );
      if (isSent) this.form = undefined;
    };
    return html`<form @submit=${send}>
      <label class="field">${words.delegateName}<input type="text" name="name" required maxlength="255" autocomplete="off" /></label>
      <label class="field">${words.delegatePhone}<input type="tel" name="phone" required maxlength="40" autocomplete="off" /></label>
      ${this.#formActions(words.save, words)}
    </form>`;
  }

  #formActions(send: string, words: StatusWords): TemplateResult {
    const close = () => {
      this.form = undefined;
      this.failed = undefined;
    };
    return html`<div class="actions">
      <button class="main" type="submit" ?disabled=${this.isBusy}>${send}</button>
      <button type="button" @click=${close}>${words.cancel}</button>
    </div>`;
  }

  #ratingPart(page: OrderPage, words: StatusWords): TemplateResult | typeof nothing {
    if (page.workflow_state !== 'delivered') return nothing;
    const { rating } = page;
    const isDone = rating !== undefined && !this.isRating;
    return html`<section class="panel" aria-labelledby="rating">
      <h2 id="rating">${words.rate}</h2>
      ${this.#failure('rating', words)} ${isDone ? this.#rated(rating, words) : this.#ratingForm(page, words)}
    </section>`;
  }

  #rated({ rating_value }: NonNullable<OrderPage['rating']>, words: StatusWords): TemplateResult {
    const change = () => {
      this.rating = Number(rating_value.at(-1));
      this.isRating = true;
    };
    return html`<p role="status">${words.rated} ${fill(words.stars, { count: rating_value.at(-1)! })}</p>
      <div class="actions"><button type="button" @click=${change}>${words.changeRating}</button></div>`;
  }

  #ratingForm(page: OrderPage, words: StatusWords): TemplateResult {
    const send = async (event: Event) => {
      event.preventDefault();
      const given = new FormData(event.target as HTMLFormElement);
      const note = String(given.get('note') ?? '').trim();
      const body: RatingRequest = {
        rating_value: `STARS${this.rating}` as RatingRequest['rating_value'],
        highlights: given.getAll('highlight') as Highlight[],
        ...(note !== '' && { thank_you_note: note }),
      };
      const isSent = await this.#do('rating', (connection, orderId) => rateOrder(connection, orderId, body));
      if (isSent) this.isRating = false;
    };
    const chosen = page.rating?.highlights ?? [];
    return html`<form @submit=${send}>
      <fieldset>
        <legend class="hidden">${words.rate}</legend>
        <div class="stars">
          ${stars.map(
            (count) => html`<label class=${count <= this.rating ? 'lit' : ''}>
              <input
                type="radio"
                name="stars"
                required
                value=${count}
                aria-label=${fill(words.stars, { count })}
                .checked=${count === this.rating}
                @change=${() => {
                  this.rating = count;
                }}
              />
              <svg viewBox="0 0 24 24" aria-hidden="true">${star}</svg>
            </label>`,
          )}
        </div>
      </fieldset>
      ${
        this.rating === 0
          ? nothing
          : html`<fieldset>
                <legend>${words.liked}</legend>
                <div class="chips">
                  ${highlightsOf(page).map(
                    (name) =>
                      html`<label><input type="checkbox" name="highlight" value=${name} ?checked=${chosen.includes(name)} />${words[name]}</label>`,
                  )}
                </div>
              </fieldset>
              ${page.has_chat ? this.#note(words) : nothing}
              <div class="actions"><button class="main" type="submit" ?disabled=${this.isBusy}>${words.sendRating}</button></div>`
      }
    </form>`;
  }

  #note(words: StatusWords): TemplateResult {
    const name = this.#chatElement?.conversation?.shopper?.display_name ?? wordsOf(this.locale).shopper;
    return html`<label class="field">${fill(words.note, { name })}
      <textarea name="note" rows="3" maxlength=${longestNote} dir="auto"></textarea>
      <span class="muted">${words.noteHint}</span>
    </label>`;
  }
}
