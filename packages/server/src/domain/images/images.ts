/** What the use cases around images are given. */
import type { ImageFiles } from '../../storage/images/files.ts';
import type { ImageLinks } from './links.ts';

/** A picture made anew from the pixels of an upload: JPEG, upright, and nothing but pixels. */
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
   * @throws Refusal image_invalid when there is no whole picture in it, too_many_requests when too many of the retailer
   * wait, unavailable when too many of all do
   */
  encode(upload: Uint8Array, retailerId: number): Promise<EncodedImage>;
}
