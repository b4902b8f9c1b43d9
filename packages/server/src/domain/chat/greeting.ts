/** What the shopper says when picking starts. Connect: the chat starts when the shopper opens it with a message. */
import type { MessageRow, RetailerRow } from '../../storage/store.ts';
import { enqueueMessageCallback } from '../callbacks/record.ts';
import type { OrderChange } from '../orders/change.ts';

/** Greets once: an order that is picked again has been greeted before. */
export async function greet(change: OrderChange): Promise<void> {
  const { tx, order, at } = change;
  const { retailerId, id: orderId, currentShopperId, userId } = order;
  const retailer = (await tx.retailers.find(retailerId))!;
  if (retailer.greeting === '' || currentShopperId === null || !isTalking(change, retailer)) return;
  if ((await tx.messages.count(retailerId, orderId)) > 0) return;
  const customer = await tx.users.findUnerased(retailerId, { id: userId });
  const shopper = await tx.shoppers.find(retailerId, currentShopperId);
  if (!customer || !shopper) return;
  const names: Record<string, string> = {
    customer: customer.firstName,
    shopper: shopper.displayName,
    order: order.externalId,
  };
  const { key } = await tx.messages.lockOrder(retailerId, { id: orderId });
  const seq = change.takeSeq();
  order.unreadByUser += 1;
  const message: MessageRow = {
    retailerId,
    orderId,
    seq,
    senderType: 'driver',
    senderId: currentShopperId,
    recipientId: userId,
    createdAt: at,
    deliveredAt: null,
    readAt: null,
    body: retailer.greeting.replaceAll(/\{(customer|shopper|order)\}/g, (_, name: string) => names[name]!),
    image: null,
    imageId: null,
  };
  await tx.messages.insert(message, key);
  await enqueueMessageCallback(change, seq, 'driver', retailer);
}

const isTalking = ({ order }: OrderChange, { chatEnabled, lastMileChat }: RetailerRow): boolean =>
  chatEnabled && (order.fulfillmentType !== 'last_mile_delivery' || lastMileChat);
