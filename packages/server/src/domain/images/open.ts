/** Opens an image by its link. The signature is the permission, but the order's chat must still exist. */
import type { ImageSize } from '../../storage/images/files.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { isExpired } from '../orders/states.ts';

export interface ImageLink {
  name: string;
  expires: string | undefined;
  signature: string | undefined;
}

export interface OpenImage {
  bytes: Uint8Array;
  /** How long the response may be cached. */
  maxAgeMs: number;
}

/** Every refusal looks the same. @throws Refusal */
export async function openImage(
  { store, clock, images }: Context,
  { name, expires, signature }: ImageLink,
  size: ImageSize,
): Promise<OpenImage> {
  const link = images.links.read(name, expires, signature);
  if (!link) throw new Refusal('resource_not_found');
  const { image, expiresAt } = link;
  const retailer = await store.read.retailers.find(image.retailerId);
  const now = retailer ? retailerNow(clock, retailer) : Number.POSITIVE_INFINITY;
  if (now >= expiresAt) throw new Refusal('resource_not_found');
  const [order, row] = await Promise.all([
    store.read.orders.find(image.retailerId, { id: image.orderId }),
    store.read.images.find(image.retailerId, image.orderId, image.id),
  ]);
  const isBeingErased = order && row && (row.seq ?? 0) <= (order.erasingTo ?? -1);
  if (!order || !row || isExpired(order, now) || isBeingErased) throw new Refusal('resource_not_found');
  const bytes = await images.files.get(image, size);
  if (!bytes) throw new Refusal('resource_not_found');
  return { bytes, maxAgeMs: Math.min(expiresAt, order.expiresAt ?? expiresAt) - now };
}
