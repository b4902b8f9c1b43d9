/** Where a person finds their order. */
import type { OrderRow, Party, RetailerRow } from '../../storage/store.ts';
import type { Context } from '../context.ts';
import { customerLinkOf } from '../orders/order-link.ts';

type Needs = Pick<Context, 'clock' | 'notifications' | 'orderLinks'>;
export type LinkedOrder = Pick<
  OrderRow,
  'retailerId' | 'id' | 'externalId' | 'linkNumber' | 'linkRevokedAt' | 'expiresAt'
>;

/** The address of an order for one side: our page for shoppers, and the page of the order, if it has one. */
export function orderLink(
  context: Needs,
  retailer: RetailerRow,
  order: LinkedOrder,
  person: Party,
): string | null {
  if (person === 'user') return customerLinkOf(context, retailer, order);
  const base = context.notifications.baseUrl();
  return `${base}/shopper#${new URLSearchParams({ order: order.externalId })}`;
}
