/**
 * Stores image files: a port of its own, since large binaries do not belong in a database. It applies no rules; the
 * rows of `images` say which images exist.
 */
export interface ImageKey {
  retailerId: number;
  orderId: number;
  id: number;
}

/** Each image is stored in two sizes, both JPEG. */
export const imageSizes = ['full', 'thumbnail'] as const;
export type ImageSize = (typeof imageSizes)[number];

/** The ends of their names: a JPEG, or one that is encrypted. */
export type ImageEnding = 'jpg' | 'sealed';

export interface ImageFiles {
  /** Once it resolves, the bytes are durable. @throws StorageUnavailable */
  put(key: ImageKey, size: ImageSize, bytes: Uint8Array): Promise<void>;
  /** @throws StorageUnavailable */
  get(key: ImageKey, size: ImageSize): Promise<Uint8Array | undefined>;
  /**
   * Deletes both sizes and anything an interrupted `put` left. Once it resolves, none of them exists.
   * @throws StorageUnavailable
   */
  delete(key: ImageKey): Promise<void>;
  /** How many files an order has. @throws StorageUnavailable */
  count(order: Omit<ImageKey, 'id'>): Promise<number>;
}
