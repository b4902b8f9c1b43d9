/**
 * A still map of the position of an order and of where it goes, from the tiles of a server that the retailer names: squares
 * of 256 pixels in Web Mercator, the projection of all tile servers. Nothing on it can be dragged, so it needs no library.
 */
import type { Coordinates } from './order-status.ts';

export const tilePx = 256;
/** The size of the map, in pixels, since tiles have no other. It is narrower where there is less room. */
export const mapPx = { width: 512, height: 192 } as const;
/** In this box around the center both points are visible on the narrowest screen. */
const roomPx = { width: 180, height: 112 } as const;
/** At 16 a street has its name. Not every server has more. */
const mostZoom = 16;
/** Where the square map of the world ends. */
const mostLatitude = 85.0511287798066;

/** A place in pixels from the center of the map. */
export interface Place {
  x: number;
  y: number;
}
export interface Tile extends Place {
  /** Its numbers. Around the world, the same tile may be there twice. */
  key: string;
  address: string;
}
export interface StillMap {
  tiles: Tile[];
  order: Place;
  destination: Place | undefined;
}

/** A point of the square world, whose sides are 1. */
function pointOf({ latitude, longitude }: Coordinates): Place {
  const radians = (Math.max(-mostLatitude, Math.min(mostLatitude, latitude)) * Math.PI) / 180;
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.asinh(Math.tan(radians)) / (2 * Math.PI) };
}

/** @param template the address of a tile, with `{z}`, `{x}` and `{y}` */
export function stillMap(
  template: string,
  order: Coordinates,
  destination: Coordinates | undefined,
): StillMap {
  const from = pointOf(order);
  const to = destination ? pointOf(destination) : from;
  // The shorter way around the world.
  to.x += Math.round(from.x - to.x);
  const zoom = zoomFor(Math.abs(from.x - to.x), Math.abs(from.y - to.y));
  const count = 2 ** zoom;
  const worldPx = count * tilePx;
  const center = { x: ((from.x + to.x) / 2) * worldPx, y: ((from.y + to.y) / 2) * worldPx };
  const placeOf = ({ x, y }: Place): Place => ({
    x: Math.round(x * worldPx - center.x),
    y: Math.round(y * worldPx - center.y),
  });
  const tiles = range(center.y, mapPx.height)
    // Above and below the world there is nothing.
    .filter((y) => y >= 0 && y < count)
    .flatMap((y) =>
      range(center.x, mapPx.width).map((x) => ({
        key: `${zoom}/${x}/${y}`,
        // Around the world the columns begin anew.
        address: addressOf(template, zoom, ((x % count) + count) % count, y),
        ...placeOf({ x: x / count, y: y / count }),
      })),
    );
  return { tiles, order: placeOf(from), destination: destination && placeOf(to) };
}

/** The largest zoom at which the distances fit. */
function zoomFor(width: number, height: number): number {
  const fits = (length: number, px: number) => Math.floor(Math.log2(px / (length * tilePx)));
  return Math.max(0, Math.min(mostZoom, fits(width, roomPx.width), fits(height, roomPx.height)));
}

/** The numbers of the tiles that a length around a center touches. */
function range(centerPx: number, lengthPx: number): number[] {
  const first = Math.floor((centerPx - lengthPx / 2) / tilePx);
  const last = Math.ceil((centerPx + lengthPx / 2) / tilePx) - 1;
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

const addressOf = (template: string, z: number, x: number, y: number): string =>
  template.replaceAll(/\{([zxy])\}/g, (_, name: 'z' | 'x' | 'y') => String({ z, x, y }[name]));
