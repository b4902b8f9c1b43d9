/**
 * Encrypts the images of a move: beside each picture that a server on SQLite stored, its encrypted copy. The pictures
 * stay, so that the move can be given up; they go with their chat.
 */
import type { ImageFiles, ImageKey } from '../images/files.ts';
import { imageSizes } from '../images/files.ts';
import { sealImage } from '../images/sealed.ts';
import type { EpochKeys } from '../keys/epochs.ts';
import { makeImageKey, type WrappedImageKey } from '../postgres/image-keys.ts';

export interface MovedImages {
  /** As SQLite's server stored them. */
  plain: ImageFiles;
  /** As PostgreSQL's servers will read them. */
  sealed: ImageFiles;
}

export type MovedImageKey = ImageKey & WrappedImageKey;

/** @returns the key of each picture */
export async function sealImages(
  images: ImageKey[],
  { plain, sealed }: MovedImages,
  epochs: EpochKeys,
  onProgress: (done: number, total: number) => void,
): Promise<MovedImageKey[]> {
  const keys: MovedImageKey[] = [];
  for (const image of images) {
    const { key, stored } = await makeImageKey(epochs, image);
    for (const size of imageSizes) {
      const bytes = await plain.get(image, size);
      // Left by a move that was cut off, with a key that nobody has.
      if (bytes) await sealed.put(image, size, sealImage(key, image, size, bytes));
    }
    keys.push({ ...image, ...stored });
    onProgress(keys.length, images.length);
  }
  return keys;
}
