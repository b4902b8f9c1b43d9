/**
 * What public clients of Connect, in several languages, send and read. The requests have the form that each client's
 * library gives them.
 */
import type { Check } from '../check.ts';
import type { Answer } from '../exchange.ts';
import { expect, expectRefusal } from '../expect.ts';
import { anything, boolean, integer, listOf, text, time } from '../pattern.ts';
import * as rows from '../rows.ts';
import { assertionOf, chatPath, orderPath, sandbox, segment, userPath, type World } from '../world.ts';

const orderPage = 'Create order';
const clients = 'what public clients send';
const json = { 'content-type': 'application/json; charset=UTF-8' };
const created = (id: string) => ({ id, status: 'brand_new' });

const slotList = {
  service_options: listOf(
    {
      id: anything,
      service_option_reference: text,
      date: text,
      window: { start_at: time, end_at: time, type: text, asap: boolean },
      availability: { available: boolean },
    },
    { atLeast: 1 },
  ),
};

/** The states to which a public test suite advances its batch, in its order. */
const states = [
  'picking',
  'verifying_replacements',
  'checkout',
  'receipt_sanity_check',
  'delivering',
  'completed',
];

async function createOrder(
  world: World,
  body: { order_id: string },
  userId: string,
  kind: string,
): Promise<Answer> {
  world.remember(userId, body.order_id);
  return world.act('POST', userPath(userId, `/orders/${kind}`), body);
}

export const clientChecks: Check[] = [
  {
    name: 'flow.public',
    says: 'a typed client’s requests work for user, store, slot, hold, order with count and weight, shopper, batch, six states and chat',
    source: clients,
    async run({ given }) {
      const post = (path: string, body: unknown) => given.act('POST', path, JSON.stringify(body), json);
      const userId = await given.newUser();
      const { address, place } = given;
      const find_by = { ...address, latitude: null, longitude: null };
      const stores = await post('/v2/fulfillment/stores/delivery', { find_by });
      const store = expect(stores, 200, { stores: listOf({ location_code: text }, { atLeast: 1 }) })
        .stores[0]!;
      const item = { upc: place.upc, rrc: null };
      const cart = await post(userPath(userId, '/service_options/cart/delivery'), {
        location_code: store.location_code,
        with_eta_options: true,
        with_priority_eta_options: true,
        address,
        items: [{ line_num: '1', count: 4, weight: null, item }],
      });
      const slots = expect(cart, 200, { service_options: listOf({ id: integer }, { atLeast: 1 }) });
      const slot = slots.service_options[0]!.id;
      // This client sends an empty JSON string as an empty body.
      const reserved = await post(userPath(userId, `/service_options/${slot}/reserve`), '');
      const { service_option_hold: hold } = expect(reserved, 200, { service_option_hold: { id: integer } });
      const order_id = given.name('order');
      given.remember(userId, order_id);
      const order = await post(userPath(userId, '/orders/delivery'), {
        order_id,
        service_option_hold_id: hold.id,
        initial_tip_cents: 300,
        loyalty_number: '77',
        leave_unattended: null,
        special_instructions: null,
        locale: null,
        address,
        items: [
          { line_num: '1', count: 10, weight: 1, special_instructions: '', replacement_policy: null, item },
        ],
        user: { phone_number: '+13035550100', birthday: 'Tue Mar 05 12:33:11 UTC 1985', sms_opt_in: true },
        location_code: store.location_code,
      });
      expect(order, 200, created(order_id));
      const shopper = await post(`${sandbox}/shoppers`, { password: '123456', phone: null });
      const { id: shopperId } = expect(shopper, 200, { id: integer });
      const batch = await post(`${sandbox}/batches`, {
        shopper_id: String(shopperId),
        batch_type: 'delivery',
        orders: [{ id: order_id, user_id: userId }],
      });
      const { id: batchId } = expect(batch, 200, { id: integer });
      const token = await given.userToken(userId);
      for (const workflow_state of states) {
        const advanced = await post(`${sandbox}/batches/${batchId}/advance`, { workflow_state });
        expect(advanced, 200, { workflow_state });
        if (workflow_state !== 'picking') continue;
        const sent = await given.call('POST', chatPath(order_id), { token, body: { body: 'Hello' } });
        expect(sent, 200, { type: 'CHAT' });
      }
      const chat = await given.call('GET', chatPath(order_id), { token });
      expect(chat, 200, { chat_messages: [{ body: 'Hello' }] });
      const read = await given.act('GET', userPath(userId, `/orders/${segment(order_id)}`));
      expect(read, 200, { id: order_id, status: 'delivered' });
    },
  },
  {
    name: 'clients.count_and_weight',
    says: 'an order item has a count, a weight, or both',
    source: orderPage,
    async run({ given }) {
      const userId = await given.newUser();
      for (const kind of ['delivery', 'pickup'] as const) {
        const items = [{ line_num: '1', count: 10, weight: 1, item: { upc: given.place.upc } }];
        const body = await given.orderBody(userId, kind, { items });
        expect(await createOrder(given, body, userId, kind), 200, created(body.order_id));
      }
    },
  },
  {
    name: 'clients.null_and_unknown',
    says: 'null values and unknown members change nothing',
    source: clients,
    async run({ given }) {
      const userId = await given.newUser();
      const extra = { locale: null, special_instructions: null, user: null, something_new: { a: [null] } };
      const body = await given.orderBody(userId, 'delivery', extra);
      expect(await createOrder(given, body, userId, 'delivery'), 200, created(body.order_id));
    },
  },
  {
    name: 'clients.strings_and_numbers',
    says: 'a number is accepted as an ID, and a string as a number',
    source: clients,
    async run({ given }) {
      const userId = await given.newUser();
      const order_id = Date.now() * 1000 + Math.floor(Math.random() * 1000);
      const hold = await given.hold(userId);
      const location = await given.location();
      const body = {
        order_id,
        service_option_hold_id: String(hold),
        location_code: /^\d+$/.test(location) ? Number(location) : location,
        initial_tip_cents: '300',
        address: { ...given.address, postal_code: Number(given.place.postalCode) || given.place.postalCode },
        items: [{ line_num: 1, count: '2', item: { upc: given.place.upc } }],
      };
      given.remember(userId, String(order_id));
      const answer = await given.act('POST', userPath(userId, '/orders/delivery'), body);
      expect(answer, 200, created(String(order_id)));
      const shopperId = await given.newShopper();
      const batch = { shopper_id: String(shopperId), orders: [{ id: order_id }] };
      expect(await given.act('POST', `${sandbox}/batches`, batch), 200, { id: integer });
    },
  },
  {
    name: 'clients.birthday',
    says: 'a birthday is accepted as Java prints a Date, and as milliseconds',
    source: clients,
    async run({ given }) {
      const userId = await given.newUser();
      for (const birthday of ['Tue Mar 05 12:33:11 UTC 1985', 478_876_391_000]) {
        const user = { birthday, phone_number: '+13035550100', sms_opt_in: true };
        const body = await given.orderBody(userId, 'delivery', { user });
        expect(await createOrder(given, body, userId, 'delivery'), 200, created(body.order_id));
      }
    },
  },
  {
    name: 'clients.empty_body',
    says: 'an empty JSON string, or a content type without a body, counts as no body',
    source: clients,
    async run({ given }) {
      const userId = await given.newUser();
      const slot = await given.slot(userId);
      const path = userPath(userId, `/service_options/${segment(slot)}/reserve`);
      const held = { service_option_hold: { id: integer } };
      expect(await given.act('POST', path, '""', json), 200, held);
      expect(await given.act('POST', path, undefined, json), 200, held);
    },
  },
  {
    name: 'stores.flags',
    says: 'a store has flags: alcohol, pickup, pickup_only',
    source: 'Find stores',
    async run({ given }) {
      const flags = { alcohol: boolean, pickup: boolean, pickup_only: boolean };
      const answer = await given.act('POST', '/v2/fulfillment/stores/delivery', { find_by: given.address });
      expect(answer, 200, { stores: listOf({ location_code: text, flags }, { atLeast: 1 }) });
    },
  },
  {
    name: 'slots.shape',
    says: 'a slot has a reference, a date, a window with start_at, end_at, type and asap, and an availability',
    source: 'Preview service options',
    async run({ given }) {
      const userId = await given.newUser();
      const cart = { location_code: await given.location(), address: given.address, items: [given.anItem()] };
      const answer = await given.act('POST', userPath(userId, '/service_options/cart/delivery'), cart);
      expect(answer, 200, slotList);
    },
  },
  {
    name: 'slots.without_user',
    says: 'slots can be listed without a user, for a postal code and preferred windows',
    source: 'Preview service options',
    async run({ given }) {
      const body = {
        postal_code: given.place.postalCode,
        items_count: 3,
        cart_total_cents: 4200,
        with_eta_options: true,
        desired_windows: [],
      };
      for (const kind of ['delivery', 'pickup']) {
        expect(await given.act('POST', `/v2/fulfillment/service_options/${kind}`, body), 200, slotList);
        const wrong = { ...body, items_count: 'many' };
        expectRefusal(
          await given.act('POST', `/v2/fulfillment/service_options/${kind}`, wrong),
          rows.wrong('items_count'),
        );
      }
    },
  },
  {
    name: 'slots.cart',
    says: 'slots for a cart can also be listed on the path without an order type',
    source: clients,
    async run({ given }) {
      const cart = { location_code: await given.location(), address: given.address, items: [given.anItem()] };
      const path = (userId: string) => userPath(userId, '/service_options/cart');
      const userId = await given.newUser();
      expect(await given.act('POST', path(userId), cart), 200, slotList);
      expectRefusal(await given.act('POST', path(given.name('nobody')), cart), rows.userNotFound);
      const unnumbered = { ...cart, items: [{ count: 1, item: { upc: given.place.upc } }] };
      expectRefusal(await given.act('POST', path(userId), unnumbered), rows.blank('items[0].line_num'));
    },
  },
  {
    name: 'last_mile.stores',
    says: 'stores for last-mile orders can be listed on the current path and on the older one',
    source: clients,
    async run({ given }) {
      for (const path of ['/v2/fulfillment/stores/last_mile', '/v2/fulfillment/lastmile/stores']) {
        const answer = await given.act('POST', path, { find_by: given.address });
        expect(answer, 200, { stores: listOf({ location_code: text }, { atLeast: 1 }) });
        expectRefusal(await given.act('POST', path, {}), rows.blank('find_by'));
      }
    },
  },
  {
    name: 'last_mile.slots',
    says: 'slots for a last-mile order can be listed for its user',
    source: clients,
    async run({ given }) {
      const path = (userId: string) => `/v2/fulfillment/lastmile/users/${segment(userId)}/service_options`;
      const body = { location_code: await given.location(), address: given.address };
      const userId = await given.newUser();
      expect(await given.act('POST', path(userId), body), 200, slotList);
      expectRefusal(await given.act('POST', path(given.name('nobody')), body), rows.userNotFound);
      const items = [{ count: 1, item: { upc: given.place.upc } }];
      expectRefusal(
        await given.act('POST', path(userId), { ...body, items }),
        rows.blank('items[0].line_num'),
      );
    },
  },
  {
    name: 'users.orders',
    says: 'the orders of a user can be listed',
    source: clients,
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId);
      const answer = await given.act('GET', userPath(userId, '/orders'));
      expect(answer, 200, { orders: [created(orderId)] });
      expectRefusal(await given.act('GET', userPath(given.name('nobody'), '/orders')), rows.userNotFound);
    },
  },
  {
    name: 'users.addresses',
    says: 'a user can be created with an address',
    source: clients,
    async run({ given }) {
      const userId = await given.newUser('Noor');
      const path = userPath(userId, '/addresses');
      const answer = await given.act('POST', path, {
        ...given.address,
        first_name: 'Nora',
        last_name: 'Ali',
      });
      expect(answer, 200, { user_id: userId });
      expectRefusal(await given.act('POST', path, { first_name: 'Nora' }), {
        status: 400,
        body: { error: { message: text, code: integer } },
      });
    },
  },
  {
    name: 'order.pickup_category',
    says: 'a pickup order has its pickup type, such as curbside',
    source: 'Get order',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId, 'pickup');
      const token = await given.userToken(userId);
      const answer = await given.call('GET', orderPath(orderId), { token });
      expect(answer, 200, { fulfillment_type: 'pickup', pickup_category: 'curbside' });
    },
  },
  {
    name: 'paths.slashes',
    says: 'a trailing or doubled slash does not change the path, and %2F stays part of an ID',
    source: 'Sandbox API endpoints overview',
    async run({ given }) {
      const user_id = given.name('a/b');
      const user = { user_id, first_name: 'Noor' };
      expect(await given.act('POST', '/v2/fulfillment/users/', user), 200, { user_id });
      expect(await given.act('POST', '/v2/fulfillment//users', user), 200, { user_id });
      expect(await given.act('GET', userPath(user_id)), 200, { user_id });
      const { orderId, shopperId, token } = await given.openChat();
      const batch = { shopper_id: shopperId, orders: [{ id: orderId }] };
      expect(await given.act('POST', `${sandbox}/batches/`, batch), 200, { id: integer });
      expect(await given.call('GET', `${chatPath(orderId)}/`, { token }), 200, { metadata: {} });
    },
  },
  {
    name: 'token.basic',
    says: 'client ID and secret are accepted by HTTP Basic with a form body, and a wrong secret is refused with that scheme',
    source: 'RFC 6749, section 2.3.1',
    async run({ given }) {
      const { clientId, clientSecret } = given.credentials;
      const ask = (secret: string, fields: Record<string, string>) =>
        given.call('POST', '/v2/oauth/token', {
          body: new URLSearchParams(fields).toString(),
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
          },
        });
      const issued = await ask(clientSecret, { grant_type: 'client_credentials' });
      const { access_token } = expect(issued, 200, { access_token: text, token_type: 'Bearer' });
      const userId = await given.newUser();
      const assertion = { grant_type: 'fulfillment_user_assertion', assertion: assertionOf(userId) };
      expect(await ask(clientSecret, assertion), 200, { access_token: text });
      const refused = await ask('wrong', { grant_type: 'client_credentials' });
      expectRefusal(refused, rows.invalidClient);
      const scheme = { 'www-authenticate': refused.headers.get('www-authenticate')?.split(' ')[0] };
      expect({ ...refused, status: 200, body: scheme }, 200, { 'www-authenticate': 'Basic' });
      const revoked = await given.call('POST', '/v2/oauth/token/revoke', {
        body: new URLSearchParams({ token: access_token }).toString(),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        },
      });
      expect(revoked, 200, {});
    },
  },
];
