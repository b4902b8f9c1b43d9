/** The customer's phone as the sandbox has it: the text messages it got, and a field to answer from it. */
import { ApiError, type Connection, type PhoneMessage } from '@aislechat/client';
import { answerFromPhone, listPhoneMessages } from '@aislechat/client/sandbox';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { colors, controls } from '../base-style.ts';
import { linked } from '../links.ts';
import { SteadyElement } from '../steady-element.ts';
import { submitting } from '../submitting.ts';

export class Phone extends SteadyElement {
  static override properties = {
    number: { attribute: false },
    reader: { attribute: false },
    sender: { attribute: false },
    time: { attribute: false },
    messages: { state: true },
    problem: { state: true },
  };
  /** In E.164. */
  declare number: string;
  /** Reads the messages. */
  declare reader: Connection;
  /** Sends the answers. */
  declare sender: Connection;
  /** Writes a time in the time zone of the page. */
  declare time: (at: string) => string;
  declare messages: readonly PhoneMessage[];
  declare problem: string;

  constructor() {
    super();
    this.messages = [];
    this.problem = '';
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('number')) this.messages = [];
  }

  /** Reads the messages again. */
  async look(): Promise<void> {
    const { number } = this;
    if (!number) return;
    const { messages } = await listPhoneMessages(this.reader, number);
    const isSame =
      messages.length === this.messages.length && messages.at(-1)?.id === this.messages.at(-1)?.id;
    if (number === this.number && !isSame) this.messages = messages;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('messages')) return;
    const list = this.renderRoot.querySelector('.log');
    if (list) list.scrollTop = list.scrollHeight;
  }

  #answer = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const text = String(new FormData(form).get('text')).trim();
    if (text === '') return;
    try {
      await submitting(form, () => answerFromPhone(this.sender, this.number, { text }));
      this.problem = '';
      await this.look();
    } catch (error) {
      this.problem =
        error instanceof ApiError && error.status === 404
          ? 'The retailer no longer sends text messages through the sandbox.'
          : (error as Error).message;
    }
  };

  protected override render(): TemplateResult {
    return html`<p class="number">${this.number}</p>
      <div class="screen">
        ${this.messages.length === 0 ? html`<p class="none">No text messages yet.</p>` : nothing}
        <div class="log" role="log" aria-label="Text messages" tabindex="0"><ol>
          ${repeat(
            this.messages,
            ({ id }) => id,
            ({ direction, text, at }) =>
              html`<li class=${direction}><span class="hidden">${direction === 'to_phone' ? 'Received: ' : 'Sent: '}</span>${linked(text)}<time datetime=${at}>${this.time(at)}</time></li>`,
          )}
        </ol></div>
        <form @submit=${this.#answer}>
          <input name="text" aria-label="Answer by text message" placeholder="Answer, or STOP" maxlength="1000" autocomplete="off" />
          <button type="submit">Send</button>
        </form>
      </div>
      <p class="problem" role="status">${this.problem}</p>`;
  }

  static override styles = [
    colors,
    controls,
    css`
      :host {
        display: block;
      }
      p {
        margin: 0;
      }
      .number {
        color: var(--_muted);
        font-variant-numeric: tabular-nums;
        margin-block-end: 0.25rem;
      }
      .screen {
        background: var(--_surface);
        border: 1px solid var(--_line);
        border-radius: 1rem;
        padding: 0.75rem;
      }
      .none {
        color: var(--_muted);
        font-size: 0.875rem;
      }
      .log {
        /* Contains the words for screen readers, which have no place of their own. */
        position: relative;
        max-block-size: 14rem;
        overflow-y: auto;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-direction: column;
        gap: 0.5rem;
      }
      li {
        background: var(--_bubble);
        border-radius: 0.75rem;
        padding: 0.5rem 0.75rem;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
        margin-inline-end: 1rem;
      }
      li.from_phone {
        background: var(--_accent);
        color: var(--_on-accent);
        margin-inline: 1rem 0;
      }
      a {
        color: var(--_link);
      }
      time {
        display: block;
        font-size: 0.75rem;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-block-start: 0.75rem;
      }
      input {
        flex: 1 1 6rem;
        min-inline-size: 0;
        font: inherit;
        color: inherit;
        background: none;
        border: 1px solid var(--_muted);
        border-radius: 0.75rem;
        padding-inline: 0.75rem;
        min-block-size: 2.75rem;
      }
      button {
        border: 1px solid var(--_line);
        border-radius: 0.75rem;
        padding-inline: 0.875rem;
      }
      .problem {
        color: var(--_danger);
        font-size: 0.875rem;
      }
    `,
  ];
}
customElements.define('aislechat-phone', Phone);
