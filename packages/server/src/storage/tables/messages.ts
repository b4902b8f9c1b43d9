import type { Sql } from '../sql.ts';

export type Party = 'user' | 'driver';

export interface MessageRow {
  retailerId: number;
  orderId: number;
  /** The `seq` of the message's event in the order's log. */
  seq: number;
  senderType: Party;
  senderId: number;
  recipientId: number;
  createdAt: number;
  /** When a device of the other side had fetched it. */
  deliveredAt: number | null;
  readAt: number | null;
  body: string;
  /** Address of an image that somebody else keeps. */
  image: string | null;
  /** An image that was uploaded here. */
  imageId: number | null;
}

export type MessageOfOrder = Omit<MessageRow, 'retailerId' | 'orderId'>;

/** A message as its place in the log keeps it: without text once that is erased. */
export type MessageOfLog = Omit<MessageOfOrder, 'body'> & { body: string | null };

/** Events of an order's log: after one number, up to another. */
export interface EventRange {
  after: number;
  upTo: number;
}

const everything: EventRange = { after: 0, upTo: Number.MAX_SAFE_INTEGER };

export interface ErasedTexts {
  messages: number;
  images: number;
}

/**
 * Where the texts of messages rest: the one place where the engines' tables differ, because what it takes
 * to make a text unreadable differs (docs/decisions/text-at-rest.md). The row of a message is its event in
 * the order's log and outlives the text.
 */
export interface MessageTexts {
  /** SELECT: the messages of order `$2` whose text is there, as `MessageOfOrder`, in their order. */
  readonly ofOrder: string;
  /** SELECT: the last message of order `$2` whose text is there, as `MessageOfOrder`. */
  readonly latest: string;
  /** SELECT: of order `$2`, at most `$4` messages after number `$3`, as `MessageOfLog`, in their order. */
  readonly after: string;
  /** Condition on a row of `messages`: its text is there. */
  readonly isThere: string;
  insert(sql: Sql, message: MessageRow): Promise<void>;
  /** Makes the texts of an order unreadable, for good: those of its events in `range`. */
  erase(sql: Sql, retailerId: number, orderId: number, range: EventRange): Promise<ErasedTexts>;
}

export const messageReader = (sql: Sql, texts: MessageTexts) => ({
  list(retailerId: number, orderId: number): Promise<MessageOfOrder[]> {
    return sql.all(texts.ofOrder, retailerId, orderId);
  },
});

export const messageWriter = (sql: Sql, texts: MessageTexts) => ({
  /** How many were ever sent in the order. */
  async count(retailerId: number, orderId: number): Promise<number> {
    const row = await sql.one<{ messages: number }>(
      'SELECT count(*) AS messages FROM messages WHERE retailer_id = $1 AND order_id = $2',
      retailerId,
      orderId,
    );
    return row!.messages;
  },

  insert: (message: MessageRow): Promise<void> => texts.insert(sql, message),

  /** Marks what `sender` sent and nobody read yet; returns how many. A time once set never moves. */
  markRead(retailerId: number, orderId: number, sender: Party, at: number): Promise<number> {
    return sql.run(
      `UPDATE messages
       SET read_at = $4
       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND read_at IS NULL AND ${texts.isThere}`,
      retailerId,
      orderId,
      sender,
      at,
    );
  },

  /** Notes that a device of the other side has fetched what `sender` sent, up to number `upTo`. */
  async markDelivered(
    retailerId: number,
    orderId: number,
    sender: Party,
    upTo: number,
    at: number,
  ): Promise<void> {
    await sql.send(
      `UPDATE messages
       SET delivered_at = $5
       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND seq <= $4 AND delivered_at IS NULL`,
      retailerId,
      orderId,
      sender,
      upTo,
      at,
    );
  },

  /** Makes the texts of an order unreadable, for good. */
  eraseTexts: (retailerId: number, orderId: number, range = everything): Promise<ErasedTexts> =>
    texts.erase(sql, retailerId, orderId, range),
});
