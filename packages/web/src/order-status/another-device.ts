/** What a device shows to which the link of an order is not bound: how the customer opens the order here too. */
import { ApiError } from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { fill } from '../words.ts';
import type { OrderStatus } from './order-status.ts';
import type { StatusWords } from './status-words.ts';

type Problem = 'codeWrong' | 'codeOver' | 'codesSpent' | 'codeNotSent' | 'failed';

const problemOf = (error: unknown): Problem => {
  if (!(error instanceof ApiError)) return 'failed';
  switch (error.name) {
    case 'invalid_parameters':
      return 'codeWrong';
    case 'code_over':
      return 'codeOver';
    case 'limit_reached':
      return 'codesSpent';
    case 'code_not_sent':
      return 'codeNotSent';
    default:
      return 'failed';
  }
};

export class AnotherDevice {
  readonly #changed: () => void;
  #isBusy = false;
  #problem: Problem | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** @param shown resolves when what was changed is on the screen */
  render(status: OrderStatus, words: StatusWords, shown: () => Promise<ParentNode>): TemplateResult {
    const { codeTo, isCodeSent } = status;
    if (codeTo === null) return html`<p>${words.refused}</p>`;
    const send = async () => {
      await this.#do(() => status.sendCode());
      // A button loses the focus while it is disabled.
      const next = this.#problem === undefined ? '[name=code]' : '.send-code';
      (await shown()).querySelector<HTMLElement>(next)?.focus();
    };
    return html`<p>${words.elsewhere}</p>
      ${isCodeSent ? this.#form(status, words, shown) : nothing}
      <div class="actions">
        <button class="send-code ${isCodeSent ? '' : 'main'}" type="button" ?disabled=${this.#isBusy} @click=${send}>
          ${fill(isCodeSent ? words.sendAnotherCode : words.sendCode, { end: codeTo })}
        </button>
      </div>
      <p class="refused" role="alert" id="problem">${this.#problem ? words[this.#problem] : nothing}</p>`;
  }

  #form(status: OrderStatus, words: StatusWords, shown: () => Promise<ParentNode>): TemplateResult {
    const enter = async (event: Event) => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const code = String(new FormData(form).get('code')).replaceAll(/\D/g, '');
      await this.#do(() => status.enterCode(code));
      const next = status.phase === 'elsewhere' ? '[name=code]' : 'h1, h2.title';
      (await shown()).querySelector<HTMLElement>(next)?.focus();
    };
    return html`<form @submit=${enter}>
      <label class="field">${fill(words.code, { end: status.codeTo! })}
        <input
          type="text"
          name="code"
          required
          inputmode="numeric"
          autocomplete="one-time-code"
          pattern="\\s*(\\d\\s*){6}"
          title=${words.codeForm}
          maxlength="13"
          aria-describedby="problem"
          aria-invalid=${this.#problem === 'codeWrong'}
        />
      </label>
      <div class="actions"><button class="main" type="submit" ?disabled=${this.#isBusy}>${words.enterCode}</button></div>
    </form>`;
  }

  async #do(act: () => Promise<void>): Promise<void> {
    this.#isBusy = true;
    // Emptied first, so that the same problem is announced again.
    this.#problem = undefined;
    this.#changed();
    try {
      await act();
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.#isBusy = false;
    this.#changed();
  }
}
