/** The keys that image files are encrypted with: each image has its own, in its row (`row-keys.ts`). */
import type { KeyObject } from 'node:crypto';
import type { ImageKey } from '../images/files.ts';
import type { EpochKeys } from '../keys/epochs.ts';
import type { Sql } from '../sql.ts';
import type { Engine } from '../store.ts';
import { type KeyedTable, makeRowKey, unwrapRowKey, type WrappedKey } from './row-keys.ts';

export type WrappedImageKey = WrappedKey;

export const imageTable: KeyedTable = { name: 'images', of: 'image', key: ['order_id', 'id'] };

const numbersOf = ({ retailerId, orderId, id }: ImageKey) => [retailerId, orderId, id];

/** @throws Error when the row was damaged @throws StorageUnavailable when its epoch has no key */
export async function unwrapImageKey(
  epochs: EpochKeys,
  image: ImageKey,
  stored: WrappedImageKey,
): Promise<KeyObject> {
  const key = await unwrapRowKey(epochs, imageTable, numbersOf(image), stored);
  if (!key) throw new Error('The stored key of an image is damaged');
  return key;
}

/** @throws StorageUnavailable */
export const makeImageKey = (epochs: EpochKeys, image: ImageKey) =>
  makeRowKey(epochs, imageTable, numbersOf(image));

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
