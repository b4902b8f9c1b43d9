/** A conversation as the shopper sees it, with quick replies, the camera, and the voice. */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ChatPanel, icon } from '../chat-panel.ts';
import { sealed } from '../chat-style.ts';
import { Draft } from '../device-storage.ts';
import { filled } from '../words.ts';
import { itemList, itemListStyle } from './item-list.ts';
import { shortNumber } from './order-rows.ts';
import { Picking } from './picking.ts';
import { repliesFor } from './replies.ts';
import type { ShopperSession } from './session.ts';
import { type ShopperWords, shopperWordsOf } from './words.ts';

const style = css`
  .back {
    flex: none;
    color: var(--_link);
  }
  .back {
    margin-inline-start: -0.5rem;
  }
  .toggle {
    flex: none;
    margin-inline-start: auto;
    padding-inline: 1rem;
    border: 1px solid var(--_line);
    font-size: 0.9375rem;
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
    showsItems: { state: true },
    replacing: { state: true },
  };
  static override styles = [...ChatPanel.styles, style, sealed(itemListStyle)];

  declare session: ShopperSession | undefined;
  declare orderId: string | undefined;
  /** Whether to show a button that leads back to the list. */
  declare hasBack: boolean;
  /** The retailer's quick replies; undefined or empty for the page’s own. */
  declare quickReplies: readonly string[] | undefined;
  declare showsItems: boolean;
  /** The line of the item whose replacement the shopper is writing. */
  declare replacing: string | undefined;
  #picking: Picking | undefined;

  override get words(): ShopperWords {
    return shopperWordsOf(this.locale);
  }

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
    const picking = new Picking(session.connection, orderId, this.changed);
    this.#picking = picking;
    this.showsItems = false;
    this.replacing = undefined;
    this.conversation = session.open(orderId, this.changed, () => void picking.refresh());
    void picking.refresh();
  }

  protected override leading(): TemplateResult | typeof nothing {
    if (!this.hasBack) return nothing;
    const back = () => this.dispatchEvent(new Event('back'));
    return html`<button class="back" type="button" aria-label=${this.words.back} @click=${back}>${icon('back')}</button>`;
  }

  protected override trailing(): TemplateResult | typeof nothing {
    const items = this.#picking?.items;
    if (!items?.length) return nothing;
    const toggle = () => {
      this.showsItems = !this.showsItems;
    };
    return html`<button class="toggle" type="button" aria-expanded=${this.showsItems} @click=${toggle}>
      ${this.words.items} ${items.length - this.#picking!.left}/${items.length}
    </button>`;
  }

  protected override belowHeader(): TemplateResult | typeof nothing {
    if (!this.showsItems || !this.#picking) return nothing;
    return itemList(this.#picking, {
      words: this.words,
      replacing: this.replacing,
      canPick: this.conversation?.workflowState === 'picking',
      replace: (line) => {
        this.replacing = line;
      },
    });
  }

  protected override heading(name: string): TemplateResult {
    return html`<bdi>${shortNumber(this.orderId ?? '')}</bdi> · <bdi>${name}</bdi>`;
  }

  protected override aboveField(): TemplateResult | typeof nothing {
    const { words, conversation, quickReplies } = this;
    if (quickReplies?.length)
      return this.replies.render(
        quickReplies.map((text) => filled(text, this.#names)),
        words,
      );
    const texts = repliesFor(conversation?.workflowState, this.#picking?.talkedAbout, words);
    return this.replies.render(texts, words);
  }

  get #names(): Record<string, string> {
    const { words, customer = words.customer, orderId: order = '', conversation } = this;
    return { customer, order, shopper: conversation?.shopper?.display_name ?? words.shopper };
  }
}
customElements.define('aislechat-shopper-chat', ShopperChat);
