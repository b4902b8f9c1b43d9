/**
 * The shopper's page: their orders, unread ones first, and the chat of the open order. It can be used with one hand.
 */
import {
  ApiError,
  Connection,
  listShopperOrders,
  NetworkError,
  type ShopperOrders,
  wakeOnReturn,
} from '@aislechat/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import '../all-dialogs.ts';
import { colors, controls, wholePage } from '../base-style.ts';
import { DeviceNotifications, type NotificationState } from '../device-notifications.ts';
import { tabStorage } from '../device-storage.ts';
import { localeOf } from '../locale.ts';
import { momentOf } from '../moments.ts';
import type { PushNews } from '../push-worker.ts';
import { registerWorker } from '../register-worker.ts';
import { SteadyElement } from '../steady-element.ts';
import { fill, languageOf } from '../words.ts';
import { alertShopper, showBadge } from './alert.ts';
import { colorOf, orderRows, rowsStyle, shortNumber } from './order-rows.ts';
import { ShopperSession } from './session.ts';
import type { ShopperChat } from './shopper-chat.ts';
import './shopper-chat.ts';
import {
  acceptSignIn,
  isKept,
  keepSignIn,
  ordersKey,
  type SignIn,
  signedIn,
  signOut,
  tokenOf,
} from './sign-in.ts';
import { choose, isChosen, voiceChoices } from './voice.ts';
import { shopperWordsOf } from './words.ts';

type Order = ShopperOrders['orders'][number];

const lookEveryMs = 10_000;
/** How often the page looks while another shopper has the open order, which may come back. */
const tickMs = 2_000;
/** A page that loses less than this has lost a toolbar, not room to a keyboard. */
const leastKeyboardPx = 120;
const returns = ['online', 'offline'];

wholePage();
const locale = localeOf(...navigator.languages);
document.documentElement.lang = languageOf(locale);

export class ShopperPage extends SteadyElement {
  static override properties = {
    seen: { state: true },
    isSignedIn: { state: true },
    openOrder: { state: true },
    notifying: { state: true },
    hasFailed: { state: true },
    sought: { state: true },
    isCutOff: { state: true },
  };

  /** The server's last answer. */
  declare seen: ShopperOrders | undefined;
  declare isSignedIn: boolean;
  /** From the address, so that the browser's back button works. */
  declare openOrder: string | undefined;
  /** Whether this device is notified. */
  declare notifying: NotificationState;
  /** Whether notifications could not be turned on. */
  declare hasFailed: boolean;
  /** What the shopper searches for in the list. */
  declare sought: string | undefined;
  /** Whether the last request for the list had no answer. */
  declare isCutOff: boolean;
  /** When the list was read. */
  #seenAt = 0;
  /** How often the page has begun to read it, and the last time whose answer it shows. */
  #looks = 0;
  #seenLook = 0;
  /** When the page last began to read it, by a clock that never jumps. */
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #session: ShopperSession | undefined;
  /** With which the session began. */
  #signIn: SignIn | undefined;
  /** Whether it came with a link, and the server has not accepted it yet. */
  #isNew = false;
  #notifications: DeviceNotifications | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #sleep: (() => void) | undefined;
  readonly #words = shopperWordsOf(locale);

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#arrive);
    for (const type of returns) window.addEventListener(type, this.#redraw);
    window.visualViewport?.addEventListener('resize', this.#fit);
    this.#sleep = wakeOnReturn({ wake: () => void this.#look() });
    this.#timer = setInterval(this.#tick, tickMs);
    navigator.serviceWorker?.addEventListener('message', this.#onNews);
    this.#arrive();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#arrive);
    for (const type of returns) window.removeEventListener(type, this.#redraw);
    window.visualViewport?.removeEventListener('resize', this.#fit);
    navigator.serviceWorker?.removeEventListener('message', this.#onNews);
    this.#sleep?.();
    clearInterval(this.#timer);
    this.#session?.close();
  }

  #tick = (): void => {
    if (document.visibilityState !== 'visible') return;
    const chat = this.renderRoot.querySelector<ShopperChat>('aislechat-shopper-chat');
    const isDue = performance.now() - this.#lookedAtMs >= lookEveryMs;
    if (isDue || chat?.conversation?.phase === 'lost') void this.#look();
  };

  #redraw = (): void => this.requestUpdate();

  /** On iOS a keyboard covers the page instead of making it smaller, and would cover the input field. */
  #fit = (): void => {
    const { height, scale } = window.visualViewport!;
    const isCovered = scale < 1.05 && height < window.innerHeight - leastKeyboardPx;
    this.style.blockSize = isCovered ? `${height}px` : '';
    if (isCovered) window.scrollTo(0, 0);
  };

  #arrive = (): void => {
    const isNew = new URLSearchParams(location.hash.slice(1)).has('token');
    const signIn = signedIn();
    this.openOrder = new URLSearchParams(location.hash.slice(1)).get('order') ?? undefined;
    this.isSignedIn = signIn !== undefined;
    if (signIn && (isNew || !this.#session)) {
      this.#session?.close();
      this.#signIn = signIn;
      this.#isNew = isNew;
      const connection = new Connection({ url: location.origin, token: tokenOf(signIn) });
      this.#session = new ShopperSession(connection, signIn.shopper);
      this.#follow(this.#session);
      ({ seen: this.seen, at: this.#seenAt } = kept());
      this.#notifications = new DeviceNotifications(connection, this.#session.name);
      this.#change((device) => device.renew(languageOf(locale)));
    }
    void this.#look();
  };

  /** Shows what waits to be sent, and reads the list again when something was sent. */
  #follow(session: ShopperSession): void {
    let waiting = session.outbox.messages().length;
    session.outbox.subscribe(() => {
      const left = session.outbox.messages().length;
      if (left < waiting && session === this.#session) void this.#look();
      waiting = left;
      this.requestUpdate();
    });
  }

  /** A push message arrived, or a notification was tapped. */
  #onNews = ({ data }: MessageEvent<PushNews | undefined>): void => {
    if (data?.aislechat === 'push') void this.#look();
    if (data?.aislechat === 'open' && data.orderId !== undefined) {
      location.hash = String(new URLSearchParams({ order: data.orderId }));
    }
  };

  /** Changes whether this device is notified, and shows how it is then. */
  #change(act: (device: DeviceNotifications) => Promise<void> | void): void {
    const device = this.#notifications;
    if (!device) return;
    this.notifying = device.state;
    this.hasFailed = false;
    void (async () => {
      try {
        await act(device);
      } catch {
        // The browser has no push service, or the server sends no notifications.
        this.hasFailed = this.notifying === 'ask';
      }
      if (device === this.#notifications) this.notifying = device.state;
    })();
  }

  /** Messages in other orders than the open one. */
  #unreadElsewhere(orders: Order[] = []): number {
    return orders.reduce((sum, { order_id: id, unread }) => sum + (id === this.openOrder ? 0 : unread), 0);
  }

  async #look(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#lookedAtMs = performance.now();
    this.#looks += 1;
    const look = this.#looks;
    // Another look may have ended this session, or have a newer answer.
    const isOver = () => session !== this.#session || look < this.#seenLook;
    try {
      const seen = await listShopperOrders(session.connection);
      if (isOver()) return;
      this.#seenLook = look;
      // Once: another tab may have another sign-in by now.
      if (this.#isNew) acceptSignIn(this.#signIn!);
      this.#isNew = false;
      const isNews =
        this.seen && this.#unreadElsewhere(seen.orders) > this.#unreadElsewhere(this.seen.orders);
      if (isNews && document.visibilityState === 'visible') alertShopper();
      showBadge(seen.orders.reduce((sum, { unread }) => sum + unread, 0));
      this.isCutOff = false;
      this.seen = seen;
      this.#seenAt = Date.now();
      tabStorage.set(ordersKey, JSON.stringify({ seen, at: this.#seenAt }));
    } catch (error) {
      if (isOver()) return;
      this.isCutOff = error instanceof NetworkError || (error instanceof ApiError && error.status >= 500);
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) return;
      // Unsent messages stay stored until the shopper signs in again.
      signOut(this.#signIn!);
      session.close();
      // The shopper may have been erased; the server does not say why a token was revoked.
      if (error.name === 'token_revoked') session.dropDrafts();
      this.#session = undefined;
      this.#notifications = undefined;
      // A link that the server refuses leaves the device as it was.
      this.#arrive();
    }
  }

  protected override render(): TemplateResult {
    const words = this.#words;
    if (!this.isSignedIn) {
      return html`<main class="alone"><h1>${words.signInTitle}</h1><p>${words.signIn}</p></main>`;
    }
    return html`<main class=${this.openOrder === undefined ? 'list-only' : 'chat-open'}>
      <h1 class="hidden">${words.orders}</h1>
      <section class="orders" aria-label=${words.orders}>
        <h2>${words.orders}</h2>
        ${this.#offline()} ${this.#list()} ${this.#device()}
      </section>
      <section class="conversation" aria-label=${words.messages}>${this.#elsewhere()}${this.#conversation()}</section>
    </main>`;
  }

  protected override updated(): void {
    const unread = this.#unreadElsewhere(this.seen?.orders);
    document.title = unread > 0 ? `(${unread}) ${this.#words.orders}` : this.#words.orders;
  }

  #offline(): TemplateResult | typeof nothing {
    if (navigator.onLine && !this.isCutOff) return nothing;
    const time = momentOf(new Date(this.#seenAt).toISOString(), undefined, locale);
    const text = this.seen ? fill(this.#words.offlineList, { time }) : this.#words.offline;
    return html`<p class="banner" role="status">${text}</p>`;
  }

  #list(): TemplateResult {
    const words = this.#words;
    if (!this.seen) return html`<p class="empty" role="status">${words.loadingOrders}</p>`;
    const { orders, timezone } = this.seen;
    const unsent = this.#unsent(orders);
    if (orders.length === 0) return html`<p class="empty">${words.noOrders}</p>${unsent}`;
    const rows = orderRows(orders, {
      words,
      locale,
      timeZone: timezone,
      openOrder: this.openOrder,
      sought: this.sought ?? '',
      seek: (text) => {
        this.sought = text;
      },
    });
    return html`${rows}${unsent}`;
  }

  /** Shows unsent messages of orders that another shopper has now, so that they do not disappear with the order. */
  #unsent(orders: Order[]): TemplateResult | typeof nothing {
    const words = this.#words;
    const waiting = this.#session?.outbox.messages() ?? [];
    const ids = new Set(waiting.map(({ orderId }) => orderId));
    for (const { order_id: id } of orders) ids.delete(id);
    if (ids.size === 0) return nothing;
    return html`<h2>${words.unsent}</h2>
      <ul>
        ${[...ids].map(
          (id) => html`<li>
            <a href=${`#${new URLSearchParams({ order: id })}`} aria-current=${id === this.openOrder ? 'true' : 'false'}>
              <span class="name">${fill(words.customerOf, { order: id })}</span>
              <span class="preview" dir="auto">${waiting.findLast(({ orderId }) => orderId === id)?.body.body || words.photoWaiting}</span>
            </a>
          </li>`,
        )}
      </ul>`;
  }

  /** What this device does for the shopper: notifications, and staying signed in. */
  #device(): TemplateResult | typeof nothing {
    const words = this.#words;
    if (!this.seen?.orders.length) return nothing;
    const turnOn = () => this.#change((device) => device.turnOn(languageOf(locale)));
    const turnOff = () => this.#change((device) => device.turnOff());
    const notNow = () => this.#change((device) => device.notNow());
    const stay = (event: Event) => keepSignIn((event.target as HTMLInputElement).checked);
    return html`<div class="device">
      ${
        this.notifying === 'ask'
          ? html`<p>${words.notifyWhy}</p>
        <p><button type="button" class="yes" @click=${turnOn}>${words.notifyOn}</button>
        <button type="button" @click=${notNow}>${words.notifyLater}</button></p>`
          : nothing
      }
      ${this.notifying === 'on' ? html`<p>${words.notifiedHere} <button type="button" @click=${turnOff}>${words.notifyOff}</button></p>` : nothing}
      ${this.hasFailed ? html`<p role="alert">${words.notifyFailed}</p>` : nothing}
      <p><label><input type="checkbox" .checked=${isKept()} @change=${stay}> ${words.staySignedIn}</label></p>
      ${voiceChoices().map(
        (choice) => html`<p>
          <label><input type="checkbox" .checked=${isChosen(choice)} @change=${(event: Event) => {
            choose(choice, (event.target as HTMLInputElement).checked);
            this.requestUpdate();
          }}> ${words[choice]}</label>
          ${choice === 'writeByVoice' ? html`<small>${words.voiceHint}</small>` : nothing}
        </p>`,
      )}
    </div>`;
  }

  /** On a narrow screen the open chat covers the list, so a message of another order gets a row above it. */
  #elsewhere(): TemplateResult | typeof nothing {
    if (this.openOrder === undefined) return nothing;
    const order = this.seen?.orders.find(({ order_id: id, unread }) => id !== this.openOrder && unread > 0);
    return html`<div class="elsewhere" role="status">${
      order
        ? html`<a href=${`#${new URLSearchParams({ order: order.order_id })}`}>${fill(this.#words.elsewhere, { name: `${shortNumber(order.order_id)} · ${order.customer.first_name}` })}</a>`
        : nothing
    }</div>`;
  }

  #conversation(): TemplateResult {
    if (this.openOrder === undefined) return html`<p class="empty">${this.#words.choose}</p>`;
    const order = this.seen?.orders.find(({ order_id: id }) => id === this.openOrder);
    return html`<aislechat-shopper-chat
      .session=${this.#session}
      .orderId=${this.openOrder}
      .listed=${order}
      .customer=${order?.customer.first_name || undefined}
      .hasBack=${true}
      data-color=${colorOf(this.openOrder)}
      .quickReplies=${this.seen?.quick_replies}
      .unreadElsewhere=${this.#unreadElsewhere(this.seen?.orders)}
      @back=${() => {
        location.hash = '';
      }}
      @aislechat-change=${() => void this.#look()}
      @aislechat-order-event=${() => void this.#look()}
    ></aislechat-shopper-chat>`;
  }

  static override styles = [
    colors,
    controls,
    rowsStyle,
    css`
      :host {
        display: block;
        block-size: 100vh;
        block-size: 100dvh;
        font: 1rem/1.4 system-ui, sans-serif;
        color: var(--_text);
        background: var(--_surface);
      }
      main {
        block-size: 100%;
        display: grid;
        grid-template-columns: minmax(16rem, 24rem) 1fr;
      }
      .alone {
        display: block;
        padding: 20vh 1.5rem;
        text-align: center;
      }
      .orders {
        container-type: inline-size;
        overflow-y: auto;
        border-inline-end: 1px solid var(--_line);
      }
      .conversation {
        min-inline-size: 0;
        min-block-size: 0;
        display: flex;
        flex-direction: column;
      }
      aislechat-shopper-chat {
        flex: 1;
        min-block-size: 0;
      }
      .elsewhere {
        display: none;
      }
      .elsewhere a {
        min-block-size: 2.75rem;
        background: var(--_bubble);
        font-weight: 600;
      }
      .banner {
        margin: 0 0 0.5rem;
        padding: 0.5rem 1rem;
        background: var(--_bubble);
        border-block: 1px solid var(--_line);
        font-size: 0.9375rem;
      }
      .device small {
        display: block;
      }
      .device {
        padding: 1rem;
        color: var(--_muted);
        font-size: 0.9375rem;
      }
      .device p {
        margin: 0 0 0.75rem;
      }
      .device button,
      .device label {
        min-block-size: 2.75rem;
      }
      .device label {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
      }
      .device button {
        padding-inline: 1rem;
        border: 1px solid var(--_line);
      }
      .device .yes {
        background: var(--_accent);
        color: var(--_on-accent);
      }
      aislechat-shopper-chat {
        --aislechat-block-size: 100%;
        --aislechat-radius: 0;
      }
      h1,
      h2 {
        font-size: 1.25rem;
        margin: 0;
        padding: 1.25rem 1rem 0.75rem;
      }
      .empty {
        margin: 0;
        padding: 1rem;
        color: var(--_muted);
      }
      .conversation .empty {
        padding-block: 30vh;
        text-align: center;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      a {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.125rem min(0.75rem, 3vw);
        min-block-size: 4.5rem;
        padding: 0.75rem min(1rem, 5vw);
        color: inherit;
        text-decoration: none;
        border-block-end: 1px solid var(--_line);
      }
      a:focus-visible {
        outline-offset: -3px;
      }
      a[aria-current='true'] {
        background: var(--_bubble);
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .unread {
        min-inline-size: 1.5rem;
        padding-inline: 0.375rem;
        box-sizing: border-box;
        text-align: center;
        border-radius: 999px;
        background: var(--_accent);
        color: var(--_on-accent);
        font-size: 0.875rem;
        font-weight: 600;
      }
      .preview {
        grid-column: 1;
        color: var(--_muted);
        font-size: 0.9375rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      @media (max-width: 48rem) {
        main {
          grid-template-columns: minmax(0, 1fr);
        }
        .elsewhere {
          display: block;
        }
        .list-only .conversation,
        .chat-open .orders {
          display: none;
        }
      }
    `,
  ];
}

function kept(): { seen: ShopperOrders | undefined; at: number } {
  const kept = tabStorage.get(ordersKey);
  return kept === null ? { seen: undefined, at: 0 } : JSON.parse(kept);
}

customElements.define('aislechat-shopper', ShopperPage);

registerWorker('/shopper-worker.js', '/shopper');
