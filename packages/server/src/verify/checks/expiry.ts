/** Expiry after 24 hours, on a clock that can be moved. */
import type { Check } from '../check.ts';
import { expect } from '../expect.ts';
import { listOf } from '../pattern.ts';
import { sandbox, segment } from '../world.ts';
import { all, countOf, markRead } from './chat.ts';
import * as shapes from './shapes.ts';

const getPage = 'Get chat messages';

export const expiryChecks: Check[] = [
  {
    name: 'expiry.boundary',
    says: 'messages stay readable for exactly 24 hours after delivery, to the millisecond; the metadata stays',
    source: `${getPage}; our reading: Reading`,
    async run({ own }) {
      const world = await own();
      const chat = await world.openChat();
      await world.say(chat, 'Hello');
      await world.clock({ frozen: true });
      await world.advance(chat.batchId, 'completed');
      const { metadata } = expect(await world.read(chat), 200, shapes.chat);

      await world.clock({ advance_ms: 86_400_000 });
      const token = await world.userToken(chat.userId);
      const later = { ...chat, token };
      expect(await world.read(later), 200, {
        chat_messages: [{ body: 'Hello' }],
        metadata: { is_expired: false },
      });
      await world.clock({ advance_ms: 1 });
      expect(await world.read(later), 200, {
        chat_messages: [],
        metadata: {
          is_expired: true,
          customer: { id: metadata.customer.id, display_name: metadata.customer.display_name },
          current_shopper: { id: chat.shopperId },
          shoppers: [{ id: chat.shopperId }],
        },
      });
      expect(await all(world, later), 200, {
        chat_messages: [],
        lifecycle_messages: listOf({}, { atLeast: 1 }),
        metadata: { is_expired: true },
      });
      expect(await markRead(world, later), 200, countOf(0));
      await world.clock({ frozen: false });
    },
  },
  {
    name: 'expiry.canceled',
    says: 'messages stay readable for exactly 24 hours after a cancellation',
    source: getPage,
    async run({ own }) {
      const world = await own();
      const chat = await world.openChat();
      await world.say(chat, 'Hello');
      await world.clock({ frozen: true });
      await world.act('POST', `${sandbox}/orders/${segment(chat.orderId)}/callbacks`, {
        event_name: 'canceled',
      });
      await world.clock({ advance_ms: 86_400_001 });
      const token = await world.userToken(chat.userId);
      expect(await world.read({ ...chat, token }), 200, {
        chat_messages: [],
        metadata: { is_expired: true },
      });
      await world.clock({ frozen: false });
    },
  },
  {
    name: 'expiry.order_returns',
    says: 'an order that becomes active again stops expiring, and expires 24 hours after its new end',
    source: 'our reading: Reading',
    async run({ own }) {
      const world = await own();
      const chat = await world.openChat();
      await world.say(chat, 'Hello');
      await world.clock({ frozen: true });
      await world.advance(chat.batchId, 'completed');
      await world.clock({ advance_ms: 80_000_000 });
      const again = await world.newBatch(chat.shopperId, chat.orderId);
      await world.clock({ advance_ms: 80_000_000 });
      const isThere = { chat_messages: [{ body: 'Hello' }], metadata: { is_expired: false } };
      const readAgain = async () => world.read({ ...chat, token: await world.userToken(chat.userId) });
      expect(await readAgain(), 200, isThere);
      await world.advance(again, 'completed');
      await world.clock({ advance_ms: 86_400_000 });
      expect(await readAgain(), 200, isThere);
      await world.clock({ advance_ms: 1 });
      expect(await readAgain(), 200, { chat_messages: [], metadata: { is_expired: true } });
      await world.clock({ frozen: false });
    },
  },
];
