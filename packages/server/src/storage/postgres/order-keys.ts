/**
 * The keys that the texts of orders are encrypted with. A row holds an order's key, encrypted ("wrapped") with the
 * key of an epoch, which is not in the database. A key is for the messages from `first_seq` on; an order has a second
 * one only if its earlier texts were erased on request, and shares no key with them.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { EpochKeys } from '../keys/epochs.ts';
import { keyBytes, seal, unseal } from '../keys/sealing.ts';
import { canBeStored, type Sql } from '../sql.ts';
import { type Engine, type OrderKeys, StorageUnavailable } from '../store.ts';
import type { TextKey } from '../tables/messages.ts';
import type { OrderReference } from '../tables/orders.ts';
import { evidenceTable } from './evidence-texts.ts';
import { findImageKey, imageTable, keyForImage } from './image-keys.ts';
import { wrapRowKeysAnew } from './row-keys.ts';

export interface OrderKeyRow extends TextKey {
  retailerId: number;
  orderId: number;
}

export interface OrderKey {
  firstSeq: number;
  key: KeyObject;
}

type Place = Omit<OrderKeyRow, 'wrapped'>;

const placeOf = ({ retailerId, orderId, firstSeq, epoch }: Place) =>
  `key ${retailerId}/${orderId}/${firstSeq} of epoch ${epoch}`;

/** @returns undefined when the row was damaged @throws StorageUnavailable when its epoch has no key */
export async function unwrap(epochs: EpochKeys, row: OrderKeyRow): Promise<KeyObject | undefined> {
  const bytes = await unwrapBytes(epochs, row);
  return bytes && createSecretKey(bytes);
}

async function unwrapBytes(epochs: EpochKeys, row: OrderKeyRow): Promise<Buffer | undefined> {
  const epoch = await epochs.find(row.epoch);
  if (!epoch) throw new StorageUnavailable(`There is no key of epoch ${row.epoch}`);
  return unseal(epoch, row.wrapped, placeOf(row));
}

/** Makes a key for the messages of an order from `firstSeq` on. @throws StorageUnavailable */
export async function makeKey(
  epochs: EpochKeys,
  place: Omit<Place, 'epoch'>,
): Promise<{ row: OrderKeyRow; key: KeyObject }> {
  const epoch = await epochs.newest();
  const bytes = randomBytes(keyBytes);
  const bound = { ...place, epoch: epoch.number };
  const row = { ...bound, wrapped: seal(epoch.key, bytes, placeOf(bound)) };
  return { row, key: createSecretKey(bytes) };
}

/** Of keys that are for texts being erased, none is for new ones. */
const newestKeyBy = (column: 'id' | 'external_id') => `
  SELECT k.first_seq AS "firstSeq", k.epoch, k.wrapped
  FROM orders o
  JOIN order_keys k ON k.retailer_id = o.retailer_id AND k.order_id = o.id
  WHERE o.retailer_id = $1 AND o.${column} = $2 AND k.first_seq > COALESCE(o.erasing_to, 0)
  ORDER BY k.first_seq DESC
  LIMIT 1`;
const [newestKeyById, newestKeyByExternalId] = [newestKeyBy('id'), newestKeyBy('external_id')];

export async function newestKey(
  sql: Sql,
  retailerId: number,
  order: OrderReference,
): Promise<TextKey | undefined> {
  if ('id' in order) return sql.one(newestKeyById, retailerId, order.id);
  return canBeStored(order.externalId)
    ? sql.one(newestKeyByExternalId, retailerId, order.externalId)
    : undefined;
}

/** @param found the newest key of the order, which is locked @throws StorageUnavailable */
export async function keyForMessage(
  sql: Sql,
  epochs: EpochKeys,
  { retailerId, orderId, seq }: { retailerId: number; orderId: number; seq: number },
  found: TextKey | undefined,
): Promise<OrderKey> {
  const known = found && (await unwrap(epochs, { ...found, retailerId, orderId }));
  if (known) return { firstSeq: found.firstSeq, key: known };
  // If the key was damaged, what it encrypted is lost; new messages get another.
  const { row, key } = await makeKey(epochs, { retailerId, orderId, firstSeq: seq });
  await sql.send(
    `INSERT INTO order_keys (retailer_id, order_id, first_seq, epoch, wrapped)
     VALUES ($1, $2, $3, $4, $5)`,
    retailerId,
    orderId,
    seq,
    row.epoch,
    row.wrapped,
  );
  return { firstSeq: seq, key };
}

export const orderKeys = (epochs: EpochKeys, sql: Sql, write: Engine['write']): OrderKeys => ({
  epochs,

  async oldestEpoch(retailerId) {
    const row = await sql.one<{ epoch: number | null }>(
      `SELECT LEAST(
         (SELECT MIN(epoch) FROM order_keys WHERE retailer_id = $1),
         (SELECT MIN(key_epoch) FROM images WHERE retailer_id = $1 AND key_epoch IS NOT NULL),
         (SELECT MIN(key_epoch) FROM report_evidence WHERE retailer_id = $1)
       ) AS epoch`,
      retailerId,
    );
    return row?.epoch ?? undefined;
  },

  async epochsInUse(retailerId) {
    const rows = await sql.all<{ epoch: number }>(
      `SELECT epoch FROM order_keys WHERE retailer_id = $1
       UNION
       SELECT key_epoch FROM images WHERE retailer_id = $1 AND key_epoch IS NOT NULL
       UNION
       SELECT key_epoch FROM report_evidence WHERE retailer_id = $1`,
      retailerId,
    );
    return rows.map(({ epoch }) => epoch);
  },

  wrapAnew: (retailerId, limit) =>
    write(async (sql) => {
      const newest = await epochs.newest();
      // A row that an erasure is deleting is left to it.
      const rows = await sql.all<Omit<OrderKeyRow, 'retailerId'>>(
        `SELECT order_id AS "orderId", first_seq AS "firstSeq", epoch, wrapped
         FROM order_keys
         WHERE retailer_id = $1 AND epoch < $2
         ORDER BY epoch
         LIMIT $3
         FOR UPDATE SKIP LOCKED`,
        retailerId,
        newest.number,
        limit,
      );
      const wrapped: object[] = [];
      for (const row of rows) {
        const place = { ...row, retailerId };
        const bytes = await unwrapBytes(epochs, place);
        if (!bytes) continue;
        const { orderId, firstSeq } = row;
        const anew = seal(newest.key, bytes, placeOf({ ...place, epoch: newest.number }));
        wrapped.push({ order_id: orderId, first_seq: firstSeq, wrapped: anew.toString('base64') });
        bytes.fill(0);
      }
      await sql.run(
        `UPDATE order_keys k
         SET epoch = $2,
             wrapped = decode(v.wrapped, 'base64')
         FROM json_to_recordset($3::JSON) AS v (order_id BIGINT, first_seq BIGINT, wrapped TEXT)
         WHERE k.retailer_id = $1 AND k.order_id = v.order_id AND k.first_seq = v.first_seq`,
        retailerId,
        newest.number,
        JSON.stringify(wrapped),
      );
      // Images and evidence are few: they come last, and in the next transaction if this one is full.
      let more = 0;
      for (const table of [imageTable, evidenceTable]) {
        more += await wrapRowKeysAnew(sql, epochs, table, retailerId, limit - rows.length - more);
      }
      return wrapped.length + more;
    }),

  ofImage: (image) => findImageKey(sql, epochs, image),
  forImage: (image) => keyForImage(write, epochs, image),
});
