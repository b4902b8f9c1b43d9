/**
 * Chats with their messages, written straight into a store: many at once, or longer ones than a client can
 * make.
 */
import type { ImageFiles } from '../../src/storage/images/files.ts';
import {
  createStore,
  type MessageRow,
  type OrderRow,
  type RetailerRow,
  type Store,
  type Writer,
} from '../../src/storage/store.ts';
import { settings } from '../storage/contract.ts';
import { newPlace, type Place } from './place.ts';
import type { Cleanup } from './server.ts';

export interface House {
  store: Store;
  retailers: RetailerRow[];
  orders: OrderRow[][];
}

export interface HouseOptions {
  /** The number of messages of each order. */
  messages?: number;
  /** How the orders differ from those of an expired chat. */
  order?: Partial<OrderRow>;
  place?: Place;
}

/** For erasures that concern no images. */
export const noFiles = { delete: async () => {} } as unknown as ImageFiles;

/** Makes an order one that is being picked. */
export const active: Partial<OrderRow> = { workflowState: 'picking', endedAt: null, expiresAt: null };

/** Retailers with a user and orders whose chats have expired at 2000, oldest first. */
export async function house(
  t: Cleanup,
  retailers: number,
  orders: number,
  { messages = 1, order, place }: HouseOptions = {},
): Promise<House> {
  const store = createStore(await (place ?? (await newPlace(t))).open());
  t.after(() => store.close());
  const built: House = { store, retailers: [], orders: [] };
  for (let r = 0; r < retailers; r++) {
    await store.write(async (tx) => {
      const retailer = await tx.retailers.insert(settings);
      built.retailers.push(retailer);
      const userId = await tx.retailers.nextId(retailer.id);
      await tx.users.insert({
        retailerId: retailer.id,
        id: userId,
        externalId: 'noor',
        firstName: 'Noor',
        lastName: null,
        phoneNumber: null,
        locale: null,
        avatarUrl: '',
        activeAt: 1000,
      });
      const rows: OrderRow[] = [];
      for (let o = 0; o < orders; o++) rows.push(await newOrder(tx, retailer.id, userId, o, messages, order));
      built.orders.push(rows);
    });
  }
  return built;
}

export async function newOrder(
  tx: Writer,
  retailerId: number,
  userId: number,
  n: number,
  messages: number,
  fields: Partial<OrderRow> = {},
): Promise<OrderRow> {
  const order: OrderRow = {
    retailerId,
    id: await tx.retailers.nextId(retailerId),
    externalId: `WEB-${n}`,
    userId,
    fulfillmentType: 'delivery',
    fulfillmentVersion: 3,
    workflowState: 'delivered',
    cancellationReason: null,
    currentShopperId: null,
    seq: messages,
    version: 1,
    lastEventAt: 1000,
    createdAt: 1000,
    endedAt: 1000,
    expiresAt: 2000 + n,
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
    ...fields,
  };
  await tx.orders.insert(order, { wishes: { instructions: 'secret door' } });
  await tx.orders.update(order);
  if (messages === 0) return order;
  // The first message makes the key of the others.
  await write(tx, order, 1);
  const { key } = await tx.messages.lockOrder(retailerId, order);
  for (let seq = 2; seq <= messages; seq++) await tx.messages.insert(messageOf(order, seq), key);
  return order;
}

/** A message from the user, as event `seq`. */
export async function write(tx: Writer, order: OrderRow, seq: number, body?: string): Promise<void> {
  const { key } = await tx.messages.lockOrder(order.retailerId, order);
  await tx.messages.insert(messageOf(order, seq, body), key);
}

const messageOf = (order: OrderRow, seq: number, body = `secret ${seq}`): MessageRow => ({
  retailerId: order.retailerId,
  orderId: order.id,
  seq,
  senderType: 'user',
  senderId: order.userId,
  recipientId: 2,
  createdAt: 1000,
  deliveredAt: null,
  readAt: null,
  body,
  image: seq % 100 === 0 ? 'https://img.example/a.jpg' : null,
  imageId: null,
});
