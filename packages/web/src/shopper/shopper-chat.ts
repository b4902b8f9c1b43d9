/** A conversation as the shopper sees it, with quick replies, the camera, and the voice. */
import { css, html, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { sealed } from '../base-style.ts';
import { ChatPanel, drawn } from '../chat-panel.ts';
import type { Conversation, MessageEntry } from '../conversation.ts';
import { Draft } from '../device-storage.ts';
import { fill, fillCount, filled } from '../words.ts';
import { itemList, itemListStyle } from './item-list.ts';
import { shortNumber, stepOf } from './order-rows.ts';
import { Picking } from './picking.ts';
import { repliesFor } from './replies.ts';
import type { ShopperSession } from './session.ts';
import { dictate, isChosen, speak } from './voice.ts';
import { type ShopperWords, shopperWordsOf } from './words.ts';

const icons = {
  back: svg`<path d="m15 5-7 7 7 7"/>`,
  items: svg`<path d="M9 6h11M9 12h11M9 18h11M4 6h.5M4 12h.5M4 18h.5"/>`,
  microphone: svg`<path d="M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6 11a6 6 0 0 0 12 0M12 17v4"/>`,
};

const style = css`
  .back {
    flex: none;
    color: var(--_link);
  }
  .back {
    position: relative;
    margin-inline-start: -0.5rem;
  }
  .badge {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
    min-inline-size: 1.25rem;
    padding-inline: 0.25rem;
    border-radius: 999px;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 0.8125rem;
    font-weight: 600;
    line-height: 1.25rem;
  }
  .tool[aria-pressed='true'] {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .toggle {
    flex: none;
    margin-inline-start: auto;
    padding-inline: 1rem;
    border: 1px solid var(--_line);
    font-size: 0.9375rem;
  }
  .toggle {
    display: flex;
    align-items: center;
    gap: 0.375rem;
  }
  .toggle svg {
    flex: none;
    inline-size: 1.125rem;
    block-size: 1.125rem;
  }
  header {
    gap: min(0.75rem, 1.5vw);
  }
  @container (max-width: 22em) {
    .toggle svg {
      display: none;
    }
  }
  @container (max-width: 26em) {
    .toggle .word {
      position: absolute;
      clip-path: inset(50%);
    }
    .toggle {
      padding-inline: 0.5rem;
    }
  }
  @container (max-width: 18em) {
    .avatar {
      display: none;
    }
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
    listed: { attribute: false },
    hasBack: { attribute: false },
    quickReplies: { attribute: false },
    unreadElsewhere: { attribute: false },
    listening: { state: true },
    hasNotHeard: { state: true },
    showsItems: { state: true },
    replacing: { state: true },
  };
  static override styles = [...ChatPanel.styles, sealed(style), sealed(itemListStyle)];

  declare session: ShopperSession | undefined;
  declare orderId: string | undefined;
  /** The order in the list when that was last read; undefined if it was not there. */
  declare listed: object | undefined;
  /** Whether to show a button that leads back to the list. */
  declare hasBack: boolean;
  /** The retailer's quick replies; undefined or empty for the page’s own. */
  declare quickReplies: readonly string[] | undefined;
  /** How many messages of other orders wait, shown on the way back to them. */
  declare unreadElsewhere: number | undefined;
  /** Stops the dictation that is going on. */
  declare listening: (() => void) | undefined;
  declare hasNotHeard: boolean;
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
    this.listening?.();
    this.session?.leave();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('session') || changed.has('orderId')) this.#open();
    else if (changed.has('listed') && this.listed && this.conversation?.phase === 'lost') this.#reopen();
    super.willUpdate(changed);
  }

  #open(): void {
    const { session, orderId } = this;
    if (!session || !orderId) return;
    this.listening?.();
    // A reply that could still be taken back belongs to the order that was open.
    this.replies.flush();
    this.draft = new Draft(session.name, orderId);
    this.photos = session.photos;
    const picking = new Picking(session.connection, orderId, this.changed);
    this.#picking = picking;
    this.showsItems = false;
    this.replacing = undefined;
    this.conversation = session.open(orderId, {
      onChange: this.changed,
      onOrder: () => {
        void picking.refresh();
        this.dispatchEvent(new Event('aislechat-order-event'));
      },
    });
    void picking.refresh();
  }

  /** The list was perhaps read before the order was handed over, so the conversation stays lost until it is read. */
  #reopen(): void {
    this.conversation?.reopen();
    void this.#picking?.refresh();
  }

  protected override leading(): TemplateResult | typeof nothing {
    if (!this.hasBack) return nothing;
    const back = () => this.dispatchEvent(new Event('back'));
    const { words, unreadElsewhere: unread = 0 } = this;
    const label = unread > 0 ? `${words.back}, ${fillCount(words, words.unreadCount, unread)}` : words.back;
    return html`<button class="back" type="button" aria-label=${label} @click=${back}>
      ${drawn(icons.back)}${unread > 0 ? html`<span class="badge" aria-hidden="true">${unread}</span>` : nothing}
    </button>`;
  }

  protected override trailing(): TemplateResult | typeof nothing {
    const items = this.#picking?.items;
    if (!items?.length || this.conversation?.phase === 'lost') return nothing;
    const toggle = () => {
      this.showsItems = !this.showsItems;
    };
    return html`<button class="toggle" type="button" aria-expanded=${this.showsItems} @click=${toggle}>
      ${drawn(icons.items)}<span class="word">${this.words.items}</span> ${items.length - this.#picking!.left}/${items.length}
    </button>`;
  }

  protected override belowHeader(): TemplateResult | typeof nothing {
    if (!this.showsItems || !this.#picking) return nothing;
    return itemList(this.#picking, {
      words: this.words,
      locale: this.locale,
      replacing: this.replacing,
      canPick: this.conversation?.workflowState === 'picking',
      replace: (line) => {
        this.replacing = line;
        return this.updateComplete;
      },
      sendPhoto: (photo, caption) => void this.sendPhotoFile(photo, caption),
    });
  }

  protected override heading(name: string): TemplateResult {
    return html`<bdi>${shortNumber(this.orderId ?? '')}</bdi> · <bdi>${name}</bdi>`;
  }

  protected override doing({ workflowState, orderId }: Conversation): string {
    const { words } = this;
    const step = stepOf(workflowState, words);
    // The heading may have only the end of a long number.
    return shortNumber(orderId) === orderId
      ? step
      : `${step} · ${fill(words.customerOf, { order: orderId })}`;
  }

  protected override aboveField(): TemplateResult | typeof nothing {
    const { words } = this;
    return html`${this.hasNotHeard ? html`<div class="refused" role="alert">${words.dictationFailed}</div>` : nothing}
      ${this.#quickReplies()}`;
  }

  #quickReplies(): TemplateResult | typeof nothing {
    const { words, conversation, quickReplies } = this;
    if (quickReplies?.length)
      return this.replies.render(
        quickReplies.map((text) => filled(text, this.#names)),
        words,
      );
    const texts = repliesFor(conversation?.workflowState, this.#picking?.talkedAbout, words);
    return this.replies.render(texts, words);
  }

  protected override besideField(): TemplateResult | typeof nothing {
    if (!isChosen('writeByVoice')) return nothing;
    const { words, listening } = this;
    const isOn = listening !== undefined;
    return html`<button
      class="tool"
      type="button"
      aria-pressed=${isOn}
      aria-label=${isOn ? words.dictating : words.dictate}
      @click=${this.#dictate}
    >${drawn(icons.microphone)}</button>`;
  }

  #dictate = (): void => {
    if (this.listening) {
      this.listening();
      return;
    }
    this.hasNotHeard = false;
    this.listening = dictate({
      locale: this.locale,
      onText: (text) => this.addText(text),
      onEnd: (hasFailed) => {
        this.listening = undefined;
        this.hasNotHeard = hasFailed;
      },
    });
  };

  protected override arrived(messages: MessageEntry[]): void {
    if (!isChosen('readAloud') || document.visibilityState !== 'visible') return;
    const { words, customer = words.customer } = this;
    for (const { body } of messages)
      speak(`${customer}${words.colon} ${body || words.photoWaiting}`, this.locale);
  }

  get #names(): Record<string, string> {
    const { words, customer = words.customer, orderId: order = '', conversation } = this;
    return { customer, order, shopper: conversation?.shopper?.display_name ?? words.shopper };
  }
}
customElements.define('aislechat-shopper-chat', ShopperChat);
