import { crc32 } from 'node:zlib';
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

/** As it is stored: with what its text is checked against. */
export type StoredMessage = MessageOfLog & { checksum: number | null };

/** A text is not what was written. It is served to nobody: another word can mean another thing. */
export class DamagedText extends Error {
  override readonly name = 'DamagedText';
}

/** CRC-32 of what a message says. */
export const checksumOf = ({ body, image }: Pick<MessageRow, 'body' | 'image'>): number =>
  crc32(image ?? '', crc32(body));

/** Compares the checksums. The rows are handed on as they are: a copy of each would cost more than the comparison. @throws DamagedText */
export function intact<Message extends MessageOfLog>(rows: readonly StoredMessage[]): Message[] {
  for (const { checksum, body, image, seq } of rows) {
    if (checksum !== null && body !== null && checksumOf({ body, image }) !== checksum) {
      throw new DamagedText(`The text of message ${seq} of an order is not what was written`);
    }
  }
  return rows as unknown as Message[];
}

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
  /** SELECT: the messages of order `$2` whose text is there, as `StoredMessage`, in their order. */
  readonly ofOrder: string;
  /** SELECT: the last message of order `$2` whose text is there, as `StoredMessage`. */
  readonly latest: string;
  /** SELECT: of order `$2`, at most `$4` messages after number `$3`, as `StoredMessage`, in their order. */
  readonly after: string;
  /** Condition on a row of `messages`: its text is there. */
  readonly isThere: string;
  insert(sql: Sql, message: MessageRow): Promise<void>;
  /** Makes the texts of an order unreadable, for good: those of its events in `range`. */
  erase(sql: Sql, retailerId: number, orderId: number, range: EventRange): Promise<ErasedTexts>;
}

export const messageReader = (sql: Sql, texts: MessageTexts) => ({
  async list(retailerId: number, orderId: number): Promise<MessageOfOrder[]> {
    return intact(await sql.all<StoredMessage>(texts.ofOrder, retailerId, orderId));
  },
});

export const messageWriter = (sql: Sql, texts: MessageTexts) => ({
  /** How many were ever sent in the order, among its events in `range`. */
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
