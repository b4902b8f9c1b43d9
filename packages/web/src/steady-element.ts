/**
 * An element that recovers from its own errors. If drawing fails, Lit would leave the old content, such as "Loading",
 * for good. This element shows a message, reports the error, and draws itself again after a while.
 */
import { html, LitElement, render } from 'lit';
import { isComposing } from './keyboard.ts';
import { localeAround } from './locale.ts';
import { wordsOf } from './words.ts';

const againLeastMs = 1_000;
const againMostMs = 30_000;

export class SteadyElement extends LitElement {
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  /** Enter in an input field submits its form, unless a word is being composed. */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    root.addEventListener('keydown', (event) => {
      const key = event as KeyboardEvent;
      if (key.key === 'Enter' && isComposing(key) && key.target instanceof HTMLInputElement)
        key.preventDefault();
    });
    return root;
  }

  protected override performUpdate(): void {
    clearTimeout(this.#again);
    try {
      super.performUpdate();
      this.#failures = 0;
    } catch (error) {
      reportError(error);
      const words = wordsOf(localeAround(this));
      const sorry = html`<div class="instead" role="alert" dir="auto"><h2>${words.brokenTitle}</h2><p>${words.broken}</p></div>`;
      render(sorry, this.renderRoot, this.renderOptions);
      this.#failures += 1;
      const waitMs = Math.min(againMostMs, againLeastMs * 2 ** (this.#failures - 1));
      this.#again = setTimeout(() => this.requestUpdate(), waitMs);
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#failures > 0) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#again);
  }
}
