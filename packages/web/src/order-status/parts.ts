/** The steps, the items and the position of an order, as the page of the order shows them. */
import type { LineItem, OrderPage, OrderStep } from '@aislechat/client';
import { html, nothing, svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { timeZoneOf } from '../locale.ts';
import { isToday, momentOf } from '../moments.ts';
import { amountOf } from '../replacement-cards.ts';
import { answerOf } from '../replacements.ts';
import { fill } from '../words.ts';
import { mapView, type TileTries } from './map-view.ts';
import type { Coordinates, OrderStatus } from './order-status.ts';
import type { StatusWords } from './status-words.ts';

export interface Look {
  words: StatusWords;
  locale: string;
}

const check = svg`<path d="m5 13 4 4L19 7"/>`;

/** The step at which the order is. */
export function currentStep(page: OrderPage, isWaiting: boolean): OrderStep['step'] {
  if (page.workflow_state === 'picking') return isWaiting ? 'replacements' : 'shopping';
  return page.steps.findLast(({ reached_at }) => reached_at !== undefined)?.step ?? 'received';
}

/** Connect's six titles. An order that is picked up is neither out for delivery nor delivered. */
export function titleOf(
  step: OrderStep['step'],
  { fulfillment_type }: OrderPage,
  words: StatusWords,
): string {
  if (fulfillment_type !== 'pickup') return words[step];
  if (step === 'out_for_delivery') return words.readyForPickup;
  return step === 'delivered' ? words.pickedUp : words[step];
}

function timeOf(at: string, { timezone }: Pick<OrderPage, 'timezone'>, locale: string): string {
  const options = { hour: 'numeric', minute: '2-digit', timeZone: timeZoneOf(timezone) } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(at));
}

/**
 * The window in the order's time zone, such as `Wednesday, 9:00 AM – 11:00 AM`. Undefined from the day after it has passed:
 * that Wednesday would be taken for the next one.
 */
export function windowOf(page: OrderPage, locale: string): string | undefined {
  const { window_starts_at: from, window_ends_at: to, timezone } = page;
  if (from === undefined || to === undefined) return undefined;
  if (Date.parse(to) < Date.now() && !isToday(from, timezone)) return undefined;
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: timeZoneOf(timezone) });
  return `${day.format(new Date(from))}, ${timeOf(from, page, locale)} – ${timeOf(to, page, locale)}`;
}

export function steps(page: OrderPage, isWaiting: boolean, { words, locale }: Look): TemplateResult {
  const current = currentStep(page, isWaiting);
  const isOver = page.ended_at !== undefined;
  // What will not happen any more is left out.
  const isCanceled = page.workflow_state === 'canceled';
  const shown = page.steps.filter(({ reached_at }) => !isCanceled || reached_at !== undefined);
  return html`<ol class="steps" aria-label=${words.steps}>
    ${shown.map((step) => {
      const { step: name, reached_at, skipped } = step;
      const isReached = reached_at !== undefined;
      return html`<li class=${isReached ? 'reached' : ''} aria-current=${name === current && !isOver ? 'step' : nothing}>
        <span class="dot" aria-hidden="true">${isReached ? html`<svg viewBox="0 0 24 24">${check}</svg>` : nothing}</span>
        <div><span>${titleOf(name, page, words)}</span>
        ${isReached ? html`<time datetime=${reached_at}>${momentOf(reached_at, page.timezone, locale)}</time>` : skipped ? html`<span class="skip">${words.skipped}</span>` : nothing}</div>
      </li>`;
    })}
  </ol>`;
}

/** Whether the customer gets the replacement: they approved it, or the order went on before they answered. */
function isReplaced(item: LineItem, isPicking: boolean): boolean {
  const answer = answerOf(item);
  const isTaken = answer === 'approved' || (answer === undefined && !isPicking);
  return item.status === 'REPLACED' && item.replacement !== undefined && isTaken;
}

export function itemList(
  items: readonly LineItem[],
  page: OrderPage,
  { words, locale }: Look,
): TemplateResult {
  const isPicking = ['brand_new', 'acknowledged', 'picking', 'rescheduled'].includes(page.workflow_state);
  // Without a record of any item, nothing can be said about the others either. A canceled order is in no bags.
  const isKnown =
    isPicking || (page.workflow_state !== 'canceled' && items.some(({ status }) => status !== 'NOT_PICKED'));
  const counts = isPicking ? words.counts : words.countsDone;
  const picked = items.filter((item) => item.status === 'FOUND' || isReplaced(item, isPicking)).length;
  return html`<section aria-labelledby="items">
    <h2 id="items">${words.items}</h2>
    ${isKnown ? html`<p class="muted">${fill(counts, { ordered: items.length, picked })}</p>` : nothing}
    <ul class="items">
      ${repeat(
        items,
        ({ id }) => id,
        (item) => line(item, isPicking, isKnown ? words : undefined, locale),
      )}
    </ul>
  </section>`;
}

/** @param words undefined if nothing is known of the items */
function line(
  item: LineItem,
  isPicking: boolean,
  words: StatusWords | undefined,
  locale: string,
): TemplateResult {
  const { item: ordered } = item;
  const isGone = words && (item.status === 'TO_REFUND' || isReplaced(item, isPicking));
  return html`<li>
    ${ordered.image_url ? html`<img src=${ordered.image_url} alt="" loading="lazy" referrerpolicy="no-referrer" @error=${hide} />` : nothing}
    <p class=${isGone ? 'gone' : ''}><bdi>${ordered.name}${amountOf(ordered, locale)}</bdi></p>
    ${words ? html`<p class="muted">${stateOf(item, isPicking, { words, locale })}</p>` : nothing}
  </li>`;
}

function stateOf(item: LineItem, isPicking: boolean, { words, locale }: Look): string {
  const { status, replacement } = item;
  if (status === 'FOUND') return words.found;
  if (status === 'TO_REFUND') return words.refunded;
  if (status !== 'REPLACED' || !replacement) return isPicking ? words.notPicked : words.missing;
  const product = replacement.name + amountOf(replacement, locale);
  if (isReplaced(item, isPicking)) return fill(words.replaced, { item: product });
  return answerOf(item) === 'other' ? words.asked : fill(words.waiting, { item: product });
}

const earthRadiusM = 6_371_000;

/** The distance in meters as the crow flies. */
export function distanceOf(from: Coordinates, to: Coordinates): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2;
  const chord =
    half(from.latitude, to.latitude) +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * half(from.longitude, to.longitude);
  return 2 * earthRadiusM * Math.asin(Math.sqrt(chord));
}

/** Miles where people use them, and kilometers elsewhere. */
function distanceText(meters: number, locale: string): string {
  const usesMiles = /-(US|GB)\b/i.test(locale) || locale === 'en';
  const [unit, length] = usesMiles ? (['mile', 1609.344] as const) : (['kilometer', 1000] as const);
  const amount = Math.max(0.1, meters / length);
  const maximumFractionDigits = amount < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits }).format(amount);
}

/** The device's own map: no map server learns where the order is until the customer opens it. */
function mapAddress({ latitude, longitude }: Coordinates): string {
  const place = `${latitude},${longitude}`;
  return /iPhone|iPad|Macintosh/.test(navigator.userAgent) ? `maps:?q=${place}` : `geo:${place}?q=${place}`;
}

export function position(
  status: OrderStatus,
  { words, locale }: Look,
  tries: TileTries,
): TemplateResult | typeof nothing {
  const { page, location, destination } = status;
  const { coordinates, reported_at } = location;
  if (!page || !coordinates) return nothing;
  const distance = destination && distanceText(distanceOf(coordinates, destination), locale);
  return html`<section class="panel" aria-labelledby="position">
    <h2 id="position">${words.position}</h2>
    ${page.retailer.map ? mapView(page.retailer.map, status, words, tries) : nothing}
    ${distance === undefined ? nothing : html`<p>${fill(words.away, { distance })}</p>`}
    ${reported_at === undefined ? nothing : html`<p class="muted">${fill(words.seenAt, { time: momentOf(reported_at, page.timezone, locale) })}</p>`}
    <p class="actions"><a href=${mapAddress(coordinates)} rel="noreferrer">${words.openMap}</a></p>
  </section>`;
}

const hide = (event: Event): void => {
  (event.target as HTMLElement).hidden = true;
};
