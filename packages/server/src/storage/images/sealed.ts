/**
 * Encrypts image files with a key that the row of the image holds, wrapped like the keys of texts: what a disk, a bucket
 * or a copy keeps of an erased image cannot be read once its key has died (docs/decisions/keys-that-die.md).
 */
import { seal, unseal } from '../keys/sealing.ts';
import type { OrderKeys } from '../store.ts';
import type { ImageFiles, ImageKey, ImageSize } from './files.ts';

/** An encrypted image file that was changed, moved or cut off. */
export class DamagedImage extends Error {
  override readonly name = 'DamagedImage';
}

const placeOf = ({ retailerId, orderId, id }: ImageKey, size: ImageSize) =>
  `image ${retailerId}/${orderId}/${id} ${size}`;

export const sealImage = (
  key: Parameters<typeof seal>[0],
  image: ImageKey,
  size: ImageSize,
  bytes: Uint8Array,
): Buffer => seal(key, bytes, placeOf(image, size));

/** @throws DamagedImage */
export function unsealImage(
  key: Parameters<typeof unseal>[0],
  image: ImageKey,
  size: ImageSize,
  sealed: Uint8Array,
): Buffer {
  const bytes = unseal(key, sealed, placeOf(image, size));
  if (!bytes) throw new DamagedImage('A stored image is damaged');
  return bytes;
}

export const sealedImageFiles = (
  files: ImageFiles,
  keys: Pick<OrderKeys, 'ofImage' | 'forImage'>,
): ImageFiles => ({
  async put(image, size, bytes) {
    const key = await keys.forImage(image);
    // Without a key, the image was erased in the meantime, and must not be stored.
    if (key) await files.put(image, size, sealImage(key, image, size, bytes));
  },

  async get(image, size) {
    const [key, sealed] = await Promise.all([keys.ofImage(image), files.get(image, size)]);
    return key && sealed && unsealImage(key, image, size, sealed);
  },

  delete: (image) => files.delete(image),
  count: (order) => files.count(order),
});
