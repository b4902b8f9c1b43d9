/**
 * Deleting the files of erased images. Their rows stay until that is done, so a round that fails or is cut
 * short is taken up by the next one. A row younger than any upload under way stays too: its files may still
 * be coming.
 */
import type { ImageFiles } from '../../storage/images/files.ts';
import type { ErasureReceiptRow, ImageRow, Store } from '../../storage/store.ts';

/** Longer than an upload takes from its row to its last file. */
const uploadSettlesMs = 60_000;

/**
 * @param now real time
 * @returns the images that are gone for good; undefined while one is not
 * @throws StorageUnavailable
 */
export async function deleteErasedImages(
  store: Store,
  files: ImageFiles,
  { retailerId, orderId, images }: ErasureReceiptRow,
  now: number,
): Promise<ImageRow[] | undefined> {
  if (images === 0) return [];
  const erased = await store.read.images.erased(retailerId, orderId);
  for (const image of erased) await files.delete(image);
  return erased.every(({ createdAt }) => now - createdAt >= uploadSettlesMs) ? erased : undefined;
}
