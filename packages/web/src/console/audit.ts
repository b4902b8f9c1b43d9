/** The audit log: who read what, changed what, and why. */
import { type AuditAction, type AuditEntries, listAudit } from '@aislechat/client';
import { html, type TemplateResult } from 'lit';
import { auditActions } from './audit-actions.ts';
import { badge, options, Pages, plain, saveFile, table, time } from './parts.ts';
import { hashOf } from './route.ts';
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
      [
        'Subject',
        ({ subject: { type, id } }) =>
          type === 'order'
            ? html`<a href=${hashOf('orders', String(id), { internal: 'true' })}>order #${id}</a>`
            : `${plain(type)} #${id}`,
      ],
      ['Agent', ({ agent }) => html`<span dir="auto">${agent ?? '–'}</span>`],
      ['Application', ({ client_id }) => html`<span class="mono">${client_id ?? '–'}</span>`],
      ['Reason or detail', ({ reason, detail }) => html`<span dir="auto">${reason ?? detail ?? '–'}</span>`],
    ],
  });

/** How many entries a file has at most. */
const maxRows = 10_000;

/** A spreadsheet runs a cell that starts like a formula. */
const cell = (value: string | number | undefined): string => {
  const text = String(value ?? '');
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

const csvOf = (entries: Entry[]): string =>
  [
    ['id', 'at', 'action', 'subject', 'subject_id', 'agent', 'client_id', 'reason', 'detail'],
    ...entries.map(({ id, at, action, subject, agent, client_id, reason, detail }) => [
      id,
      at,
      action,
      subject.type,
      subject.id,
      agent,
      client_id,
      reason,
      detail,
    ]),
  ]
    .map((row) => `${row.map(cell).join(',')}\r\n`)
    .join('');

export class AuditView extends ConsoleView {
  static override properties = { entries: { state: true } };
  declare entries: Entry[] | undefined;
  protected override readonly everyMs = 5_000;
  readonly #pages = new Pages(() => this.route);

  #list(limit: number, after: string | undefined): Promise<AuditEntries> {
    const { query } = this.route;
    return listAudit(this.session.connection, {
      // The server refuses an invalid value.
      action: (query.get('action') ?? undefined) as AuditAction | undefined,
      order_id: query.get('order_id') ?? undefined,
      limit,
      after,
    });
  }

  protected override async look(): Promise<void> {
    const asked = String(this.route.query);
    const { entries, next } = await this.#list(25, this.#pages.after);
    if (asked !== String(this.route.query)) return;
    this.entries = entries;
    this.#pages.next = next;
  }

  #filter = (event: Event): void => {
    const form = (event.target as HTMLInputElement).form!;
    const fields = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]),
    );
    location.hash = hashOf('audit', undefined, fields);
  };

  #save = (): Promise<void> =>
    this.act(async () => {
      const all: Entry[] = [];
      let after: string | undefined;
      do {
        const { entries, next } = await this.#list(100, after);
        all.push(...entries);
        after = next ?? undefined;
      } while (after !== undefined && all.length < maxRows);
      saveFile('audit-log.csv', 'text/csv', [csvOf(all)]);
      return `${all.length} ${all.length === 1 ? 'entry was' : 'entries were'} saved, newest first${after === undefined ? '' : '; older ones were left out'}.`;
    });

  protected override render(): TemplateResult {
    const { query } = this.route;
    return html`<div class="head">
        <h1 tabindex="-1">Audit log</h1>
        <button type="button" @click=${this.#save}>Save as CSV</button>
      </div>
      <p class="muted">Entries are never changed, and are deleted after as many days as the settings say.</p>
      ${this.notes()}
      <form class="row" aria-label="Filter" @change=${this.#filter} @submit=${(event: Event) => event.preventDefault()}>
        <label>Action
          <select name="action"><option value="">Any</option>${options(auditActions, query.get('action') ?? undefined)}</select>
        </label>
        <label>Order ID <input name="order_id" .value=${query.get('order_id') ?? ''} spellcheck="false" /></label>
      </form>
      <section class="card" aria-label="Entries">
        ${auditTable(this.entries, 'No entries.')} ${this.#pages.buttons()}
      </section>`;
  }
}
customElements.define('aislechat-console-audit', AuditView);
