/**
 * Links to images: a URL that works for anyone who has it until it expires. It names the image and its expiry, and
 * is signed with a key that never leaves the servers. All links issued in one window of the retailer's clock expire
 * together, at the end of the next window, so a response with links stays unchanged for a while and works with
 * `If-None-Match`.
 */
import { limits } from '@aislechat/contract';
import type { ImageKey } from '../../storage/images/files.ts';
import { keyedHash, sameText } from '../access/secrets.ts';

/** When a link issued now expires, on the retailer's clock. */
export const linksExpireAt = (now: number): number =>
  (Math.floor(now / limits.imageLinkMs) + 2) * limits.imageLinkMs;

const imagePath = '/v1/images/';
const pathPattern = /^(\d{1,15})-(\d{1,15})-(\d{1,15})$/;

export class ImageLinks {
  readonly #key: string;
  #base: string | undefined;

  /** @param base the address clients use to reach the server; without one there are no links */
  constructor(key: string, base: string | undefined) {
    this.#key = key;
    this.#base = base?.replace(/(?<!\/)\/+$/, '');
  }

  /** Whether images are available at all. */
  get areEnabled(): boolean {
    return this.#base !== undefined;
  }

  /** For a server that learns its address when it starts listening. */
  setBase(base: string): void {
    this.#base = base;
  }

  to(image: ImageKey, now: number): string | null {
    if (this.#base === undefined) return null;
    const name = nameOf(image);
    const expires = String(linksExpireAt(now) / 1000);
    return `${this.#base}${imagePath}${name}?expires=${expires}&signature=${this.#sign(name, expires)}`;
  }

  /**
   * What a link names, if we signed it. The caller must check the expiry against the retailer's clock.
   * @returns undefined for a link we did not sign
   */
  read(
    name: string,
    expires: string | undefined,
    signature: string | undefined,
  ): { image: ImageKey; expiresAt: number } | undefined {
    const isOurs = sameText(this.#sign(name, expires ?? ''), signature ?? '');
    const parts = pathPattern.exec(name);
    if (!isOurs || !parts) return undefined;
    const [retailerId, orderId, id] = parts.slice(1).map(Number) as [number, number, number];
    return { image: { retailerId, orderId, id }, expiresAt: Number(expires) * 1000 };
  }

  #sign(name: string, expires: string): string {
    return keyedHash(this.#key, `${name}?${expires}`);
  }
}

const nameOf = ({ retailerId, orderId, id }: ImageKey): string => `${retailerId}-${orderId}-${id}`;

/** Adds links to messages with uploaded images. */
export const withLinks = <M extends { imageId: number | null; image: string | null }>(
  links: ImageLinks,
  order: { retailerId: number; id: number },
  message: M,
  now: number,
): M =>
  message.imageId === null
    ? message
    : {
        ...message,
        image: links.to({ retailerId: order.retailerId, orderId: order.id, id: message.imageId }, now),
      };
