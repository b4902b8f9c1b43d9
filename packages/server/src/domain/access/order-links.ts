/**
 * The link to an order's page, which speaks for the order's customer in this order and nowhere else. It names the
 * retailer, the order and the number of the link, and is signed with a key that never leaves the servers, so no link is
 * stored. Only the link with the order's current number works; a new number ends all earlier links.
 *
 * A device sends `<link>.<secret>`, with a secret that it made itself. A retailer may want a link to work only with the
 * secrets that it is bound to.
 */
import { limits } from '@aislechat/contract';
import type { OrderRow, RetailerRow } from '../../storage/store.ts';
import { hashSecret, sameText, shortSignature } from './secrets.ts';

/** What a link names. */
export interface LinkedOrder {
  retailerId: number;
  orderId: number;
  number: number;
}

/** A link as a request uses it. */
export interface LinkUse extends LinkedOrder {
  /** The hash of the device's secret; undefined if the request has none. */
  device: string | undefined;
}

const format = 1;
/** The lengths of the format, the retailer, the order and the number in bytes. */
const lengths = [1, 4, 6, 3] as const;
const namedBytes = lengths.reduce((sum, length) => sum + length, 0);
/** 40 characters, in which no padding is left over, and those of the secret. */
const tokenPattern = /^([\w-]{40})(?:\.([\w-]{43}))?$/;

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

  /** @param token a link, or a link and the secret of a device @returns undefined for a link that we did not sign */
  read(token: string): LinkUse | undefined {
    const [, link, secret] = tokenPattern.exec(token) ?? [];
    if (link === undefined) return undefined;
    const named = Buffer.from(link, 'base64url').subarray(0, namedBytes);
    if (named[0] !== format) return undefined;
    const linked = {
      retailerId: named.readUIntBE(1, 4),
      orderId: named.readUIntBE(5, 6),
      number: named.readUIntBE(11, 3),
    };
    if (!sameText(this.write(linked), link)) return undefined;
    return { ...linked, device: secret === undefined ? undefined : hashSecret(secret) };
  }
}

type LinkFields = Pick<OrderRow, 'linkNumber' | 'linkRevokedAt' | 'linkDevices'>;

/** Whether the order's page may be opened with this link on this device: `unbound` if it needs another device. */
export function stateOfLink(
  { hostedPage, linkBoundToDevice }: RetailerRow,
  order: LinkFields,
  { number, device }: Pick<LinkUse, 'number' | 'device'>,
): 'open' | 'unbound' | 'ended' {
  if (!hostedPage || order.linkRevokedAt !== null || order.linkNumber !== number) return 'ended';
  return !linkBoundToDevice || isBoundTo(order, device) ? 'open' : 'unbound';
}

/** The hashes of the secrets of the devices, oldest first. */
const devicesOf = ({ linkDevices }: LinkFields): string[] =>
  linkDevices === '' ? [] : linkDevices.split(',');

export const isBoundToAny = (order: LinkFields): boolean => order.linkDevices !== '';

export const isBoundTo = (order: LinkFields, device: string | undefined): boolean =>
  device !== undefined && devicesOf(order).some((bound) => sameText(bound, device));

/** Adds a device. The oldest goes if they are too many. */
export function bindTo(order: LinkFields, device: string): void {
  const devices = [...devicesOf(order).filter((bound) => bound !== device), device];
  order.linkDevices = devices.slice(-limits.devicesPerLink).join(',');
}
