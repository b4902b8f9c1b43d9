/** All messages of an order, including automated notices. */
import type { Check } from '../check.ts';
import { expect } from '../expect.ts';
import { absent, integer, kind, listOf, text, time } from '../pattern.ts';
import { sandbox, segment } from '../world.ts';
import { all } from './chat.ts';
import * as shapes from './shapes.ts';

const allPage = 'Get order messages';

export const orderMessagesChecks: Check[] = [
  {
    name: 'order_messages.shape',
    says: 'the order messages include the chat, the notices and the metadata',
    source: allPage,
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Hello');
      expect(await all(given, chat), 200, {
        chat_messages: [{ ...shapes.message, body: 'Hello' }],
        lifecycle_messages: listOf({}),
        metadata: { ...shapes.metadata, is_expired: false },
      });
    },
  },
  {
    name: 'order_messages.notices',
    says: 'delivery in progress and delivery completed are notices, oldest first, with ids that differ from those of messages',
    source: `${allPage}; our reading: Automated notices`,
    async run({ given }) {
      const chat = await given.openChat();
      const { id: sentId } = expect(await given.say(chat, 'Hello'), 200, shapes.sent);
      await given.advance(chat.batchId, 'delivering');
      await given.advance(chat.batchId, 'completed');
      const otherId = kind<number>(
        `integer, not ${sentId}`,
        (id) => Number.isSafeInteger(id) && id !== sentId,
      );
      const notice = { id: otherId, order_id: integer, created_at: time, body: text };
      expect(await all(given, chat), 200, {
        lifecycle_messages: [
          { ...notice, type: 'delivery_in_progress' },
          { ...notice, type: 'delivery_completed' },
        ],
      });
      expect(await given.read(chat), 200, { lifecycle_messages: absent });
    },
  },
  {
    name: 'order_messages.items',
    says: 'replacing or refunding an item adds a notice',
    source: allPage,
    async run({ given }) {
      const chat = await given.openChat();
      const item = `${sandbox}/shoppers/${chat.shopperId}/orders/${segment(chat.orderId)}/items/1`;
      await given.act('PUT', item, { status: 'replaced', replacement_item: { upc: given.place.upc } });
      await given.act('PUT', item, { status: 'to_refund' });
      expect(await all(given, chat), 200, {
        lifecycle_messages: [{ type: 'order_item_replacement' }, { type: 'order_item_refund' }],
      });
    },
  },
];
