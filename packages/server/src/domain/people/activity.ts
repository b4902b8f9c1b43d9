/**
 * When a person was last heard of: they were created or changed, got a token, placed an order or were assigned one. The
 * retention of people counts from it. Recorded to the day, so that a busy person costs no write each time.
 */
import type { Writer } from '../../storage/store.ts';

const recordedEveryMs = 24 * 60 * 60_000;

interface Person {
  retailerId: number;
  id: number;
}

export const noteUserActivity = (tx: Writer, { retailerId, id }: Person, at: number): Promise<void> =>
  tx.users.noteActivity(retailerId, id, at, at - recordedEveryMs);

export const noteShopperActivity = (tx: Writer, { retailerId, id }: Person, at: number): Promise<void> =>
  tx.shoppers.noteActivity(retailerId, id, at, at - recordedEveryMs);
