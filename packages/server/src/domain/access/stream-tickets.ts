/** Tickets for clients that cannot send a header when they open a stream. */
import { limits } from '@aislechat/contract';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Caller } from './access.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** A ticket for the caller's stream of one order. It expires no later than the caller's token. @throws Refusal */
export async function newTicket(
  { store, clock }: Context,
  caller: Caller,
  orderId: number,
): Promise<{ ticket: string; expiresAt: number }> {
  // A link is sent in a header only.
  if (caller.kind === 'link') throw new Refusal('insufficient_scope');
  const ticket = newSecret();
  const now = retailerNow(clock, caller.retailer);
  const expiresAt = now + limits.streamTicketLifetimeMs;
  const { tokenHash } = caller;
  const retailerId = caller.retailer.id;
  await store.write(async (tx) => {
    const valid = await tx.streamTickets.count(retailerId, tokenHash, now);
    if (valid >= limits.streamTickets) throw new Refusal('limit_reached', 'stream tickets');
    await tx.streamTickets.insert({
      retailerId,
      ticketHash: hashSecret(ticket),
      orderId,
      tokenHash,
      expiresAt,
    });
  });
  return { ticket, expiresAt };
}
