/**
 * The keys that image files are encrypted with. Unlike texts, each image has its own: one image can then be erased without
 * encrypting the order's others anew. The key is in the row of the image, encrypted with the key of an epoch like the
 * keys of orders, and goes when the image is erased.
 */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { ImageKey } from '../images/files.ts';
import type { EpochKeys } from '../keys/epochs.ts';
import { keyBytes, seal, unseal } from '../keys/sealing.ts';
import type { Sql } from '../sql.ts';
import { type Engine, StorageUnavailable } from '../store.ts';

/** A key as it is stored. */
export interface WrappedImageKey {
  epoch: number;
  wrapped: Uint8Array;
}

const placeOf = ({ retailerId, orderId, id }: ImageKey, epoch: number) =>
  `key of image ${retailerId}/${orderId}/${id} of epoch ${epoch}`;

async function unwrapBytes(
  epochs: EpochKeys,
  image: ImageKey,
  { epoch, wrapped }: WrappedImageKey,
): Promise<Buffer | undefined> {
  const key = await epochs.find(epoch);
  if (!key) throw new StorageUnavailable(`There is no key of epoch ${epoch}`);
  return unseal(key, wrapped, placeOf(image, epoch));
}

/** @throws Error when the row was damaged @throws StorageUnavailable when its epoch has no key */
export async function unwrapImageKey(
  epochs: EpochKeys,
  image: ImageKey,
  stored: WrappedImageKey,
): Promise<KeyObject> {
  const bytes = await unwrapBytes(epochs, image, stored);
  if (!bytes) throw new Error('The stored key of an image is damaged');
  return createSecretKey(bytes);
}

/** @throws StorageUnavailable */
export async function makeImageKey(
  epochs: EpochKeys,
  image: ImageKey,
): Promise<{ key: KeyObject; stored: WrappedImageKey }> {
  const epoch = await epochs.newest();
  const bytes = randomBytes(keyBytes);
  const wrapped = seal(epoch.key, bytes, placeOf(image, epoch.number));
  return { key: createSecretKey(bytes), stored: { epoch: epoch.number, wrapped } };
}

const selectKey = `
  SELECT key_epoch AS epoch, wrapped_key AS wrapped
  FROM images
  WHERE retailer_id = $1 AND order_id = $2 AND id = $3 AND erased_at IS NULL`;

type Row = WrappedImageKey | { epoch: null };

/** @returns undefined if the image is erased, or has no key yet @throws StorageUnavailable */
export async function findImageKey(
  sql: Sql,
  epochs: EpochKeys,
  image: ImageKey,
): Promise<KeyObject | undefined> {
  const row = await sql.one<Row>(selectKey, image.retailerId, image.orderId, image.id);
  return row && row.epoch !== null ? unwrapImageKey(epochs, image, row) : undefined;
}

/** Gives the image a key if it has none. @returns undefined if the image is erased @throws StorageUnavailable */
export const keyForImage = (
  write: Engine['write'],
  epochs: EpochKeys,
  image: ImageKey,
): Promise<KeyObject | undefined> =>
  write(async (sql) => {
    const { retailerId, orderId, id } = image;
    // Locked, so that an erasure that has begun is seen, and one that begins finds the key.
    const row = await sql.one<Row>(`${selectKey} FOR UPDATE`, retailerId, orderId, id);
    if (!row) return undefined;
    if (row.epoch !== null) return unwrapImageKey(epochs, image, row);
    const { key, stored } = await makeImageKey(epochs, image);
    await sql.send(
      `UPDATE images
       SET key_epoch = $4,
           wrapped_key = $5
       WHERE retailer_id = $1 AND order_id = $2 AND id = $3`,
      retailerId,
      orderId,
      id,
      stored.epoch,
      stored.wrapped,
    );
    return key;
  });

/** Encrypts at most `limit` keys of images with the newest epoch; returns how many. Damaged ones stay as they are. */
export async function wrapImageKeysAnew(
  sql: Sql,
  epochs: EpochKeys,
  retailerId: number,
  limit: number,
): Promise<number> {
  const newest = await epochs.newest();
  // A row that an erasure is changing is left to it.
  const rows = await sql.all<WrappedImageKey & Omit<ImageKey, 'retailerId'>>(
    `SELECT order_id AS "orderId", id, key_epoch AS epoch, wrapped_key AS wrapped
     FROM images
     WHERE retailer_id = $1 AND key_epoch < $2
     ORDER BY key_epoch
     LIMIT $3
     FOR UPDATE SKIP LOCKED`,
    retailerId,
    newest.number,
    limit,
  );
  const wrapped: object[] = [];
  for (const row of rows) {
    const image = { retailerId, orderId: row.orderId, id: row.id };
    const bytes = await unwrapBytes(epochs, image, row);
    if (!bytes) continue;
    const anew = seal(newest.key, bytes, placeOf(image, newest.number));
    wrapped.push({ order_id: row.orderId, id: row.id, wrapped: anew.toString('base64') });
    bytes.fill(0);
  }
  await sql.run(
    `UPDATE images i
     SET key_epoch = $2,
         wrapped_key = decode(v.wrapped, 'base64')
     FROM json_to_recordset($3::JSON) AS v (order_id BIGINT, id BIGINT, wrapped TEXT)
     WHERE i.retailer_id = $1 AND i.order_id = v.order_id AND i.id = v.id`,
    retailerId,
    newest.number,
    JSON.stringify(wrapped),
  );
  return wrapped.length;
}
