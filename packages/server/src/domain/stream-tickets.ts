/** Tickets: for clients that cannot send a header when they open a stream. */
import { limits } from '@aislechat/contract';
import type { Caller } from './access.ts';
import { retailerNow } from './clock.ts';
import type { Context } from './context.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** A ticket for the caller's stream of one order. It ends with the caller's token, if not before. */
export async function newTicket(
  { store, clock }: Context,
  caller: Caller,
  orderId: number,
): Promise<{ ticket: string; expiresAt: number }> {
  const ticket = newSecret();
  const expiresAt = retailerNow(clock, caller.retailer) + limits.streamTicketLifetimeMs;
  await store.write((tx) =>
    tx.streamTickets.insert({
      retailerId: caller.retailer.id,
      ticketHash: hashSecret(ticket),
      orderId,
      tokenHash: caller.tokenHash,
      expiresAt,
    }),
  );
  return { ticket, expiresAt };
}
