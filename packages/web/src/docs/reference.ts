/** Draws the API reference from the server's own OpenAPI document, so it shows what this server has. */
import { html, LitElement, type nothing, type TemplateResult } from 'lit';
import { followContents } from './contents.ts';
import { type Description, type Located, operationsOf } from './description.ts';
import './operation.ts';
import type { OperationView } from './operation.ts';
import { callerNames, callers, demoTokens, exampleOrder, noTokens, type Tokens } from './tokens.ts';

const address = '/openapi.json';
export const anchorOfTag = (tag: string): string => `tag-${tag.toLowerCase().replaceAll(' ', '-')}`;

export class Reference extends LitElement {
  static override properties = {
    description: { state: true },
    tokens: { state: true },
    isDemo: { state: true },
    problem: { state: true },
  };
  declare description: Description | undefined;
  declare tokens: Tokens;
  declare isDemo: boolean;
  declare problem: string;
  #operations: Located[] = [];

  constructor() {
    super();
    this.tokens = {};
    this.isDemo = false;
    this.problem = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // What the page shows without a script.
    this.replaceChildren();
    void this.#load();
    addEventListener('hashchange', () => this.#openNamed());
  }

  async #load(): Promise<void> {
    const answer = await fetch(address).catch(() => undefined);
    if (!answer?.ok) {
      this.problem = 'The description of the API could not be loaded. Reload the page to try again.';
      return;
    }
    const text = await answer.text();
    const described: Description = JSON.parse(text);
    // A server in production has no demo, so nothing is asked for there.
    const hasSandbox = operationsOf(described).some(({ operation }) => operation['x-development-only']);
    const { tokens, order } = hasSandbox ? await demoTokens(location.origin) : noTokens;
    this.tokens = tokens;
    this.isDemo = Object.keys(tokens).length > 0;
    // Once the order of the examples is over, the forms name the one that goes on.
    const description: Description =
      order === exampleOrder ? described : JSON.parse(text.replaceAll(exampleOrder, order));
    this.#operations = operationsOf(description);
    this.description = description;
    await this.updateComplete;
    followContents();
    this.#openNamed();
  }

  /** Opens the operation that the address names. */
  async #openNamed(): Promise<void> {
    const id = decodeURIComponent(location.hash.slice(1));
    if (id === '') return;
    const operation = this.querySelector<OperationView>(`aislechat-operation:has(> #${CSS.escape(id)})`);
    if (operation) {
      operation.isOpen = true;
      await operation.updateComplete;
      operation.querySelector('details')!.open = true;
    }
    document.getElementById(id)?.scrollIntoView();
  }

  protected override render(): TemplateResult {
    const { description } = this;
    if (this.problem) return html`<p role="alert">${this.problem}</p>`;
    if (!description) return html`<p>Loading…</p>`;
    return html`${this.#tokenFields()} ${description.tags.map(({ name, description: text }) => this.#section(description, name, text))}`;
  }

  #tokenFields(): TemplateResult {
    const entered = (event: Event) => {
      const { name, value } = event.target as HTMLInputElement;
      this.tokens = { ...this.tokens, [name]: value.trim() };
    };
    return html`<section class="tokens" aria-labelledby="tokens">
      <h2 id="tokens">Tokens</h2>
      <p>
        Each operation below sends the token of the kind that it needs.
        ${
          this.isDemo
            ? 'These are the demo’s, and expire after 24 hours; reload the page to get new ones.'
            : html`Get tokens from <a href="#createToken"><code>POST /v2/oauth/token</code></a>.`
        }
        The page forgets them when you leave it.
      </p>
      <div class="grid">${callers.map(
        (caller) => html`<div class="field"><label>${callerNames[caller]}
          <input name=${caller} .value=${this.tokens[caller] ?? ''} autocomplete="off" spellcheck="false" @input=${entered} /></label></div>`,
      )}</div>
    </section>`;
  }

  #section(description: Description, tag: string, text: string): TemplateResult | typeof nothing {
    const operations = this.#operations.filter(({ operation }) => operation.tags.includes(tag));
    return html`<section aria-labelledby=${anchorOfTag(tag)}>
      <h2 id=${anchorOfTag(tag)}>${tag}</h2>
      <p>${text}</p>
      ${operations.map(
        (located) =>
          html`<aislechat-operation .description=${description} .located=${located} .tokens=${this.tokens}></aislechat-operation>`,
      )}
    </section>`;
  }
}
customElements.define('aislechat-reference', Reference);
