/**
 * Uploads an image for a later message. The stored image is re-encoded from the pixels; the upload itself is never
 * stored. The row is written before the files, so that even after a crash every file has a row from which erasure
 * finds it.
 */
import { limits } from '@aislechat/contract';
import type { ImageRow, OrderReference, OrderRow, Party } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { reached } from '../orders/reach.ts';
import { chatIsOpen, isExpired } from '../orders/states.ts';
import { isWithinLimits, readImageHeader } from './header.ts';

export interface UploadedImage {
  id: number;
  width: number;
  height: number;
}

/**
 * @param receive reads the upload; called once the caller is known to be allowed to send an image here
 * @throws Refusal @throws StorageUnavailable
 */
export async function uploadImage(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  receive: () => Promise<Uint8Array>,
): Promise<UploadedImage> {
  const { store, clock, images } = context;
  const retailerId = caller.retailer.id;
  if (!images.links.areEnabled) throw new Refusal('resource_not_found');
  const found = await store.read.orders.find(retailerId, reference);
  assertMaySend(context, caller, reached(found, caller));

  const upload = await receive();
  const header = readImageHeader(upload);
  if (!header || !isWithinLimits(header)) throw new Refusal('image_invalid');
  const { width, height, full, thumbnail } = await images.encode(upload, retailerId);

  const row = await store.write(async (tx) => {
    const order = reached(await tx.orders.lock(retailerId, reference), caller);
    assertMaySend(context, caller, order);
    if ((await tx.images.count(retailerId, order.id)) >= limits.imagesPerOrder) {
      throw new Refusal('sending_not_allowed');
    }
    const inserted: ImageRow = {
      retailerId,
      orderId: order.id,
      id: await nextId(tx, retailerId),
      ...senderOf(caller, order),
      seq: null,
      width,
      height,
      createdAt: clock.now(),
      erasedAt: null,
    };
    await tx.images.insert(inserted);
    return inserted;
  });

  await images.files.put(row, 'full', full);
  await images.files.put(row, 'thumbnail', thumbnail);
  if (!(await store.read.images.find(retailerId, row.orderId, row.id))) {
    // The order was erased in the meantime.
    await images.files.delete(row);
    throw new Refusal('resource_not_found');
  }
  return { id: row.id, width, height };
}

function assertMaySend({ clock }: Context, { retailer }: Caller, order: OrderRow): void {
  if (!chatIsOpen(order, retailer) || isExpired(order, retailerNow(clock, retailer))) {
    throw new Refusal('sending_not_allowed');
  }
}

/** A client speaks for the customer, as it does when it sends a message. */
const senderOf = (caller: Caller, order: OrderRow): { senderType: Party; senderId: number } =>
  caller.kind === 'shopper'
    ? { senderType: 'driver', senderId: caller.shopperId }
    : { senderType: 'user', senderId: order.userId };
