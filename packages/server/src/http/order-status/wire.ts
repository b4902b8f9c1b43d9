/** Converts what an order status page shows to the contract's shapes. */

import type { schemas } from '@aislechat/contract';
import { orderItemId, wireTime } from '@aislechat/contract';
import { labelOf } from '../../domain/orders/items.ts';
import { storesOfRetailer } from '../../domain/orders/slots.ts';
import type { OrderHandling, OrderStatus } from '../../domain/orders/status.ts';
import type { ItemDetails, OrderDetails, OrderItemRow, Product } from '../../storage/store.ts';

export function wireStatus({ order, details }: OrderStatus): schemas.OrderStatus {
  const { windowStartsAt, windowEndsAt } = details;
  return {
    created_at: wireTime(order.createdAt),
    workflow_state: order.workflowState,
    fulfillment_type: order.fulfillmentType,
    ...(order.fulfillmentType === 'pickup' && { pickup_category: 'curbside' }),
    ...(windowStartsAt !== undefined && { window_starts_at: wireTime(windowStartsAt) }),
    ...(windowEndsAt !== undefined && { window_ends_at: wireTime(windowEndsAt) }),
  };
}

export function wireHandling({ order, details, items, shopper }: OrderHandling): schemas.OrderHandling {
  // Gone once the person is erased.
  const { wishes = {} } = details;
  const address = order.fulfillmentType === 'pickup' ? storeOf(details.storeLocation) : wishes.address;
  const products = items.map((row) => row.item.item);
  return {
    address: {
      address_line_1: address?.address_line_1 ?? '',
      ...(address?.address_line_2 !== undefined && { address_line_2: address.address_line_2 }),
      ...(address?.city !== undefined && { locality: address.city }),
      ...(address?.administrative_area !== undefined && { administrative_area: address.administrative_area }),
      postal_code: address?.postal_code ?? '',
      country_code: address?.country_code ?? countryOf(address?.postal_code),
    },
    coordinates: address?.coordinates ?? null,
    ...(shopper && { shopper: { first_name: shopper.displayName, avatar_url: shopper.avatarUrl } }),
    ...(wishes.dropoffLocation !== undefined && { dropoff_location: wishes.dropoffLocation }),
    ...(address?.notes !== undefined && { notes: address.notes }),
    instructions: wishes.instructions ?? '',
    leave_unattended: wishes.leaveUnattended ?? false,
    alcoholic: products.some((product) => product.alcoholic),
    certified_delivery: products.some((product) => product.certified_delivery),
  };
}

/** Only the server's own stores have an address here. */
function storeOf(locationCode: string | undefined): schemas.Address | undefined {
  const store = storesOfRetailer.find((one) => one.locationCode === locationCode);
  return store && { address_line_1: store.addressLine1, postal_code: store.postalCode };
}

/** Derives the country from the postal code. Connect delivers in two countries, whose postal codes differ. */
function countryOf(postalCode: string | undefined): string {
  if (postalCode === undefined) return '';
  return /^[a-z]\d[a-z]/i.test(postalCode.trim()) ? 'CA' : 'US';
}

export function wireLocation(location: OrderDetails['location']): schemas.OrderLocation {
  if (!location) return {};
  const { at, ...coordinates } = location;
  return { coordinates, ...(at !== undefined && { reported_at: wireTime(at) }) };
}

export const wireOrderItems = (rows: OrderItemRow[]): schemas.OrderItems => ({
  line_items: rows.map((row) => {
    const { item: product, replacement } = row.item;
    return {
      id: orderItemId(row.orderId, row.position),
      line_num: row.lineNum,
      status: row.status,
      item: wireProduct(product, row.item, ['', 'delivered_']),
      ...(replacement && {
        replacement_status: row.item.replacement_status ?? 'SUBSTITUTION_STATUS_UNSPECIFIED',
        replacement: wireProduct(replacement, row.item, ['delivered_', '']),
      }),
      ...(product.certified_delivery !== undefined && { certified_delivery: product.certified_delivery }),
    };
  }),
});

/** @param amounts the amounts of the item to look at, ordered or delivered; the first one present is used */
function wireProduct(
  product: Product,
  item: ItemDetails,
  amounts: readonly ('' | 'delivered_')[],
): schemas.ItemOfOrder {
  const { image_url } = product;
  const looks = { name: labelOf(product), ...(image_url !== undefined && { image_url }) };
  for (const amount of amounts) {
    const count = item[`${amount}count`];
    if (count !== undefined) return { ...looks, quantity: String(count), cost_unit: 'each' };
    const weight = item[`${amount}weight`];
    if (weight !== undefined) return { ...looks, quantity: String(weight), cost_unit: 'lb' };
  }
  return { ...looks, quantity: '1', cost_unit: 'each' };
}
