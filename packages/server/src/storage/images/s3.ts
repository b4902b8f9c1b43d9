/**
 * Stores images in a bucket, as `<retailer>/<order>/<id>-<size>.<ending>`. The operator must set up the bucket without
 * versioning or replication; otherwise deleted images live on there (docs/decisions/images.md). Only the former can be
 * detected.
 */
import { type S3Options, s3Bucket } from '../s3/bucket.ts';
import { type ImageEnding, type ImageFiles, type ImageKey, imageSizes } from './files.ts';

const patience = { requestTimeoutMs: 10_000, retries: 1 };

export type ImageBucket = Omit<S3Options, keyof typeof patience>;

/** Whether deleted images live on as versions; undefined if the store does not say. @throws StorageUnavailable */
export const keepsVersions = (options: ImageBucket): Promise<boolean | undefined> =>
  s3Bucket({ ...options, ...patience }).keepsVersions();

export function s3ImageFiles(options: ImageBucket, ending: ImageEnding = 'jpg'): ImageFiles {
  const bucket = s3Bucket({ ...options, ...patience });
  const folderOf = ({ retailerId, orderId }: Omit<ImageKey, 'id'>) => `${retailerId}/${orderId}/`;
  const nameOf = (key: ImageKey, size: string, end: ImageEnding = ending) =>
    `${folderOf(key)}${key.id}-${size}.${end}`;
  const contentType = ending === 'jpg' ? 'image/jpeg' : 'application/octet-stream';
  // Beside an encrypted image may be the one of before a move.
  const deleted: ImageEnding[] = ending === 'jpg' ? ['jpg'] : ['sealed', 'jpg'];

  return {
    put: (key, size, bytes) => bucket.put(nameOf(key, size), bytes, contentType),
    get: (key, size) => bucket.get(nameOf(key, size)),
    async delete(key) {
      for (const end of deleted) for (const size of imageSizes) await bucket.delete(nameOf(key, size, end));
    },
    count: async (order) => (await bucket.list(folderOf(order))).length,
  };
}
