/**
 * Removes everything an order holds about the person who placed it. The order itself stays, as numbers and states.
 */
import type { ItemDetails, OrderDetails, OrderRow, Writer } from '../../storage/store.ts';

/** @param order locked */
export async function forgetPerson(tx: Writer, { retailerId, id }: OrderRow): Promise<void> {
  await tx.orders.setDetails(
    retailerId,
    id,
    impersonal(await tx.orders.details(retailerId, id), isPersonalDetail),
  );
  for (const row of await tx.orderItems.list(retailerId, id)) {
    await tx.orderItems.update({ ...row, item: impersonal(row.item, isPersonalOfItem) });
  }
}

/** Whether a field says something about the person. A new field does not compile until it is listed here. */
const isPersonalDetail: Record<keyof OrderDetails, boolean> = {
  locale: true,
  wishes: true,
  location: false,
  storeLocation: false,
  windowStartsAt: false,
  windowEndsAt: false,
  bagCount: false,
  // With the name and the number of the delegate.
  pickup: true,
  rating: true,
};
const isPersonalOfItem: Record<keyof ItemDetails, boolean> = {
  special_instructions: true,
  item: false,
  count: false,
  weight: false,
  replacement_policy: false,
  delivered_count: false,
  delivered_weight: false,
  replacement: false,
  replacement_status: false,
  alternative_item: false,
  withdrawals: false,
};

function impersonal<T extends object>(fields: T, isPersonal: Record<keyof T, boolean>): T {
  const kept = Object.entries(fields).filter(([name]) => isPersonal[name as keyof T] === false);
  return Object.fromEntries(kept) as T;
}
