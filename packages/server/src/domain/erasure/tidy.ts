/** Deletes expired tokens, sign-ins, tickets, links, assertions and holds, by retailer and in slices. */
import type { RetailerRow, Store, Writer } from '../../storage/store.ts';
import { type Clock, retailerNow } from '../clock.ts';
import { forEachRetailer, retailersOf } from '../each-retailer.ts';

const tokensKeptMs = 24 * 60 * 60_000;
/** An expired hold is good for an order until its slot is over, and slots are offered for two weeks ahead. */
const holdsKeptMs = 15 * 24 * 60 * 60_000;
/** Rows deleted from one table in one transaction. */
const rowsPerSlice = 1000;

/** @param only these retailers; omit for all @param failed called with each error */
export async function tidyTokens(
  store: Store,
  clock: Clock,
  failed: (error: unknown) => void,
  only?: ReadonlySet<number>,
): Promise<void> {
  const retailers = await retailersOf(store, only);
  await forEachRetailer(store, retailers, (retailer) => tidyOf(store, clock, retailer), failed);
}

async function tidyOf(store: Store, clock: Clock, retailer: RetailerRow): Promise<void> {
  const now = retailerNow(clock, retailer);
  if (!(await store.read.tokens.hasExpired(retailer.id, now - tokensKeptMs, now, now - holdsKeptMs))) return;
  while (await store.write((tx) => deleteSlice(tx, retailer.id, now)));
}

/** Returns whether there may be more. */
async function deleteSlice(tx: Writer, retailerId: number, now: number): Promise<boolean> {
  const counts = [
    await tx.tokens.deleteExpired(retailerId, now - tokensKeptMs, rowsPerSlice),
    await tx.signIns.deleteExpired(retailerId, now, rowsPerSlice),
    await tx.streamTickets.deleteExpired(retailerId, now, rowsPerSlice),
    await tx.supportLinks.deleteExpired(retailerId, now, rowsPerSlice),
    await tx.usedAssertions.deleteExpired(retailerId, now, rowsPerSlice),
    await tx.holds.deleteExpired(retailerId, now - holdsKeptMs, rowsPerSlice),
  ];
  return counts.includes(rowsPerSlice);
}
