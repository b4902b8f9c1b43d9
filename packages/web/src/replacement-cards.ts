/** The cards on which the customer answers proposed replacements. */
import type { ItemOfOrder } from '@aislechat/client';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Proposal, Replacements } from './replacements.ts';
import { fill, type Words } from './words.ts';

export interface CardsView {
  words: Words;
  /** Lets the customer write what they would prefer. */
  preferOther(proposal: Proposal): void;
}

export function replacementCards(
  replacements: Replacements,
  view: CardsView,
): TemplateResult | typeof nothing {
  if (replacements.proposals.length === 0) return nothing;
  return html`<div class="cards" role="group" aria-label=${view.words.replacements}>
    ${repeat(
      replacements.proposals,
      ({ id }) => id,
      (proposal) => card(proposal, replacements, view),
    )}
  </div>`;
}

function card(
  proposal: Proposal,
  replacements: Replacements,
  { words, preferOther }: CardsView,
): TemplateResult {
  const { id, ordered, proposed, answer } = proposal;
  const isBusy = answer?.isFailed === false;
  const label = `card-${id}`;
  return html`<section class="card" aria-labelledby=${label}>
    ${proposed.image_url ? html`<img src=${proposed.image_url} alt="" referrerpolicy="no-referrer" @error=${hide} />` : nothing}
    <div class="what">
      <p class="instead-of">${fill(words.replacementFor, { item: ordered.name })}</p>
      <h3 id=${label}><bdi>${proposed.name}</bdi>${amountOf(proposed)}</h3>
      ${answer?.isFailed ? html`<p class="refused" role="alert">${words.answerFailed}</p>` : nothing}
    </div>
    <div class="answers">
      <button class="main" type="button" ?disabled=${isBusy} @click=${() => void replacements.answer(id, 'APPROVED')}>
        ${words.approve}
      </button>
      <button type="button" ?disabled=${isBusy} @click=${() => void replacements.answer(id, 'REJECTED')}>
        ${words.refundIt}
      </button>
      <button type="button" ?disabled=${isBusy} @click=${() => preferOther(proposal)}>${words.somethingElse}</button>
    </div>
  </section>`;
}

/** The amount of a product. One piece goes without saying. */
export function amountOf({ quantity, cost_unit: unit }: ItemOfOrder): string {
  if (unit === 'each') return quantity === '1' ? '' : ` × ${quantity}`;
  return ` · ${quantity} lb`;
}

const hide = (event: Event): void => {
  (event.target as HTMLElement).hidden = true;
};
