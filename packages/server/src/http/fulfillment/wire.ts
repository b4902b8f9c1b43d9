/** Converts users, slots and orders from the domain's values to the contract's shapes. */
import { type schemas, wireTime } from '@aislechat/contract';
import type { OrderView } from '../../domain/orders/fulfillment.ts';
import type { Hold, Slot } from '../../domain/orders/slots.ts';
import type { ItemDetails, UserRow } from '../../storage/store.ts';

export function wireUser(user: UserRow): schemas.User {
  const wire: schemas.User = { user_id: user.externalId ?? '', first_name: user.firstName };
  if (user.lastName !== null) wire.last_name = user.lastName;
  if (user.phoneNumber !== null) wire.phone_number = user.phoneNumber;
  if (user.locale !== null) wire.locale = user.locale;
  return wire;
}

/** @param timezone IANA name of the time zone that determines the slots' dates */
export function wireSlots(slots: Slot[], timezone: string): schemas.ServiceOption[] {
  // The Swedish format of a date is that of ISO 8601. One for all, since creating it takes longer than using it.
  const day = new Intl.DateTimeFormat('sv', { timeZone: timezone });
  return slots.map(({ id, kind, startsAt, endsAt }) => {
    const [start, end] = [wireTime(startsAt), wireTime(endsAt)];
    return {
      id,
      service_option_reference: String(id),
      date: day.format(startsAt),
      window: { start_at: start, end_at: end, type: 'scheduled', asap: false },
      availability: { available: true },
      service_type: kind,
      window_starts_at: start,
      window_ends_at: end,
    };
  });
}

export const wireHold = (hold: Hold, timezone: string) => ({
  service_option_hold: {
    id: hold.id,
    expires_at: wireTime(hold.expiresAt),
    service_option: wireSlots([hold.slot], timezone)[0]!,
  },
});

/** @param orderUrl the address of the order's page */
export function wireOrder({ order, details, items }: OrderView, orderUrl: string | null): schemas.Order {
  const fulfillment: schemas.Order['fulfillment_details'] = { fulfillment_type: order.fulfillmentType };
  if (details.storeLocation !== undefined) fulfillment.store_location = details.storeLocation;
  if (details.windowStartsAt !== undefined) fulfillment.window_starts_at = wireTime(details.windowStartsAt);
  if (details.windowEndsAt !== undefined) fulfillment.window_ends_at = wireTime(details.windowEndsAt);
  if (details.bagCount !== undefined) fulfillment.bag_count = details.bagCount;
  if (order.workflowState === 'delivered' && order.endedAt !== null) {
    fulfillment.delivered_at = wireTime(order.endedAt);
  }
  const wire: schemas.Order = {
    id: order.externalId,
    status: order.workflowState,
    order_url: orderUrl,
    created_at: wireTime(order.createdAt),
    is_instacartplus: false,
    is_express: false,
    metadata: {},
    fulfillment_details: fulfillment,
    warnings: [],
    items: items.map((row) => wireItem(row.lineNum, row.item)),
  };
  if (order.cancellationReason !== null) wire.cancellation_reason = order.cancellationReason;
  if (details.locale !== undefined) wire.locale = details.locale;
  return wire;
}

function wireItem(lineNum: string, item: ItemDetails): schemas.Order['items'][number] {
  const { upc, rrc } = item.item;
  const wire: schemas.Order['items'][number] = { line_num: lineNum, item: {} };
  if (upc !== undefined) wire.item.upc = upc;
  if (rrc !== undefined) wire.item.rrc = rrc;
  if (item.count !== undefined) wire.count = item.count;
  if (item.weight !== undefined) wire.weight = item.weight;
  if (item.special_instructions !== undefined) wire.special_instructions = item.special_instructions;
  if (item.replacement_policy !== undefined) wire.replacement_policy = item.replacement_policy;
  return wire;
}
