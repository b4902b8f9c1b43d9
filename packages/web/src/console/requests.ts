/** The request log: requests of the retailer's clients, and the responses. */
import type { LoggedRequests } from '@aislechat/client';
import { listRequests } from '@aislechat/client/sandbox';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { time } from './parts.ts';
import { ConsoleView } from './view.ts';

type Logged = LoggedRequests['requests'][number];
const shown = 25;

export class RequestsView extends ConsoleView {
  static override properties = { requests: { state: true }, status: { state: true } };
  declare requests: Logged[] | undefined;
  /** For example `4xx`. */
  declare status: string;
  protected override readonly everyMs = 2_500;

  constructor() {
    super();
    this.status = '';
  }

  protected override async look(): Promise<void> {
    const { status } = this;
    const { requests } = await listRequests(this.session.connection, {
      status: status || undefined,
      limit: shown,
    });
    if (status === this.status) this.requests = requests;
  }

  #filter = (event: Event): void => {
    this.status = (event.target as HTMLSelectElement).value;
    void this.lookAgain();
  };

  protected override render(): TemplateResult {
    return html`<section aria-labelledby="requests">
      <h2 id="requests">Request log</h2>
      ${this.notes()}
      <form class="row" aria-label="Filter" @change=${this.#filter} @submit=${(event: Event) => event.preventDefault()}>
        <label>Status
          <select name="status">
            <option value="">Any</option>
            ${['2xx', '3xx', '4xx', '5xx'].map((status) => html`<option>${status}</option>`)}
            <option value="0">cut</option>
          </select>
        </label>
      </form>
      ${this.requests?.length === 0 ? html`<p class="muted">No requests yet.</p>` : nothing}
      <ol>
        ${repeat(
          this.requests ?? [],
          ({ id }) => id,
          (request) => this.#request(request),
        )}
      </ol>
    </section>`;
  }

  #request({ method, path, status, ms, at, request_body, answer_body }: Logged): TemplateResult {
    return html`<li>
      <details>
        <summary>
          <span class=${status >= 400 || status === 0 ? 'bad' : 'good'}>${status === 0 ? 'cut' : status}</span>
          <b>${method}</b> <span class="path">${path}</span> <span class="muted">${ms} ms, ${time(at)}</span>
        </summary>
        ${request_body ? html`<pre tabindex="0" role="region" aria-label="Request body">${request_body}</pre>` : nothing}
        ${answer_body ? html`<pre tabindex="0" role="region" aria-label="Response body">${answer_body}</pre>` : nothing}
      </details>
    </li>`;
  }

  static override styles = [
    ...ConsoleView.styles,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        border-block-start: 1px solid var(--_line);
        font-size: 0.875rem;
      }
      summary {
        cursor: pointer;
        padding-block: 0.75rem;
        overflow-wrap: anywhere;
      }
      .path {
        font-family: ui-monospace, monospace;
      }
      .bad {
        color: var(--_danger);
      }
      .good {
        color: var(--_link);
      }
    `,
  ];
}
customElements.define('aislechat-console-requests', RequestsView);
