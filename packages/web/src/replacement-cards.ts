/** The cards on which the customer answers proposed replacements, and takes an answer back. */
import type { ItemOfOrder } from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Decision, Proposal, Replacements } from './replacements.ts';
import { fill, type Words } from './words.ts';

export interface CardsView {
  words: Words;
  locale: string;
  /** The item for which the customer writes what they would prefer. */
  writing: string | undefined;
  /** Resolves once the card shows its form, or its buttons again. */
  write(id: string | undefined): Promise<unknown>;
  /** Resolves once the page shows what has changed. */
  shown(): Promise<unknown>;
  /** Takes words that could not be sent as an answer. */
  keep(text: string): void;
}

/** The longest text that the customer may write; a message may have this many characters. */
const longestWords = 1000;

export function replacementCards(
  replacements: Replacements,
  view: CardsView,
): TemplateResult | typeof nothing {
  const { proposals, decisions } = replacements;
  if (proposals.length === 0 && decisions.length === 0) return nothing;
  const { words } = view;
  return html`<div class="cards" role="group" aria-label=${proposals.length > 0 ? words.replacements : words.decided}>
    ${repeat(
      proposals,
      ({ id }) => id,
      (proposal) => card(proposal, replacements, view),
    )}
    ${repeat(
      decisions,
      ({ id }) => id,
      (decision) => decided(decision, replacements, view),
    )}
  </div>`;
}

function card(proposal: Proposal, replacements: Replacements, view: CardsView): TemplateResult {
  const { words, locale } = view;
  const { id, ordered, proposed, answer } = proposal;
  const label = `card-${id}`;
  return html`<section class="card" data-item=${id} aria-labelledby=${label}>
    ${proposed.image_url ? html`<img src=${proposed.image_url} alt="" referrerpolicy="no-referrer" @error=${hide} />` : nothing}
    <div class="what">
      <p class="instead-of">${fill(words.replacementFor, { item: ordered.name })}</p>
      <h3 id=${label}><bdi>${proposed.name}${amountOf(proposed, locale)}</bdi></h3>
      ${answer?.isFailed ? html`<p class="refused" role="alert">${words.answerFailed}</p>` : nothing}
    </div>
    ${view.writing === id ? form(proposal, replacements, view) : choices(proposal, replacements, view)}
  </section>`;
}

/** Called before drawing: what the customer was writing on a card that goes, because it can no longer be answered. */
export function wordsLeft(
  root: ParentNode,
  writing: string | undefined,
  replacements: Replacements | undefined,
): string | undefined {
  if (writing === undefined || replacements?.proposals.some(({ id }) => id === writing)) return undefined;
  return root.querySelector<HTMLInputElement>('.card input')?.value.trim();
}

function choices({ id, answer }: Proposal, replacements: Replacements, view: CardsView) {
  const { words, write } = view;
  const isBusy = answer?.isFailed === false;
  const give = (status: 'APPROVED' | 'REJECTED') => (event: Event) =>
    void staying(event, id, replacements.answer(id, status), view);
  return html`<div class="answers">
    <button class="main" type="button" ?disabled=${isBusy} @click=${give('APPROVED')}>${words.approve}</button>
    <button type="button" ?disabled=${isBusy} @click=${give('REJECTED')}>${words.refundIt}</button>
    <button type="button" ?disabled=${isBusy} @click=${(event: Event) => void turn(event, () => write(id), 'input')}>${words.somethingElse}</button>
  </div>`;
}

/** Turns the card between buttons and form, and keeps the keyboard's focus in it. */
async function turn(event: Event, write: () => Promise<unknown>, focused: string): Promise<void> {
  const card = (event.currentTarget as HTMLElement).closest('.card');
  await write();
  card?.querySelector<HTMLElement>(focused)?.focus();
}

/** Keeps the keyboard's focus on an item whose buttons are replaced by others. */
async function staying(event: Event, id: string, act: Promise<unknown>, view: CardsView): Promise<void> {
  const root = (event.currentTarget as HTMLElement).getRootNode() as Document | ShadowRoot;
  await act;
  await view.shown();
  const isLost = root.activeElement === null || root.activeElement === document.body;
  if (isLost) root.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"] button`)?.focus();
}

function form({ id, ordered }: Proposal, replacements: Replacements, view: CardsView) {
  const { words, write } = view;
  const send = (event: Event) => {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get('words')).trim();
    if (text === '') return;
    void write(undefined);
    const answer = replacements.answer(id, 'REJECTED', text).then((isTaken) => isTaken || view.keep(text));
    void staying(event, id, answer, view);
  };
  return html`<form class="answers" @submit=${send}>
    <label>${fill(words.whatInstead, { item: ordered.name })}
      <input name="words" required maxlength=${longestWords} autocomplete="off" dir="auto" /></label>
    <button class="main" type="submit">${words.tellShopper}</button>
    <button type="button" @click=${(event: Event) => void turn(event, () => write(undefined), '.answers > :last-child')}>${words.cancel}</button>
  </form>`;
}

const sentences = { approved: 'youApproved', refunded: 'youDeclined', other: 'youAsked' } as const;

function decided(
  { id, proposed, answer, isBusy, problem }: Decision,
  replacements: Replacements,
  view: CardsView,
) {
  const { words } = view;
  const text = fill(words[sentences[answer]], { item: proposed.name });
  const undo = (event: Event) => void staying(event, id, replacements.undo(id), view);
  return html`<div class="decided" data-item=${id}>
    <p>${text}</p>
    <button type="button" aria-label=${`${words.undo}${words.colon} ${text}`} ?disabled=${isBusy} @click=${undo}>
      ${words.undo}
    </button>
    ${problem ? html`<p class="refused" role="alert">${problem === 'late' ? words.answerIsFinal : words.answerFailed}</p>` : nothing}
  </div>`;
}

/** The amount of a product. One piece goes without saying. */
export function amountOf({ quantity, cost_unit: unit }: ItemOfOrder, locale: string): string {
  const amount = Number(quantity).toLocaleString(locale);
  if (unit === 'each') return quantity === '1' ? '' : ` × ${amount}`;
  return ` · ${amount} lb`;
}

const hide = (event: Event): void => {
  (event.target as HTMLElement).hidden = true;
};
