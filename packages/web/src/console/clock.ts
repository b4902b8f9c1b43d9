/** The retailer's virtual clock, which only goes ahead. */
import type { ClockReading } from '@aislechat/client';
import { moveClock, readClock } from '@aislechat/client/sandbox';
import { css, html, type TemplateResult } from 'lit';
import { ConsoleView } from './view.ts';

const minuteMs = 60_000;
/** What the slider's whole way is. */
const mostMinutes = 48 * 60;
const format = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

export class ClockView extends ConsoleView {
  static override properties = { reading: { state: true }, minutes: { state: true } };
  declare reading: ClockReading | undefined;
  /** Where the slider is. */
  declare minutes: number;
  protected override readonly everyMs = 2_000;

  constructor() {
    super();
    this.minutes = 60;
  }

  protected override async look(): Promise<void> {
    this.reading = await readClock(this.session.connection);
  }

  #move(ms: number, told: string): Promise<void> {
    return this.act(async () => {
      await moveClock(this.session.connection, { advance_ms: ms });
      return `The clock went ${told} ahead.`;
    });
  }

  #freeze = (event: Event): void => {
    const frozen = (event.target as HTMLInputElement).checked;
    void this.act(async () => {
      await moveClock(this.session.connection, { frozen });
      return frozen ? 'The clock stands still.' : 'The clock runs on.';
    });
  };

  #slid = (event: Event): void => {
    this.minutes = Number((event.target as HTMLInputElement).value);
  };

  protected override render(): TemplateResult {
    const { reading } = this;
    const ahead = spoken(this.minutes);
    const button = (text: string, ms: number) =>
      html`<button type="button" @click=${() => this.#move(ms, text.slice(1))}>${text}</button>`;
    return html`<section aria-labelledby="clock">
      <h2 id="clock">Clock</h2>
      <p class="now">${reading ? format.format(new Date(reading.now)) : '…'}</p>
      <label>
        Ahead by ${ahead}
        <input
          type="range"
          min="15"
          max=${mostMinutes}
          step="15"
          .value=${String(this.minutes)}
          aria-valuetext=${ahead}
          @input=${this.#slid}
        />
      </label>
      <div class="row">
        <button type="button" class="primary" @click=${() => this.#move(this.minutes * minuteMs, ahead)}>Go ahead</button>
        ${button('+15 minutes', 15 * minuteMs)} ${button('+1 hour', 60 * minuteMs)}
        ${button('+24 hours', 24 * 60 * minuteMs)}
      </div>
      <label class="check"><input type="checkbox" .checked=${reading?.frozen ?? false} @change=${this.#freeze} />Stands still</label>
      <p class="muted">Tokens follow it: a move of 24 hours ends this session too.</p>
      ${this.notes()}
    </section>`;
  }

  static override styles = [
    ...ConsoleView.styles,
    css`
      .now {
        font-size: 1.125rem;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];
}

function spoken(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''];
  return parts.filter((part) => part !== '').join(' ');
}

customElements.define('aislechat-console-clock', ClockView);
