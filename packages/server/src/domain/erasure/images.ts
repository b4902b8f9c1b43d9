/**
 * Deletes the files of erased images. Their rows stay until the files are deleted, so the next round resumes one
 * that failed or was cut short. A row younger than any upload in progress also stays, because its files may still
 * be written.
 */
import type { ImageFiles } from '../../storage/images/files.ts';
import type { ErasureReceiptRow, ImageRow, Store } from '../../storage/store.ts';

/** Longer than an upload takes from inserting its row to writing its last file. */
const uploadSettlesMs = 60_000;

/**
 * @param now real time
 * @returns the images whose files are deleted; undefined while any file remains
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
