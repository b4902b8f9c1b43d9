/** Pictures: upload one before you send its message. Links to pictures expire. */
import { type Connection, type IdOptions, inPath } from './connection.ts';
import { NetworkError } from './errors.ts';
import type { UploadedImage } from './generated/types.ts';

const uploadTimeoutMs = 120_000;

/**
 * Uploads a JPEG, PNG or WebP picture. Send the returned `image_id` with a message. The time limit is two minutes,
 * because phones upload slowly. `POST /v1/orders/{order_id}/images`
 * @throws ApiError, NetworkError, AbortedError
 * @example
 * ```ts
 * const { image_id } = await uploadImage(connection, 'your-order-id', file);
 * await sendMessage(connection, 'your-order-id', { body: '', image_id });
 * ```
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
  // Captive portals answer every request with their own page.
  if (typeof uploaded?.image_id !== 'number')
    throw new NetworkError('The answer is not the answer to an upload');
  return uploaded;
}

/**
 * Returns the address of a picture's small version. Addresses that are not from this server stay unchanged.
 * @example
 * ```ts
 * img.src = thumbnailOf(message.image);
 * ```
 */
export function thumbnailOf(link: string): string {
  return /\/v1\/images\/[^?]+\?/.test(link) ? `${link}&size=thumbnail` : link;
}
