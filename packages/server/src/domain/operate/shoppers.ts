/** The shop's own system tells who its shoppers are. */
import type { ShopperRow } from '../../storage/store.ts';
import type { Caller } from '../access.ts';
import type { Context } from '../context.ts';
import { nextId } from '../ids.ts';
import { assertPhoneIsFree, contactOf, type ShopperInput } from '../shoppers.ts';

/** Creates the shopper, or changes what is given. An empty text takes away. @throws InvalidParameters */
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
