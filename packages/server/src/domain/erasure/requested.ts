/**
 * Requested erasures, of an order or of a person with all their orders. The request hides the texts in one short
 * transaction and then erases them in slices; if it is cut short, the next round of background erasure finishes it.
 * Several processes may therefore work on the same erasure, and each step first checks whether it is already done.
 *
 * Every transaction locks the user before their orders.
 */
import type {
  ErasureReceiptRow,
  OrderRow,
  PersonErasureRow,
  RetailerRow,
  Store,
  Writer,
} from '../../storage/store.ts';
import { revokeSlice } from '../access/revoke-tokens.ts';
import { type Clock, retailerNow } from '../clock.ts';
import { turn } from '../each-retailer.ts';
import { OrderChange } from '../orders/change.ts';
import { forgetPerson } from './forget-person.ts';
import { eraseInSlices, eraseTexts, recordErased } from './order.ts';

/** Orders of a person whose texts one transaction hides. */
const ordersPerMark = 500;
const ordersPerRead = 100;
const allOrders = Number.MAX_SAFE_INTEGER;

interface Needs {
  store: Store;
  clock: Clock;
}

/** Finishes the erasure of an order, if one is in progress. @returns its receipt, if this call finished it */
export async function finishOrder(
  { store, clock }: Needs,
  retailer: RetailerRow,
  { id, userId }: Pick<OrderRow, 'id' | 'userId'>,
): Promise<ErasureReceiptRow | undefined> {
  const order = await store.read.orders.find(retailer.id, { id });
  if (!order || order.erasingTo === null) return undefined;
  const lock = async (tx: Writer) => {
    const locked = await tx.orders.lock(retailer.id, { id });
    return locked && locked.erasingTo !== null ? locked : undefined;
  };
  const sliced = await eraseInSlices(store, order, order.erasingTo, lock);
  return store.write(async (tx) => {
    await tx.users.lock(retailer.id, { id: userId });
    const person = await tx.personErasures.find(retailer.id, userId);
    const locked = await lock(tx);
    if (!locked) return undefined;
    const change = new OrderChange(tx, locked, retailerNow(clock, retailer));
    const receipt = await eraseTexts(change, retailer, 'requested', sliced);
    // An order not yet marked is handled with the person's others.
    const isOfPerson = person?.markedTo != null && person.markedTo >= id;
    // Until now a page could read the address and the instructions.
    if (isOfPerson) await recordErased(change, locked.erasingTo!);
    await change.save();
    if (!isOfPerson) return receipt;
    await forgetPerson(tx, locked);
    await tx.personErasures.update({
      ...person,
      orders: person.orders + 1,
      messages: person.messages + receipt.messages,
      images: person.images + receipt.images,
      evidence: person.evidence + receipt.evidence,
      subscriptions: person.subscriptions + receipt.subscriptions,
      phoneNumbers: person.phoneNumbers + receipt.phoneNumbers,
      providerCopies: person.providerCopies + receipt.providerCopies,
    });
    return receipt;
  });
}

/** Hides the texts of a person's next orders. The person is locked. @returns whether there may be more */
export async function markOrders(tx: Writer, erasure: PersonErasureRow, now: number): Promise<boolean> {
  const { retailerId, personId: userId, markedTo } = erasure;
  const ids = await tx.orderSummaries.idsOfUser(retailerId, userId, markedTo!, ordersPerMark);
  await tx.orders.startErasing(retailerId, ids, now);
  for (const orderId of ids) tx.changed({ retailerId, orderId });
  const hasMore = ids.length === ordersPerMark;
  await tx.personErasures.update({ ...erasure, markedTo: hasMore ? ids.at(-1)! : allOrders });
  return hasMore;
}

/** Hides the texts of all orders of a person being erased, and revokes their remaining tokens. */
export async function markAllOrders(
  { store, clock }: Needs,
  retailer: RetailerRow,
  userId: number,
): Promise<void> {
  for (let hasMore = true; hasMore; ) {
    hasMore = await store.write(async (tx) => {
      await tx.users.lock(retailer.id, { id: userId });
      const erasure = await tx.personErasures.find(retailer.id, userId);
      if (erasure?.markedTo == null) return false;
      const now = retailerNow(clock, retailer);
      const tokens = await revokeSlice(tx, retailer.id, { userId }, now);
      return (erasure.markedTo < allOrders && (await markOrders(tx, erasure, now))) || tokens.hasMore;
    });
    await turn();
  }
}

/** Finishes the erasure of a person, if it is in progress. @returns the receipt */
export async function finishPerson(
  needs: Needs,
  retailer: RetailerRow,
  userId: number,
): Promise<PersonErasureRow> {
  const { read } = needs.store;
  for (;;) {
    const erasure = (await read.personErasures.find(retailer.id, userId))!;
    if (erasure.markedTo === null) return erasure;
    await markAllOrders(needs, retailer, userId);
    for (let after = { userId, id: 0 }, isLast = false; !isLast; ) {
      const orders = await read.orders.beingErased(retailer.id, ordersPerRead, after, userId);
      for (const order of orders) await finishOrder(needs, retailer, order);
      isLast = orders.length < ordersPerRead;
      after = orders.at(-1) ?? after;
    }
    await closePerson(needs.store, retailer, userId);
  }
}

/** Records that a person is erased once all their orders are. */
export async function closePerson(store: Store, retailer: RetailerRow, userId: number): Promise<void> {
  await store.write(async (tx) => {
    await tx.users.lock(retailer.id, { id: userId });
    const erasure = await tx.personErasures.find(retailer.id, userId);
    if (erasure?.markedTo !== allOrders) return;
    const [left] = await tx.orders.beingErased(retailer.id, 1, { userId, id: 0 }, userId);
    if (left) return;
    await tx.personErasures.update({ ...erasure, markedTo: null });
    // Names no order: this wakes the verification of erasures.
    tx.changed({ retailerId: retailer.id });
  });
}
