/** The console: the session, the current route, and its view. The console can reach only what its token allows. */
import { Connection, getConsole, getRetailerSettings } from '@aislechat/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { colors, controls, wholePage } from '../base-style.ts';
import './applications.ts';
import './audit.ts';
import './callbacks.ts';
import './health.ts';
import './notifications.ts';
import './order.ts';
import './orders.ts';
import './receipts.ts';
import './reports.ts';
import './sandbox.ts';
import './settings.ts';
import { isComposing } from '../keyboard.ts';
import { SteadyElement } from '../steady-element.ts';
import { type Route, readRoute } from './route.ts';
import { Session } from './session.ts';
import { type SignedIn, type Surroundings, sentenceOf } from './sign-in.ts';
import { consoleStyle } from './style.ts';
import type { ConsoleView } from './view.ts';
import { setStoreZone, useOwnZone, zoneChanges, zones } from './zone.ts';

interface Place {
  title: string;
  /** Whether this session has the view. */
  isFor: (session: Session, surroundings: Surroundings) => boolean;
  view: (session: Session, route: Route) => TemplateResult;
}

const operators = (session: Session): boolean => !session.isAgent;

const places: Record<string, Place> = {
  orders: {
    title: 'Orders',
    isFor: () => true,
    view: (session, route) =>
      route.id === undefined
        ? html`<aislechat-console-orders class="view" .session=${session} .route=${route}></aislechat-console-orders>`
        : html`<aislechat-console-order class="view" .session=${session} .route=${route}></aislechat-console-order>`,
  },
  reports: {
    title: 'Reports',
    isFor: () => true,
    view: (session, route) =>
      html`<aislechat-console-reports class="view" .session=${session} .route=${route}></aislechat-console-reports>`,
  },
  callbacks: {
    title: 'Callbacks',
    isFor: operators,
    view: (session, route) =>
      html`<aislechat-console-callbacks class="view" .session=${session} .route=${route}></aislechat-console-callbacks>`,
  },
  notifications: {
    title: 'Notifications',
    isFor: operators,
    view: (session, route) =>
      html`<aislechat-console-notifications class="view" .session=${session} .route=${route}></aislechat-console-notifications>`,
  },
  applications: {
    title: 'Applications',
    isFor: operators,
    view: (session) =>
      html`<aislechat-console-applications class="view" .session=${session}></aislechat-console-applications>`,
  },
  settings: {
    title: 'Settings',
    isFor: operators,
    view: (session) =>
      html`<aislechat-console-settings class="view" .session=${session}></aislechat-console-settings>`,
  },
  audit: {
    title: 'Audit log',
    isFor: operators,
    view: (session, route) =>
      html`<aislechat-console-audit class="view" .session=${session} .route=${route}></aislechat-console-audit>`,
  },
  receipts: {
    title: 'Erasures',
    isFor: operators,
    view: (session, route) =>
      html`<aislechat-console-receipts class="view" .session=${session} .route=${route}></aislechat-console-receipts>`,
  },
  health: {
    title: 'Health',
    isFor: operators,
    view: (session) =>
      html`<aislechat-console-health class="view" .session=${session}></aislechat-console-health>`,
  },
  sandbox: {
    title: 'Sandbox',
    isFor: (session, { hasSandbox }) => hasSandbox && session.isDeveloper,
    view: (session) =>
      html`<aislechat-console-sandbox class="view" .session=${session}></aislechat-console-sandbox>`,
  },
};

const codeInAddress = /^#support_code=([\w-]+)$/;

wholePage();

export class ConsolePage extends SteadyElement {
  static override properties = {
    session: { state: true },
    surroundings: { state: true },
    route: { state: true },
    note: { state: true },
    retailer: { state: true },
    isMenuOpen: { state: true },
  };

  declare session: Session | undefined;
  /** Undefined until the server has answered. */
  declare surroundings: Surroundings | undefined;
  declare route: Route;
  declare note: string | undefined;
  /** The retailer's name; undefined for a support agent, who may not read it. */
  declare retailer: string | undefined;
  /** On a narrow screen, where the menu is behind a button. */
  declare isMenuOpen: boolean;
  #wantsSearch = false;
  #hasMoved = false;
  /** The address of the shown view. */
  #address = location.hash;
  #stopSharing: (() => void) | undefined;

  constructor() {
    super();
    this.route = readRoute(location.hash);
    this.isMenuOpen = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#arrive);
    window.addEventListener('beforeunload', this.#beforeUnload);
    window.addEventListener('keydown', this.#pressed);
    zoneChanges.addEventListener('change', this.#redraw);
    this.addEventListener('signed-in', (event) => this.#enter((event as SignedIn).session));
    this.addEventListener('session-ended', () => this.#leave('Your session has ended. Sign in again.'));
    const kept = Session.kept();
    if (kept) this.#enter(kept);
    // A session from a support link is not shared with other tabs.
    if (!codeInAddress.test(location.hash)) this.#share();
    this.#hasMoved = false;
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#arrive);
    window.removeEventListener('beforeunload', this.#beforeUnload);
    window.removeEventListener('keydown', this.#pressed);
    zoneChanges.removeEventListener('change', this.#redraw);
    this.#stopSharing?.();
  }

  #share(): void {
    this.#stopSharing?.();
    this.#stopSharing = Session.share(
      () => this.session,
      (session) => this.#enter(session),
      () => this.#leave('You have signed out.'),
    );
  }

  async #begin(): Promise<void> {
    await this.#useLink();
    const open = new Connection({ url: location.origin, token: '' });
    const { environment, demo } = await getConsole(open).catch(() => ({
      environment: 'production',
      demo: false,
    }));
    this.surroundings = { hasSandbox: environment === 'development', hasDemo: demo };
  }

  /** Removes a sign-in code from the address before using it. */
  async #useLink(): Promise<void> {
    const code = codeInAddress.exec(location.hash)?.[1];
    if (code === undefined) return;
    history.replaceState(null, '', location.pathname);
    this.#address = location.hash;
    this.route = readRoute('');
    try {
      this.#enter(await Session.ofAgent(code));
      this.#share();
    } catch (error) {
      this.session = undefined;
      Session.forget();
      this.note = sentenceOf(error);
    }
  }

  #enter(session: Session): void {
    this.note = undefined;
    this.session = session;
    this.#hasMoved = true;
    this.retailer = undefined;
    setStoreZone(session.timezone);
    void this.#nameRetailer(session);
  }

  /** An agent's session has the time zone; an operator's retailer is looked up. */
  async #nameRetailer(session: Session): Promise<void> {
    if (session.isAgent) return;
    const found = await getRetailerSettings(session.connection).catch(() => undefined);
    if (session !== this.session) return;
    this.retailer = found?.name;
    setStoreZone(found?.timezone);
  }

  #leave(note: string | undefined): void {
    Session.forget();
    this.session = undefined;
    this.note = note;
  }

  #redraw = (): void => this.requestUpdate();

  #signOut = async (): Promise<void> => {
    const { session } = this;
    this.#leave('You have signed out.');
    await session?.end();
  };

  #arrive = (): void => {
    if (codeInAddress.test(location.hash)) {
      void this.#useLink();
      return;
    }
    if (location.hash === this.#address) return;
    if (!this.#mayLeave()) {
      history.pushState(null, '', this.#address);
      this.#wantsSearch = false;
      return;
    }
    this.#address = location.hash;
    this.isMenuOpen = false;
    const route = readRoute(location.hash);
    this.#hasMoved = route.view !== this.route.view || route.id !== this.route.id;
    this.route = route;
  };

  #isEdited(): boolean {
    return this.renderRoot.querySelector<ConsoleView>('.view')?.isEdited === true;
  }

  #mayLeave(): boolean {
    return !this.#isEdited() || confirm('Leave without saving your changes?');
  }

  /** The browser asks in its own words. */
  #beforeUnload = (event: Event): void => {
    if (this.#isEdited()) event.preventDefault();
  };

  /** "/" opens the order search from anywhere. */
  #pressed = (event: KeyboardEvent): void => {
    if (
      event.key !== '/' ||
      isComposing(event) ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      !this.session
    )
      return;
    const target = event.composedPath()[0] as HTMLElement;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || target.closest('dialog')) return;
    event.preventDefault();
    this.#wantsSearch = true;
    if (this.#hasSearch) void this.#focus();
    else location.hash = '#/orders';
  };

  get #hasSearch(): boolean {
    return this.route.view === 'orders' && this.route.id === undefined;
  }

  protected override updated(): void {
    const title = this.session ? (this.#place()?.title ?? 'Not found') : 'Sign in';
    document.title = `${this.route.id ?? title} – Aislechat console`;
    if (this.#hasMoved || (this.#wantsSearch && this.#hasSearch)) void this.#focus();
  }

  /** Moves the focus to the search if it is wanted, or else to the heading, so that a screen reader announces the new view. */
  async #focus(): Promise<void> {
    const view = this.renderRoot.querySelector<ConsoleView>('.view');
    if (!view) return;
    // The page may be drawn again before the view is, and before it is the view with the search.
    const target = this.#wantsSearch && this.#hasSearch ? '.search' : 'h1';
    if (target === '.search') this.#wantsSearch = false;
    this.#hasMoved = false;
    await view.updateComplete;
    view.renderRoot.querySelector<HTMLElement>(target)?.focus();
  }

  #place(): Place | undefined {
    const place = places[this.route.view];
    return place && this.session && this.surroundings && place.isFor(this.session, this.surroundings)
      ? place
      : undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { session, surroundings, route } = this;
    if (!surroundings) return nothing;
    if (!session) {
      return html`<aislechat-console-sign-in .surroundings=${surroundings} .note=${this.note}></aislechat-console-sign-in>`;
    }
    const toggle = () => {
      this.isMenuOpen = !this.isMenuOpen;
    };
    return html`<header @keydown=${this.#closeOnEscape} @focusout=${this.#closeBehind}>
        <button type="button" class="skip" @click=${this.#skip}>Skip to content</button>
        <strong dir="auto">${this.retailer ?? 'Aislechat'}</strong>
        <button
          type="button"
          class="toggle"
          aria-expanded=${String(this.isMenuOpen)}
          aria-controls="menu"
          @click=${toggle}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${this.isMenuOpen ? 'M6 6 18 18M18 6 6 18' : 'M4 7h16M4 12h16M4 17h16'} /></svg>
          Menu
        </button>
        <div id="menu" class=${this.isMenuOpen ? 'open' : ''}>
          <nav aria-label="Console">
            ${Object.entries(places)
              .filter(([, place]) => place.isFor(session, surroundings))
              .map(
                ([name, { title }]) =>
                  html`<a href="#/${name}" aria-current=${name === route.view ? 'page' : 'false'}>${title}</a>`,
              )}
          </nav>
          <div class="who">
            ${this.#zone()}
            <span>${session.isAgent ? `Support: ${session.name}` : [session.name, session.banner].filter(Boolean).join(', ')}</span>
            <button type="button" @click=${this.#signOut}>Sign out</button>
          </div>
        </div>
      </header>
      <main tabindex="-1">
        ${
          this.#place()?.view(session, route) ??
          html`<h1>Page not found</h1>
          <p>The page does not exist, or you may not see it. <a href="#/orders">Go to orders</a></p>`
        }
      </main>`;
  }

  #zone(): TemplateResult {
    const { store, own, isOwn } = zones();
    const choose = (event: Event) => useOwnZone((event.target as HTMLSelectElement).value === 'own');
    return html`<select aria-label="Show times in" @change=${choose}>
      ${store === undefined ? nothing : html`<option value="store" .selected=${!isOwn}>Store: ${store}</option>`}
      <option value="own" .selected=${isOwn}>Yours: ${own}</option>
    </select>`;
  }

  #closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.isMenuOpen) return;
    this.isMenuOpen = false;
    this.renderRoot.querySelector<HTMLElement>('.toggle')?.focus();
  };

  /** The menu closes behind a focus that moves on into the page. */
  #closeBehind = (event: FocusEvent): void => {
    const next = event.relatedTarget as Node | null;
    if (next && !(event.currentTarget as Element).contains(next)) this.isMenuOpen = false;
  };

  #skip = (): void => {
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  };

  static override styles = [
    colors,
    controls,
    consoleStyle,
    css`
      :host {
        min-block-size: 100vh;
        background: var(--_page);
      }
      .skip {
        position: absolute;
        inset-block-start: -4rem;
        max-inline-size: calc(100% - 1.5rem);
        z-index: 1;
      }
      .skip:focus {
        inset-block-start: 0.5rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1.5rem;
        padding: 0.5rem clamp(0.75rem, 3vw, 2rem);
        background: var(--_surface);
        border-block-end: 1px solid var(--_line);
      }
      #menu {
        display: contents;
      }
      .toggle {
        display: none;
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.25rem;
        order: 1;
        flex: 0 0 100%;
      }
      nav a {
        padding: 0.5rem;
        border-radius: 0.5rem;
        color: var(--_text);
        text-decoration: none;
        min-block-size: 2.75rem;
        display: flex;
        align-items: center;
      }
      nav a:hover {
        text-decoration: underline;
      }
      nav a[aria-current='page'] {
        background: var(--_bubble);
        font-weight: 600;
      }
      strong {
        flex: 1;
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.75rem;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      .who select {
        inline-size: auto;
        max-inline-size: 13rem;
        font-size: 0.875rem;
      }
      .who span {
        color: var(--_muted);
        font-size: 0.875rem;
        max-inline-size: 16rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      main {
        padding: 1.25rem clamp(0.75rem, 3vw, 2rem) 3rem;
        max-inline-size: 90rem;
        margin-inline: auto;
      }
      main:focus {
        outline: none;
      }
      @media (max-width: 44rem) {
        /* A single row, or two with large text, so that the content starts near the top. */
        header {
          column-gap: 0.75rem;
        }
        strong {
          flex: 1 1 7rem;
          min-inline-size: 0;
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
        .toggle {
          display: flex;
          align-items: center;
          gap: 0.5rem;
        }
        #menu {
          flex: 0 0 100%;
          min-inline-size: 0;
          display: none;
          padding-block: 0.25rem 0.5rem;
        }
        #menu.open {
          display: block;
        }
        nav {
          display: grid;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 8rem), 1fr));
          margin-block-end: 0.75rem;
        }
        .who :is(span, select) {
          max-inline-size: 100%;
        }
      }
    `,
  ];
}
customElements.define('aislechat-console', ConsolePage);
