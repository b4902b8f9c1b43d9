/**
 * The page's requests, newest first. Requests that come while somebody reads an older one wait behind a button, so that
 * what is being read stays where it is.
 */
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { colors, controls } from '../base-style.ts';
import { SteadyElement } from '../steady-element.ts';
import './copy-button.ts';
import type { Recorded, Recorder } from './recorder.ts';

/** How far from the top a reader is still with the newest. */
const topPx = 4;

/** @param filter words that must all occur in who, method, path or status; `4xx` is a class of statuses */
export function matches({ who, method, path, status = 0 }: Recorded, filter: string): boolean {
  const text = `${who} ${method} ${path} ${status || ''} ${Math.floor(status / 100)}xx`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export class RequestLog extends SteadyElement {
  static override properties = {
    recorder: { attribute: false },
    filter: { state: true },
    upTo: { state: true },
  };
  declare recorder: Recorder;
  declare filter: string;
  /** The newest request that is shown; undefined while the reader follows the newest. */
  declare upTo: number | undefined;
  #watched: Recorder | undefined;

  constructor() {
    super();
    this.filter = '';
  }

  protected override willUpdate(): void {
    if (this.#watched === this.recorder) return;
    this.#watched = this.recorder;
    this.recorder.addEventListener('change', () => this.requestUpdate());
  }

  /** Holds back newer requests while the list is scrolled or a request is open. */
  #hold = (): void => {
    const list = this.renderRoot.querySelector('ol')!;
    const isReading = list.scrollTop > topPx || list.querySelector('details[open]') !== null;
    if (!isReading) this.upTo = undefined;
    else this.upTo ??= this.recorder.requests[0]?.id;
  };

  #showNewer = (): void => {
    const list = this.renderRoot.querySelector('ol')!;
    for (const open of list.querySelectorAll('details[open]')) open.removeAttribute('open');
    this.upTo = undefined;
    list.scrollTop = 0;
    list.querySelector<HTMLElement>('summary')?.focus();
  };

  #filtered = (event: Event): void => {
    this.filter = (event.target as HTMLInputElement).value.trim();
  };

  protected override render(): TemplateResult {
    const found = this.recorder.requests.filter((request) => matches(request, this.filter));
    const shown = found.filter(({ id }) => this.upTo === undefined || id <= this.upTo);
    const newer = found.length - shown.length;
    return html`<div class="bar">
        <h2 id="requests">Requests from this page</h2>
        <label>Filter <input type="search" placeholder="shopper post 4xx" autocomplete="off" spellcheck="false" @input=${this.#filtered} /></label>
        <span class="newer">${newer > 0 ? html`<button type="button" @click=${this.#showNewer}>Show ${newer} newer</button>` : nothing}</span>
      </div>
      ${shown.length === 0 ? html`<p>${this.filter === '' ? 'No requests yet.' : 'No request matches the filter.'}</p>` : nothing}
      <ol aria-labelledby="requests" @scroll=${this.#hold} ?hidden=${shown.length === 0}>
        ${repeat(
          shown,
          ({ id }) => id,
          (request) => this.#request(request),
        )}
      </ol>`;
  }

  #request({ who, method, path, status, request, response, curl }: Recorded): TemplateResult {
    const isBad = status !== undefined && status >= 400;
    return html`<li>
      <details @toggle=${this.#hold}>
        <summary>
          <span class="who">${who}</span> <b>${method}</b> <span class="path">${path}</span>
          <span class=${isBad ? 'bad' : 'good'}>${status ?? '…'}</span>
        </summary>
        ${request ? html`<pre tabindex="0" role="group" aria-label="Request body">${request}</pre>` : nothing}
        ${response ? html`<pre tabindex="0" role="group" aria-label="Response body">${response}</pre>` : nothing}
      </details>
      <aislechat-copy .text=${curl} label="curl" what="Copy ${method} ${path} as curl"></aislechat-copy>
    </li>`;
  }

  static override styles = [
    colors,
    controls,
    css`
      :host {
        display: block;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
        margin-block-end: 0.5rem;
      }
      h2 {
        font-size: 1rem;
        margin: 0;
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        color: var(--_muted);
        min-inline-size: 0;
      }
      input {
        font: inherit;
        color: var(--_text);
        background: var(--_surface);
        border: 1px solid var(--_muted);
        border-radius: 0.75rem;
        padding: 0 0.75rem;
        min-block-size: 2.75rem;
        inline-size: 14rem;
        max-inline-size: 100%;
        min-inline-size: 0;
      }
      .newer {
        margin-inline-start: auto;
        min-block-size: 2.75rem;
      }
      .newer button {
        background: var(--_accent);
        color: var(--_on-accent);
        padding-inline: 1rem;
      }
      p {
        color: var(--_muted);
        margin: 0;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        background: var(--_surface);
        border: 1px solid var(--_line);
        border-radius: 1rem;
        max-block-size: min(32rem, 75vh);
        overflow-y: auto;
        /* The browser must not move the list when rows come. */
        overflow-anchor: none;
      }
      ol[hidden] {
        display: none;
      }
      li {
        display: flex;
        align-items: flex-start;
        gap: 0.5rem;
        padding: 0.25rem 0.75rem;
        font:
          0.8125rem/1.5 ui-monospace,
          monospace;
      }
      li + li {
        border-block-start: 1px solid var(--_line);
      }
      details {
        flex: 1;
        min-inline-size: 0;
      }
      summary {
        cursor: pointer;
        padding-block: 0.75rem;
        overflow-wrap: anywhere;
      }
      .who {
        display: inline-block;
        min-inline-size: 5.5rem;
        color: var(--_muted);
      }
      .good {
        color: var(--_link);
      }
      .bad {
        color: var(--_danger);
      }
      pre {
        margin: 0 0 0.5rem;
        padding: 0.5rem 0.75rem;
        background: var(--_bubble);
        border-radius: 0.5rem;
        max-block-size: 16rem;
        overflow: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];
}
customElements.define('aislechat-request-log', RequestLog);
