/** The retailer's figures, as plots. */
import { type Figures, getFigures } from '@aislechat/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { plot } from './plot.ts';
import { ConsoleView } from './view.ts';

const everyMs = 2_000;
/** The number of readings that are kept, for two minutes. */
const kept = 60;
const span = `${(kept * everyMs) / 1000} s`;

export class HealthView extends ConsoleView {
  static override properties = { readings: { state: true } };
  /** Oldest first. */
  declare readings: Figures[];
  protected override readonly everyMs = everyMs;

  constructor() {
    super();
    this.readings = [];
  }

  protected override async look(): Promise<void> {
    const reading = await getFigures(this.session.connection);
    this.readings = [...this.readings, reading].slice(-kept);
  }

  /** Returns one figure from each reading; undefined before the first reading. */
  #history(of: (figures: Figures) => number | undefined): (number | undefined)[] {
    const missing = new Array<undefined>(kept - this.readings.length).fill(undefined);
    return [...missing, ...this.readings.map(of)];
  }

  protected override render(): TemplateResult {
    const now = this.readings.at(-1);
    return html`<h1 tabindex="-1">Health</h1>
      ${this.notes()} ${now ? this.#plots(now) : nothing}`;
  }

  #plots({ sends, callbacks, erasures }: Figures): TemplateResult {
    return html`<div class="grid">
        ${plot({ title: 'Sends', span: '60 s', unit: '/s', lines: [{ name: 'sends', values: sends.per_second }] })}
        ${plot({
          title: 'Send latency',
          span,
          unit: 'ms',
          none: '–',
          lines: (['p50', 'p95', 'p99'] as const).map((name) => ({
            name,
            values: this.#history((figures) => figures.sends.latency_ms?.[name]),
          })),
        })}
        ${plot({
          title: 'Open streams',
          span,
          unit: '',
          lines: [{ name: 'streams', values: this.#history(({ streams }) => streams) }],
        })}
        ${plot({
          title: 'Oldest pending callback',
          span,
          unit: 's',
          lines: [
            { name: 'age', values: this.#history(({ callbacks }) => callbacks.oldest_pending_seconds ?? 0) },
          ],
        })}
        ${plot({
          title: 'Oldest due erasure',
          span,
          unit: 's',
          lines: [{ name: 'age', values: this.#history(({ erasures }) => erasures.oldest_due_seconds ?? 0) }],
        })}
        <section class="card" aria-labelledby="waiting">
          <h2 id="waiting">Queues</h2>
          <dl>
            <dt>Pending callbacks</dt>
            <dd>${callbacks.pending}</dd>
            <dt>Dead callbacks</dt>
            <dd>${callbacks.dead > 0 ? html`<a href="#/callbacks?state=dead">${callbacks.dead}</a>` : 0}</dd>
            <dt>Unverified erasures</dt>
            <dd>${erasures.unverified}</dd>
          </dl>
        </section>
      </div>
      <p class="muted after">Sends and streams are counted by the server that answered. The queues cover all servers.</p>`;
  }

  static override styles = [
    ...ConsoleView.styles,
    css`
      figure {
        margin: 0;
      }
      figcaption {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 1rem;
        margin-block-end: 0.5rem;
      }
      svg {
        inline-size: 100%;
        block-size: 6rem;
        stroke-width: 2;
        margin: 0;
      }
      path {
        stroke: var(--_link);
        vector-effect: non-scaling-stroke;
      }
      .axis {
        stroke: var(--_line);
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }
      .scale {
        display: flex;
        justify-content: space-between;
        font-size: 0.8125rem;
        color: var(--_muted);
      }
      .after {
        margin-block-start: 1rem;
      }
    `,
  ];
}
customElements.define('aislechat-console-health', HealthView);
