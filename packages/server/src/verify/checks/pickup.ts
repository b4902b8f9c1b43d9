/** Picking up an order at the store. */
import type { Check } from '../check.ts';
import { expect, expectRefusal } from '../expect.ts';
import { listOf, text } from '../pattern.ts';
import * as rows from '../rows.ts';
import { orderPath, type World } from '../world.ts';

const arrivalPage = 'Record user arrival';
const schedulePage = 'Schedule pickup';
const detailsPage = 'Get order pickup details';
const delegatePage = 'Create or update a pickup delegate';
const success = { success: true };
const nowhere = 'verify-nobody-has-this';

interface PickupOrder {
  orderId: string;
  /** The customer's token. */
  token: string;
}

/** An order that is picked up: its bags are ready, or it is still being picked. */
async function pickupOrder(
  world: World,
  { isStaged = true, extra = {} }: { isStaged?: boolean; extra?: Record<string, unknown> } = {},
): Promise<PickupOrder> {
  const userId = await world.newUser();
  const orderId = await world.newOrder(userId, 'pickup', extra);
  const batchId = await world.newBatch(await world.newShopper(), orderId, { batch_type: 'pickup' });
  await world.advance(batchId, isStaged ? 'staged' : 'picking');
  return { orderId, token: await world.userToken(userId) };
}

const call = (world: World, method: string, { orderId, token }: PickupOrder, part: string, body?: unknown) =>
  world.call(method, orderPath(orderId, part), { token, body });

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const delegate = { name: 'Sam', phone_number: '+13035550123' };

/** Every operation, with a body that it accepts. */
const operations = [
  ['POST', '/pickup/user_arrived', undefined],
  ['POST', '/pickup/schedule_pickup', { schedule_pickup_eta: '2031-05-04T17:40:00Z' }],
  ['GET', '/pickup/details', undefined],
  ['PUT', '/pickup_delegate', delegate],
] as const;

export const pickupChecks: Check[] = [
  {
    name: 'pickup.arrived',
    says: 'recording the arrival of the customer or a delegate returns success, and repeating it does too',
    source: arrivalPage,
    async run({ given }) {
      const order = await pickupOrder(given);
      expect(await call(given, 'POST', order, '/pickup/user_arrived'), 200, success);
      const again = { is_pickup_delegate: true };
      expect(await call(given, 'POST', order, '/pickup/user_arrived', again), 200, success);
      expect(await given.call('GET', orderPath(order.orderId), { token: order.token }), 200, {
        workflow_state: 'user_at_store',
        fulfillment_type: 'pickup',
      });
    },
  },
  {
    name: 'pickup.not_staged',
    says: 'an order that is not staged gets 400 Params error, code 2001',
    source: arrivalPage,
    async run({ given }) {
      const order = await pickupOrder(given, { isStaged: false });
      expectRefusal(await call(given, 'POST', order, '/pickup/user_arrived'), rows.notStaged);
      const eta = { schedule_pickup_eta: inAnHour() };
      expectRefusal(await call(given, 'POST', order, '/pickup/schedule_pickup', eta), rows.notStaged);
    },
  },
  {
    name: 'pickup.scheduled',
    says: 'the customer says when they will arrive, and changes it; a time is required',
    source: schedulePage,
    async run({ given }) {
      const order = await pickupOrder(given);
      for (const eta of [inAnHour(), inAnHour()]) {
        const body = { schedule_pickup_eta: eta };
        expect(await call(given, 'POST', order, '/pickup/schedule_pickup', body), 200, success);
      }
      const missing = await call(given, 'POST', order, '/pickup/schedule_pickup', {});
      expectRefusal(missing, rows.blank('schedule_pickup_eta'));
    },
  },
  {
    name: 'pickup.delegate',
    says: 'the customer names who picks up the order, after which no arrival can be scheduled',
    source: delegatePage,
    async run({ given }) {
      const order = await pickupOrder(given);
      expect(await call(given, 'PUT', order, '/pickup_delegate', delegate), 200, {});
      const body = { schedule_pickup_eta: inAnHour() };
      const refused = await call(given, 'POST', order, '/pickup/schedule_pickup', body);
      expect(refused, 400, { error: { message: text } });
      const nameless = await call(given, 'PUT', order, '/pickup_delegate', { phone_number: '+13035550123' });
      expectRefusal(nameless, rows.blank('name'));
      expect(await call(given, 'POST', order, '/pickup/user_arrived', { is_pickup_delegate: true }), 200, {});
    },
  },
  {
    name: 'pickup.details',
    says: 'the details are a list of instructions',
    source: detailsPage,
    async run({ given }) {
      const answer = await call(given, 'GET', await pickupOrder(given), '/pickup/details');
      expect(answer, 200, { pickup_instructions: listOf({}) });
    },
  },
  {
    name: 'pickup.not_found',
    says: 'an unknown order gets “Resource not found”, an order that is delivered “No pickup status found for order”',
    source: arrivalPage,
    async run({ given }) {
      const delivery = await given.openChat();
      for (const [method, part, body] of operations) {
        const unknown = await call(given, method, { ...delivery, orderId: nowhere }, part, body);
        expectRefusal(unknown, rows.orderNotFound);
        expectRefusal(await call(given, method, delivery, part, body), rows.noPickupStatus);
      }
    },
  },
  {
    name: 'pickup.user_id_not_found',
    says: 'a client token gets 400, code 4001, for an order created before Fulfillment v3',
    source: arrivalPage,
    async run({ given }) {
      const { orderId } = await pickupOrder(given, { extra: { fulfillment_version: 2 } });
      for (const [method, part, body] of operations) {
        expectRefusal(await given.act(method, orderPath(orderId, part), body), rows.userIdNotFound);
      }
    },
  },
];
