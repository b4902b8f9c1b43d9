import type { Sql } from '../sql.ts';
import { type OrderReference, type OrderRow, orderWriter } from './orders.ts';

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
  /** When a device of the other side fetched it. */
  deliveredAt: number | null;
  readAt: number | null;
  body: string;
  /** URL of an image hosted elsewhere. */
  image: string | null;
  /** An image uploaded to this server. */
  imageId: number | null;
}

export type MessageOfOrder = Omit<MessageRow, 'retailerId' | 'orderId'>;

/** A message as the log shows it: without text once that is erased. */
export type MessageOfLog = Omit<MessageOfOrder, 'body'> & { body: string | null };

/** A row as the engine stores it; only the engine reads its text. */
export type StoredMessage = Omit<MessageOfLog, 'body' | 'image'>;

/** A message as the log shows it, without the text that is stored. */
export const withoutText = ({
  seq,
  senderType,
  senderId,
  recipientId,
  createdAt,
  deliveredAt,
  readAt,
}: StoredMessage): MessageOfLog => ({
  seq,
  senderType,
  senderId,
  recipientId,
  createdAt,
  deliveredAt,
  readAt,
  body: null,
  image: null,
  imageId: null,
});

/** What an engine encrypts the texts of an order's next messages with, as it is stored. */
export interface TextKey {
  /** The first message that it is for. */
  firstSeq: number;
  epoch: number;
  wrapped: Uint8Array;
}

/**
 * The stored text differs from what was written. It is never served, because a changed word can change the meaning.
 */
export class DamagedText extends Error {
  override readonly name = 'DamagedText';
}

/** Events of an order's log after one number, up to and including another. */
export interface EventRange {
  after: number;
  upTo: number;
  /** Only what this person sent. */
  senderId?: number;
}

const everything: EventRange = { after: 0, upTo: Number.MAX_SAFE_INTEGER };

export interface ErasedTexts {
  messages: number;
  images: number;
}

/**
 * Where message texts are stored: the only place where the engines' tables differ, because making a text unreadable
 * takes different steps in each (docs/decisions/text-at-rest.md). A message's row is its event in the order's log
 * and outlives the text.
 */
export interface MessageTexts {
  /** SELECT: the messages of order `$2` that still have their text, as `StoredMessage`, in sequence. */
  readonly ofOrder: string;
  /** SELECT: the last message of order `$2` that still has its text, as `StoredMessage`. */
  readonly latest: string;
  /** SELECT: at most `$4` messages of order `$2` after number `$3`, as `StoredMessage`, in sequence. */
  readonly after: string;
  /** For engines that encrypt: SELECT: the keys of order `$2`, as `TextKey`. */
  readonly keys?: string;
  /** Condition on a row of `messages`: it still has its text. */
  readonly hasText: string;
  /** For engines that encrypt: finds the key for the next message of an order. */
  newestKey?(sql: Sql, retailerId: number, order: OrderReference): Promise<TextKey | undefined>;
  /** @param key what `newestKey` has found since the order was locked */
  insert(sql: Sql, message: MessageRow, key: TextKey | undefined): Promise<void>;
  /**
   * Makes messages of rows that one of the SELECTs returned for this order, with the keys from the same snapshot.
   * @throws DamagedText @throws StorageUnavailable
   */
  opened<Message extends MessageOfLog>(
    retailerId: number,
    orderId: number,
    rows: readonly StoredMessage[],
    keys: readonly TextKey[],
  ): Promise<Message[]>;
  /** Makes the texts of an order's events in `range` permanently unreadable. */
  erase(sql: Sql, retailerId: number, orderId: number, range: EventRange): Promise<ErasedTexts>;
}

export const messageReader = (sql: Sql, texts: MessageTexts) => ({
  /** How many messages from `sender` in `range` nobody has read or received, and whose text is still there. */
  async countUnseen(
    retailerId: number,
    orderId: number,
    sender: Party,
    { after, upTo }: EventRange,
  ): Promise<number> {
    const row = await sql.one<{ messages: number }>(
      `SELECT count(*) AS messages
       FROM messages
       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND seq > $4 AND seq <= $5
         AND read_at IS NULL AND delivered_at IS NULL AND ${texts.hasText}`,
      retailerId,
      orderId,
      sender,
      after,
      upTo,
    );
    return row!.messages;
  },

  /** A message of an order; without its text once that is erased. @throws DamagedText @throws StorageUnavailable */
  async find(retailerId: number, orderId: number, seq: number): Promise<MessageOfLog | undefined> {
    const [rows, keys] = await Promise.all([
      sql.all<StoredMessage>(texts.after, retailerId, orderId, seq - 1, 1),
      texts.keys === undefined ? [] : sql.all<TextKey>(texts.keys, retailerId, orderId),
    ]);
    const found = rows.filter((row) => row.seq === seq);
    const [message] = await texts.opened<MessageOfLog>(retailerId, orderId, found, keys);
    return message;
  },
});

export const messageWriter = (sql: Sql, texts: MessageTexts) => ({
  /** Locks an order that is to get a message, and finds what `insert` needs for it, in one round trip. */
  async lockOrder(
    retailerId: number,
    reference: OrderReference,
  ): Promise<{ order: OrderRow | undefined; key: TextKey | undefined }> {
    const locked = orderWriter(sql).lock(retailerId, reference);
    // Sent behind the lock, and run once that is granted: nobody changes the key meanwhile.
    const found = texts.newestKey?.(sql, retailerId, reference);
    const [order, key] = await Promise.all([locked, found]);
    return { order, key };
  },

  /** How many messages were ever sent among the order's events in `range`. */
  async count(retailerId: number, orderId: number, { after, upTo } = everything): Promise<number> {
    const row = await sql.one<{ messages: number }>(
      `SELECT count(*) AS messages
       FROM messages
       WHERE retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4`,
      retailerId,
      orderId,
      after,
      upTo,
    );
    return row!.messages;
  },

  insert: (message: MessageRow, key: TextKey | undefined): Promise<void> => texts.insert(sql, message, key),

  /** How many messages from `sender` with a text nobody has read. */
  async countUnread(retailerId: number, orderId: number, sender: Party): Promise<number> {
    const row = await sql.one<{ messages: number }>(
      `SELECT count(*) AS messages
       FROM messages
       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND read_at IS NULL AND ${texts.hasText}`,
      retailerId,
      orderId,
      sender,
    );
    return row!.messages;
  },

  /** Marks the messages from `sender` that nobody has read yet; returns how many. A time once set never changes. */
  markRead(retailerId: number, orderId: number, sender: Party, at: number): Promise<number> {
    return sql.run(
      `UPDATE messages
       SET read_at = $4
       WHERE retailer_id = $1 AND order_id = $2 AND sender_type = $3 AND read_at IS NULL AND ${texts.hasText}`,
      retailerId,
      orderId,
      sender,
      at,
    );
  },

  /** Records that a device of the other side has fetched the messages from `sender` up to number `upTo`. */
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

  /** Makes an order's texts permanently unreadable. */
  eraseTexts: (retailerId: number, orderId: number, range = everything): Promise<ErasedTexts> =>
    texts.erase(sql, retailerId, orderId, range),
});
