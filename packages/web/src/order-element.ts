/**
 * `<aislechat-order>`: the customer's chat, for a retailer's page.
 *
 *     <script type="module" src="https://chat.example/aislechat.js"></script>
 *     <aislechat-order order-id="A-1" token="..."></aislechat-order>
 *
 * `token` is also a property, which may be a function that gets a token. The element calls it when it needs one.
 */
import { Connection, type GetToken, Outbox, sendMessage, wakeOnReturn } from '@aislechat/client';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ChatPanel } from './chat-panel.ts';
import { Conversation } from './conversation.ts';
import { Draft, deviceStorage } from './device-storage.ts';
import { Photos } from './photos.ts';
import { replacementCards } from './replacement-cards.ts';
import type { Replacements } from './replacements.ts';

export class OrderChat extends ChatPanel {
  static override properties = {
    ...ChatPanel.properties,
    orderId: { attribute: 'order-id' },
    token: {},
    server: {},
    quickReplies: { attribute: false },
    replacements: { attribute: false },
    writing: { state: true },
  };

  declare orderId: string | undefined;
  declare token: string | GetToken | undefined;
  /** The server's address; by default the origin of the script. */
  declare server: string | undefined;
  /** Texts to tap; undefined: none, empty: the page's own. */
  declare quickReplies: readonly string[] | undefined;
  /** Those of a page that shows the cards itself. */
  declare replacements: Replacements | undefined;
  /** The item for which the customer writes what they would prefer. */
  declare writing: string | undefined;
  /** Replaces `fetch`, for a page that shows the requests. */
  fetch: typeof fetch | undefined;
  #close: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#shut();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const isOther = changed.has('orderId') || changed.has('server');
    const isWanted = changed.has('token') && (!this.conversation || this.conversation.phase === 'refused');
    if (isOther || isWanted) this.#open();
    super.willUpdate(changed);
  }

  protected override aboveField(): TemplateResult {
    return html`${this.#cards()} ${this.#quickReplies()}`;
  }

  #cards(): TemplateResult | typeof nothing {
    const { conversation, words } = this;
    if (!conversation?.replacements || this.replacements) return nothing;
    return replacementCards(conversation.replacements, {
      words,
      writing: this.writing,
      write: (id) => {
        this.writing = id;
        return this.updateComplete;
      },
    });
  }

  #quickReplies(): TemplateResult | typeof nothing {
    const { words, quickReplies } = this;
    if (!quickReplies || this.conversation?.isOpen !== true) return nothing;
    const own = [words.customerQuick1, words.customerQuick2, words.customerQuick3];
    const texts = quickReplies.length > 0 ? quickReplies : own;
    const say = (text: string) => () => {
      this.conversation?.send(text);
      this.answered();
    };
    return html`<div class="quick" role="group" aria-label=${words.quick}>
      ${texts.map((text) => html`<button type="button" dir="auto" @click=${say(text)}>${text}</button>`)}
    </div>`;
  }

  #open(): void {
    this.#shut();
    const { orderId, token } = this;
    if (!orderId || !token) return;
    const url = (this.server ?? new URL(import.meta.url).origin).replace(/\/+$/, '');
    const connection = new Connection({
      url,
      // Read each time, because the page may have set another token.
      token: async () => {
        const { token } = this;
        return typeof token === 'function' ? token() : (token ?? '');
      },
      ...(this.fetch && { fetch: this.fetch }),
    });
    // An order has one customer, so nobody else's messages are stored under this name.
    const name = `aislechat:${url}:${orderId}`;
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
    this.#close?.();
    this.#close = undefined;
    this.conversation = undefined;
  }
}
