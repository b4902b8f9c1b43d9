/** A retailer's backlog, and how long it has been waiting: callbacks to be delivered and chats to be erased. */
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';

export interface Waiting {
  now: number;
  callbacks: { pending: number; dead: number; oldestPendingMs: number | undefined };
  erasures: { unverified: number; oldestDueMs: number | undefined };
}

export async function waitingOf({ store: { read }, clock }: Context, caller: Caller): Promise<Waiting> {
  const { retailer } = caller;
  const now = retailerNow(clock, retailer);
  const [backlog, unverified, due] = await Promise.all([
    read.callbackDeliveries.backlogOf(retailer.id),
    read.erasureReceipts.countUnverified(retailer.id),
    read.orders.expired(retailer.id, now, 1),
  ]);
  const pending = backlog.find(({ state }) => state === 'pending');
  const dead = backlog.find(({ state }) => state === 'dead');
  const [oldest] = due;
  return {
    now,
    callbacks: {
      pending: pending?.count ?? 0,
      dead: dead?.count ?? 0,
      oldestPendingMs: pending && Math.max(0, now - pending.oldest),
    },
    erasures: { unverified, oldestDueMs: oldest && now - oldest.expiresAt! },
  };
}
