/**
 * Where the pixels of images rest: a port of its own, since a database is no place for them. It knows no
 * rules; the rows of `images` say what there is.
 */
export interface ImageKey {
  retailerId: number;
  orderId: number;
  id: number;
}

/** Each image is there twice, both JPEG. */
export const imageSizes = ['full', 'thumbnail'] as const;
export type ImageSize = (typeof imageSizes)[number];

export interface ImageFiles {
  /** When it resolves, the bytes are safe. @throws StorageUnavailable */
  put(key: ImageKey, size: ImageSize, bytes: Uint8Array): Promise<void>;
  /** @throws StorageUnavailable */
  get(key: ImageKey, size: ImageSize): Promise<Uint8Array | undefined>;
  /** Both sizes, and what an interrupted `put` left. When it resolves, none is there. @throws StorageUnavailable */
  delete(key: ImageKey): Promise<void>;
}
