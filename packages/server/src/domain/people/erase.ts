/**
 * Erases a customer or a shopper: everything that names or describes them is removed from every table, along with the
 * texts of a customer's orders, or those that a shopper wrote. Orders, items and logs stay, as numbers and states (docs/decisions/erasing-a-person.md).
 */
import type { PersonErasureRow, RetailerRow, ShopperReference, UserReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { revokeRest, revokeSlice } from '../access/revoke-tokens.ts';
import { keyedHash } from '../access/secrets.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { finishPerson, markOrders } from '../erasure/requested.ts';
import { finishShopper } from '../erasure/shopper.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../operate/audit.ts';

/**
 * The first transaction accepts the request: the person is gone and nobody can read the texts any more. They are
 * then erased order by order. A repeated request continues where the last one stopped, and returns the same
 * receipt.
 * @throws Refusal user_not_found
 */
export async function erasePerson(
  context: Context,
  caller: Caller,
  reference: UserReference,
): Promise<PersonErasureRow> {
  const { store, clock } = context;
  const { retailer } = caller;
  const now = retailerNow(clock, retailer);
  const markOf = (externalId: string) => erasedMark(context, retailer, externalId);
  const userId = await store.write(async (tx) => {
    const user =
      (await tx.users.lock(retailer.id, reference)) ??
      ('externalId' in reference
        ? await tx.users.lock(retailer.id, { externalId: markOf(reference.externalId) })
        : undefined);
    if (!user) throw new Refusal('user_not_found');
    if (user.erasedAt !== null) return user.id;

    const mark = user.externalId === null ? null : markOf(user.externalId);
    await tx.users.erase(retailer.id, user.id, mark, now);
    await tx.holds.deleteOfUser(retailer.id, user.id);
    await revokeSlice(tx, retailer.id, { userId: user.id }, now);
    const erasure = newErasure(retailer, user.id, 'user', now);
    await tx.personErasures.insert(erasure);
    await markOrders(tx, erasure, now);
    await audit(tx, caller, now, { action: 'user_erasure', subject: { type: 'user', id: user.id } });
    return user.id;
  });
  return finishPerson(context, retailer, userId);
}

/** The name that customers see of a shopper who was erased. */
const nameOfErased = 'Shopper';

/**
 * The first transaction empties the shopper's row. What they wrote is then erased order by order; a repeated request
 * continues where the last one stopped, and returns the same receipt.
 * @throws Refusal resource_not_found
 */
export async function eraseShopper(
  context: Context,
  caller: Caller,
  reference: ShopperReference,
): Promise<PersonErasureRow> {
  const { store, clock } = context;
  const { retailer } = caller;
  const now = retailerNow(clock, retailer);
  const markOf = (externalId: string) => erasedMark(context, retailer, externalId);
  const shopperId = await store.write(async (tx) => {
    const shopper =
      (await tx.shoppers.lock(retailer.id, reference)) ??
      ('externalId' in reference
        ? await tx.shoppers.lock(retailer.id, { externalId: markOf(reference.externalId) })
        : undefined);
    if (!shopper) throw new Refusal('resource_not_found');
    if (shopper.erasedAt !== null) return shopper.id;

    const mark = shopper.externalId === null ? null : markOf(shopper.externalId);
    await tx.shoppers.erase(retailer.id, shopper.id, nameOfErased, mark, now);
    await tx.orders.raiseVersionsOfShopper(retailer.id, shopper.id);
    await revokeSlice(tx, retailer.id, { shopperId: shopper.id }, now);
    const subscriptions = await tx.pushSubscriptions.deleteOf(retailer.id, { shopperId: shopper.id });
    await tx.personErasures.insert({ ...newErasure(retailer, shopper.id, 'shopper', now), subscriptions });
    const subject = { type: 'shopper', id: shopper.id } as const;
    await audit(tx, caller, now, { action: 'shopper_erasure', subject });
    return shopper.id;
  });
  await revokeRest(context, caller, { shopperId });
  return finishShopper(context, retailer, shopperId);
}

const erasedMark = ({ hashKey }: Context, retailer: RetailerRow, externalId: string): string =>
  `erased:${keyedHash(hashKey, `${retailer.id}:${externalId}`)}`;

const newErasure = (
  retailer: RetailerRow,
  personId: number,
  kind: PersonErasureRow['kind'],
  erasedAt: number,
): PersonErasureRow => ({
  retailerId: retailer.id,
  personId,
  kind,
  erasedAt,
  orders: 0,
  messages: 0,
  images: 0,
  evidence: 0,
  subscriptions: 0,
  phoneNumbers: 0,
  providerCopies: 0,
  markedTo: 0,
  verifiedAt: null,
});
