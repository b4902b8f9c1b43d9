/** The map on the page of an order. */
import type { OrderPage } from '@aislechat/client';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { mapPx, type Place, stillMap, tilePx } from './map.ts';
import type { OrderStatus } from './order-status.ts';
import type { StatusWords } from './status-words.ts';

const dot = svg`<circle cx="12" cy="12" r="7"/>`;
const house = svg`<path d="M3 11.5 12 4l9 7.5M6 10v10h12V10"/>`;

/** Tiles that did not come are asked for again when the position was read again. */
export class TileTries {
  #read: OrderStatus['location'] | undefined;
  readonly #counts = new Map<string, number>();
  readonly #failed = new Set<string>();

  /** @param location the position as it was read last */
  begin(location: OrderStatus['location']): void {
    if (location === this.#read) return;
    this.#read = location;
    for (const address of this.#failed) this.#counts.set(address, this.countOf(address) + 1);
    this.#failed.clear();
  }

  countOf(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  /** A map of which no tile comes is hidden. */
  readonly settled = ({ type, target }: Event): void => {
    const tile = target as HTMLImageElement;
    tile.hidden = type === 'error';
    if (tile.hidden) this.#failed.add(tile.getAttribute('src')!);
    const tiles = [...tile.parentElement!.querySelectorAll('img')];
    const map = tile.closest<HTMLElement>('.map')!;
    map.hidden = tiles.every(({ hidden }) => hidden);
    map.classList.toggle(
      'there',
      tiles.some(({ naturalWidth }) => naturalWidth > 0),
    );
  };
}

export function mapView(
  { tiles_url, attribution }: NonNullable<OrderPage['retailer']['map']>,
  { location, destination }: OrderStatus,
  words: StatusWords,
  tries: TileTries,
): TemplateResult {
  const map = stillMap(tiles_url, location.coordinates!, destination);
  tries.begin(location);
  return html`<figure class="map">
    <div class="tiles" role="img" aria-label=${words.map}>
      ${repeat(
        map.tiles,
        ({ key, address }) => `${key} ${tries.countOf(address)}`,
        (
          tile,
        ) => html`<img src=${tile.address} alt="" width=${tilePx} height=${tilePx} referrerpolicy="no-referrer"
          .style=${at(tile)} @load=${tries.settled} @error=${tries.settled} />`,
      )}
      ${map.destination ? html`<svg class="goal" viewBox="0 0 24 24" .style=${at(map.destination)}>${house}</svg>` : nothing}
      <svg class="now" viewBox="0 0 24 24" .style=${at(map.order)}>${dot}</svg>
    </div>
    <figcaption title=${attribution}><bdi>${attribution}</bdi></figcaption>
  </figure>`;
}

/** Set as a property, since a policy may forbid the attribute. */
const at = ({ x, y }: Place): string => `--x: ${x}px; --y: ${y}px`;

export const mapStyle = css`
  .map {
    position: relative;
    overflow: hidden;
    margin: 0 0 0.75rem;
    block-size: ${mapPx.height}px;
    max-inline-size: ${mapPx.width}px;
    border-radius: 0.75rem;
    background: var(--_bubble);
  }
  .tiles {
    position: absolute;
    inset: 0;
  }
  /* Keeps its room while the first tile is on its way. */
  .map:not(.there) {
    visibility: hidden;
  }
  .map[hidden],
  .tiles [hidden] {
    display: none;
  }
  /* North is above and east is right, in every language. */
  .tiles > * {
    position: absolute;
    left: calc(50% + var(--x));
    top: calc(50% + var(--y));
    max-inline-size: none;
  }
  .tiles svg {
    margin: -1rem;
    inline-size: 2rem;
    block-size: 2rem;
    padding: 0.375rem;
    border-radius: 50%;
    background: #fff;
    color: #17211d;
    stroke-width: 2.5;
    box-shadow: 0 0 0 1px #17211d;
  }
  .tiles .now {
    padding: 0;
    background: none;
    box-shadow: none;
    fill: var(--_accent);
    stroke: #fff;
    stroke-width: 3;
    filter: drop-shadow(0 0 1px #17211d);
  }
  figcaption {
    position: absolute;
    inset-block-end: 0;
    inset-inline-end: 0;
    padding: 0.125rem 0.5rem;
    border-start-start-radius: 0.5rem;
    background: var(--_surface);
    color: var(--_muted);
    font-size: 0.75rem;
    max-inline-size: 100%;
    box-sizing: border-box;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
`;
