/**
 * The link to an order's page, which speaks for the order's customer in this order and nowhere else. It names the
 * retailer, the order and the number of the link, and is signed with a key that never leaves the servers, so no link is
 * stored. Only the link with the order's current number works; a new number ends all earlier links.
 */
import type { OrderRow } from '../../storage/store.ts';
import { sameText, shortSignature } from './secrets.ts';

/** What a link names. */
export interface LinkedOrder {
  retailerId: number;
  orderId: number;
  number: number;
}

const format = 1;
/** The lengths of the format, the retailer, the order and the number in bytes. */
const lengths = [1, 4, 6, 3] as const;
const namedBytes = lengths.reduce((sum, length) => sum + length, 0);
/** 40 characters, in which no padding is left over. */
const linkPattern = /^[\w-]{40}$/;

export class OrderLinks {
  readonly #key: string;
  #base: string | undefined;

  /** @param base the address that customers use to reach the server; without one there are no links */
  constructor(key: string, base: string | undefined) {
    this.#key = key;
    if (base !== undefined) this.setBase(base);
  }

  /** For a server that learns its address when it starts listening. */
  setBase(base: string): void {
    this.#base = base.endsWith('/') ? base.slice(0, -1) : base;
  }

  /** The address of the page that a link opens; null if the server does not know its own address. */
  addressOf(linked: LinkedOrder): string | null {
    return this.#base === undefined ? null : `${this.#base}/o/${this.write(linked)}`;
  }

  write({ retailerId, orderId, number }: LinkedOrder): string {
    const named = Buffer.alloc(namedBytes);
    let at = 0;
    for (const [n, value] of [format, retailerId, orderId, number].entries()) {
      at = named.writeUIntBE(value, at, lengths[n]!);
    }
    return Buffer.concat([named, shortSignature(this.#key, named)]).toString('base64url');
  }

  /** @returns undefined for a link that we did not sign */
  read(link: string): LinkedOrder | undefined {
    if (!linkPattern.test(link)) return undefined;
    const named = Buffer.from(link, 'base64url').subarray(0, namedBytes);
    if (named[0] !== format) return undefined;
    const linked = {
      retailerId: named.readUIntBE(1, 4),
      orderId: named.readUIntBE(5, 6),
      number: named.readUIntBE(11, 3),
    };
    return sameText(this.write(linked), link) ? linked : undefined;
  }
}

/** Whether the order's page may be opened with this link. */
export const isCurrent = (
  { linkNumber, linkRevokedAt }: Pick<OrderRow, 'linkNumber' | 'linkRevokedAt'>,
  number: number,
): boolean => linkRevokedAt === null && linkNumber === number;
