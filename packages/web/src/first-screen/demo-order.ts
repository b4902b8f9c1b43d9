/** The order of the demo that the first screen shows: the newest that goes on, or a new one. */
import {
  ApiError,
  type Connection,
  getOrderOverview,
  listOrders,
  type OrderOverview,
  type OrderSummary,
} from '@aislechat/client';
import {
  createDeliveryOrder,
  previewDeliveryOptions,
  reserveServiceOption,
} from '@aislechat/client/fulfillment';
import { createShopper, generateBatch } from '@aislechat/client/sandbox';

export const customer = { id: 'demo-customer', name: 'Noor' };
const prefix = 'DEMO-';
const items = [
  {
    line_num: '1',
    count: 2,
    item: { upc: '000111222333', name: 'Ripe avocados' },
    replacement_policy: 'users_choice' as const,
  },
  { line_num: '2', count: 1, item: { upc: '000111222357', name: 'Oat milk' } },
  { line_num: '3', count: 1, item: { upc: '000111222364', name: 'Free-range eggs, ten' } },
];
const address = { address_line_1: '9 Quay Rd', postal_code: '80202' };

/** The number of a demo order: 1 for `DEMO-1`. */
function numberIn(orderId: string): number {
  return Number(/^DEMO-(\d{1,9})$/.exec(orderId)?.[1] ?? 0);
}

/**
 * The customer's phone number for an order; undefined if the order is not one of the demo's. Each order has its own,
 * because an answer from a number with several open orders belongs to none of them.
 */
export function phoneNumberOf(orderId: string): string | undefined {
  const number = numberIn(orderId);
  return number === 0 ? undefined : phoneNumber(number);
}

const phoneNumber = (number: number): string => `+130355501${String(number % 100).padStart(2, '0')}`;

/**
 * Finds the order to show.
 * @param wanted the order that the address of the page names; one whose chat can no longer be read does not count
 * @returns undefined if no order goes on
 */
export async function findOrder(
  connection: Connection,
  wanted: string | null,
): Promise<OrderOverview | undefined> {
  const named = wanted === null ? undefined : await overviewOf(connection, wanted);
  if (named && !named.is_expired && named.user.user_id === customer.id) return named;
  const { orders } = await listOrders(connection, { user_id: customer.id, active: true, limit: 100 });
  const isShopped = ({ shopper }: OrderSummary) => shopper !== undefined;
  const ofDemo = orders.filter(({ order_id }) => order_id.startsWith(prefix));
  // The demo's own order has no shopper in its first moment.
  const found = ofDemo.find(isShopped) ?? ofDemo[0];
  return found && overviewOf(connection, found.order_id);
}

async function overviewOf(connection: Connection, orderId: string): Promise<OrderOverview | undefined> {
  try {
    return await getOrderOverview(connection, orderId);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * Creates an order that a shopper is picking.
 * @returns its ID
 */
export async function createOrder(connection: Connection): Promise<string> {
  const { orders } = await listOrders(connection, { user_id: customer.id, limit: 100 });
  const number = Math.max(0, ...orders.map(({ order_id }) => numberIn(order_id))) + 1;
  const orderId = `${prefix}${number}`;
  const preview = { location_code: '12', address, items };
  const options = await previewDeliveryOptions(connection, customer.id, preview);
  const hold = await reserveServiceOption(connection, customer.id, options.service_options[0]!.id);
  await createDeliveryOrder(connection, customer.id, {
    order_id: orderId,
    service_option_hold_id: hold.service_option_hold.id,
    initial_tip_cents: 300,
    address,
    items,
    user: { phone_number: phoneNumber(number), sms_opt_in: true },
  });
  const { id } = await createShopper(connection, { display_name: 'Ilse' });
  await generateBatch(connection, { shopper_id: id, workflow_state: 'picking', orders: [{ id: orderId }] });
  return orderId;
}
