/**
 * Customers, shoppers and orders with something recognizable in every column that is no chat text: names, IDs, phones,
 * pictures, addresses, notes, devices and numbers. They come and go over days and are changed meanwhile, in several
 * retailers by turns, so that the database keeps moving their rows from page to page.
 */
import type { RetailerRow, Store, Writer } from '../../src/storage/store.ts';
import { settings } from '../storage/contract.ts';
import { newOrder } from './house.ts';
import { seededRandom } from './random.ts';

export const dayMs = 24 * 60 * 60_000;
const retailerCount = 3;
const days = 60;
/** One in so many is still there at the end: an order that goes on, and its people. */
const livingEvery = 5;

export const canaryPattern = /CANARY-[a-z]+-\d+-[a-z0-9]{8}/g;

export interface Crowd {
  retailers: RetailerRow[];
  /** The canaries of those who have to be gone, and of those who stay. */
  due: Set<string>;
  living: Set<string>;
}

/** @param eachDay what the server does in the background, once a day */
export async function crowd(
  store: Store,
  people: number,
  eachDay: (day: number) => Promise<void>,
): Promise<Crowd> {
  const random = seededRandom(23);
  const made: Crowd = { retailers: [], due: new Set(), living: new Set() };
  for (let r = 0; r < retailerCount; r++) {
    made.retailers.push(
      await store.write((tx) =>
        tx.retailers.insert({
          ...settings,
          orderRetentionDays: 1,
          personRetentionDays: 1,
          receiptRetentionDays: 1,
        }),
      ),
    );
  }
  const letters = () =>
    random
      .below(2 ** 31)
      .toString(36)
      .padStart(8, '0')
      .slice(-8);
  let changed: ((tx: Writer) => Promise<void>)[] = [];
  for (let n = 0, day = 0; n < people; n++) {
    const today = Math.floor((n * days) / people);
    for (; day < today; day++) await eachDay(day);
    const isLiving = n % livingEvery === 0;
    const canary = (kind: string) => {
      const one = `CANARY-${kind}-${n}-${letters()}`;
      (isLiving ? made.living : made.due).add(one);
      return one;
    };
    const { id: retailerId } = random.pick(made.retailers);
    const now = day * dayMs + 1000;
    const activeAt = isLiving ? Number.MAX_SAFE_INTEGER : now;
    await store.write(async (tx) => {
      const user = {
        retailerId,
        id: await tx.retailers.nextId(retailerId),
        // Sorts anywhere in the index.
        externalId: `${letters()}-${canary('user')}`,
        firstName: canary('first'),
        lastName: canary('last'),
        phoneNumber: canary('phone'),
        locale: null,
        avatarUrl: canary('avatar'),
        activeAt,
      };
      await tx.users.insert(user);
      const shopper = {
        retailerId,
        id: await tx.retailers.nextId(retailerId),
        externalId: `${letters()}-${canary('shopper')}`,
        displayName: canary('display'),
        avatarUrl: canary('picture'),
        email: `${letters()}${canary('mail')}`,
        phone: `${letters()}${canary('tel')}`,
        activeAt,
      };
      await tx.shoppers.insert(shopper);
      const ended = { endedAt: now, expiresAt: now + dayMs, createdAt: now, lastEventAt: now };
      const order = await newOrder(tx, retailerId, user.id, n, 0, {
        externalId: `${letters()}-${canary('order')}`,
        ...(isLiving
          ? { ...ended, workflowState: 'picking', endedAt: null, expiresAt: null, lastEventAt: days * dayMs }
          : ended),
      });
      const wishes = (notes: string) => ({
        wishes: {
          address: { address_line_1: canary('street'), postal_code: '80202', notes },
          instructions: canary('door'),
        },
      });
      await tx.orders.setDetails(retailerId, order.id, wishes(canary('note')));
      const item = (line: number, note: string) => ({
        retailerId,
        orderId: order.id,
        lineNum: String(line),
        position: line,
        status: 'NOT_PICKED' as const,
        item: { item: { upc: '000111222333' }, special_instructions: note },
      });
      const lines = 1 + random.below(4);
      for (let line = 1; line <= lines; line++) await tx.orderItems.insert(item(line, canary('item')));
      const device = async (of: { userId?: number; orderId?: number; shopperId?: number }) =>
        tx.pushSubscriptions.insert({
          userId: null,
          orderId: null,
          shopperId: null,
          ...of,
          retailerId,
          id: await tx.retailers.nextId(retailerId),
          endpointHash: `${letters()}${canary('endpoint')}`,
          sealed: canary('device').repeat(1 + random.below(6)),
          language: 'en',
          createdAt: now,
        });
      await device({ userId: user.id, orderId: order.id });
      await device({ shopperId: shopper.id });
      await tx.textMessages.insertPhone({
        retailerId,
        orderId: order.id,
        number: canary('number'),
        numberHash: `${letters()}${canary('hash')}`,
      });
      changed.push(async (later) => {
        if (random.below(2) === 0)
          await later.users.update({ ...user, firstName: `${canary('first')} ${canary('first')}` });
        if (random.below(2) === 0)
          await later.shoppers.update({ ...shopper, displayName: canary('display').repeat(2) });
        if (random.below(2) === 0)
          await later.orders.setDetails(
            retailerId,
            order.id,
            wishes(`${canary('note')} ${canary('note')} ${canary('note')}`),
          );
        for (let line = 1; line <= lines; line++)
          if (random.below(2) === 0)
            await later.orderItems.update(item(line, `${canary('item')} ${canary('item')}`));
      });
    });
    if (n % 7 === 6) {
      for (const change of changed) await store.write(change);
      changed = [];
    }
  }
  await eachDay(days);
  for (const later of [3, 6]) await eachDay(days + later);
  return made;
}
