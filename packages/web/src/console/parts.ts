/** Parts of templates that several views use: tables, times, pages, dialogs. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Ref, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { hashOf, type Route } from './route.ts';
import { inZone } from './zone.ts';

export const time = (at: string | undefined): TemplateResult =>
  at === undefined
    ? html`<span class="muted">–</span>`
    : html`<time datetime=${at} title=${inZone(at, 'long')}>${inZone(at)}</time>`;

/** Makes names of the wire readable: `workflow_state` becomes `workflow state`. */
export const plain = (name: string): string => name.replaceAll('_', ' ').toLowerCase();

export const badge = (text: string, kind = ''): TemplateResult =>
  html`<span class="badge ${kind}">${plain(text)}</span>`;

export type Column<Row> = [title: string, cell: (row: Row) => unknown];

interface TableOptions<Row> {
  caption: string;
  columns: Column<Row>[];
  /** Undefined while the rows are loading. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string | number;
  empty: string;
}

/** On a narrow screen each row is a card. The roles keep it a table for screen readers. */
export function table<Row>({ caption, columns, rows, keyOf, empty }: TableOptions<Row>): TemplateResult {
  if (rows === undefined) return html`<p class="muted" role="status">Loading…</p>`;
  if (rows.length === 0) return html`<p class="muted">${empty}</p>`;
  return html`<table role="table">
    <caption class="hidden">
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(([title]) => html`<th role="columnheader" scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${repeat(
        rows,
        keyOf,
        (row) =>
          html`<tr role="row">
            ${columns.map(([title, cell]) => html`<td role="cell" data-title=${title}><div>${cell(row)}</div></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** The address that led to each later page, by the address of that page. */
const newerThan = new Map<string, string>();

/** Which page of a list is shown. The address names it, so that it can be shared and the Back button leads to it. */
export class Pages {
  next: string | null = null;
  readonly #route: () => Route;

  constructor(route: () => Route) {
    this.#route = route;
  }

  get after(): string | undefined {
    return this.#route().query.get('after') ?? undefined;
  }

  buttons(): TemplateResult | typeof nothing {
    if (this.after === undefined && this.next === null) return nothing;
    const { view, id, query } = this.#route();
    const address = (after: string | undefined) => hashOf(view, id, { ...Object.fromEntries(query), after });
    const here = address(this.after);
    const newer = newerThan.get(here);
    const older = () => {
      const there = address(this.next!);
      newerThan.set(there, here);
      location.hash = there;
    };
    const back = () => {
      location.hash = newer ?? address(undefined);
    };
    return html`<nav class="pages" aria-label="Pages">
      <button type="button" ?disabled=${this.after === undefined} @click=${back}>
        ${this.after !== undefined && newer === undefined ? 'Newest' : 'Newer'}
      </button>
      <button type="button" ?disabled=${this.next === null} @click=${older}>Older</button>
    </nav>`;
  }
}

const openModal = (element: Element | undefined): void => {
  if (!(element instanceof HTMLDialogElement)) return;
  // The dialog is in the page only after this render.
  queueMicrotask(() => {
    if (element.isConnected && !element.open) element.showModal();
  });
};

/**
 * A native dialog that is open as long as it is rendered. Escape closes it if allowed, the focus stays in it, and
 * returns to the previous element.
 * @param closed must end its rendering
 */
export const dialog = (
  title: string,
  closed: () => void,
  content: unknown,
  /** Whether only a button can close it. */
  { staysOnEscape = false } = {},
): TemplateResult =>
  html`<dialog
    aria-labelledby="dialog-title"
    @close=${closed}
    @keydown=${staysOnEscape ? stay : nothing}
    @cancel=${staysOnEscape ? stay : nothing}
    ${ref(openModal as unknown as Ref)}
  >
    <h2 id="dialog-title">${title}</h2>
    ${content}
  </dialog>`;

const stay = (event: Event): void => {
  if (event.type === 'cancel' || (event as KeyboardEvent).key === 'Escape') event.preventDefault();
};

/** Closes the dialog that holds the target of an event. */
export const closeDialog = (event: Event): void =>
  (event.target as Element).closest<HTMLDialogElement>('dialog')?.close();

/** Returns the fields of the submitted form, and prevents its submission. */
export function fieldsOf(event: Event): Record<string, string> {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
}

export const options = (values: readonly string[], chosen: string | undefined): TemplateResult[] =>
  values.map((value) => html`<option value=${value} .selected=${value === chosen}>${plain(value)}</option>`);

/** A text to copy, shown once. */
export const copyable = (label: string, text: string): TemplateResult => {
  const copy = async (event: Event) => {
    const button = event.target as HTMLButtonElement;
    // Without TLS there is no clipboard, so the text is selected instead.
    const field = button.parentElement!.querySelector('input')!;
    field.select();
    await navigator.clipboard?.writeText(text);
    button.textContent = navigator.clipboard ? 'Copied' : 'Selected';
  };
  return html`<div class="copyable">
    <label>${label} <input class="mono" readonly .value=${text} @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} /></label>
    <button type="button" @click=${copy}>Copy</button>
  </div>`;
};

/** A secret to show once, with a note. */
export interface Shown {
  title: string;
  note: string;
  fields: [label: string, text: string][];
}

export const shownOnce = ({ title, note, fields }: Shown, closed: () => void): TemplateResult =>
  dialog(
    title,
    closed,
    html`<p>${note}</p>
      ${fields.map(([label, text]) => copyable(label, text))}
      <button type="button" class="primary" @click=${closeDialog}>I saved it</button>`,
    { staysOnEscape: true },
  );

export function saveFile(name: string, type: string, parts: string[]): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  // The browser has begun the download by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
