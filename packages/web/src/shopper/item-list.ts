/** The items of an order on the shopper's page, each with what can become of it. */
import type { LineItem } from '@aislechat/client';
import { css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { amountOf } from '../replacement-cards.ts';
import type { Picking } from './picking.ts';
import type { ShopperWords } from './words.ts';

export const itemListStyle = css`
  .items {
    flex: none;
    list-style: none;
    margin: 0;
    padding: 0 0.75rem;
    max-block-size: 55%;
    overflow-y: auto;
    border-block-end: 1px solid var(--_line);
  }
  .items li {
    padding-block: 0.625rem;
    border-block-start: 1px solid var(--_line);
    overflow-wrap: anywhere;
  }
  .items li:first-child {
    border: 0;
  }
  .items p {
    margin: 0;
  }
  .items .state {
    font-size: 0.8125rem;
    color: var(--_muted);
  }
  .items .answers,
  .items form {
    margin-block-start: 0.375rem;
  }
  .items form {
    display: grid;
    gap: 0.5rem;
  }
  .items label {
    display: grid;
    gap: 0.25rem;
    font-size: 0.8125rem;
    color: var(--_muted);
  }
  .items input {
    font: inherit;
    font-size: 1rem;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_muted);
    border-radius: 0.5rem;
    padding: 0.5rem 0.75rem;
    min-block-size: 2.75rem;
    inline-size: 100%;
  }
`;

export interface ItemListView {
  words: ShopperWords;
  locale: string;
  /** The line whose replacement is being written. */
  replacing: string | undefined;
  /** Whether anything can become of the items now. A form that was begun stays, so that its words are not lost. */
  canPick: boolean;
  /** Resolves once the form is shown, or the buttons again. */
  replace(line: string | undefined): Promise<unknown>;
  /** Sends a photo as a message. */
  sendPhoto(photo: File, caption: string): void;
}

export function itemList(picking: Picking, view: ItemListView): TemplateResult {
  return html`<ul class="items" aria-label=${view.words.items}>
    ${repeat(
      picking.items ?? [],
      ({ line_num }) => line_num,
      (item) => html`<li>${line(item, picking, view)}</li>`,
    )}
  </ul>`;
}

function line(item: LineItem, picking: Picking, view: ItemListView): TemplateResult {
  const { words, locale, canPick } = view;
  const { line_num } = item;
  const state = stateOf(item, words);
  return html`<p><bdi>${item.item.name}${amountOf(item.item, locale)}</bdi></p>
    ${state ? html`<p class="state">${state}${item.replacement ? html`${words.colon} <bdi>${item.replacement.name}${amountOf(item.replacement, locale)}</bdi>` : nothing}</p>` : nothing}
    ${picking.failed.has(line_num) ? html`<p class="refused" role="alert">${words.answerFailed}</p>` : nothing}
    ${view.replacing === line_num ? form(line_num, picking, view) : canPick ? choices(item, picking, view) : nothing}`;
}

function choices({ line_num, status }: LineItem, picking: Picking, { words, replace }: ItemListView) {
  const isBusy = picking.busy.has(line_num);
  const pick = (status: 'found' | 'to_refund') => () => void picking.pick(line_num, { status });
  return html`<div class="answers">
    <button type="button" ?disabled=${isBusy || status === 'FOUND'} @click=${pick('found')}>${words.found}</button>
    <button type="button" ?disabled=${isBusy} @click=${(event: Event) => void openForm(event, () => replace(line_num))}>${words.replaceItem}</button>
    <button type="button" ?disabled=${isBusy || status === 'TO_REFUND'} @click=${pick('to_refund')}>${words.refundItem}</button>
  </div>`;
}

/** Opens the form of a line, and puts the keyboard's focus into it. */
async function openForm(event: Event, open: () => Promise<unknown>): Promise<void> {
  const line = (event.currentTarget as HTMLElement).closest('li');
  await open();
  line?.querySelector('input')?.focus();
}

function form(line: string, picking: Picking, view: ItemListView): TemplateResult {
  const { words, replace, canPick } = view;
  const propose = async (event: Event) => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(given.get(name)).trim();
    const isRecorded = await picking.pick(line, {
      status: 'replaced',
      replacement_item: { name: text('name'), upc: text('upc') },
      delivered_count: Number(text('count')),
    });
    if (!isRecorded) return;
    void replace(undefined);
    const photo = given.get('photo');
    if (photo instanceof File && photo.size > 0) view.sendPhoto(photo, text('name'));
  };
  return html`<form @submit=${propose}>
    <label>${words.otherProduct}<input name="name" required maxlength="255" autocomplete="off" /></label>
    <label>${words.productCode}<input name="upc" required maxlength="64" inputmode="numeric" autocomplete="off" /></label>
    <label>${words.howMany}<input name="count" type="number" required min="1" max="999" value="1" /></label>
    <label>${words.productPhoto}<input name="photo" type="file" accept="image/*" capture="environment" /></label>
    <div class="answers">
      <button class="main" type="submit" ?disabled=${picking.busy.has(line) || !canPick}>${words.propose}</button>
      <button type="button" @click=${() => replace(undefined)}>${words.cancel}</button>
    </div>
  </form>`;
}

function stateOf({ status, replacement_status }: LineItem, words: ShopperWords): string | undefined {
  if (status === 'FOUND') return words.found;
  if (status === 'TO_REFUND') return words.refunded;
  if (status !== 'REPLACED') return undefined;
  if (replacement_status === 'APPROVED') return words.approved;
  return replacement_status === 'REJECTED' ? words.wantsOther : words.proposed;
}
