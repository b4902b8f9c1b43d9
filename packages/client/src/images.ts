/** Pictures: sent before the message that carries them, seen by links that run out. */
import { type Connection, type IdOptions, inPath } from './connection.ts';
import { NetworkError } from './errors.ts';
import type { UploadedImage } from './generated/types.ts';

const uploadTimeoutMs = 120_000;

/**
 * Uploads a JPEG, PNG or WebP, for `image_id` of a message. A phone's picture is larger than its network is fast:
 * there are two minutes for it. `POST /v1/orders/{order_id}/images`
 */
export async function uploadImage(
  connection: Connection,
  orderId: string | number,
  image: Blob,
  options?: IdOptions,
): Promise<UploadedImage> {
  const body = new FormData();
  body.append('image', image);
  const path = `/v1/orders/${inPath(orderId)}/images`;
  const uploaded = await connection.json<UploadedImage>('POST', path, {
    ...options,
    body,
    timeoutMs: uploadTimeoutMs,
  });
  // Some networks answer everything with something of their own.
  if (typeof uploaded?.image_id !== 'number') throw new NetworkError('The answer is not that of an upload');
  return uploaded;
}

/** The address of the small version of an image of ours; any other address stays as it is. */
export function thumbnailOf(link: string): string {
  return /\/v1\/images\/[^?]+\?/.test(link) ? `${link}&size=thumbnail` : link;
}
