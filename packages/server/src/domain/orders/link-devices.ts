/**
 * The devices that the link of an order is bound to, where the retailer wants that. The first device that uses the link
 * binds it. Another device shows that it belongs to the customer with a code that goes to the number of the order.
 */
import { randomInt } from 'node:crypto';
import { limits } from '@aislechat/contract';
import type { LinkCodeRow, OrderRow, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { bindTo, isBoundTo, isBoundToAny, stateOfLink } from '../access/order-links.ts';
import { keyedHash, sameText } from '../access/secrets.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { phoneForCodes, type ReachablePhone, sendCode } from '../notifications/codes.ts';
import { OrderChange } from './change.ts';

const hourMs = 60 * 60_000;
const codeDigits = 6;

type Holder = Caller & { kind: 'link' | 'unbound_link' };

function holderOf(caller: Caller): Holder & { device: string } {
  if (caller.kind !== 'link' && caller.kind !== 'unbound_link') throw new Refusal('insufficient_scope');
  const { device } = caller;
  if (device === undefined) throw new InvalidParameters({ key: 'device', problem: 'blank' });
  return { ...caller, device };
}

/**
 * Binds the link to the caller's device if it is the first.
 * @returns undefined if the link works on this device; otherwise the number for a code, or null if there is none
 * @throws Refusal @throws InvalidParameters
 */
export async function bindLink(context: Context, caller: Caller): Promise<ReachablePhone | null | undefined> {
  const holder = holderOf(caller);
  if (holder.kind === 'link') return undefined;
  const { retailer, orderId, device } = holder;
  const isBound = await context.store.write(async (tx) => {
    const order = await lockLinked(tx, holder);
    if (isBoundTo(order, device)) return true;
    if (isBoundToAny(order)) return false;
    bindTo(order, device);
    await tx.orders.setLink(order);
    return true;
  });
  return isBound ? undefined : ((await phoneForCodes(context, retailer, orderId)) ?? null);
}

/**
 * Sends a code for the caller's device to the customer.
 * @throws Refusal code_not_sent, limit_reached
 */
export async function sendLinkCode(
  context: Context,
  caller: Caller,
): Promise<{ phone: ReachablePhone; expiresAt: number }> {
  const holder = holderOf(caller);
  const { retailer, orderId } = holder;
  const phone = holder.kind === 'link' ? undefined : await phoneForCodes(context, retailer, orderId);
  if (!phone) throw new Refusal('code_not_sent');
  const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
  const { order, row } = await context.store.write(async (tx) => {
    const order = await lockLinked(tx, holder);
    const now = retailerNow(context.clock, retailer);
    const earlier = await tx.linkCodes.find(retailer.id, orderId);
    const isSameHour = earlier !== undefined && now - earlier.hourAt < hourMs;
    if (isSameHour && earlier.hourCodes >= limits.linkCodesPerHour)
      throw new Refusal('limit_reached', 'codes');
    const row: LinkCodeRow = {
      retailerId: retailer.id,
      orderId,
      deviceHash: holder.device,
      codeHash: hashOf(context, order, code),
      sentAt: now,
      tries: 0,
      hourAt: isSameHour ? earlier.hourAt : now,
      hourCodes: isSameHour ? earlier.hourCodes + 1 : 1,
    };
    await tx.linkCodes.set(row);
    return { order, row };
  });
  // The same ID for no two codes, even while the clock of a sandbox stands.
  const id = `${retailer.id}-${orderId}-code-${row.sentAt}-${row.hourCodes}`;
  const result = await sendCode(context, retailer, order, { phone, code, id });
  if (!result.isTaken) throw new Refusal('code_not_sent');
  return { phone, expiresAt: row.sentAt + limits.linkCodeLifetimeMs };
}

/** Binds the link to the caller's device too. @throws Refusal code_over @throws InvalidParameters */
export async function bindLinkWithCode(context: Context, caller: Caller, code: string): Promise<void> {
  const holder = holderOf(caller);
  if (holder.kind === 'link') return;
  const { retailer, device } = holder;
  const isRight = await context.store.write(async (tx) => {
    const order = await lockLinked(tx, holder);
    const now = retailerNow(context.clock, retailer);
    const row = await tx.linkCodes.find(retailer.id, order.id);
    const isOver =
      !row ||
      // Else whoever has the link would use up the customer's tries.
      !sameText(row.deviceHash, device) ||
      row.codeHash === null ||
      row.tries >= limits.linkCodeTries ||
      now >= row.sentAt + limits.linkCodeLifetimeMs;
    if (isOver) throw new Refusal('code_over');
    if (!sameText(row.codeHash!, hashOf(context, order, code))) {
      await tx.linkCodes.set({ ...row, tries: row.tries + 1 });
      return false;
    }
    await tx.linkCodes.set({ ...row, codeHash: null });
    await bindAnother(tx, order, device, now);
    return true;
  });
  // Thrown only now, so that the try is counted.
  if (!isRight) throw new InvalidParameters({ key: 'link_code', problem: 'invalid' });
}

async function bindAnother(tx: Writer, order: OrderRow, device: string, now: number): Promise<void> {
  const change = new OrderChange(tx, order, now);
  const before = order.linkDevices;
  bindTo(change.order, device);
  await tx.orders.setLink(change.order);
  if (change.order.linkDevices.startsWith(before)) return;
  // A device has gone. What it subscribed goes too, and an event ends its streams in every process.
  change.isEnd = true;
  await tx.pushSubscriptions.deleteOf(order.retailerId, { orderId: order.id });
  await change.record('link_changed', {});
  await change.saveLog();
}

/** @throws Refusal */
async function lockLinked(tx: Writer, { retailer, orderId, linkNumber, device }: Holder): Promise<OrderRow> {
  const order = await tx.orders.lock(retailer.id, { id: orderId });
  if (!order) throw new Refusal('resource_not_found');
  // The link may have been renewed since the caller was identified.
  if (stateOfLink(retailer, order, { number: linkNumber, device }) === 'ended')
    throw new Refusal('token_revoked');
  return order;
}

/** Six digits are quickly guessed from a plain hash, so it is a keyed one. */
const hashOf = ({ hashKey }: Context, { retailerId, id, linkNumber }: OrderRow, code: string): string =>
  keyedHash(hashKey, `link code ${retailerId}:${id}:${linkNumber}:${code}`);
