/**
 * A memory budget shared by many requests. The total is bounded, and so is each owner's share, so that no owner takes
 * what the others need.
 */
import type { FastifyRequest } from 'fastify';
import { Refusal } from '../../domain/errors.ts';

export interface Share {
  readonly owner: string;
  readonly most: number;
}

export class Budget {
  readonly #most: number;
  readonly #ofOwners = new Map<string, number>();
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes in use now. */
  get held(): number {
    return this.#held;
  }

  /** @throws Refusal too_many_requests when a share is used up, unavailable when the whole budget is */
  take(bytes: number, shares: readonly Share[]): void {
    for (const { owner, most } of shares) {
      if ((this.#ofOwners.get(owner) ?? 0) + bytes > most) throw new Refusal('too_many_requests');
    }
    if (this.#held + bytes > this.#most) throw new Refusal('unavailable');
    this.#add(bytes, shares);
  }

  release(bytes: number, shares: readonly Share[]): void {
    this.#add(-bytes, shares);
  }

  #add(bytes: number, shares: readonly Share[]): void {
    this.#held += bytes;
    for (const { owner } of shares) {
      const held = (this.#ofOwners.get(owner) ?? 0) + bytes;
      if (held === 0) this.#ofOwners.delete(owner);
      else this.#ofOwners.set(owner, held);
    }
  }
}

/** The owner whose share a request uses: its retailer, or its address if the caller is unknown. */
export const ownerOf = ({ caller, ip }: Pick<FastifyRequest, 'caller' | 'ip'>): string =>
  caller ? ownerName(caller.retailer.id) : `address ${ip}`;

export const ownerName = (retailerId: number): string => `retailer ${retailerId}`;
