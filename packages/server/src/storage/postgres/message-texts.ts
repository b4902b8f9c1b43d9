/**
 * In PostgreSQL, texts are stored in the rows of `messages`, encrypted with a key of their order. Pages, the
 * write-ahead log, replicas and dumps keep an erased row for a while, but not the key that opens it
 * (docs/decisions/keys-that-die.md).
 */
import type { EpochKeys } from '../keys/epochs.ts';
import { seal, unseal } from '../keys/sealing.ts';
import type { Sql } from '../sql.ts';
import { DamagedText, type MessageTexts, type StoredMessage } from '../tables/messages.ts';
import { keyForMessage, makeKey, newestKey, type OrderKeyRow, unwrap } from './order-keys.ts';

const columns = `
      m.seq,
      m.sender_type AS "senderType",
      m.sender_id AS "senderId",
      m.recipient_id AS "recipientId",
      m.created_at AS "createdAt",
      m.delivered_at AS "deliveredAt",
      m.read_at AS "readAt",
      m.image_id AS "imageId",
      m.key_seq AS "keySeq",
      m.sealed`;

/** With the `firstSeq` of its key; without both once its text is erased. */
type SealedMessage = StoredMessage & { keySeq: number; sealed: Uint8Array | null };

interface Text {
  body: string;
  image: string | null;
}

const noText = { body: null, image: null };

const placeOf = (retailerId: number, orderId: number, seq: number) =>
  `message ${retailerId}/${orderId}/${seq}`;

export function sealText(
  key: Parameters<typeof seal>[0],
  { retailerId, orderId, seq, body, image }: Text & { retailerId: number; orderId: number; seq: number },
): Buffer {
  return seal(key, Buffer.from(JSON.stringify([body, image])), placeOf(retailerId, orderId, seq));
}

/** @throws DamagedText */
export function unsealText(
  key: Parameters<typeof unseal>[0] | undefined,
  sealed: Uint8Array,
  retailerId: number,
  orderId: number,
  seq: number,
): Text {
  const opened = key && unseal(key, sealed, placeOf(retailerId, orderId, seq));
  if (!opened) throw new DamagedText(`The stored text of message ${seq} of an order is damaged`);
  const [body, image] = JSON.parse(opened.toString());
  return { body, image };
}

export const sealedTexts = (epochs: EpochKeys): MessageTexts => ({
  ofOrder: `
    SELECT ${columns}
    FROM messages m
    WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.sealed IS NOT NULL
    ORDER BY m.seq`,

  latest: `
    SELECT ${columns}
    FROM messages m
    WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.sealed IS NOT NULL
    ORDER BY m.seq DESC
    LIMIT 1`,

  after: `
    SELECT ${columns}
    FROM messages m
    WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.seq > $3
    ORDER BY m.seq
    LIMIT $4`,

  keys: `
    SELECT first_seq AS "firstSeq", epoch, wrapped
    FROM order_keys
    WHERE retailer_id = $1 AND order_id = $2`,

  hasText: 'sealed IS NOT NULL',

  newestKey,

  async insert(sql, message, found) {
    const { retailerId, orderId, seq } = message;
    const { firstSeq, key } = await keyForMessage(sql, epochs, { retailerId, orderId, seq }, found);
    await sql.send(
      `INSERT INTO messages (retailer_id, order_id, seq, sender_type, sender_id, recipient_id, created_at, image_id,
         sealed, key_seq, has_image)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      retailerId,
      orderId,
      seq,
      message.senderType,
      message.senderId,
      message.recipientId,
      message.createdAt,
      message.imageId,
      sealText(key, message),
      firstSeq,
      message.image === null ? 0 : 1,
    );
  },

  /** Each text is added to its row, because copying a row would cost as much as reading it. */
  async opened(retailerId, orderId, rows, keys) {
    let key: Awaited<ReturnType<typeof unwrap>>;
    let keySeq: number | undefined;
    for (const row of rows as SealedMessage[]) {
      const { seq, sealed } = row;
      if (sealed !== null && row.keySeq !== keySeq) {
        keySeq = row.keySeq;
        const stored = keys.find(({ firstSeq }) => firstSeq === keySeq);
        key = stored && (await unwrap(epochs, { ...stored, retailerId, orderId }));
      }
      Object.assign(row, sealed === null ? noText : unsealText(key, sealed, retailerId, orderId, seq));
    }
    return rows as never;
  },

  async erase(sql, retailerId, orderId, { after, upTo, senderId = null }) {
    const images = await sql.one<{ count: number }>(
      `SELECT COUNT(*) AS count
       FROM messages
       WHERE retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4 AND has_image = 1
         AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId,
    );
    const messages = await sql.run(
      `UPDATE messages
       SET sealed = NULL,
           key_seq = NULL,
           has_image = 0,
           image_id = NULL
       WHERE retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4 AND sealed IS NOT NULL
         AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)`,
      retailerId,
      orderId,
      after,
      upTo,
      senderId,
    );
    await sql.send(
      `DELETE FROM order_keys k
       WHERE retailer_id = $1 AND order_id = $2 AND NOT EXISTS (
         SELECT
         FROM messages m
         WHERE m.retailer_id = k.retailer_id AND m.order_id = k.order_id AND m.key_seq = k.first_seq)`,
      retailerId,
      orderId,
    );
    // Texts that stay were encrypted with the same key, which must not outlive those erased.
    if (senderId !== null && messages > 0) await renewKeys(sql, epochs, retailerId, orderId);
    return { messages, images: images!.count };
  },
});

/** Gives the texts of a locked order new keys. A text that is damaged stays as it is, and cannot be read. */
async function renewKeys(sql: Sql, epochs: EpochKeys, retailerId: number, orderId: number): Promise<void> {
  // Locked, so that no round wraps the old key anew meanwhile.
  const keys = await sql.all<Omit<OrderKeyRow, 'retailerId' | 'orderId'>>(
    `SELECT first_seq AS "firstSeq", epoch, wrapped
     FROM order_keys
     WHERE retailer_id = $1 AND order_id = $2
     FOR UPDATE`,
    retailerId,
    orderId,
  );
  for (const old of keys) {
    const before = await unwrap(epochs, { ...old, retailerId, orderId });
    if (!before) continue;
    const { row, key } = await makeKey(epochs, { retailerId, orderId, firstSeq: old.firstSeq });
    const texts = await sql.all<{ seq: number; sealed: Uint8Array }>(
      `SELECT seq, sealed
       FROM messages
       WHERE retailer_id = $1 AND order_id = $2 AND key_seq = $3`,
      retailerId,
      orderId,
      old.firstSeq,
    );
    const anew = texts.flatMap(({ seq, sealed }) => {
      const place = placeOf(retailerId, orderId, seq);
      const text = unseal(before, sealed, place);
      return text ? [{ seq, sealed: seal(key, text, place).toString('base64') }] : [];
    });
    await sql.run(
      `UPDATE messages m
       SET sealed = decode(v.sealed, 'base64')
       FROM json_to_recordset($3::JSON) AS v (seq BIGINT, sealed TEXT)
       WHERE m.retailer_id = $1 AND m.order_id = $2 AND m.seq = v.seq`,
      retailerId,
      orderId,
      JSON.stringify(anew),
    );
    await sql.run(
      `UPDATE order_keys
       SET epoch = $4,
           wrapped = $5
       WHERE retailer_id = $1 AND order_id = $2 AND first_seq = $3`,
      retailerId,
      orderId,
      old.firstSeq,
      row.epoch,
      row.wrapped,
    );
  }
}
