/** Reading the chat: its shape, access, and the two kinds of IDs. */
import type { Check } from '../check.ts';
import { expect, expectRefusal } from '../expect.ts';
import { absent, integer } from '../pattern.ts';
import * as rows from '../rows.ts';
import { chatPath, internal, orderPath } from '../world.ts';
import { countOf, markRead, nobody } from './chat.ts';
import * as shapes from './shapes.ts';

const getPage = 'Get chat messages';

/** The two operations that read, which share most rules. */
const reads = (id: string | number) => [chatPath(id), orderPath(id, '/order_messages')];

export const readingChecks: Check[] = [
  {
    name: 'chat.shape',
    says: 'the chat has chat_messages and metadata, each with every required field',
    source: getPage,
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Firm ones are fine');
      const { chat_messages } = expect(await given.read(chat), 200, shapes.chat);
      expect(await given.read(chat), 200, {
        chat_messages: [{ id: chat_messages[0]?.id ?? integer, body: 'Firm ones are fine' }],
      });
    },
  },
  {
    name: 'chat.not_expired',
    says: 'is_expired is present, and false while the order is active',
    source: 'our reading: Reading',
    async run({ given }) {
      expect(await given.read(await given.openChat()), 200, { metadata: { is_expired: false } });
    },
  },
  {
    name: 'chat.unread_message',
    says: 'an unread message has read false and no read_at, a message without an image has no image, and a missing avatar is ""',
    source: 'our reading: Reading',
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Hello');
      expect(await given.read(chat), 200, {
        chat_messages: [{ read: false, read_at: absent, image: absent }],
        metadata: { customer: { avatar_url: '' } },
      });
    },
  },
  {
    name: 'chat.parties',
    says: 'a customer’s message has the chat’s customer as sender, of type user, and the current shopper as receiver, of type driver',
    source: 'our reading: Identifiers',
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Hello');
      const { metadata } = expect(await given.read(chat), 200, shapes.chat);
      expect(await given.read(chat), 200, {
        chat_messages: [
          {
            sender_id: metadata.customer.id,
            sender_type: 'user',
            recipient_id: metadata.current_shopper.id,
            recipient_type: 'driver',
          },
        ],
        metadata: { current_shopper: { id: chat.shopperId }, shoppers: [{ id: chat.shopperId }] },
      });
    },
  },
  {
    name: 'chat.order',
    says: 'messages are oldest first',
    source: 'our reading: Reading',
    async run({ given }) {
      const chat = await given.openChat();
      const bodies = ['one', 'two', 'three'];
      for (const body of bodies) await given.say(chat, body);
      expect(await given.read(chat), 200, { chat_messages: bodies.map((body) => ({ body })) });
    },
  },
  {
    name: 'chat.reading_marks_nothing',
    says: 'reading the chat marks nothing as read',
    source: 'our reading: Reading',
    async run({ given }) {
      const chat = await given.openChat();
      await given.shopperSays(chat, { body: 'Hi' });
      await given.read(chat);
      expect(await given.read(chat), 200, { chat_messages: [{ read: false }] });
    },
  },
  {
    name: 'chat.nobody_assigned',
    says: 'before a shopper is assigned, current_shopper is null and shoppers is []',
    source: 'our reading: Reading',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId);
      const token = await given.userToken(userId);
      expect(await given.call('GET', chatPath(orderId), { token }), 200, {
        chat_messages: [],
        metadata: { current_shopper: null, shoppers: [], is_expired: false },
      });
    },
  },
  {
    name: 'chat.hand_over',
    says: 'after a handover the latest shopper is current, and each shopper is listed once, earliest first',
    source: 'our reading: Reading',
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Hello');
      const second = await given.newShopper('Robin');
      await given.newBatch(second, chat.orderId);
      await given.say(chat, 'Hello again');
      expect(await given.read(chat), 200, {
        chat_messages: [{ recipient_id: chat.shopperId }, { recipient_id: second }],
        metadata: { current_shopper: { id: second }, shoppers: [{ id: chat.shopperId }, { id: second }] },
      });
    },
  },
  {
    name: 'chat.image',
    says: 'an image is an https address next to the text, which is "" for an image without text',
    source: getPage,
    async run({ given }) {
      const chat = await given.openChat();
      await given.shopperSays(chat, { body: 'This one?', image: 'https://img.example/a.jpg' });
      await given.shopperSays(chat, { image: 'https://img.example/b.jpg' });
      const { chat_messages } = expect(await given.read(chat), 200, shapes.chat);
      expect(await given.read(chat), 200, {
        chat_messages: [
          { body: 'This one?', image: chat_messages[0]?.image ?? 'https://img.example/a.jpg' },
          { body: '', image: chat_messages[1]?.image ?? 'https://img.example/b.jpg' },
        ],
      });
    },
  },
  {
    name: 'chat.order_not_found',
    says: 'an unknown order gets 404, code 4000, for all four operations',
    source: getPage,
    async run({ given }) {
      const { token } = await given.openChat();
      for (const path of reads(nobody))
        expectRefusal(await given.call('GET', path, { token }), rows.orderNotFound);
      const send = await given.call('POST', chatPath(nobody), { token, body: { body: 'Hello' } });
      expectRefusal(send, rows.orderNotFound);
      expectRefusal(await given.call('PUT', chatPath(nobody), { token }), rows.orderNotFound);
    },
  },
  {
    name: 'chat.foreign_order',
    says: 'another user’s order gets the same answer as an unknown order',
    source: 'our reading: Who may see what',
    async run({ given }) {
      const { orderId } = await given.openChat();
      const token = await given.userToken(await given.newUser('Bo'));
      for (const path of reads(orderId)) {
        expectRefusal(await given.call('GET', path, { token }), rows.orderNotFound);
      }
      const send = await given.call('POST', chatPath(orderId), { token, body: { body: 'Hello' } });
      expectRefusal(send, rows.orderNotFound);
      expectRefusal(await given.call('PUT', chatPath(orderId), { token }), rows.orderNotFound);
    },
  },
  {
    name: 'chat.foreign_retailer',
    says: 'another retailer’s order gets the same answer as an unknown order',
    source: 'our reading: Who may see what',
    async run({ given, own }) {
      const { orderId } = await given.openChat();
      expectRefusal(await (await own()).act('GET', chatPath(orderId)), rows.orderNotFound);
    },
  },
  {
    name: 'chat.client_token',
    says: 'a client token can read, send and mark as read in any order of its retailer',
    source: 'our reading: Who may see what',
    async run({ given }) {
      const { orderId } = await given.openChat();
      expect(await given.act('POST', chatPath(orderId), { body: 'Hello' }), 200, shapes.sent);
      expect(await given.act('GET', chatPath(orderId)), 200, shapes.chat);
      expect(await given.act('PUT', chatPath(orderId)), 200, countOf(0));
      expect(await given.act('GET', orderPath(orderId, '/order_messages')), 200, shapes.chat);
    },
  },
  {
    name: 'chat.user_id_not_found',
    says: 'a client token gets 400, code 4001, for an order created before Fulfillment v3',
    source: `${getPage}; Mark messages as read; our reading: Who may see what`,
    async run({ given }) {
      // Only our server can create such an order, with a field that Connect does not have.
      const { orderId } = await given.openChat({ fulfillment_version: 2 });
      for (const path of reads(orderId)) expectRefusal(await given.act('GET', path), rows.userIdNotFound);
      expectRefusal(await given.act('POST', chatPath(orderId), { body: 'Hello' }), rows.userIdNotFound);
      expectRefusal(await given.act('PUT', chatPath(orderId)), rows.userIdNotFound);
    },
  },
  {
    name: 'chat.internal_ids',
    says: 'with X-Treat-Ids-As-Internal the order’s integer ID identifies it, for all four operations',
    source: `${getPage}; our reading: Identifiers`,
    async run({ given }) {
      const chat = await given.openChat();
      const { token } = chat;
      const id = await given.internalId(chat);
      for (const path of reads(id)) {
        expect(await given.call('GET', path, { token, headers: internal }), 200, {
          chat_messages: [{ order_id: id, body: 'Hello' }],
        });
      }
      const send = { token, body: { body: 'Again' }, headers: internal };
      expect(await given.call('POST', chatPath(id), send), 200, shapes.sent);
      expect(await given.call('PUT', chatPath(id), { token, headers: internal }), 200, countOf(0));
    },
  },
  {
    name: 'chat.internal_ids_spelling',
    says: 'true, in any case, and 1 switch X-Treat-Ids-As-Internal on; other values leave it off without an error',
    source: 'our reading: Identifiers',
    async run({ given }) {
      const chat = await given.openChat();
      const { token } = chat;
      const id = await given.internalId(chat);
      for (const value of ['true', 'TRUE', '1']) {
        const headers = { 'X-Treat-Ids-As-Internal': value };
        expect(await given.call('GET', chatPath(id), { token, headers }), 200, shapes.chat);
      }
      for (const value of ['false', 'yes', '', '0']) {
        const headers = { 'X-Treat-Ids-As-Internal': value };
        expect(await given.call('GET', chatPath(chat.orderId), { token, headers }), 200, shapes.chat);
      }
    },
  },
  {
    name: 'chat.namespaces',
    says: 'only the header decides: a retailer’s ID that looks like an integer is never taken for an internal ID',
    source: 'our reading: Identifiers',
    async run({ given }) {
      const chat = await given.openChat();
      const id = await given.internalId(chat);
      const { token } = chat;
      expectRefusal(await given.call('GET', chatPath(id), { token }), rows.orderNotFound);
      for (const wrong of [chat.orderId, '999999999999', 'x']) {
        const answer = await given.call('GET', chatPath(wrong), { token, headers: internal });
        expectRefusal(answer, rows.orderNotFound);
      }
      await given.newOrder(chat.userId, 'delivery', { order_id: String(id) });
      expect(await given.call('GET', chatPath(id), { token }), 200, { chat_messages: [] });
      expect(await given.call('GET', chatPath(id), { token, headers: internal }), 200, {
        chat_messages: [{ order_id: id }],
      });
    },
  },
  {
    name: 'chat.shopper_pii',
    says: 'with shopper-information removal both reads get 403 Shopper PII; sending and marking as read still work',
    source: `${getPage}; our reading: Reading`,
    async run({ own }) {
      const world = await own();
      const chat = await world.openChat();
      await world.shopperSays(chat, { body: 'Hi' });
      await world.change({ shopper_information_removal: true });
      for (const path of reads(chat.orderId)) {
        expectRefusal(await world.call('GET', path, { token: chat.token }), rows.shopperPii);
      }
      expect(await world.say(chat, 'Hello'), 200, shapes.sent);
      expect(await markRead(world, chat), 200, countOf(1));
      await world.change({ shopper_information_removal: false });
    },
  },
  {
    name: 'chat.precedence',
    says: '401 precedes 404, 404 and 4001 precede Shopper PII, and a bad body precedes a closed chat',
    source: 'our reading: Who may see what',
    async run({ own }) {
      const world = await own();
      expectRefusal(
        await world.call('GET', chatPath(nobody)),
        rows.unauthorized('The access token is invalid'),
      );
      const old = await world.openChat({ fulfillment_version: 2 });
      await world.change({ shopper_information_removal: true });
      const { token } = old;
      expectRefusal(await world.call('GET', chatPath(nobody), { token }), rows.orderNotFound);
      expectRefusal(await world.act('GET', chatPath(old.orderId)), rows.userIdNotFound);
      await world.change({ shopper_information_removal: false });
      const notPicked = await world.newOrder(old.userId);
      const bad = await world.call('POST', chatPath(notPicked), { token, body: { body: '' } });
      expectRefusal(bad, rows.blank('body'));
      const unknown = await world.call('POST', chatPath(nobody), { token, body: { body: '' } });
      expectRefusal(unknown, rows.orderNotFound);
    },
  },
];
