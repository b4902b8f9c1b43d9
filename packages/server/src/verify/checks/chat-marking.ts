/** Marking as read. */
import type { Check } from '../check.ts';
import { expect } from '../expect.ts';
import { time } from '../pattern.ts';
import { countOf, markRead } from './chat.ts';

const readPage = 'Mark messages as read';

export const markingChecks: Check[] = [
  {
    name: 'mark_read.none',
    says: 'marking as read returns the number of the shopper’s messages that were marked, without the customer’s own',
    source: readPage,
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Hello');
      expect(await markRead(given, chat), 200, countOf(0));
      expect(await given.read(chat), 200, { chat_messages: [{ read: false }] });
    },
  },
  {
    name: 'mark_read.count',
    says: 'every unread message of the shopper is marked once, and its read_at never changes',
    source: `${readPage}; our reading: Marking as read`,
    async run({ given }) {
      const chat = await given.openChat();
      await given.shopperSays(chat, { body: 'one' });
      await given.shopperSays(chat, { body: 'two' });
      expect(await markRead(given, chat), 200, countOf(2));
      const { chat_messages } = expect(await given.read(chat), 200, {
        chat_messages: [
          { read: true, read_at: time },
          { read: true, read_at: time },
        ],
      });
      await given.shopperSays(chat, { body: 'three' });
      expect(await markRead(given, chat), 200, countOf(1));
      expect(await markRead(given, chat), 200, countOf(0));
      expect(await given.read(chat), 200, {
        chat_messages: [...chat_messages.map(({ read_at }) => ({ read_at })), { read: true }],
      });
    },
  },
  {
    name: 'mark_read.by_shopper',
    says: '“read” on a customer’s message shows that the shopper has read it',
    source: 'our reading: Marking as read',
    async run({ given }) {
      const chat = await given.openChat();
      await given.say(chat, 'Hello');
      await given.shopperReads(chat);
      expect(await given.read(chat), 200, { chat_messages: [{ read: true, read_at: time }] });
    },
  },
];
