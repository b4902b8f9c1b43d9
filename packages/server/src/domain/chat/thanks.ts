/**
 * The note that a customer adds to a rating. It is a message to the shopper, so it ends with the chat like every text,
 * and the shopper reads it where they talked. It is sent although the chat has closed.
 */
import type { OrderRow, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { keyedHash } from '../access/secrets.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters } from '../errors.ts';
import { isExpired } from '../orders/states.ts';
import { appendAsCustomer, isFull, readBody } from './send.ts';

const key = 'thank_you_note';

/**
 * Sends a note once, however often the rating is repeated.
 * @returns the order as it is then
 * @throws InvalidParameters if the chat has expired, or there is nobody to thank
 */
export async function sendThanks(
  { hashKey, clock }: Context,
  caller: Caller,
  tx: Writer,
  order: OrderRow,
  note: string,
): Promise<OrderRow> {
  const now = retailerNow(clock, caller.retailer);
  const body = readBody(note, false, key);
  const { retailerId, id: orderId, userId: senderId } = order;
  const isPossible = order.currentShopperId !== null && caller.retailer.chatEnabled;
  if (!isPossible || isExpired(order, now) || (await isFull(tx, order))) {
    throw new InvalidParameters({ key, problem: 'invalid' });
  }
  const payloadHash = keyedHash(hashKey, body);
  const keyHash = keyedHash(hashKey, `${key} ${body}`);
  if (await tx.idempotencyKeys.find(retailerId, orderId, senderId, keyHash)) return order;
  const { sent, order: changed } = await appendAsCustomer(tx, caller, order, body, now);
  await tx.idempotencyKeys.insert({ ...sent, retailerId, senderId, keyHash, payloadHash });
  return changed;
}
