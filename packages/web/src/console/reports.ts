/** The queue of reports about chats, with the time that is left to read each one. */
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
import { badge, Pages, plain, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

export class ReportsView extends ConsoleView {
  static override properties = { reports: { state: true } };
  declare reports: Report[] | undefined;
  protected override readonly everyMs = 5_000;
  readonly #pages = new Pages(() => this.route);

  protected override async look(): Promise<void> {
    const { after } = this.#pages;
    const { reports, next } = await listReports(this.session.connection, {
      resolved: false,
      limit: 25,
      after,
    });
    if (after !== this.#pages.after) return;
    this.reports = reports;
    this.#pages.next = next;
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
        while there is time.
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
            ['By', ({ reported_by }) => (reported_by === 'user' ? 'the customer' : 'the shopper')],
            ['Why', ({ reason }) => badge(reason)],
            ['Messages', ({ message_ids }) => message_ids.length || '–'],
            ['Text is gone', (report) => leftOf(report)],
            ['What to do', (report) => (this.session.isAgent ? nothing : this.#actions(report))],
          ],
        })}
        ${this.#pages.buttons()}
      </section>`;
  }

  #actions(report: Report): TemplateResult {
    const { chat_closed, order_id } = report;
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
      ${button('Done', this.#do(report, resolveReports, 'The reports about this order are done.'))}
    </div>`;
  }
}
customElements.define('aislechat-console-reports', ReportsView);

/** How long the text can still be read. */
function leftOf({ text_seconds_left: seconds }: Report): TemplateResult | string {
  if (seconds === undefined) return 'order is active';
  if (seconds === 0) return badge('gone', 'bad');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const text = hours > 0 ? `in ${hours} h ${minutes} min` : `in ${minutes} min`;
  return hours < 2 ? badge(text, 'bad') : plain(text);
}
