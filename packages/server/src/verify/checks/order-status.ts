/** The data of an order status page, besides the chat. */
import type { Check } from '../check.ts';
import { expect, expectRefusal, need } from '../expect.ts';
import {
  absent,
  anything,
  boolean,
  emptyObject,
  listOf,
  oneOf,
  optional,
  type Pattern,
  text,
  time,
} from '../pattern.ts';
import * as rows from '../rows.ts';
import { type Chat, orderPath, sandbox, segment, type World } from '../world.ts';

const orderPage = 'Get order';
const handlingPage = 'Get order handling';
const locationPage = 'Get order location';
const itemsPage = 'Get order items';
const replacementPage = 'Approve or reject a replacement';

const read = ({ orderId, token }: Chat, world: World, part = '') =>
  world.call('GET', orderPath(orderId, part), { token });

const item: Pattern = { name: text, quantity: text, cost_unit: text, image_url: optional(text) };

/** Opens an order whose shopper has proposed a replacement for its only item. */
async function proposed(world: World): Promise<Chat & { itemId: string }> {
  const chat = await world.openChat();
  const line = `${sandbox}/shoppers/${chat.shopperId}/orders/${segment(chat.orderId)}/items/1`;
  const replaced = { status: 'replaced', replacement_item: { upc: world.place.upc } };
  need('a proposed replacement', await world.act('PUT', line, replaced), {});
  const items = await read(chat, world, '/items');
  const { line_items } = need('an item', items, { line_items: listOf({ id: text }, { atLeast: 1 }) });
  return { ...chat, itemId: line_items[0]!.id };
}

const answer = ({ orderId, itemId, token }: Chat & { itemId: string }, world: World, body: unknown) =>
  world.call('PUT', orderPath(orderId, `/items/${segment(itemId)}/replacement`), { token, body });

export const orderStatusChecks: Check[] = [
  {
    name: 'order.shape',
    says: 'an order has its creation time, state, type and delivery window',
    source: orderPage,
    async run({ given }) {
      expect(await read(await given.openChat(), given), 200, {
        created_at: time,
        workflow_state: 'picking',
        fulfillment_type: 'delivery',
        window_starts_at: time,
        window_ends_at: time,
      });
    },
  },
  {
    name: 'order.not_found',
    says: 'an unknown order gets 404, code 4000, for the order, its handling, its location and its items',
    source: orderPage,
    async run({ given }) {
      for (const part of ['', '/handling', '/location', '/items']) {
        const nobody = await given.act('GET', orderPath('verify-nobody-has-this', part));
        expectRefusal(nobody, rows.orderNotFound);
      }
    },
  },
  {
    name: 'handling.shape',
    says: 'the handling has the address, the shopper and the instructions',
    source: handlingPage,
    async run({ given }) {
      expect(await read(await given.openChat(), given, '/handling'), 200, {
        address: {
          address_line_1: given.place.addressLine1,
          postal_code: given.place.postalCode,
          country_code: text,
        },
        coordinates: anything,
        shopper: { first_name: 'Ilse', avatar_url: text },
        instructions: text,
        leave_unattended: optional(boolean),
        alcoholic: optional(boolean),
        certified_delivery: optional(boolean),
      });
    },
  },
  {
    name: 'handling.shopper_removed',
    says: 'with shopper-information removal the handling has no shopper, and the location gets 403 Shopper PII',
    source: 'Personal data protection',
    async run({ own }) {
      const world = await own();
      const chat = await world.openChat();
      await world.change({ shopper_information_removal: true });
      expect(await read(chat, world, '/handling'), 200, { shopper: absent });
      expectRefusal(await read(chat, world, '/location'), rows.shopperPii);
      await world.change({ shopper_information_removal: false });
    },
  },
  {
    name: 'location.empty',
    says: 'the location is empty unless the order is being delivered',
    source: locationPage,
    async run({ given }) {
      expect(await read(await given.openChat(), given, '/location'), 200, { coordinates: absent });
    },
  },
  {
    name: 'items.shape',
    says: 'items have an id, a status and a description; a new replacement is PENDING',
    source: itemsPage,
    async run({ given }) {
      expect(await read(await given.openChat(), given, '/items'), 200, {
        line_items: [{ id: text, status: 'NOT_PICKED', item, replacement: absent }],
      });
      expect(await read(await proposed(given), given, '/items'), 200, {
        line_items: [
          {
            status: 'REPLACED',
            item,
            replacement_status: 'PENDING',
            replacement: item,
            line_num: optional(text),
          },
        ],
      });
    },
  },
  {
    name: 'replacement.answered',
    says: 'approving or rejecting a replacement returns {}, and changes its status',
    source: replacementPage,
    async run({ given }) {
      for (const status of ['APPROVED', 'REJECTED']) {
        const order = await proposed(given);
        expect(await answer(order, given, { status }), 200, emptyObject);
        expect(await read(order, given, '/items'), 200, {
          line_items: [
            {
              replacement_status: status,
              status: status === 'APPROVED' ? 'REPLACED' : oneOf('TO_REFUND', 'REPLACED'),
            },
          ],
        });
      }
    },
  },
  {
    name: 'replacement.alternative',
    says: 'a rejection may name an alternative item, by upc or rrc, with a count or a weight',
    source: replacementPage,
    async run({ given }) {
      const rejected = { status: 'REJECTED', alternative_item: { upc: given.place.upc, count: 1 } };
      expect(await answer(await proposed(given), given, rejected), 200, emptyObject);
    },
  },
  {
    name: 'replacement.refused',
    says: 'a missing status gets code 9999, a wrong one 1001; an alternative has one code and one amount',
    source: replacementPage,
    async run({ given }) {
      const order = await proposed(given);
      expect(await answer(order, given, {}), 400, {
        error: {
          code: 9999,
          errors: listOf({ error: { code: 1001 }, meta: { key: 'status' } }, { atLeast: 1 }),
        },
      });
      expectRefusal(await answer(order, given, { status: 'MAYBE' }), rows.notIncluded('status'));
      const twice = { status: 'REJECTED', alternative_item: { upc: '1', rrc: '2', count: 1 } };
      expect(await answer(order, given, twice), 400, { error: { code: 1001 } });
      const noAmount = { status: 'REJECTED', alternative_item: { upc: '1' } };
      expect(await answer(order, given, noAmount), 400, { error: { code: 1001 } });
    },
  },
  {
    name: 'replacement.not_found',
    says: 'an unknown order gets “Resource not found”, an unknown item “Order item … not found”',
    source: replacementPage,
    async run({ given }) {
      const order = await proposed(given);
      const approved = { status: 'APPROVED' };
      const nowhere = await answer({ ...order, orderId: 'verify-nobody-has-this' }, given, approved);
      expectRefusal(nowhere, rows.orderNotFound);
      expectRefusal(await answer({ ...order, itemId: '1111' }, given, approved), rows.itemNotFound('1111'));
    },
  },
  {
    name: 'replacement.user_id_not_found',
    says: 'a client token gets 400, code 4001, for an order created before Fulfillment v3',
    source: replacementPage,
    async run({ given }) {
      const { orderId } = await given.openChat({ fulfillment_version: 2 });
      const path = orderPath(orderId, '/items/1111/replacement');
      expectRefusal(await given.act('PUT', path, { status: 'APPROVED' }), rows.userIdNotFound);
    },
  },
];
