/** The steps to an order with a chat: users, stores, slots, orders. */
import type { Check } from '../check.ts';
import { expect, expectRefusal } from '../expect.ts';
import { anything, emptyObject, inAnyOrder, integer, listOf, text } from '../pattern.ts';
import * as rows from '../rows.ts';
import { segment, userPath, type World } from '../world.ts';
import * as shapes from './shapes.ts';

const userPage = 'Create user';
const slotPage = 'Create service option hold';
const orderPage = 'Create order';
const hold = { service_option_hold: { id: integer, expires_at: anything, service_option: {} } };
const orderOf = (id: string) => ({ ...shapes.order, id, status: 'brand_new' });

const olderLastMilePath = (userId: string) => `/v2/fulfillment/lastmile/users/${segment(userId)}/orders`;

const without = (body: Record<string, unknown>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([field]) => field !== name));

/** Returns the whole hour that is `ahead` hours from now. */
const wholeHour = (ahead: number) =>
  new Date((Math.floor(Date.now() / 3_600_000) + ahead) * 3_600_000).toISOString();

/** A last-mile order without a user, except for its ID. */
const dispatched = (location_code: string) => ({
  location_code,
  start_at: wholeHour(2),
  end_at: wholeHour(4),
  first_name: 'Noor',
  last_name: 'Ali',
  user_phone: '+13035550100',
  items_count: 3,
  items_weight: 4.5,
});

async function create(world: World, path: string, userId: string, body: { order_id: string }) {
  world.remember(userId, body.order_id);
  expect(await world.act('POST', path, body), 200, orderOf(body.order_id));
}

export const fulfillmentChecks: Check[] = [
  {
    name: 'users.create',
    says: 'creating a user returns user_id, names and phone number, and reading the user returns the same',
    source: userPage,
    async run({ given }) {
      const user = {
        user_id: given.name('user'),
        first_name: 'Noor',
        last_name: 'Ali',
        phone_number: '+13035550100',
      };
      expect(await given.act('POST', '/v2/fulfillment/users', user), 200, user);
      expect(await given.act('GET', userPath(user.user_id)), 200, user);
    },
  },
  {
    name: 'users.create_again',
    says: 'creating a user that exists updates the given fields',
    source: 'our reading: Choices between readings',
    async run({ given }) {
      const userId = await given.newUser('Noor');
      const body = { user_id: userId, first_name: 'Nora' };
      expect(await given.act('POST', '/v2/fulfillment/users', body), 200, body);
    },
  },
  {
    name: 'users.refused',
    says: 'a name is required and must not contain / : < > $ % ?',
    source: userPage,
    async run({ given }) {
      const user_id = given.name('user');
      const path = '/v2/fulfillment/users';
      expectRefusal(await given.act('POST', path, { user_id }), rows.blank('first_name'));
      const odd = await given.act('POST', path, { user_id, first_name: 'N<b>' });
      expectRefusal(odd, rows.wrong('first_name'));
    },
  },
  {
    name: 'users.unknown',
    says: 'an unknown user in a path gets 400, code 1001, User Not Found, key user_id',
    source: userPage,
    async run({ given }) {
      const nobody = given.name('nobody');
      const cart = { location_code: '1', address: given.address, items: [given.anItem()] };
      const order = { order_id: given.name('order'), location_code: '1', items: [given.anItem()] };
      const held = { ...order, service_option_hold_id: 1 };
      const calls: [method: string, part: string, body?: unknown][] = [
        ['GET', ''],
        ['POST', '/service_options/cart/delivery', cart],
        ['POST', '/service_options/cart/pickup', cart],
        ['POST', '/service_options/1/reserve'],
        ['POST', '/service_options/1/reserve/cart', cart],
        ['POST', '/orders/delivery', { ...held, initial_tip_cents: 0, address: given.address }],
        ['POST', '/orders/pickup', held],
        ['POST', '/orders/last_mile', order],
        ['GET', '/orders/x'],
        ['PUT', '/orders/x', { special_instructions: 'Ring twice' }],
        ['POST', '/orders/x/cancel'],
      ];
      for (const [method, part, body] of calls) {
        expectRefusal(await given.act(method, userPath(nobody, part), body), rows.userNotFound);
      }
      expectRefusal(await given.act('POST', olderLastMilePath(nobody), order), rows.userNotFound);
    },
  },
  {
    name: 'stores.find',
    says: 'delivery stores and pickup stores have a location_code',
    source: 'Find stores',
    async run({ given }) {
      for (const kind of ['delivery', 'pickup']) {
        const answer = await given.act('POST', `/v2/fulfillment/stores/${kind}`, { find_by: given.address });
        expect(answer, 200, { stores: listOf({ location_code: text }, { atLeast: 1 }) });
      }
    },
  },
  {
    name: 'slots.preview',
    says: 'previewing a cart returns slots, each with an id',
    source: 'Preview service options',
    async run({ given }) {
      const userId = await given.newUser();
      for (const kind of ['delivery', 'pickup'] as const) {
        const body = {
          location_code: await given.location(kind),
          address: given.address,
          items: [given.anItem()],
        };
        const answer = await given.act('POST', userPath(userId, `/service_options/cart/${kind}`), body);
        expect(answer, 200, { service_options: listOf({ id: anything }, { atLeast: 1 }) });
      }
    },
  },
  {
    name: 'slots.reserve',
    says: 'reserving a slot, with or without the cart, returns a service_option_hold with an integer id',
    source: slotPage,
    async run({ given }) {
      const userId = await given.newUser();
      const path = userPath(userId, `/service_options/${segment(await given.slot(userId))}/reserve`);
      expect(await given.act('POST', path), 200, hold);
      const cart = { address: given.address, items: [given.anItem()], location_code: await given.location() };
      expect(await given.act('POST', `${path}/cart`, cart), 200, hold);
    },
  },
  {
    name: 'slots.refused',
    says: 'a store search needs a criterion, a cart item needs a line_num, and an unknown slot gets 404, code 4000',
    source: 'our reading: Choices between readings',
    async run({ given }) {
      const userId = await given.newUser();
      const location_code = await given.location();
      const item = without(given.anItem(), 'line_num');
      const unnumbered = { location_code, address: given.address, items: [item] };
      for (const kind of ['delivery', 'pickup']) {
        const nowhere = await given.act('POST', `/v2/fulfillment/stores/${kind}`, {});
        expectRefusal(nowhere, rows.blank('find_by'));
        const path = userPath(userId, `/service_options/cart/${kind}`);
        expectRefusal(await given.act('POST', path, unnumbered), rows.blank('items[0].line_num'));
      }
      const path = userPath(userId, '/service_options/1/reserve');
      expectRefusal(await given.act('POST', path), rows.orderNotFound);
      const cart = { location_code, address: given.address, items: [given.anItem()] };
      expectRefusal(await given.act('POST', `${path}/cart`, cart), rows.orderNotFound);
      const refused = await given.act('POST', `${path}/cart`, unnumbered);
      expectRefusal(refused, rows.blank('items[0].line_num'));
    },
  },
  {
    name: 'orders.delivery',
    says: 'a delivery order is created with a reserved slot, the retailer’s own id and status brand_new',
    source: orderPage,
    async run({ given }) {
      const userId = await given.newUser();
      const body = await given.orderBody(userId, 'delivery');
      await create(given, userPath(userId, '/orders/delivery'), userId, body);
    },
  },
  {
    name: 'orders.pickup',
    says: 'a pickup order is created with a reserved slot, the retailer’s own id and status brand_new',
    source: orderPage,
    async run({ given }) {
      const userId = await given.newUser();
      const body = await given.orderBody(userId, 'pickup');
      await create(given, userPath(userId, '/orders/pickup'), userId, body);
    },
  },
  {
    name: 'orders.last_mile',
    says: 'a last-mile order can be created on the current path and on the older one',
    source: orderPage,
    async run({ given }) {
      const userId = await given.newUser();
      for (const path of [userPath(userId, '/orders/last_mile'), olderLastMilePath(userId)]) {
        const body = { order_id: given.name('order'), location_code: await given.location() };
        await create(given, path, userId, body);
      }
    },
  },
  {
    name: 'orders.dispatch',
    says: 'a last-mile order can be dispatched without a user',
    source: 'Dispatch last mile',
    async run({ given }) {
      const order_id = given.name('order');
      const answer = await given.act('POST', '/v2/fulfillment/lastmile/orders', {
        order_id,
        ...dispatched(await given.location()),
      });
      expect(answer, 200, orderOf(order_id));
      await given.act('POST', `/v2/fulfillment_sandbox/orders/${segment(order_id)}/callbacks`, {
        event_name: 'canceled',
      });
    },
  },
  {
    name: 'orders.refused',
    says: 'a missing parameter is named by its key; two or more problems are combined under code 9999',
    source: 'Error and status codes',
    async run({ given }) {
      const userId = await given.newUser();
      const body = without(await given.orderBody(userId), 'order_id');
      const path = userPath(userId, '/orders/delivery');
      expectRefusal(await given.act('POST', path, body), rows.blank('order_id'));
      const less = without(body, 'items');
      const missing = (key: string) => ({ error: { message: "can't be blank", code: 1001 }, meta: { key } });
      const answer = await given.act('POST', path, less);
      expect(answer, 400, {
        error: {
          message: 'There were issues with your request',
          code: 9999,
          errors: inAnyOrder(missing('items'), missing('order_id')),
        },
        meta: emptyObject,
      });
      const pickup = without(await given.orderBody(userId, 'pickup'), 'order_id');
      const lastMile = { location_code: await given.location() };
      for (const [path, body] of [
        [userPath(userId, '/orders/pickup'), pickup],
        [userPath(userId, '/orders/last_mile'), lastMile],
        [olderLastMilePath(userId), lastMile],
        ['/v2/fulfillment/lastmile/orders', dispatched(lastMile.location_code)],
      ] as const) {
        expectRefusal(await given.act('POST', path, body), rows.blank('order_id'));
      }
    },
  },
  {
    name: 'orders.get',
    says: 'an order is read by its user and its own id; every operation on another user’s order gets 404, code 4000',
    source: 'Get order',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId);
      const path = `/orders/${segment(orderId)}`;
      expect(await given.act('GET', userPath(userId, path)), 200, orderOf(orderId));
      const other = await given.newUser('Bo');
      expectRefusal(await given.act('GET', userPath(other, path)), rows.orderNotFound);
      const update = await given.act('PUT', userPath(other, path), { special_instructions: 'Ring twice' });
      expectRefusal(update, rows.orderNotFound);
      expectRefusal(await given.act('POST', userPath(other, `${path}/cancel`)), rows.orderNotFound);
    },
  },
  {
    name: 'orders.update',
    says: 'a brand new order can be updated',
    source: 'Update order',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId);
      const answer = await given.act('PUT', userPath(userId, `/orders/${segment(orderId)}`), {
        special_instructions: 'Ring twice',
      });
      expect(answer, 200, orderOf(orderId));
    },
  },
  {
    name: 'orders.cancel',
    says: 'canceling a brand new order sets status canceled and reason customer_driven',
    source: 'Cancel order',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId);
      const answer = await given.act('POST', userPath(userId, `/orders/${segment(orderId)}/cancel`));
      expect(answer, 200, { id: orderId, status: 'canceled', cancellation_reason: 'customer_driven' });
    },
  },
  {
    name: 'orders.late_cancel',
    says: 'an acknowledged order can be neither updated nor canceled: 1001, key status',
    source: 'our reading: Choices between readings',
    async run({ given }) {
      const { userId, orderId } = await given.openChat();
      const path = userPath(userId, `/orders/${segment(orderId)}`);
      expectRefusal(await given.act('POST', `${path}/cancel`), rows.wrong('status'));
      const update = await given.act('PUT', path, { special_instructions: 'Too late' });
      expectRefusal(update, rows.wrong('status'));
    },
  },
];
