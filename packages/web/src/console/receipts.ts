/** Erasure receipts, which prove an erasure without revealing content. */
import { type ErasureReceipts, listErasureReceipts } from '@aislechat/client';
import { html, type TemplateResult } from 'lit';
import { badge, Pages, table, time } from './parts.ts';
import { hashOf } from './route.ts';
import { ConsoleView } from './view.ts';

type Receipt = ErasureReceipts['receipts'][number];

export class ReceiptsView extends ConsoleView {
  static override properties = { receipts: { state: true } };
  declare receipts: Receipt[] | undefined;
  protected override readonly everyMs = 5_000;
  readonly #pages = new Pages(() => this.route);

  protected override async look(): Promise<void> {
    const { after } = this.#pages;
    const { receipts, next } = await listErasureReceipts(this.session.connection, { limit: 25, after });
    if (after !== this.#pages.after) return;
    this.receipts = receipts;
    this.#pages.next = next;
  }

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">Erasures</h1>
      <p class="muted">
        Texts are erased 24 hours after an order ends, or earlier on request, and reported messages once they are held as
        evidence no longer. A receipt is verified once no copy is left.
      </p>
      ${this.notes()}
      <section class="card" aria-label="Erasures">
      ${table<Receipt>({
        caption: 'Erasure receipts',
        rows: this.receipts,
        keyOf: ({ id, erased_at }) => `${id} ${erased_at}`,
        empty: 'No erasures yet.',
        columns: [
          ['Order', ({ order_id }) => html`<a href=${hashOf('orders', order_id)}>${order_id}</a>`],
          ['Erased', ({ erased_at }) => time(erased_at)],
          ['Why', ({ reason }) => badge(reason)],
          ['Messages', ({ messages }) => messages],
          ['Images', ({ images }) => images],
          ['Evidence', ({ evidence }) => evidence],
          ['Still held', heldOf],
          ['Kinds', ({ kinds }) => kinds.join(', ').replaceAll('_', ' ')],
          ['Verified', ({ verified_at }) => (verified_at ? time(verified_at) : badge('not yet', 'bad'))],
        ],
      })}
      ${this.#pages.buttons()}</section>`;
  }
}
/** How many reported messages stayed held as evidence, and until when. */
const heldOf = ({ held, held_until }: Receipt) =>
  held === 0 ? '–' : html`${held}, until ${time(held_until)}`;

customElements.define('aislechat-console-receipts', ReceiptsView);
