/** The dependencies of the image use cases. */
import type { ImageFiles } from '../../storage/images/files.ts';
import type { ImageLinks } from './links.ts';

/** An image re-encoded from the pixels of an upload: JPEG, upright, without metadata. */
export interface EncodedImage {
  width: number;
  height: number;
  full: Uint8Array;
  thumbnail: Uint8Array;
}

export interface Images {
  readonly links: ImageLinks;
  readonly files: ImageFiles;
  /**
   * Retailers take turns.
   * @throws Refusal image_invalid when the upload is not a complete image, too_many_requests when the retailer has
   * too many uploads queued, unavailable when too many are queued in total
   */
  encode(upload: Uint8Array, retailerId: number): Promise<EncodedImage>;
}
