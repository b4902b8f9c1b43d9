/** Creates, reads, changes and cancels orders. Connect: Fulfillment API. */
import { type FulfillmentType, limits, type ParameterProblem, type schemas } from '@aislechat/contract';
import type {
  DeliveryWishes,
  OrderDetails,
  OrderItemRow,
  OrderRow,
  UserRow,
  Writer,
} from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { enqueueStateCallback } from '../callbacks/record.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal, refuseProblems } from '../errors.ts';
import { nextId } from '../ids.ts';
import { type Contact, phoneStorage, type ReadNumber, storePhone } from '../notifications/phones.ts';
import { noteUserActivity } from '../people/activity.ts';
import { findUser } from '../people/users.ts';
import { OrderChange } from './change.ts';
import { hasCode } from './items.ts';
import { slotById } from './slots.ts';
import { moveOrder } from './workflow.ts';

/** The part of a parsed request that all kinds of order share. */
export interface OrderInput {
  externalId: string;
  fulfillmentType: FulfillmentType;
  fulfillmentVersion: 2 | 3;
  holdId?: number;
  window?: { startsAt: number; endsAt: number };
  locale?: string;
  storeLocation?: string;
  bagCount?: number;
  items: schemas.OrderItem[];
  wishes?: DeliveryWishes;
  /** How to reach the customer about this order. */
  contact?: Contact;
}

export interface OrderView {
  order: OrderRow;
  details: OrderDetails;
  items: OrderItemRow[];
}

/** @throws Refusal user_not_found @throws InvalidParameters */
export async function createOrder(
  context: Context,
  caller: Caller,
  userExternalId: string,
  input: OrderInput,
): Promise<OrderView> {
  const read = await phoneStorage(context, caller.retailer);
  return context.store.write(async (tx) => {
    // Locked, so that a person being erased does not get another order.
    const user = await tx.users.lockByExternalId(caller.retailer.id, userExternalId);
    if (!user) throw new Refusal('user_not_found');
    const open = await tx.orders.countOpen(user.retailerId, user.id, limits.openOrdersPerUser);
    if (open >= limits.openOrdersPerUser) throw new Refusal('limit_reached', 'orders of this user');
    return insertOrder(context, caller, tx, user, { ...input, read });
  });
}

/** Creates an order without a user: the request names the customer. */
export async function dispatchOrder(
  context: Context,
  caller: Caller,
  customer: { firstName: string; lastName: string; phoneNumber: string },
  input: OrderInput,
): Promise<OrderView> {
  const retailerId = caller.retailer.id;
  const read = await phoneStorage(context, caller.retailer);
  return context.store.write(async (tx) => {
    const user: UserRow = {
      ...customer,
      retailerId,
      id: await nextId(tx, retailerId),
      externalId: null,
      locale: input.locale ?? null,
      avatarUrl: '',
      activeAt: retailerNow(context.clock, caller.retailer),
    };
    await tx.users.insert(user);
    return insertOrder(context, caller, tx, user, { ...input, read });
  });
}

async function insertOrder(
  context: Context,
  caller: Caller,
  tx: Writer,
  user: UserRow,
  input: OrderInput & { read: ReadNumber | undefined },
): Promise<OrderView> {
  const retailerId = caller.retailer.id;
  const now = retailerNow(context.clock, caller.retailer);
  const problems = itemProblems(input.items);
  if (await tx.orders.find(retailerId, { externalId: input.externalId })) {
    problems.push({ key: 'order_id', problem: 'taken' });
  }
  const window = await takeHold(tx, user, input, now, problems);
  refuseProblems(problems);

  const order: OrderRow = {
    retailerId,
    id: await nextId(tx, retailerId),
    externalId: input.externalId,
    userId: user.id,
    fulfillmentType: input.fulfillmentType,
    fulfillmentVersion: input.fulfillmentVersion,
    workflowState: 'brand_new',
    cancellationReason: null,
    currentShopperId: null,
    seq: 0,
    version: 1,
    lastEventAt: now,
    createdAt: now,
    endedAt: null,
    expiresAt: null,
    erasedAt: null,
    erasingTo: null,
    unreadByUser: 0,
    unreadByShopper: 0,
    userReachable: 0,
    shopperReachable: 0,
    linkNumber: 1,
    linkRevokedAt: null,
    linkDevices: '',
    chatClosedAt: null,
  };
  const details: OrderDetails = {};
  if (input.wishes) details.wishes = input.wishes;
  if (input.locale !== undefined) details.locale = input.locale;
  if (input.storeLocation !== undefined) details.storeLocation = input.storeLocation;
  if (input.bagCount !== undefined) details.bagCount = input.bagCount;
  if (window) {
    details.windowStartsAt = window.startsAt;
    details.windowEndsAt = window.endsAt;
  }
  await tx.orders.insert(order, details);
  if (input.read) await storePhone(context, tx, order, user, { ...input.contact, read: input.read });
  const items = await insertItems(tx, order, input.items);
  const change = new OrderChange(tx, order, now);
  const seq = await change.record('state_changed', { from: null, to: 'brand_new' });
  await enqueueStateCallback(change, seq, 'brand_new');
  await change.saveLog();
  await noteUserActivity(tx, user, now);
  return { order: change.order, details, items };
}

/**
 * A hold belongs to its user and is good for one order; if the order is refused, the transaction rolls the hold
 * back. An expired hold is accepted while its slot is still ahead, as in Connect.
 */
async function takeHold(
  tx: Writer,
  user: UserRow,
  input: OrderInput,
  now: number,
  problems: ParameterProblem[],
): Promise<OrderInput['window']> {
  if (input.holdId === undefined) return input.window;
  const hold = await tx.holds.take(user.retailerId, user.id, input.holdId);
  const slot = hold && slotById(hold.serviceOptionId);
  const fits = slot && (slot.kind === 'pickup') === (input.fulfillmentType === 'pickup');
  if (!fits || (now > hold.expiresAt && now >= slot.endsAt)) {
    problems.push({ key: 'service_option_hold_id', problem: 'invalid' });
    return undefined;
  }
  return slot;
}

/** The rules for an item that its schema cannot express. */
function itemProblems(items: schemas.OrderItem[]): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  const lines = new Set<string>();
  items.forEach((item, n) => {
    const key = (field: string) => `items[${n}].${field}`;
    if (lines.has(item.line_num)) problems.push({ key: key('line_num'), problem: 'taken' });
    lines.add(item.line_num);
    if (item.count === undefined && item.weight === undefined) {
      problems.push({ key: key('count'), problem: 'blank' });
    }
    if (!item.item) problems.push({ key: key('item'), problem: 'blank' });
    else if (!hasCode(item.item)) problems.push({ key: key('item.upc'), problem: 'blank' });
  });
  return problems;
}

async function insertItems(tx: Writer, order: OrderRow, items: schemas.OrderItem[]): Promise<OrderItemRow[]> {
  const rows: OrderItemRow[] = [];
  for (const [position, item] of items.entries()) {
    const { line_num, item: product, product_codes: _, replacement_items: __, ...rest } = item;
    const row: OrderItemRow = {
      retailerId: order.retailerId,
      orderId: order.id,
      lineNum: line_num,
      position,
      status: 'NOT_PICKED',
      // `itemProblems` has refused an item without a product.
      item: { ...rest, item: product! },
    };
    await tx.orderItems.insert(row);
    rows.push(row);
  }
  return rows;
}

/** @throws Refusal */
export async function findOrder(
  context: Context,
  caller: Caller,
  userExternalId: string,
  orderExternalId: string,
): Promise<OrderView> {
  const user = await findUser(context, caller, userExternalId);
  const { read } = context.store;
  const order = await read.orders.find(caller.retailer.id, { externalId: orderExternalId });
  if (order?.userId !== user.id) throw new Refusal('resource_not_found');
  return {
    order,
    details: await read.orders.details(order.retailerId, order.id),
    items: await read.orderItems.list(order.retailerId, order.id),
  };
}

/** The user's most recent orders, newest first. @throws Refusal user_not_found */
export async function listOrdersOfUser(
  context: Context,
  caller: Caller,
  userExternalId: string,
): Promise<OrderView[]> {
  const user = await findUser(context, caller, userExternalId);
  const { read } = context.store;
  const orders = await read.orders.latestOfUser(user.retailerId, user.id, limits.ordersOfUser);
  return Promise.all(
    orders.map(async (order) => ({
      order,
      details: await read.orders.details(order.retailerId, order.id),
      items: await read.orderItems.list(order.retailerId, order.id),
    })),
  );
}

/** @throws Refusal @throws InvalidParameters once the order is acknowledged */
export async function updateOrder(
  context: Context,
  caller: Caller,
  userExternalId: string,
  orderExternalId: string,
  changes: { items?: schemas.OrderItem[]; locale?: string; wishes: DeliveryWishes },
): Promise<OrderView> {
  const user = await findUser(context, caller, userExternalId);
  return context.store.write(async (tx) => {
    const order = await lockBrandNew(tx, user, orderExternalId);
    refuseProblems(itemProblems(changes.items ?? []));
    const details = await tx.orders.details(order.retailerId, order.id);
    details.wishes = { ...details.wishes, ...changes.wishes };
    if (changes.locale !== undefined) details.locale = changes.locale;
    await tx.orders.setDetails(order.retailerId, order.id, details);
    if (changes.items) {
      await tx.orderItems.deleteAll(order.retailerId, order.id);
      await insertItems(tx, order, changes.items);
    }
    return { order, details, items: await tx.orderItems.list(order.retailerId, order.id) };
  });
}

/** @throws Refusal @throws InvalidParameters once the order is acknowledged */
export async function cancelOrder(
  context: Context,
  caller: Caller,
  userExternalId: string,
  orderExternalId: string,
): Promise<OrderView> {
  const user = await findUser(context, caller, userExternalId);
  return context.store.write(async (tx) => {
    const order = await lockBrandNew(tx, user, orderExternalId);
    const change = new OrderChange(tx, order, retailerNow(context.clock, caller.retailer));
    await moveOrder(change, 'canceled', 'customer_driven');
    await change.save();
    return {
      order: change.order,
      details: await tx.orders.details(order.retailerId, order.id),
      items: await tx.orderItems.list(order.retailerId, order.id),
    };
  });
}

/** Connect: update and cancel are allowed only while the order is brand new. */
async function lockBrandNew(tx: Writer, user: UserRow, externalId: string): Promise<OrderRow> {
  const order = await tx.orders.lock(user.retailerId, { externalId });
  if (order?.userId !== user.id) throw new Refusal('resource_not_found');
  // The user was erased in the meantime: the new data must not be stored.
  if (!(await tx.users.findUnerased(user.retailerId, user))) throw new Refusal('user_not_found');
  if (order.workflowState !== 'brand_new') {
    throw new InvalidParameters({ key: 'status', problem: 'invalid' });
  }
  return order;
}
