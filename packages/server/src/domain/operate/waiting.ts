/** A retailer's backlog, and how long it has been waiting: callbacks to be delivered and chats to be erased. */
import type { Caller } from '../access/access.ts';
import { holdingOf } from '../chat/evidence.ts';
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
  const [backlog, unverified, due, endedAt] = await Promise.all([
    read.callbackDeliveries.backlogOf(retailer.id),
    read.erasureReceipts.countUnverified(retailer.id),
    read.orders.expired(retailer.id, now, 1),
    read.reportEvidence.oldestEnd(retailer.id, holdingOf(retailer, now)),
  ]);
  const pending = backlog.find(({ state }) => state === 'pending');
  const dead = backlog.find(({ state }) => state === 'dead');
  const ends = [due[0]?.expiresAt, endedAt].filter((end) => end != null);
  return {
    now,
    callbacks: {
      pending: pending?.count ?? 0,
      dead: dead?.count ?? 0,
      oldestPendingMs: pending && Math.max(0, now - pending.oldest),
    },
    erasures: { unverified, oldestDueMs: ends.length > 0 ? now - Math.min(...ends) : undefined },
  };
}
