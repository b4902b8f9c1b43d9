/**
 * The queue of reports about chats, with the time that is left to read each one, and what is held of it as evidence after
 * that.
 */
import {
  type Connection,
  closeChat,
  keepApart,
  listReports,
  type Report,
  reopenChat,
  resolveReports,
} from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import './evidence.ts';
import { badge, closeDialog, dialog, Pages, plain, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

export class ReportsView extends ConsoleView {
  static override properties = {
    reports: { state: true },
    reading: { state: true },
    toErase: { state: true },
  };
  declare reports: Report[] | undefined;
  /** The order whose evidence is read. */
  declare reading: string | undefined;
  /** The report whose evidence waits for the confirmation of its erasure. */
  declare toErase: Report | undefined;
  protected override readonly everyMs = 5_000;
  readonly #pages = new Pages(() => this.route);

  protected override async look(): Promise<void> {
    const { after } = this.#pages;
    const showsAll = this.#showsAll;
    const { reports, next } = await listReports(this.session.connection, {
      ...(!showsAll && { resolved: false }),
      limit: 25,
      after,
    });
    if (after !== this.#pages.after || showsAll !== this.#showsAll) return;
    this.reports = reports;
    this.#pages.next = next;
  }

  /** Whether to show reports that somebody has dealt with, too. */
  get #showsAll(): boolean {
    return this.route.query.has('all');
  }

  #do(
    report: Report,
    act: (connection: Connection, orderId: string) => Promise<unknown>,
    done: string,
  ): () => void {
    return () =>
      void this.act(async () => {
        await act(this.session.connection, report.order_id);
        return done;
      });
  }

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">Reports</h1>
      <p class="muted">
        Customers and shoppers report a chat here. A report holds no text: read the conversation on the page of the order
        while there is time. If your settings say so, the reported messages are held as evidence for some days.
      </p>
      <p>
        ${
          this.#showsAll
            ? html`<a href=${hashOf('reports')}>Show only those to deal with</a>`
            : html`<a href=${hashOf('reports', undefined, { all: 'true' })}>Show all</a>`
        }
      </p>
      ${this.notes()}
      <section class="card" aria-label="Reports">
        ${table<Report>({
          caption: 'Reports',
          rows: this.reports,
          keyOf: ({ id }) => id,
          empty: 'No reports.',
          columns: [
            ['Order', ({ order_id }) => html`<a href=${hashOf('orders', order_id)}>${order_id}</a>`],
            ['Reported', ({ created_at }) => time(created_at)],
            ['By', ({ reported_by }) => badge(reported_by === 'user' ? 'customer' : 'shopper')],
            ['Why', ({ reason }) => badge(reason)],
            ['Messages', ({ message_ids }) => message_ids.length || '–'],
            ['Text is gone', (report) => leftOf(report)],
            ['Evidence', (report) => this.#evidence(report)],
            ['What to do', (report) => (this.session.isAgent ? nothing : this.#actions(report))],
          ],
        })}
        ${this.#pages.buttons()}
      </section>
      ${this.reading === undefined ? nothing : this.#dialog(this.reading)}
      ${this.toErase ? this.#confirmErasure(this.toErase) : nothing}`;
  }

  #evidence({ held_messages, held_until, order_id }: Report): TemplateResult | string {
    if (held_messages === 0) return '–';
    const read = () => {
      this.reading = order_id;
    };
    return html`<p>held until ${time(held_until)}</p>
      <button type="button" aria-label=${`Read the evidence: ${order_id}`} @click=${read}>Read</button>`;
  }

  #dialog(orderId: string): TemplateResult {
    const closed = () => {
      this.reading = undefined;
    };
    return dialog(
      `Evidence of order ${orderId}`,
      closed,
      html`<aislechat-console-evidence
          .session=${this.session}
          .orderId=${orderId}
          .reports=${this.reports?.filter(({ order_id }) => order_id === orderId) ?? []}
          .silence=${this.silence}
        ></aislechat-console-evidence>
        <p><button type="button" @click=${closeDialog}>Close</button></p>`,
    );
  }

  #actions(report: Report): TemplateResult {
    const { chat_closed, order_id, resolved_at, held_messages } = report;
    const button = (text: string, run: () => void) =>
      html`<button type="button" aria-label=${`${text}: ${order_id}`} @click=${run}>${text}</button>`;
    return html`<div class="row">
      ${
        chat_closed
          ? button('Open the chat', this.#do(report, reopenChat, 'The chat is open again.'))
          : button(
              'Close the chat',
              this.#do(report, closeChat, 'The chat is closed. Both sides see a notice.'),
            )
      }
      ${button('Keep apart', this.#do(report, keepApart, 'Your systems were asked to keep these two apart.'))}
      ${
        resolved_at === undefined
          ? button('Done', this.#do(report, resolve, 'The reports about this order are done.'))
          : nothing
      }
      ${
        held_messages > 0
          ? button('Done, erase the evidence', () => {
              this.toErase = report;
            })
          : nothing
      }
    </div>`;
  }

  #confirmErasure(report: Report): TemplateResult {
    const closed = () => {
      this.toErase = undefined;
    };
    const done = 'The reports about this order are done, and the evidence is erased.';
    const erase = (event: Event) => {
      closeDialog(event);
      this.#do(report, resolveAndErase, done)();
    };
    return dialog(
      `Erase the evidence of order ${report.order_id}?`,
      closed,
      html`<p>
          Every message of this order that is held as evidence is erased, and all reports about the order are done. This
          cannot be undone.
        </p>
        <div class="row">
          <button type="button" class="danger" @click=${erase}>Erase</button>
          <button type="button" @click=${closeDialog}>Cancel</button>
        </div>`,
    );
  }
}
customElements.define('aislechat-console-reports', ReportsView);

const resolve = (connection: Connection, orderId: string) => resolveReports(connection, orderId, {});
const resolveAndErase = (connection: Connection, orderId: string) =>
  resolveReports(connection, orderId, { erase_evidence: true });

/** How long the text can still be read. */
function leftOf({ text_seconds_left: seconds }: Report): TemplateResult | string {
  if (seconds === undefined) return 'order is active';
  if (seconds === 0) return badge('gone', 'bad');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const text = hours > 0 ? `in ${hours} h ${minutes} min` : `in ${minutes} min`;
  return hours < 2 ? badge(text, 'bad') : plain(text);
}
