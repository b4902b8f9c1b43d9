/** Pictures: sent before the message that carries them, seen by links that run out. */
import { type Connection, type IdOptions, inPath } from './connection.ts';
import type { UploadedImage } from './generated/types.ts';

const uploadTimeoutMs = 120_000;

/**
 * Uploads a JPEG, PNG or WebP, for `image_id` of a message. A phone's picture is larger than its network is fast:
 * there are two minutes for it. `POST /v1/orders/{order_id}/images`
 */
export function uploadImage(
  connection: Connection,
  orderId: string | number,
  image: Blob,
  options?: IdOptions,
): Promise<UploadedImage> {
  const body = new FormData();
  body.append('image', image);
  return connection.json('POST', `/v1/orders/${inPath(orderId)}/images`, {
    ...options,
    body,
    timeoutMs: uploadTimeoutMs,
  });
}

/** The address of the small version of an image of ours; any other address stays as it is. */
export function thumbnailOf(link: string): string {
  return /\/v1\/images\/[^?]+\?/.test(link) ? `${link}&size=thumbnail` : link;
}
