/** The retailer's virtual clock, which only moves forward. */
import type { ClockReading } from '@aislechat/client';
import { moveClock, readClock } from '@aislechat/client/sandbox';
import { css, html, nothing, type TemplateResult } from 'lit';
import { closeDialog, dialog, fieldsOf, time } from './parts.ts';
import { Session } from './session.ts';
import { SignedIn, sentenceOf } from './sign-in.ts';
import { ConsoleView } from './view.ts';

const minuteMs = 60_000;
/** The range of the slider. */
const mostMinutes = 48 * 60;
interface Move {
  ms: number;
  /** The duration in words. */
  inWords: string;
}

/** The demo's credentials are public and exist only in development. */
const demo = { clientId: 'demo-client', clientSecret: 'demo-secret' };

export class ClockView extends ConsoleView {
  static override properties = { reading: { state: true }, minutes: { state: true }, asked: { state: true } };
  declare reading: ClockReading | undefined;
  /** The position of the slider. */
  declare minutes: number;
  /** A move that would end the session, until the user decides how to continue. */
  declare asked: Move | undefined;
  protected override readonly everyMs = 2_000;

  constructor() {
    super();
    this.minutes = 60;
  }

  protected override async look(): Promise<void> {
    this.reading = await readClock(this.session.connection);
  }

  #move(move: Move): void {
    const ends = this.session.endsBy(Date.parse(this.reading?.now ?? '') + move.ms);
    if (!ends) void this.#moveOn(move);
    else if (this.session.name === demo.clientId) void this.#moveOn(move, demo.clientSecret);
    else this.asked = move;
  }

  /** @param clientSecret gets a new token if the current one expires with the move */
  #moveOn({ ms, inWords }: Move, clientSecret?: string): Promise<void> {
    const { session } = this;
    return this.act(async () => {
      // Checked before the clock moves, because it cannot move back.
      if (clientSecret !== undefined) {
        await Session.check(session.name, clientSecret).catch((error) => {
          // A wrong secret must not end the session.
          throw new Error(sentenceOf(error).replace(/\.$/, ''));
        });
      }
      // Requests with the old token are refused from now on, and must not lead back to the sign-in page.
      session.isRenewing = clientSecret !== undefined;
      try {
        await moveClock(session.connection, { advance_ms: ms });
        if (clientSecret !== undefined) {
          const { name: clientId, banner } = session;
          const credentials = { clientId, clientSecret, banner };
          this.dispatchEvent(new SignedIn(await Session.ofOperator(credentials, true)));
        }
      } catch (error) {
        session.isRenewing = false;
        throw error;
      }
      return `The clock moved ahead by ${inWords}.`;
    });
  }

  #goOn = (event: Event): void => {
    const { client_secret = '' } = fieldsOf(event);
    const move = this.asked!;
    closeDialog(event);
    void this.#moveOn(move, client_secret);
  };

  #asking(move: Move): TemplateResult {
    const closed = () => {
      this.asked = undefined;
    };
    const leave = (event: Event) => {
      closeDialog(event);
      void this.#moveOn(move);
    };
    return dialog(
      `Moving ahead by ${move.inWords} ends this session`,
      closed,
      html`<p>Tokens are valid for 24 hours on this clock. Enter the client secret to stay signed in; it is not stored.</p>
        <form class="stack" @submit=${this.#goOn}>
          <label>Client secret <input name="client_secret" type="password" required autocomplete="current-password" autofocus /></label>
          <div class="row">
            <button type="submit" class="primary">Move ahead and stay signed in</button>
            <button type="button" @click=${leave}>Move ahead and sign out</button>
            <button type="button" @click=${closeDialog}>Cancel</button>
          </div>
        </form>`,
    );
  }

  #freeze = (event: Event): void => {
    const frozen = (event.target as HTMLInputElement).checked;
    void this.act(async () => {
      await moveClock(this.session.connection, { frozen });
      return frozen ? 'The clock is stopped.' : 'The clock is running.';
    });
  };

  #slid = (event: Event): void => {
    this.minutes = Number((event.target as HTMLInputElement).value);
  };

  protected override render(): TemplateResult {
    const { reading } = this;
    const ahead = spoken(this.minutes);
    const button = (text: string, ms: number) =>
      html`<button type="button" @click=${() => this.#move({ ms, inWords: text.slice(1) })}>${text}</button>`;
    return html`<section aria-labelledby="clock">
      <h2 id="clock">Clock</h2>
      <p class="now">${reading ? time(reading.now) : '…'}</p>
      <label>
        Move ahead by ${ahead}
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
        <button type="button" class="primary" @click=${() => this.#move({ ms: this.minutes * minuteMs, inWords: ahead })}>Move ahead</button>
        ${button('+15 minutes', 15 * minuteMs)} ${button('+1 hour', 60 * minuteMs)}
        ${button('+24 hours', 24 * 60 * minuteMs)}
      </div>
      <label class="check"><input type="checkbox" .checked=${reading?.frozen ?? false} @change=${this.#freeze} />Stop the clock</label>
      <p class="muted">Tokens follow this clock and are valid for 24 hours.</p>
      ${this.notes()} ${this.asked ? this.#asking(this.asked) : nothing}
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
