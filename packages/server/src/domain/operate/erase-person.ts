/**
 * Erasing a person: what names or describes them goes from every table, and the texts of all their orders
 * with it. Orders, items and logs stay, as numbers and states (docs/decisions/erasing-a-person.md).
 */
import type {
  OrderDetails,
  OrderItemRow,
  PersonErasureRow,
  UserReference,
  Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { OrderChange } from '../orders/change.ts';
import { eraseTexts } from '../orders/erase.ts';
import { keyedHash } from '../secrets.ts';
import { audit } from './audit.ts';
import { revokeSlice } from './revoke-tokens.ts';

const ordersPerRead = 500;

/** Repeated, it answers the receipt of the first time. @throws Refusal user_not_found */
export function erasePerson(
  context: Context,
  caller: Caller,
  reference: UserReference,
): Promise<PersonErasureRow> {
  const retailerId = caller.retailer.id;
  const now = retailerNow(context.clock, caller.retailer);
  const markOf = (externalId: string) =>
    `erased:${keyedHash(context.hashKey, `${retailerId}:${externalId}`)}`;
  return context.store.write(async (tx) => {
    const user =
      (await tx.users.lock(retailerId, reference)) ??
      ('externalId' in reference
        ? await tx.users.lock(retailerId, { externalId: markOf(reference.externalId) })
        : undefined);
    if (!user) throw new Refusal('user_not_found');
    if (user.erasedAt !== null) return (await tx.personErasures.find(retailerId, user.id))!;

    const receipt: PersonErasureRow = {
      retailerId,
      userId: user.id,
      erasedAt: now,
      orders: 0,
      messages: 0,
      images: 0,
    };
    for await (const orderId of ordersOf(tx, retailerId, user.id)) {
      const erased = await eraseOrderOf(tx, retailerId, orderId, now);
      receipt.orders += 1;
      receipt.messages += erased.messages;
      receipt.images += erased.images;
    }
    const mark = user.externalId === null ? null : markOf(user.externalId);
    await tx.users.erase(retailerId, user.id, mark, now);
    await tx.holds.deleteOfUser(retailerId, user.id);
    while ((await revokeSlice(tx, retailerId, { userId: user.id }, now)).hasMore);
    await tx.personErasures.insert(receipt);
    // Without an order: whoever verifies erasures wakes.
    tx.changed({ retailerId });
    await audit(tx, caller, now, { action: 'user_erasure', subject: { type: 'user', id: user.id } });
    return receipt;
  });
}

async function* ordersOf(tx: Writer, retailerId: number, userId: number): AsyncGenerator<number> {
  for (let after = 0; ; ) {
    const ids = await tx.orderSummaries.idsOfUser(retailerId, userId, after, ordersPerRead);
    yield* ids;
    if (ids.length < ordersPerRead) return;
    after = ids.at(-1)!;
  }
}

async function eraseOrderOf(tx: Writer, retailerId: number, orderId: number, now: number) {
  const order = (await tx.orders.lock(retailerId, { id: orderId }))!;
  const change = new OrderChange(tx, order, now);
  const erased = await eraseTexts(change, 'requested');
  await change.save();
  await tx.orders.setDetails(
    retailerId,
    orderId,
    withoutPerson(await tx.orders.details(retailerId, orderId)),
  );
  for (const row of await tx.orderItems.list(retailerId, orderId)) {
    await tx.orderItems.update({ ...row, item: pick(row.item, fieldsOfItem) });
  }
  return erased;
}

/** What says nothing of the person. All else goes, so that a field that is new goes too. */
const fieldsOfRequest = [
  'location_code',
  'service_option_hold_id',
  'initial_tip_cents',
  'start_at',
  'end_at',
  'items_count',
  'items_weight',
  'bags_count',
  'cart_total',
];
const fieldsOfItem = [
  'count',
  'weight',
  'item',
  'replacement_policy',
  'replacement',
  'replacement_status',
  'alternative_item',
  'delivered_count',
  'delivered_weight',
];

function withoutPerson({ locale: _, request, ...details }: OrderDetails): OrderDetails {
  return { ...details, request: pick(request, fieldsOfRequest) };
}

const pick = (from: OrderItemRow['item'], fields: string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => fields.includes(name)));
