/** Shoppers. Connect: Sandbox "Create shopper". */
import type { ShopperRow, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters } from '../errors.ts';
import { nextId } from '../ids.ts';

export interface ShopperInput {
  displayName?: string;
  avatarUrl?: string;
  email?: string;
  phone?: string;
}

const emailPattern = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const phonePattern = /^\+?\d{7,15}$/;

/** The number without spaces, dots, dashes and parentheses; undefined if it is not one. */
export function phoneNumberOf(text: string): string | undefined {
  const digits = text.replaceAll(/[\s().-]/g, '');
  return phonePattern.test(digits) ? digits : undefined;
}

/** Whichever of the two was given; null removes it. @throws InvalidParameters */
export function contactOf(input: ShopperInput): { email?: string | null; phone?: string | null } {
  const phone = input.phone && phoneNumberOf(input.phone);
  if (input.phone && phone === undefined) {
    throw new InvalidParameters({ key: 'phone', problem: 'invalid_phone' });
  }
  if (input.email && !emailPattern.test(input.email)) {
    throw new InvalidParameters({ key: 'email', problem: 'invalid_email' });
  }
  return {
    ...(input.email !== undefined && { email: input.email || null }),
    ...(phone !== undefined && { phone: phone || null }),
  };
}

/** @throws InvalidParameters when a shopper other than `id` has the number */
export async function assertPhoneIsFree(
  tx: Writer,
  retailerId: number,
  phone: string,
  id?: number,
): Promise<void> {
  const holder = await tx.shoppers.findByPhone(retailerId, phone);
  if (holder && holder.id !== id) throw new InvalidParameters({ key: 'phone', problem: 'phone_taken' });
}

/** @throws InvalidParameters */
export function createShopper(context: Context, caller: Caller, input: ShopperInput): Promise<number> {
  const retailerId = caller.retailer.id;
  const { email = null, phone = null } = contactOf(input);
  return context.store.write(async (tx) => {
    if (phone !== null) await assertPhoneIsFree(tx, retailerId, phone);
    const id = await nextId(tx, retailerId);
    await tx.shoppers.insert({
      retailerId,
      id,
      externalId: null,
      displayName: input.displayName ?? 'Shopper',
      avatarUrl: input.avatarUrl ?? '',
      email,
      phone,
      activeAt: retailerNow(context.clock, caller.retailer),
    });
    return id;
  });
}

/** Creates the shopper, or changes the given fields. An empty text removes a field. @throws InvalidParameters */
export function putShopper(
  context: Context,
  caller: Caller,
  externalId: string,
  input: ShopperInput,
): Promise<ShopperRow> {
  const retailerId = caller.retailer.id;
  const contact = contactOf(input);
  return context.store.write(async (tx) => {
    const existing = await tx.shoppers.lockByExternalId(retailerId, externalId);
    if (contact.phone != null) await assertPhoneIsFree(tx, retailerId, contact.phone, existing?.id);
    const shopper: ShopperRow = {
      retailerId,
      id: existing?.id ?? (await nextId(tx, retailerId)),
      externalId,
      displayName: input.displayName ?? existing?.displayName ?? 'Shopper',
      avatarUrl: input.avatarUrl ?? existing?.avatarUrl ?? '',
      email: contact.email === undefined ? (existing?.email ?? null) : contact.email,
      phone: contact.phone === undefined ? (existing?.phone ?? null) : contact.phone,
      activeAt: retailerNow(context.clock, caller.retailer),
    };
    if (!existing) {
      await tx.shoppers.insert(shopper);
      return shopper;
    }
    await tx.shoppers.update(shopper);
    if (shopper.displayName !== existing.displayName || shopper.avatarUrl !== existing.avatarUrl) {
      await tx.orders.raiseVersionsOfShopper(retailerId, shopper.id);
    }
    return shopper;
  });
}
