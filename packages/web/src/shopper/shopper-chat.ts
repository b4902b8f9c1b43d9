/** A conversation as the shopper has it: answers ready to tap, and the camera. */
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ChatPanel, icon } from '../chat-panel.ts';
import { Draft } from '../device-storage.ts';
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
  .camera,
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
  .refused {
    padding: 0 1rem 0.5rem;
    font-size: 0.875rem;
    color: var(--_danger);
  }
`;

export class ShopperChat extends ChatPanel {
  static override properties = {
    ...ChatPanel.properties,
    session: { attribute: false },
    orderId: { attribute: false },
    hasBack: { attribute: false },
    isRefused: { state: true },
  };
  static override styles = [...ChatPanel.styles, style];

  declare session: ShopperSession | undefined;
  declare orderId: string | undefined;
  /** Whether there is a list to go back to. */
  declare hasBack: boolean;
  /** The last photo could not be kept. */
  declare isRefused: boolean;

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
    this.conversation = session.open(orderId, this.changed);
  }

  protected override leading(): TemplateResult | typeof nothing {
    if (!this.hasBack) return nothing;
    const back = () => this.dispatchEvent(new Event('back'));
    return html`<button class="back" type="button" aria-label=${this.words.back} @click=${back}>${icon('back')}</button>`;
  }

  protected override aboveField(): TemplateResult {
    const { words } = this;
    const replies = [words.quick1, words.quick2, words.quick3, words.quick4, words.quick5];
    return html`${this.isRefused ? html`<div class="refused" role="alert">${words.photoFailed}</div>` : nothing}
      <div class="quick" role="group" aria-label=${words.quick}>
        ${replies.map(
          (text) => html`<button type="button" @click=${() => this.#reply(text)}>${text}</button>`,
        )}
      </div>`;
  }

  protected override besideField(): TemplateResult {
    const choose = () => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')!.click();
    return html`<button class="camera" type="button" aria-label=${this.words.photo} @click=${choose}>${icon('camera')}</button>
      <input type="file" accept="image/*" capture="environment" hidden @change=${this.#chosen} />`;
  }

  protected override photoOf(name: string): string | undefined {
    return this.session?.photos.linkOf(name);
  }

  #reply(text: string): void {
    this.conversation?.send(text);
    this.answered();
  }

  #chosen = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = '';
    if (!file || !this.session || !this.orderId) return;
    try {
      await this.session.sendPhoto(this.orderId, file);
      this.isRefused = false;
      this.answered();
    } catch {
      this.isRefused = true;
    }
  };
}
customElements.define('aislechat-shopper-chat', ShopperChat);
