/** Sending to the shopper: which texts are accepted, and when. */
import type { Check } from '../check.ts';
import { expect, expectRefusal } from '../expect.ts';
import { emptyObject, text } from '../pattern.ts';
import * as rows from '../rows.ts';
import { chatPath, sandbox, segment } from '../world.ts';
import * as shapes from './shapes.ts';

const sendPage = 'Send a message to the shopper';

export const sendingChecks: Check[] = [
  {
    name: 'send.answer',
    says: 'sending returns id, type CHAT, created_at and an IANA timezone; the message is in the chat at once',
    source: sendPage,
    async run({ given }) {
      const chat = await given.openChat();
      const { id } = expect(await given.say(chat, 'Hello'), 200, shapes.sent);
      expect(await given.read(chat), 200, { chat_messages: [{ id, body: 'Hello' }] });
    },
  },
  {
    name: 'send.limit',
    says: '1000 characters are accepted, 1001 are refused; characters are code points',
    source: `${sendPage}; our reading: Sending`,
    async run({ given }) {
      const chat = await given.openChat();
      for (const character of ['a', '🥑']) {
        expect(await given.say(chat, character.repeat(1000)), 200, shapes.sent);
        expectRefusal(await given.say(chat, character.repeat(1001)), rows.tooLong);
      }
    },
  },
  {
    name: 'send.as_it_is',
    says: 'texts are neither trimmed nor changed',
    source: 'our reading: Sending',
    async run({ given }) {
      const chat = await given.openChat();
      const body = '  <b>é</b> 👩‍🌾\n"\\ & ';
      await given.say(chat, body);
      expect(await given.read(chat), 200, { chat_messages: [{ body }] });
    },
  },
  {
    name: 'send.blank',
    says: 'a body that is missing, empty, blank or not a string gets 1001 can’t be blank',
    source: 'our reading: Sending',
    async run({ given }) {
      const chat = await given.openChat();
      const { token } = chat;
      for (const body of [{}, { body: '' }, { body: ' \n\t' }, { body: 7 }, { body: null }]) {
        const answer = await given.call('POST', chatPath(chat.orderId), { token, body });
        expectRefusal(answer, rows.blank('body'));
      }
    },
  },
  {
    name: 'send.malformed',
    says: 'a body that is not JSON gets 400 in the envelope',
    source: 'our reading: Sending',
    async run({ given }) {
      const { orderId, token } = await given.openChat();
      const answer = await given.call('POST', chatPath(orderId), { token, body: '{"body":' });
      expect(answer, 400, { error: { message: text }, meta: emptyObject });
    },
  },
  {
    name: 'send.unknown_fields',
    says: 'unknown fields in the request are ignored',
    source: 'our reading: Sending',
    async run({ given }) {
      const { orderId, token } = await given.openChat();
      const body = { body: 'Hello', sender_id: 1, sender_type: 'driver', anything: { at: 'all' } };
      expect(await given.call('POST', chatPath(orderId), { token, body }), 200, shapes.sent);
      expect(await given.call('GET', chatPath(orderId), { token }), 200, {
        chat_messages: [{ sender_type: 'user' }],
      });
    },
  },
  {
    name: 'send.before_picking',
    says: 'before picking, and without a shopper, sending is refused',
    source: `${sendPage}; our reading: Sending`,
    async run({ given }) {
      const userId = await given.newUser();
      const token = await given.userToken(userId);
      const orderId = await given.newOrder(userId);
      const send = () => given.call('POST', chatPath(orderId), { token, body: { body: 'Hello' } });
      expectRefusal(await send(), rows.sendingNotAllowed);
      const shopperId = await given.newShopper();
      const batchId = await given.newBatch(shopperId, orderId, { workflow_state: 'acknowledged' });
      expectRefusal(await send(), rows.sendingNotAllowed);
      await given.advance(batchId, 'picking');
      expect(await send(), 200, shapes.sent);
    },
  },
  {
    name: 'send.until_received',
    says: 'sending works in every state from picking until the order is delivered',
    source: 'our reading: Sending',
    async run({ given }) {
      const chat = await given.openChat();
      for (const state of ['verifying_replacements', 'checkout', 'receipt_sanity_check', 'delivering']) {
        await given.advance(chat.batchId, state);
        expect(await given.say(chat, state), 200, shapes.sent);
      }
      await given.advance(chat.batchId, 'completed');
      expectRefusal(await given.say(chat, 'Thanks'), rows.sendingNotAllowed);
    },
  },
  {
    name: 'send.canceled',
    says: 'sending to a canceled order is refused, but its chat can still be read',
    source: sendPage,
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Hello');
      await given.act('POST', `${sandbox}/orders/${segment(chat.orderId)}/callbacks`, {
        event_name: 'canceled',
      });
      expectRefusal(await given.say(chat, 'Why?'), rows.sendingNotAllowed);
      expect(await given.read(chat), 200, {
        chat_messages: [{ body: 'Hello' }],
        metadata: { is_expired: false },
      });
    },
  },
  {
    name: 'send.disabled',
    says: 'sending is refused if the retailer has switched the chat off',
    source: sendPage,
    async run({ own }) {
      const world = await own();
      const chat = await world.openChat();
      await world.change({ chat_enabled: false });
      expectRefusal(await world.say(chat, 'Hello'), rows.sendingNotAllowed);
      await world.change({ chat_enabled: true });
    },
  },
  {
    name: 'send.staged_pickup',
    says: 'the chat of a pickup order stays open while it is staged and handed out, until it is received',
    source: 'our reading: Sending',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = await given.newOrder(userId, 'pickup');
      const shopperId = await given.newShopper();
      const batchId = await given.newBatch(shopperId, orderId, { batch_type: 'pickup' });
      await given.advance(batchId, 'staged');
      const chat = { userId, orderId, shopperId, batchId, token: await given.userToken(userId) };
      expect(await given.say(chat, 'On my way'), 200, shapes.sent);
      const runner = await given.newBatch(await given.newShopper('Robin'), orderId, {
        batch_type: 'runner_customer',
      });
      await given.advance(runner, 'bags_verified');
      expect(await given.say(chat, 'I am here'), 200, shapes.sent);
      await given.advance(runner, 'completed');
      expectRefusal(await given.say(chat, 'Thanks'), rows.sendingNotAllowed);
    },
  },
  {
    name: 'send.last_mile',
    says: 'the chat of a last-mile order is empty and accepts no messages',
    source: 'our reading: Sending',
    async run({ given }) {
      const userId = await given.newUser();
      const orderId = given.name('order');
      given.remember(userId, orderId);
      const body = { order_id: orderId, location_code: await given.location() };
      const path = `/v2/fulfillment/users/${segment(userId)}/orders/last_mile`;
      expect(await given.act('POST', path, body), 200, {});
      const token = await given.userToken(userId);
      expect(await given.call('GET', chatPath(orderId), { token }), 200, { chat_messages: [] });
      const send = await given.call('POST', chatPath(orderId), { token, body: { body: 'Hello' } });
      expectRefusal(send, rows.sendingNotAllowed);
    },
  },
];
