/**
 * The reported messages of an order that are held as evidence. They are fetched only after the reader has given a reason,
 * which the audit log records first. They are not fetched again by themselves, since each reading is recorded: the list of
 * reports shows that something is held no longer. While the list cannot refresh, the list sets `silence`, since nobody sees
 * its own notes behind the dialog.
 */
import { type Evidence, getEvidence, type Report } from '@aislechat/client';
import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { badge, table, time } from './parts.ts';
import { askWhy, type Why } from './reason.ts';
import { ConsoleView } from './view.ts';

type Held = Evidence['messages'][number];

export class EvidenceView extends ConsoleView {
  static override properties = {
    orderId: { attribute: false },
    reports: { attribute: false },
    why: { state: true },
    messages: { state: true },
    needsWords: { state: true },
  };
  declare orderId: string;
  /** The order's reports, as the list has them now. */
  declare reports: readonly Report[];
  declare why: Why | undefined;
  declare messages: Held[] | undefined;
  /** Whether the chosen reason says nothing by itself. */
  declare needsWords: boolean;
  /** The same before, at first when the messages were read. */
  #before: readonly Report[] = [];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (!this.messages) return;
    const isLess = losesSome(this.#before, this.reports);
    this.#before = this.reports;
    if (!isLess) return;
    this.messages = undefined;
    this.why = undefined;
    this.done = 'What is held has changed. To read what is left, give the reason again.';
  }

  protected override async look(): Promise<void> {
    if (!this.why) return;
    this.#before = this.reports;
    this.messages = (await getEvidence(this.session.connection, this.orderId, { ...this.why })).messages;
  }

  #give = (why: Why): void => {
    this.why = why;
    this.done = undefined;
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

  static override styles = [
    ...ConsoleView.styles,
    css`
      /* Beside a long word, a column is as narrow as it can be. */
      @media (min-width: 44.01rem) {
        time {
          display: inline-block;
          min-inline-size: 7rem;
        }
      }
    `,
  ];
}
customElements.define('aislechat-console-evidence', EvidenceView);

/** Whether less is held for a report, which also counts if the list no longer has it. */
const losesSome = (before: readonly Report[], now: readonly Report[]): boolean =>
  before.some(({ id, held_messages }) => {
    const same = now.find((report) => report.id === id);
    return (same?.held_messages ?? 0) < held_messages;
  });

const textOf = ({ body, has_image }: Held): TemplateResult =>
  html`<span dir="auto">${body}</span> ${has_image ? html`<span class="muted">(with a picture, which is not held)</span>` : ''}`;
