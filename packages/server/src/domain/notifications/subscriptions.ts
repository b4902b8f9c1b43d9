/** Devices that are notified by push: a shopper's for all their orders, a customer's for one order. */
import { ECDH } from 'node:crypto';
import { limits, type NotificationLanguage } from '@aislechat/contract';
import type {
  OrderReference,
  PushSubscriptionRow,
  SubscriberReference,
  Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { SecretBox } from '../access/secret-box.ts';
import { keyedHash } from '../access/secrets.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { reached } from '../orders/reach.ts';
import { isExpired } from '../orders/states.ts';
import type { PushChannel, PushTarget } from './notifications.ts';

export interface SubscriptionInput extends PushTarget {
  /** The order of a customer. */
  order: OrderReference | undefined;
  language: NotificationLanguage;
}

export interface Subscription {
  row: PushSubscriptionRow;
  endpoint: string;
}

/** A sealed subscription opens only for its own retailer. */
const ownerOf = (retailerId: number) => `push subscription ${retailerId}`;

/** @returns undefined if it was sealed with a key that the server has no more */
export function targetOf(
  box: SecretBox,
  { retailerId, sealed }: PushSubscriptionRow,
): PushTarget | undefined {
  try {
    return JSON.parse(box.open(sealed, ownerOf(retailerId)));
  } catch {
    return undefined;
  }
}

/** A link speaks for the customer of its order. */
type Person = Caller & { kind: 'user' | 'link' | 'shopper' };

/** The routes admit nobody else. */
function assertPerson(caller: Caller): asserts caller is Person {
  if (caller.kind !== 'user' && caller.kind !== 'link' && caller.kind !== 'shopper')
    throw new Refusal('insufficient_scope');
}

/** @throws Refusal push_not_configured */
function configured({ notifications }: Context, { retailer }: Caller): { push: PushChannel; box: SecretBox } {
  const { push, box } = notifications;
  if (!push || !box || !retailer.pushNotifications) throw new Refusal('push_not_configured');
  return { push, box };
}

/** @throws Refusal */
export function pushKey(context: Context, caller: Caller): string {
  assertPerson(caller);
  return configured(context, caller).push.publicKey;
}

/** Whether it is a point on the curve: nothing can be encrypted for any other key (RFC 8291, 3.1). */
function isPublicKey(p256dh: string): boolean {
  try {
    ECDH.convertKey(p256dh, 'prime256v1', 'base64url');
    return true;
  } catch {
    return false;
  }
}

/** @throws Refusal @throws InvalidParameters */
export async function subscribe(
  context: Context,
  caller: Caller,
  { order: reference, language, ...target }: SubscriptionInput,
): Promise<Subscription> {
  assertPerson(caller);
  const { push, box } = configured(context, caller);
  if (!push.accepts(target.endpoint)) throw new InvalidParameters({ key: 'endpoint', problem: 'invalid' });
  if (!isPublicKey(target.p256dh)) throw new InvalidParameters({ key: 'keys.p256dh', problem: 'invalid' });
  const { retailer } = caller;
  const retailerId = retailer.id;
  const now = retailerNow(context.clock, retailer);
  const row = await context.store.write(async (tx) => {
    const wanted = caller.kind === 'link' ? { id: caller.orderId } : reference;
    const orderId = caller.kind === 'shopper' ? null : await lockOrder(tx, caller, wanted, now);
    const created: PushSubscriptionRow = {
      retailerId,
      id: await nextId(tx, retailerId),
      userId: caller.kind === 'shopper' ? null : caller.userId,
      shopperId: caller.kind === 'shopper' ? caller.shopperId : null,
      orderId,
      endpointHash: keyedHash(context.hashKey, target.endpoint),
      sealed: box.seal(JSON.stringify(target), ownerOf(retailerId)),
      language,
      createdAt: now,
    };
    await tx.pushSubscriptions.replace(created);
    await tx.pushSubscriptions.insert(created);
    const of: SubscriberReference =
      caller.kind === 'shopper' ? { shopperId: caller.shopperId } : { orderId: orderId! };
    const theirs = await tx.pushSubscriptions.list(retailerId, of);
    for (const { id } of theirs.slice(0, -limits.pushSubscriptions)) {
      await tx.pushSubscriptions.delete(retailerId, id);
    }
    if (orderId !== null) await tx.orders.setUserReachable(retailerId, orderId);
    return created;
  });
  // Afterwards: an order that the shopper got meanwhile has either seen the subscription or is found here.
  if (caller.kind === 'shopper') {
    await context.store.write((tx) => tx.orders.setShopperReachable(retailerId, caller.shopperId));
  }
  return { row, endpoint: target.endpoint };
}

/** A chat that is over is never erased again, and so would be no subscription to it. */
async function lockOrder(
  tx: Writer,
  caller: Caller,
  reference: OrderReference | undefined,
  now: number,
): Promise<number> {
  if (reference === undefined) throw new InvalidParameters({ key: 'order_id', problem: 'blank' });
  const order = reached(await tx.orders.lock(caller.retailer.id, reference), caller);
  if (order.erasedAt !== null || isExpired(order, now)) throw new Refusal('resource_not_found');
  return order.id;
}

/** Of a link, only the devices of its order. */
function devicesOf(caller: Person): SubscriberReference {
  if (caller.kind === 'link') return { orderId: caller.orderId };
  return caller.kind === 'user' ? { userId: caller.userId } : { shopperId: caller.shopperId };
}

/** @throws Refusal */
export async function listSubscriptions(context: Context, caller: Caller): Promise<Subscription[]> {
  assertPerson(caller);
  const { box } = context.notifications;
  if (!box) return [];
  const rows = await context.store.read.pushSubscriptions.list(caller.retailer.id, devicesOf(caller));
  return rows.flatMap((row) => {
    const target = targetOf(box, row);
    return target ? [{ row, endpoint: target.endpoint }] : [];
  });
}

/** @throws Refusal */
export async function unsubscribe(context: Context, caller: Caller, id: number): Promise<void> {
  assertPerson(caller);
  await context.store.write(async (tx) => {
    const theirs = await tx.pushSubscriptions.list(caller.retailer.id, devicesOf(caller));
    if (!theirs.some((row) => row.id === id)) throw new Refusal('resource_not_found');
    await tx.pushSubscriptions.delete(caller.retailer.id, id);
  });
}
