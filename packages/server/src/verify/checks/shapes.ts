/** Shapes of bodies that several checks use. */
import { boolean, integer, kind, listOf, oneOf, optional, text, time, zone } from '../pattern.ts';

const party = oneOf('user', 'driver');

export const message = {
  id: integer,
  order_id: integer,
  created_at: time,
  recipient_id: integer,
  recipient_type: party,
  sender_id: integer,
  sender_type: party,
  read: boolean,
  read_at: optional(time),
  body: text,
  image: optional(
    kind<string>('https address', (value) => typeof value === 'string' && /^https:\/\/\S+$/.test(value)),
  ),
};

export const chatUser = { id: integer, display_name: text, avatar_url: optional(text) };

export const metadata = {
  customer: chatUser,
  current_shopper: chatUser,
  shoppers: optional(listOf(chatUser)),
  is_expired: optional(boolean),
};

export const chat = { chat_messages: listOf(message), metadata };

export const sent = { id: integer, type: 'CHAT', created_at: time, timezone: zone };

export const order = { id: text, status: text };
