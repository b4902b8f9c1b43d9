/** Typing indicators: announced to the other side at a limited rate, and never stored. */
import { limits } from '@aislechat/contract';
import type { Caller } from '../domain/access/access.ts';
import { boundedCache } from '../domain/bounded-cache.ts';
import type { Context } from '../domain/context.ts';
import { partyOf } from '../domain/orders/log.ts';
import { chatIsOpen } from '../domain/orders/states.ts';
import type { OrderRow } from '../storage/store.ts';

const maxTypists = 10_000;

export class Typing {
  readonly #announcedAt = boundedCache<string, number>(maxTypists);
  readonly #monotonic: () => number;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** A client speaks for the customer. A notice that comes too soon, or for a closed chat, is dropped. */
  note({ store }: Context, caller: Caller, order: OrderRow): void {
    if (!chatIsOpen(order, caller.retailer)) return;
    const party = partyOf(caller) ?? 'user';
    const typist = `${order.retailerId}/${order.id}/${party}`;
    const now = this.#monotonic();
    if (now - (this.#announcedAt.get(typist) ?? Number.NEGATIVE_INFINITY) < limits.typingEveryMs) return;
    this.#announcedAt.set(typist, now);
    store.announce({ retailerId: order.retailerId, orderId: order.id, typing: party });
  }
}
