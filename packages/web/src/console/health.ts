/** The retailer's figures, as plots. The server keeps those of sends, the page the others since it was opened. */
import { type Figures, getFigures } from '@aislechat/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { plot } from './plot.ts';
import { ConsoleView } from './view.ts';

const everyMs = 2_000;
/** The number of readings that are kept, for two minutes. */
const kept = 60;
const minuteMs = 60_000;
/** Up to this, a message seems to arrive at once. */
const latencyGoalMs = 250;

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
    const live = (title: string, unit: string, name: string, of: (figures: Figures) => number) =>
      plot({ title, unit, stepMs: everyMs, lines: [{ name, values: this.#history(of) }] });
    return html`<div class="grid">
        ${plot({ title: 'Sends', unit: '/s', stepMs: 1_000, lines: [{ name: 'sends', values: sends.per_second }] })}
        ${plot({
          title: 'Sends per minute',
          unit: '/min',
          stepMs: minuteMs,
          lines: [{ name: 'sends', values: sends.per_minute.map((minute) => minute.sends) }],
        })}
        ${plot({
          title: 'Send latency',
          unit: 'ms',
          stepMs: minuteMs,
          none: '–',
          goal: latencyGoalMs,
          lines: (['p50', 'p95', 'p99'] as const).map((name) => ({
            name,
            values: sends.per_minute.map(({ latency_ms }) => latency_ms?.[name]),
          })),
        })}
        ${live('Open streams', '', 'streams', ({ streams }) => streams)}
        ${live('Oldest pending callback', 's', 'age', ({ callbacks }) => callbacks.oldest_pending_seconds ?? 0)}
        ${live('Oldest due erasure', 's', 'age', ({ erasures }) => erasures.oldest_due_seconds ?? 0)}
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
      .after {
        margin-block-start: 1rem;
      }
    `,
  ];
}
customElements.define('aislechat-console-health', HealthView);
