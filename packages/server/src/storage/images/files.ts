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
}
