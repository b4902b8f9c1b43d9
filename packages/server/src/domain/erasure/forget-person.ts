/**
 * Removes everything an order holds about the person who placed it. The order itself stays, as numbers and states.
 */
import type { OrderDetails, OrderItemRow, OrderRow, Writer } from '../../storage/store.ts';

/** @param order locked */
export async function forgetPerson(tx: Writer, { retailerId, id }: OrderRow): Promise<void> {
  await tx.orders.setDetails(retailerId, id, withoutPerson(await tx.orders.details(retailerId, id)));
  for (const row of await tx.orderItems.list(retailerId, id)) {
    await tx.orderItems.update({ ...row, item: pick(row.item, fieldsOfItem) });
  }
}

/** Fields that say nothing about the person. All others are removed, so a newly added field is removed by default. */
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
