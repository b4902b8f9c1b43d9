/** The sandbox: shoppers, batches, simulated events of an order, items. */
import type { Check } from '../check.ts';
import { expect, expectRefusal } from '../expect.ts';
import { integer, oneOf, optional } from '../pattern.ts';
import * as rows from '../rows.ts';
import { orderPath, sandbox, segment, type World } from '../world.ts';

const shopperPage = 'Create shopper';
const batchPage = 'Generate batch';
const advancePage = 'Advance batch state';
const callbackPage = 'Simulate callback';
const itemPage = 'Create and update items';
const success = { success: true };

const newPhone = () => `+1303${String(Math.floor(Math.random() * 1e7)).padStart(7, '0')}`;

const stateOf = async (world: World, orderId: string, state: string) =>
  expect(await world.act('GET', orderPath(orderId)), 200, { workflow_state: state });

export const sandboxChecks: Check[] = [
  {
    name: 'shoppers.create',
    says: 'a shopper is created with an email and a phone number, or with neither; the id is an integer',
    source: shopperPage,
    async run({ given }) {
      const path = `${sandbox}/shoppers`;
      expect(await given.act('POST', path, {}), 200, { id: integer });
      const body = { email: `${given.name('shopper')}@shop.example`, phone: newPhone(), password: 'secret' };
      expect(await given.act('POST', path, body), 200, { id: integer });
    },
  },
  {
    name: 'shoppers.refused',
    says: 'an invalid or taken phone number, or an invalid email, gets Connect’s error',
    source: shopperPage,
    async run({ given }) {
      const path = `${sandbox}/shoppers`;
      const phone = newPhone();
      expect(await given.act('POST', path, { phone }), 200, { id: integer });
      const taken = rows.parameter('phone', 'An account already exists with this number');
      expectRefusal(await given.act('POST', path, { phone }), taken);
      const noPhone = await given.act('POST', path, { phone: 'twelve' });
      expectRefusal(noPhone, rows.parameter('phone', 'Invalid phone number'));
      const noEmail = await given.act('POST', path, { email: 'nobody' });
      expectRefusal(noEmail, rows.parameter('email', 'Invalid email'));
    },
  },
  {
    name: 'batches.generate',
    says: 'creating a batch returns its id and workflow_state, acknowledged by default; shopper_id may be a string',
    source: `${batchPage}; our reading: Sandbox`,
    async run({ given }) {
      const orderId = await given.newOrder(await given.newUser());
      const shopperId = await given.newShopper();
      const answer = await given.act('POST', `${sandbox}/batches`, {
        shopper_id: String(shopperId),
        orders: [{ id: orderId }],
      });
      expect(answer, 200, { id: integer, workflow_state: 'acknowledged' });
      await stateOf(given, orderId, 'acknowledged');
    },
  },
  {
    name: 'batches.advance',
    says: 'a batch moves through the states of its type one by one, and its order follows',
    source: advancePage,
    async run({ given }) {
      const orderId = await given.newOrder(await given.newUser());
      const batchId = await given.newBatch(await given.newShopper(), orderId, { batch_type: 'delivery' });
      const steps = {
        picking: 'picking',
        verifying_replacements: 'verifying_replacements',
        checkout: 'checkout',
        receipt_sanity_check: 'checkout',
        delivering: 'delivering',
        completed: 'delivered',
      };
      for (const [batchState, orderState] of Object.entries(steps)) {
        const answer = await given.act('POST', `${sandbox}/batches/${batchId}/advance`, {});
        expect(answer, 200, { id: optional(integer), workflow_state: batchState });
        await stateOf(given, orderId, orderState);
      }
    },
  },
  {
    name: 'batches.jump',
    says: 'a batch may jump ahead to a named state',
    source: advancePage,
    async run({ given }) {
      const { batchId, orderId } = await given.openChat();
      const path = `${sandbox}/batches/${batchId}/advance`;
      const answer = await given.act('POST', path, { workflow_state: 'delivering' });
      expect(answer, 200, { workflow_state: 'delivering' });
      await stateOf(given, orderId, 'delivering');
    },
  },
  {
    name: 'batches.refused',
    says: 'a batch cannot move back, past the end or to an unknown state: 1001, key workflow_state; an unknown batch gets 404',
    source: 'our reading: Choices between readings',
    async run({ given }) {
      const { batchId } = await given.openChat();
      const path = `${sandbox}/batches/${batchId}/advance`;
      const back = await given.act('POST', path, { workflow_state: 'acknowledged' });
      expectRefusal(back, rows.wrong('workflow_state'));
      const unknown = await given.act('POST', path, { workflow_state: 'flying' });
      expectRefusal(unknown, rows.wrong('workflow_state'));
      await given.advance(batchId, 'completed');
      expectRefusal(await given.act('POST', path, {}), rows.wrong('workflow_state'));
      const nowhere = await given.act('POST', `${sandbox}/batches/999999999/advance`, {});
      expectRefusal(nowhere, rows.orderNotFound);
    },
  },
  {
    name: 'batches.of_nothing',
    says: 'a batch needs orders, and an unknown order gets 404, code 4000',
    source: 'our reading: Choices between readings',
    async run({ given }) {
      const shopper_id = await given.newShopper();
      const path = `${sandbox}/batches`;
      expectRefusal(await given.act('POST', path, { shopper_id }), rows.blank('orders'));
      const unknown = { shopper_id, orders: [{ id: 'verify-nobody-has-this' }] };
      expectRefusal(await given.act('POST', path, unknown), rows.orderNotFound);
    },
  },
  {
    name: 'callbacks.simulate',
    says: 'simulating a canceled, rescheduled or late order changes its state',
    source: callbackPage,
    async run({ given }) {
      const states = { canceled: 'canceled', rescheduled: 'rescheduled', late_delivery: 'picking' };
      for (const [event_name, state] of Object.entries(states)) {
        const { orderId } = await given.openChat();
        const path = `${sandbox}/orders/${segment(orderId)}/callbacks`;
        expect(await given.act('POST', path, { event_name }), 200, success);
        await stateOf(given, orderId, state);
      }
    },
  },
  {
    name: 'callbacks.refused',
    says: 'simulating an event gets 404, code 4000, for an unknown order, and accepts only known events',
    source: callbackPage,
    async run({ given }) {
      const path = `${sandbox}/orders/verify-nobody-has-this/callbacks`;
      expectRefusal(await given.act('POST', path, { event_name: 'canceled' }), rows.orderNotFound);
      const orderId = await given.newOrder(await given.newUser());
      const known = `${sandbox}/orders/${segment(orderId)}/callbacks`;
      const lost = await given.act('POST', known, { event_name: 'lost' });
      expectRefusal(lost, rows.notIncluded('event_name'));
    },
  },
  {
    name: 'items.add',
    says: 'the shopper adds an item; a missing item gets can’t be blank',
    source: itemPage,
    async run({ given }) {
      const { shopperId, orderId } = await given.openChat();
      const path = `${sandbox}/shoppers/${shopperId}/orders/${segment(orderId)}/items`;
      const item = { item: { upc: given.place.upc }, delivered_count: 1 };
      expect(await given.act('POST', path, item), 200, success);
      expectRefusal(await given.act('POST', path, { delivered_count: 1 }), rows.blank('item'));
      const unknown = path.replace(segment(orderId), 'verify-nobody-has-this');
      expectRefusal(await given.act('POST', unknown, item), rows.orderNotFound);
    },
  },
  {
    name: 'items.update',
    says: 'the shopper finds, replaces and refunds an item, by PUT and by POST',
    source: itemPage,
    async run({ given }) {
      const { shopperId, orderId } = await given.openChat();
      const path = `${sandbox}/shoppers/${shopperId}/orders/${segment(orderId)}/items/1`;
      const replaced = { status: 'replaced', replacement_item: { upc: given.place.upc } };
      const refunded = { status: oneOf('TO_REFUND') };
      expect(await given.act('PUT', path, { status: 'found', delivered_count: 2 }), 200, success);
      expect(await given.act('PUT', path, replaced), 200, success);
      expect(await given.act('POST', path, { status: 'to_refund' }), 200, success);
      for (const method of ['PUT', 'POST']) {
        const eaten = await given.act(method, path, { status: 'eaten' });
        expectRefusal(eaten, rows.notIncluded('status'));
        const unknown = path.replace(segment(orderId), 'verify-nobody-has-this');
        expectRefusal(await given.act(method, unknown, { status: 'found' }), rows.orderNotFound);
      }
      const items = await given.act('GET', orderPath(orderId, '/items'));
      expect(items, 200, { line_items: [refunded] });
    },
  },
];
