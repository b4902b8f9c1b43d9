/**
 * The demo, created on an empty data folder in development: a retailer with a well-known secret and an order in
 * which a scenario plays a short conversation. Its shopper answers in that order only.
 */
import { type Caller, system } from '../domain/access/access.ts';
import { retailerNow } from '../domain/clock.ts';
import type { Context } from '../domain/context.ts';
import { sandboxSender } from '../domain/notifications/senders.ts';
import { createOrder } from '../domain/orders/fulfillment.ts';
import { customerLinkOf } from '../domain/orders/order-link.ts';
import { createUser } from '../domain/people/users.ts';
import { createRetailer } from '../domain/retailers/retailers.ts';
import type { Scenarios } from '../domain/sandbox/scenarios.ts';
import type { OrderRow } from '../storage/store.ts';
import { demoScript } from './script.ts';

const hourMs = 3_600_000;

export const demoCredentials = { clientId: 'demo-client', clientSecret: 'demo-secret' } as const;
export const demoUser = 'demo-customer';
export const demoOrder = 'DEMO-1';
/** Numbers for fiction. The first screen knows the customer's. */
const phones = { store: '+13035550199', customer: '+13035550101' } as const;

/**
 * Creates the demo if there are no retailers, or completes it if its creation was interrupted.
 * @returns whether the demo exists
 */
export async function startDemo(context: Context, scenarios: Scenarios): Promise<boolean> {
  const { store, clock } = context;
  if ((await store.read.retailers.list()).length === 0) {
    const settings = { name: 'Demo Grocer', timezone: 'America/Denver', smsNotifications: 'notice' } as const;
    const { box } = context.notifications;
    await createRetailer(store, clock, settings, demoCredentials, async (tx, { retailer }) => {
      if (box) await tx.textMessages.setSender(sandboxSender(context, box, retailer, phones.store));
    });
  }
  const application = await store.read.applications.findByClientId(demoCredentials.clientId);
  if (!application) return false;
  const retailer = (await store.read.retailers.find(application.retailerId))!;
  const caller = system(retailer, application.id);
  const order =
    (await store.read.orders.find(retailer.id, { externalId: demoOrder })) ??
    (await makeOrder(context, caller));
  const isOpened = order.currentShopperId !== null;
  await scenarios.start(caller, {
    script: demoScript,
    pace: 'real',
    seed: 0,
    order: { id: order.id },
    position: isOpened ? demoScript.repeat_from - 1 : 0,
  });
  return true;
}

async function makeOrder(context: Context, caller: Caller): Promise<OrderRow> {
  await createUser(context, caller, {
    externalId: demoUser,
    firstName: 'Noor',
    lastName: null,
    phoneNumber: null,
    locale: 'en-US',
  });
  // The next whole hour but one.
  const startsAt = Math.ceil(retailerNow(context.clock, caller.retailer) / hourMs + 1) * hourMs;
  const { order } = await createOrder(context, caller, demoUser, {
    externalId: demoOrder,
    fulfillmentType: 'delivery',
    fulfillmentVersion: 3,
    storeLocation: '12',
    contact: { phoneNumber: phones.customer, smsOptIn: true },
    window: { startsAt, endsAt: startsAt + 2 * hourMs },
    items: [
      {
        line_num: '1',
        count: 2,
        item: { upc: '000111222333', name: 'Ripe avocados' },
        replacement_policy: 'users_choice',
      },
      { line_num: '2', count: 1, item: { upc: '000111222357', name: 'Oat milk' } },
      { line_num: '3', count: 1, item: { upc: '000111222364', name: 'Free-range eggs, ten' } },
    ],
  });
  return order;
}

/** The page of the demo's order; null without the demo, or once its link has ended. */
export async function demoLink(context: Context): Promise<string | null> {
  const { read } = context.store;
  const application = await read.applications.findByClientId(demoCredentials.clientId);
  const retailer = application && (await read.retailers.find(application.retailerId));
  const order = retailer && (await read.orders.find(retailer.id, { externalId: demoOrder }));
  return order ? customerLinkOf(context, retailer, order) : null;
}
