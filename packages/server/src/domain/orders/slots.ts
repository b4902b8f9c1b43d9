/**
 * Stores, slots and holds: plausible answers for the steps before an order, without a catalog behind them. A slot's
 * ID encodes its kind and hour, so slots need no table.
 */
import { limits } from '@aislechat/contract';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { findUser } from '../people/users.ts';

export type SlotKind = 'delivery' | 'pickup';

export interface Slot {
  id: number;
  kind: SlotKind;
  startsAt: number;
  endsAt: number;
}

export interface Hold {
  id: number;
  expiresAt: number;
  slot: Slot;
}

const hourMs = 3_600_000;
const slotHours = 2;
const slotsOffered = 4;
const bookableAheadMs = 14 * 24 * hourMs;
const kinds: SlotKind[] = ['delivery', 'pickup'];

export const storesOfRetailer = [
  { locationCode: '12', name: 'Quay Street', addressLine1: '12 Quay Street', postalCode: '80202' },
  { locationCode: '27', name: 'Orchard Park', addressLine1: '27 Orchard Park', postalCode: '80205' },
] as const;

function slotAt(kind: SlotKind, hour: number): Slot {
  return {
    id: hour * 10 + kinds.indexOf(kind) + 1,
    kind,
    startsAt: hour * hourMs,
    endsAt: (hour + slotHours) * hourMs,
  };
}

export function slotById(id: number): Slot | undefined {
  const kind = kinds[(id % 10) - 1];
  return kind && slotAt(kind, Math.floor(id / 10));
}

/** The next slots, starting at the next full hour on the retailer's clock. */
export function offerSlots(context: Context, caller: Caller, kind: SlotKind): Slot[] {
  const nextHour = Math.floor(retailerNow(context.clock, caller.retailer) / hourMs) + 1;
  return Array.from({ length: slotsOffered }, (_, n) => slotAt(kind, nextHour + n * slotHours));
}

/** A user has one hold; a new one replaces it. @throws Refusal */
export async function holdSlot(
  context: Context,
  caller: Caller,
  userExternalId: string,
  slotId: string,
): Promise<Hold> {
  const user = await findUser(context, caller, userExternalId);
  const now = retailerNow(context.clock, caller.retailer);
  const slot = /^\d{1,15}$/.test(slotId) ? slotById(Number(slotId)) : undefined;
  if (!slot || slot.endsAt <= now || slot.startsAt > now + bookableAheadMs) {
    throw new Refusal('resource_not_found');
  }
  const expiresAt = now + limits.holdLifetimeMs;
  const id = await context.store.write(async (tx) => {
    const holdId = await nextId(tx, user.retailerId);
    await tx.holds.replace({
      retailerId: user.retailerId,
      userId: user.id,
      id: holdId,
      serviceOptionId: slot.id,
      expiresAt,
    });
    return holdId;
  });
  return { id, expiresAt, slot };
}
