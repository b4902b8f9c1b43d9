/** The audit log: who read what, changed what, and why. */
import { type AuditEntries, listAudit } from '@aislechat/client';
import { html, type TemplateResult } from 'lit';
import { badge, Pages, table, time } from './parts.ts';
import { ConsoleView } from './view.ts';

type Entry = AuditEntries['entries'][number];

export const auditTable = (rows: Entry[] | undefined, empty: string): TemplateResult =>
  table<Entry>({
    caption: 'Audit log',
    rows,
    keyOf: ({ id }) => id,
    empty,
    columns: [
      ['When', ({ at }) => time(at)],
      ['Action', ({ action }) => badge(action)],
      ['Subject', ({ subject }) => `${subject.type} #${subject.id}`],
      ['Agent', ({ agent }) => html`<span dir="auto">${agent ?? '–'}</span>`],
      ['Application', ({ client_id }) => html`<span class="mono">${client_id ?? '–'}</span>`],
      ['Reason or detail', ({ reason, detail }) => html`<span dir="auto">${reason ?? detail ?? '–'}</span>`],
    ],
  });

export class AuditView extends ConsoleView {
  static override properties = { entries: { state: true } };
  declare entries: Entry[] | undefined;
  protected override readonly everyMs = 5_000;
  readonly #pages = new Pages();

  protected override async look(): Promise<void> {
    const { after } = this.#pages;
    const { entries, next } = await listAudit(this.session.connection, { limit: 25, after });
    if (after !== this.#pages.after) return;
    this.entries = entries;
    this.#pages.next = next;
  }

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">Audit log</h1>
      <p class="muted">Entries are never changed or removed. The entries about one order are also on its page.</p>
      ${this.notes()}
      <section class="card" aria-label="Entries">
        ${auditTable(this.entries, 'No entries yet.')} ${this.#pages.buttons(() => void this.lookAgain())}
      </section>`;
  }
}
customElements.define('aislechat-console-audit', AuditView);
