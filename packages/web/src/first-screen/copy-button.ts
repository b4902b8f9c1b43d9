/** A button that copies a text and says whether it could. */
import { css, html, LitElement, type TemplateResult } from 'lit';
import { colors, controls } from '../base-style.ts';

const shownMs = 2_000;

export class CopyButton extends LitElement {
  static override properties = {
    text: { attribute: false },
    label: {},
    what: {},
    result: { state: true },
  };
  declare text: string;
  /** The visible text. */
  declare label: string;
  /** What is copied, for a screen reader. */
  declare what: string;
  declare result: string;

  constructor() {
    super();
    this.result = '';
  }

  #copy = async (): Promise<void> => {
    this.result = await navigator.clipboard.writeText(this.text).then(
      () => 'Copied',
      () => 'Not allowed',
    );
    setTimeout(() => {
      this.result = '';
    }, shownMs);
  };

  protected override render(): TemplateResult {
    return html`<button type="button" aria-label=${this.what} @click=${this.#copy}>${this.result || this.label}</button
      ><span class="hidden" role="status">${this.result}</span>`;
  }

  static override styles = [
    colors,
    controls,
    css`
      :host {
        display: inline-block;
        position: relative;
      }
      button {
        border: 1px solid var(--_line);
        background: var(--_surface);
        border-radius: 0.75rem;
        padding-inline: 0.875rem;
      }
    `,
  ];
}
customElements.define('aislechat-copy', CopyButton);
