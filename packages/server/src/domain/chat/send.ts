/** Sends a message. Connect: "Send a message to the shopper"; Connect has no counterpart for the shopper. */

import { isVisible, limits } from '@aislechat/contract';
import {
  canBeStored,
  type MessageRow,
  type OrderReference,
  type OrderRow,
  type Party,
  type TextKey,
  type Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { keyedHash } from '../access/secrets.ts';
import { enqueueMessageCallback } from '../callbacks/record.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { notifyOfMessage } from '../notifications/record.ts';
import { OrderChange } from '../orders/change.ts';
import { reachedAsShopper, reachedByChat } from '../orders/reach.ts';
import { chatIsOpen } from '../orders/states.ts';
import { maskPrivate } from './masks.ts';

/** The request as received, not yet validated: an unknown order is refused before an invalid text. */
export interface MessageInput {
  body: unknown;
  image?: unknown;
  imageId?: unknown;
  idempotencyKey: string | undefined;
}

export interface SentMessage {
  orderId: number;
  seq: number;
  createdAt: number;
  timezone: string;
}

interface Content {
  body: string;
  image: string | null;
  imageId: number | null;
}

/** A validated message on its way into a locked order. */
interface Sending {
  order: OrderRow;
  key: TextKey | undefined;
  senderType: Party;
  senderId: number;
  content: Content;
}

/** A message, and the order as it is then. */
export interface Appended {
  sent: SentMessage;
  order: OrderRow;
}

/** @throws Refusal @throws InvalidParameters @throws StorageUnavailable */
export function sendAsCustomer(
  context: Context,
  caller: Caller,
  reference: OrderReference,
  input: MessageInput,
): Promise<SentMessage> {
  return context.store.write(async (tx) => {
    const locked = await tx.messages.lockOrder(caller.retailer.id, reference);
    const order = reachedByChat(locked.order, caller);
    const imageId = readImageId(input.imageId);
    const content = { body: readBody(input.body, imageId !== null), image: null, imageId };
    const sending: Sending = { ...locked, order, senderType: 'user', senderId: order.userId, content };
    return sendOnce(context, caller, tx, sending, input.idempotencyKey);
  });
}

/** @throws Refusal @throws InvalidParameters @throws StorageUnavailable */
export function sendAsShopper(
  context: Context,
  caller: Caller,
  shopperId: number | undefined,
  reference: OrderReference,
  input: MessageInput,
): Promise<SentMessage> {
  return context.store.write(async (tx) => {
    const locked = await tx.messages.lockOrder(caller.retailer.id, reference);
    const order = await reachedAsShopper(tx, caller, shopperId, locked.order);
    const image = readImage(input.image);
    const imageId = readImageId(input.imageId);
    if (image !== null && imageId !== null)
      throw new InvalidParameters({ key: 'image_id', problem: 'invalid' });
    const body = readBody(input.body, image !== null || imageId !== null);
    const content = { body, image, imageId };
    const senderId = order.currentShopperId;
    const sending: Sending = { ...locked, order, senderType: 'driver', senderId, content };
    return sendOnce(context, caller, tx, sending, input.idempotencyKey);
  });
}

/**
 * With an idempotency key, a repeated request gets the first response and stores only one message, even after the
 * chat has closed. The order is locked, so a concurrent duplicate waits for the first
 * (docs/decisions/idempotency.md).
 */
async function sendOnce(
  context: Context,
  caller: Caller,
  tx: Writer,
  sending: Sending,
  key: string | undefined,
): Promise<SentMessage> {
  const now = retailerNow(context.clock, caller.retailer);
  if (key === undefined) return appendIfOpen(tx, caller, sending, now);
  assertKey(key);
  const { senderId, content } = sending;
  const { retailerId, id: orderId } = sending.order;
  const keyHash = keyedHash(context.hashKey, key);
  const payloadHash = keyedHash(context.hashKey, payloadOf(content));
  const earlier = await tx.idempotencyKeys.find(retailerId, orderId, senderId, keyHash);
  if (earlier) {
    if (earlier.payloadHash !== payloadHash) throw new Refusal('idempotency_key_reused');
    const { seq, createdAt, timezone } = earlier;
    return { orderId, seq, createdAt, timezone };
  }
  const sent = await appendIfOpen(tx, caller, sending, now);
  await tx.idempotencyKeys.insert({ ...sent, retailerId, senderId, keyHash, payloadHash });
  return sent;
}

async function appendIfOpen(tx: Writer, caller: Caller, sending: Sending, now: number): Promise<SentMessage> {
  const { order } = sending;
  if (!chatIsOpen(order, caller.retailer) || (await isFull(tx, order)))
    throw new Refusal('sending_not_allowed');
  return (await append(tx, caller, sending, now)).sent;
}

/**
 * Adds what a customer says along with another action.
 * @param order locked
 */
export async function appendAsCustomer(
  tx: Writer,
  caller: Pick<Caller, 'retailer'>,
  order: OrderRow,
  body: string,
  now: number,
): Promise<Appended> {
  const { key } = await tx.messages.lockOrder(order.retailerId, { id: order.id });
  const content = { body, image: null, imageId: null };
  const sending: Sending = { order, key, senderType: 'user', senderId: order.userId, content };
  return append(tx, caller, sending, now);
}

async function append(
  tx: Writer,
  caller: Pick<Caller, 'retailer'>,
  sending: Sending,
  now: number,
): Promise<Appended> {
  const { order, key, senderType, senderId, content } = sending;
  const change = new OrderChange(tx, order, now);
  const seq = change.takeSeq();
  if (content.imageId !== null) await useImage(tx, sending, content.imageId, seq);
  if (senderType === 'user') change.order.unreadByShopper += 1;
  else change.order.unreadByUser += 1;
  const message: MessageRow = {
    retailerId: order.retailerId,
    orderId: order.id,
    seq,
    senderType,
    senderId,
    recipientId: senderType === 'user' ? order.currentShopperId! : order.userId,
    createdAt: change.at,
    deliveredAt: null,
    readAt: null,
    ...content,
    body: caller.retailer.privacyMasks ? maskPrivate(content.body) : content.body,
  };
  await tx.messages.insert(message, key);
  await enqueueMessageCallback(change, seq, senderType, caller.retailer);
  await notifyOfMessage(change, seq, senderType, caller.retailer);
  await change.saveLog();
  const sent = { orderId: order.id, seq, createdAt: change.at, timezone: caller.retailer.timezone };
  return { sent, order: change.order };
}

/**
 * Sends what a customer would prefer to a replacement. @returns the order as it is then
 * @throws InvalidParameters
 */
export async function sendWords(
  { clock }: Context,
  caller: Caller,
  tx: Writer,
  order: OrderRow,
  words: string,
): Promise<OrderRow> {
  const key = 'alternative_text';
  const body = readBody(words, false, key);
  const isPossible = chatIsOpen(order, caller.retailer) && !(await isFull(tx, order));
  if (!isPossible) throw new InvalidParameters({ key, problem: 'invalid' });
  const now = retailerNow(clock, caller.retailer);
  return (await appendAsCustomer(tx, caller, order, body, now)).order;
}

/** Whether the conversation has reached its message limit. With fewer events than that, it cannot have. */
export async function isFull(tx: Writer, { retailerId, id, seq }: OrderRow): Promise<boolean> {
  if (seq < limits.messagesPerOrder) return false;
  return seq >= limits.eventsPerOrder || (await tx.messages.count(retailerId, id)) >= limits.messagesPerOrder;
}

/** @throws InvalidParameters */
function assertKey(key: string): void {
  if (key.trim() === '') throw new InvalidParameters({ key: 'Idempotency-Key', problem: 'blank' });
  if (key.length > limits.idempotencyKeyCharacters) {
    throw new InvalidParameters({
      key: 'Idempotency-Key',
      problem: 'too_long',
      limit: limits.idempotencyKeyCharacters,
    });
  }
}

/** An image that the sender uploaded to this order and that no message uses yet. @throws InvalidParameters */
async function useImage(
  tx: Writer,
  { order, senderType, senderId }: Sending,
  imageId: number,
  seq: number,
): Promise<void> {
  const { retailerId, id: orderId } = order;
  const image = await tx.images.find(retailerId, orderId, imageId);
  const isTheirs = image?.senderType === senderType && image.senderId === senderId;
  if (!isTheirs || image.seq !== null) throw new InvalidParameters({ key: 'image_id', problem: 'invalid' });
  await tx.images.setSeq(retailerId, orderId, imageId, seq);
}

/** Without an uploaded image the format is unchanged, so stored hashes stay valid after an upgrade. */
const payloadOf = ({ body, image, imageId }: Content): string =>
  JSON.stringify(imageId === null ? [body, image] : [body, image, imageId]);

/**
 * Connect: required, at most 1000 characters.
 * @param hasImage whether the message has an image, so that it needs no text
 * @throws InvalidParameters
 */
export function readBody(body: unknown, hasImage: boolean, key = 'body'): string {
  if (hasImage && (body === undefined || body === '')) return '';
  if (typeof body !== 'string' || !isVisible(body)) {
    throw new InvalidParameters({ key, problem: 'blank' });
  }
  if (isLongerThan(body, limits.messageCharacters)) {
    throw new InvalidParameters({ key, problem: 'too_long', limit: limits.messageCharacters });
  }
  // If a client cuts a text in the middle of a surrogate pair, only that character is lost, not the message.
  const text = body.toWellFormed();
  if (!canBeStored(text)) throw new InvalidParameters({ key, problem: 'invalid' });
  return text;
}

/** Counts Unicode code points, but only when there could be too many. */
function isLongerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  let count = 0;
  for (const _ of text) count += 1;
  return count > limit;
}

/** @throws InvalidParameters */
function readImage(image: unknown): string | null {
  if (image === undefined || image === null) return null;
  const fits = typeof image === 'string' && image.length <= limits.urlCharacters;
  if (!fits || !/^https:\/\/\S+$/.test(image) || !URL.canParse(image) || !canBeStored(image)) {
    throw new InvalidParameters({ key: 'image', problem: 'invalid' });
  }
  return image;
}

/** @throws InvalidParameters */
function readImageId(imageId: unknown): number | null {
  if (imageId === undefined || imageId === null) return null;
  if (Number.isSafeInteger(imageId) && (imageId as number) > 0) return imageId as number;
  throw new InvalidParameters({ key: 'image_id', problem: 'invalid' });
}
