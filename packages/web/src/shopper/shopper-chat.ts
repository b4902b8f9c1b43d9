/** A conversation as the shopper sees it, with quick replies and the camera. */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ChatPanel, icon } from '../chat-panel.ts';
import { Draft } from '../device-storage.ts';
import { filled } from '../words.ts';
import type { ShopperSession } from './session.ts';

const style = css`
  .quick {
    display: flex;
    flex: none;
    gap: 0.5rem;
    overflow-x: auto;
    padding: 0.25rem 0.75rem 0.5rem;
    scrollbar-width: none;
  }
  .quick button {
    flex: none;
    padding-inline: 1rem;
    border: 1px solid var(--_line);
    background: var(--_bubble);
    white-space: nowrap;
    font-size: 0.9375rem;
  }
  .back {
    flex: none;
    color: var(--_link);
  }
  .back {
    margin-inline-start: -0.5rem;
  }
  .back svg:dir(rtl) {
    transform: scaleX(-1);
  }
`;

export class ShopperChat extends ChatPanel {
  static override properties = {
    ...ChatPanel.properties,
    session: { attribute: false },
    orderId: { attribute: false },
    hasBack: { attribute: false },
    quickReplies: { attribute: false },
  };
  static override styles = [...ChatPanel.styles, style];

  declare session: ShopperSession | undefined;
  declare orderId: string | undefined;
  /** Whether to show a button that leads back to the list. */
  declare hasBack: boolean;
  /** The retailer's quick replies; undefined or empty for the page’s own. */
  declare quickReplies: readonly string[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session?.leave();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('session') || changed.has('orderId')) this.#open();
    super.willUpdate(changed);
  }

  #open(): void {
    const { session, orderId } = this;
    if (!session || !orderId) return;
    this.draft = new Draft(session.name, orderId);
    this.photos = session.photos;
    this.conversation = session.open(orderId, this.changed);
  }

  protected override leading(): TemplateResult | typeof nothing {
    if (!this.hasBack) return nothing;
    const back = () => this.dispatchEvent(new Event('back'));
    return html`<button class="back" type="button" aria-label=${this.words.back} @click=${back}>${icon('back')}</button>`;
  }

  protected override aboveField(): TemplateResult {
    const { words, customer = words.customer, orderId: order = '', conversation } = this;
    const own = [words.quick1, words.quick2, words.quick3, words.quick4, words.quick5];
    const names = { customer, order, shopper: conversation?.shopper?.display_name ?? words.shopper };
    const texts = this.quickReplies?.length ? this.quickReplies : own;
    const replies = texts.map((text) => filled(text, names));
    return html`<div class="quick" role="group" aria-label=${words.quick}>
        ${replies.map(
          (text) => html`<button type="button" dir="auto" @click=${() => this.#reply(text)}>${text}</button>`,
        )}
      </div>`;
  }

  #reply(text: string): void {
    this.conversation?.send(text);
    this.answered();
  }
}
customElements.define('aislechat-shopper-chat', ShopperChat);
