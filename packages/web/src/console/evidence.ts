/**
 * The reported messages of an order that are held as evidence. They are fetched only after the reader has given a reason,
 * which the audit log records first.
 */
import { type Evidence, getEvidence } from '@aislechat/client';
import { html, type TemplateResult } from 'lit';
import { badge, table, time } from './parts.ts';
import { askWhy, type Why } from './reason.ts';
import { ConsoleView } from './view.ts';

type Held = Evidence['messages'][number];

export class EvidenceView extends ConsoleView {
  static override properties = {
    orderId: { attribute: false },
    why: { state: true },
    messages: { state: true },
    needsWords: { state: true },
  };
  declare orderId: string;
  declare why: Why | undefined;
  declare messages: Held[] | undefined;
  /** Whether the chosen reason says nothing by itself. */
  declare needsWords: boolean;

  protected override async look(): Promise<void> {
    if (!this.why) return;
    this.messages = (await getEvidence(this.session.connection, this.orderId, { ...this.why })).messages;
  }

  #give = (why: Why): void => {
    this.why = why;
    void this.lookAgain();
  };

  protected override render(): TemplateResult {
    if (!this.messages) {
      return html`${this.notes()}
      ${askWhy(this.session, {
        what: 'the evidence',
        needsWords: this.needsWords,
        chosen: (needsWords) => {
          this.needsWords = needsWords;
        },
        give: this.#give,
      })}`;
    }
    return html`${this.notes()}
      ${table<Held>({
        caption: 'Messages held as evidence',
        rows: this.messages,
        keyOf: ({ id, report_id }) => `${report_id} ${id}`,
        empty: 'Nothing is held any more.',
        columns: [
          ['Sent', ({ created_at }) => time(created_at)],
          ['By', ({ sender_type }) => badge(sender_type === 'user' ? 'customer' : 'shopper')],
          ['Message', textOf],
          ['Held until', ({ held_until }) => time(held_until)],
        ],
      })}`;
  }
}
customElements.define('aislechat-console-evidence', EvidenceView);

const textOf = ({ body, has_image }: Held): TemplateResult =>
  html`<span dir="auto">${body}</span> ${has_image ? html`<span class="muted">(with a picture, which is not held)</span>` : ''}`;
