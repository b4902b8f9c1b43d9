/**
 * Erases a person: everything that names or describes them is removed from every table, along with the texts of all
 * their orders. Orders, items and logs stay, as numbers and states (docs/decisions/erasing-a-person.md).
 */
import type { PersonErasureRow, UserReference } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { revokeSlice } from '../access/revoke-tokens.ts';
import { keyedHash } from '../access/secrets.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { finishPerson, markOrders } from '../erasure/requested.ts';
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
  const markOf = (externalId: string) =>
    `erased:${keyedHash(context.hashKey, `${retailer.id}:${externalId}`)}`;
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
    const erasure: PersonErasureRow = {
      retailerId: retailer.id,
      personId: user.id,
      kind: 'user',
      erasedAt: now,
      orders: 0,
      messages: 0,
      images: 0,
      markedTo: 0,
      verifiedAt: null,
    };
    await tx.personErasures.insert(erasure);
    await markOrders(tx, erasure);
    await audit(tx, caller, now, { action: 'user_erasure', subject: { type: 'user', id: user.id } });
    return user.id;
  });
  return finishPerson(context, retailer, userId);
}
