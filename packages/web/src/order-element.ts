/**
 * `<aislechat-order>`: the customer's chat, for a retailer's page.
 *
 *     <script type="module" src="https://chat.example/aislechat.js"></script>
 *     <aislechat-order order-id="A-1" token="..."></aislechat-order>
 *
 * `token` is also a property, which may be a function that gets a token. The element calls it when it needs one. With the
 * attribute `launcher` it is a button that opens the chat.
 */
import { Connection, type GetToken, Outbox, sendMessage, wakeOnReturn } from '@aislechat/client';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { sealed } from './base-style.ts';
import { ChatPanel, icon } from './chat-panel.ts';
import { Conversation } from './conversation.ts';
import { Draft, deviceStorage } from './device-storage.ts';
import { orderStyle } from './order-style.ts';
import { Photos } from './photos.ts';
import { replacementCards, wordsLeft } from './replacement-cards.ts';
import type { Replacements } from './replacements.ts';
import { fill, fillCount, type Words, wordsOf } from './words.ts';

/** How long a page may take to set the token. */
const patienceMs = 3_000;

const hellos = { shopping: 'hello', delivering: 'helloDelivering', ready: 'helloReady' } as const;

/** What the shopper is doing, as far as it matters to what the customer may want to say. */
function stageOf({ workflowState = '' }: Conversation): keyof typeof hellos {
  if (workflowState === 'delivering') return 'delivering';
  return ['acknowledged', 'picking', 'verifying_replacements'].includes(workflowState) ? 'shopping' : 'ready';
}

export class OrderChat extends ChatPanel {
  static override properties = {
    ...ChatPanel.properties,
    orderId: { attribute: 'order-id' },
    token: {},
    server: {},
    retailer: {},
    quickReplies: { attribute: false },
    replacements: { attribute: false },
    writing: { state: true },
    isLauncher: { attribute: 'launcher', type: Boolean },
    isShown: { attribute: 'open', type: Boolean, reflect: true },
    // Its accessors are below. Named here, words that were set before the script ran are not lost.
    words: { attribute: false, noAccessor: true },
  };
  static override styles = [...ChatPanel.styles, sealed(orderStyle)];

  declare orderId: string | undefined;
  declare token: string | GetToken | undefined;
  /** The server's address; by default the origin of the script. */
  declare server: string | undefined;
  /** The banner whose order it is, in an organization with several. */
  declare retailer: string | undefined;
  /** Texts to tap; undefined: none, empty: the page's own. */
  declare quickReplies: readonly string[] | undefined;
  /** Those of a page that shows the cards itself. */
  declare replacements: Replacements | undefined;
  /** The item for which the customer writes what they would prefer. */
  declare writing: string | undefined;
  /** Whether the chat opens from a button. */
  declare isLauncher: boolean;
  /** Whether the launcher's chat is open. */
  declare isShown: boolean;
  /** Replaces `fetch`, for a page that shows the requests. */
  fetch: typeof fetch | undefined;
  #close: (() => void) | undefined;
  /** The token that the connection has asked for. */
  #asked: string | GetToken | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #ownWords: Partial<Words> = {};
  #allWords: { from: Words; all: Words } | undefined;

  constructor() {
    super();
    this.isLauncher = false;
    this.isShown = false;
  }

  /** All texts. A shop may set some or all of them in its own words or its own language. */
  override get words(): Words {
    const from = wordsOf(this.locale);
    if (this.#allWords?.from !== from) this.#allWords = { from, all: { ...from, ...this.#ownWords } };
    return this.#allWords.all;
  }

  override set words(own: Partial<Words> | undefined) {
    this.#ownWords = { ...own };
    this.#allWords = undefined;
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#patience = setTimeout(() => {
      if (this.orderId && this.token) return;
      // biome-ignore lint/suspicious/noConsole: a developer who forgot the token sees only bones
      console.warn(
        `<aislechat-order> shows nothing, because it has no ${this.orderId ? 'token' : 'order-id'}.`,
      );
    }, patienceMs);
    if (this.hasUpdated) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#patience);
    this.#shut();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isOther = ['orderId', 'server', 'retailer'].some((name) => changed.has(name));
    // The page may have set a token while the one before it was being refused.
    const hasNone = ['refused', 'unknown', undefined].includes(this.conversation?.phase);
    if (isOther || (hasNone && this.token !== this.#asked)) this.#open();
    super.willUpdate(changed);
    const left = wordsLeft(this.renderRoot, this.writing, this.conversation?.replacements);
    if (left !== undefined) this.#keep(left);
  }

  /** Words for a product that could not be answered become a message that was begun. */
  #keep = (text: string): void => {
    this.writing = undefined;
    this.addText(text);
  };

  protected override render(): TemplateResult {
    if (!this.isLauncher) return super.render();
    const { words, isShown, conversation } = this;
    const unread = (conversation?.unread.length ?? 0) + (conversation?.replacements?.proposals.length ?? 0);
    const name = isShown ? words.closeChat : words.openChat;
    const label = unread > 0 && !isShown ? `${name}, ${fillCount(words, words.unreadCount, unread)}` : name;
    return html`${isShown ? html`<div class="window" @keydown=${this.#escaped}>${super.render()}</div>` : nothing}
      <button class="launcher" type="button" aria-label=${label} aria-expanded=${isShown} @click=${this.#toggle}>
        ${icon(isShown ? 'close' : 'chat')}${unread > 0 && !isShown ? html`<span class="badge" aria-hidden="true">${unread}</span>` : nothing}
      </button>`;
  }

  #toggle = (): void => {
    this.isShown = !this.isShown;
    this.replies.flush();
  };

  #escaped = ({ key }: KeyboardEvent): void => {
    if (key !== 'Escape' || this.renderRoot.querySelector('dialog')) return;
    this.isShown = false;
    this.renderRoot.querySelector<HTMLElement>('.launcher')?.focus();
  };

  protected override opening(): TemplateResult {
    const { words } = this;
    const conversation = this.conversation!;
    const name = conversation.shopper?.display_name;
    if (!conversation.isOpen && conversation.endedAt) return super.opening();
    const hello = words[conversation.isOpen && name ? hellos[stageOf(conversation)] : 'soon'];
    return html`<div class="opening">
      <h2>${name ? fill(words.helloTitle, { name }) : words.soonTitle}</h2>
      <p>${fill(hello, { name: name ?? words.shopper })}</p>
    </div>`;
  }

  protected override aboveField(): TemplateResult {
    return html`${this.#cards()} ${this.#quickReplies()}`;
  }

  #cards(): TemplateResult | typeof nothing {
    const { conversation, words, locale } = this;
    if (!conversation?.replacements || this.replacements) return nothing;
    return replacementCards(conversation.replacements, {
      words,
      locale,
      writing: this.writing,
      write: (id) => {
        this.writing = id;
        return this.updateComplete;
      },
      shown: () => this.updateComplete,
      keep: this.#keep,
    });
  }

  /** Before the first message, what to begin with; then the page's replies, by what is being talked about. */
  #quickReplies(): TemplateResult | typeof nothing {
    const { words, quickReplies, conversation, replies } = this;
    if (conversation?.isOpen !== true) return nothing;
    const isFirst =
      !conversation.entries.some(({ kind }) => kind === 'message') && conversation.outgoing.length === 0;
    if (quickReplies && quickReplies.length > 0) return replies.render(quickReplies, words);
    if (isFirst) return replies.render(this.#firstMessages(conversation), words, words.firstMessages);
    return replies.render(quickReplies ? this.#ownReplies(conversation) : [], words);
  }

  #firstMessages(conversation: Conversation): string[] {
    const { words } = this;
    const stage = stageOf(conversation);
    if (stage === 'shopping') return [words.first1, words.first2, words.first3];
    return stage === 'delivering' ? [words.customerQuick3, words.customerDoor] : [];
  }

  #ownReplies(conversation: Conversation): string[] {
    const { words } = this;
    if (conversation.replacements?.proposals.length) return [words.customerElse, words.customerTrust];
    if (stageOf(conversation) === 'delivering') {
      return [words.customerQuick3, words.customerDoor, words.customerThanks];
    }
    return [words.customerQuick1, words.customerQuick2, words.customerQuick3];
  }

  #open(): void {
    this.#shut();
    const { orderId, token, retailer } = this;
    if (!orderId || !token) return;
    const url = (this.server ?? new URL(import.meta.url).origin).replace(/\/+$/, '');
    const connection = new Connection({
      url,
      // Read each time, because the page may have set another token.
      token: async () => {
        const { token } = this;
        this.#asked = token;
        return typeof token === 'function' ? token() : (token ?? '');
      },
      retailer,
      ...(this.fetch && { fetch: this.fetch }),
    });
    // An order has one customer, so nobody else's messages are stored under this name.
    const name = `aislechat:${url}:${retailer ? `${retailer}:` : ''}${orderId}`;
    const photos = new Photos(deviceStorage, name, sendMessage);
    const outbox = new Outbox(connection, {
      storage: deviceStorage,
      name,
      send: photos.send,
      stepsAside: photos.stepsAside,
      onSent: (message, answer) => {
        conversation.acknowledged(message, answer.id);
        photos.sent(message);
      },
    });
    photos.forgetOthers(outbox.messages());
    const conversation = new Conversation({
      connection,
      orderId,
      side: 'user',
      outbox,
      photos,
      onChange: this.changed,
      onOrder: () => this.dispatchEvent(new CustomEvent('aislechat-order-event')),
      replacements: this.replacements,
    });
    const sleep = wakeOnReturn(outbox, conversation);
    this.#close = () => {
      sleep();
      outbox.close();
      conversation.close();
    };
    this.draft = new Draft(name, orderId);
    this.photos = photos;
    this.conversation = conversation;
  }

  #shut(): void {
    // A reply that could still be taken back belongs to the order that was open.
    this.replies.flush();
    this.#close?.();
    this.#close = undefined;
    this.conversation = undefined;
  }
}
