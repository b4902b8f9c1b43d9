/** Finds orders by what a person on the phone says: part of the order's ID, the customer's name or phone number. */
import { limits } from '@aislechat/contract';
import { canBeStored, type OrderSummaryRow, type UserName } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { audit } from '../operate/audit.ts';

export interface FoundOrder {
  summary: OrderSummaryRow;
  /** Undefined if the order was found by its ID. */
  customerName: string | undefined;
}

/** How many orders and customers are compared with a part of an ID or name. */
const scanned = 20_000;
const maxCustomers = 20;
const phoneCharacters = /^\+?[\d\s().\-/]+$/;

/** Each customer whom the search finds is recorded before the result is returned. */
export async function searchOrders(
  { store, clock }: Context,
  caller: Caller,
  given: string,
): Promise<FoundOrder[]> {
  const retailerId = caller.retailer.id;
  const text = given.trim().replace(/^(?:order\s*)?#/i, '');
  if (text === '' || !canBeStored(text)) return [];
  const phones = phonesOf(text);
  const names = text.length < 2 || /\d/.test(text) ? [] : casesOf(text);
  const users = await store.read.users.search(retailerId, { phones, names, scanned }, maxCustomers);
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  const userIds = users.map((user) => user.id);
  const orders = await store.read.orderSummaries.search(
    retailerId,
    { id, userIds, text, scanned },
    limits.ordersFound,
  );
  const now = retailerNow(clock, caller.retailer);
  const by = phones.length > 0 ? 'phone number' : 'name';
  if (users.length > 0) {
    await store.write(async (tx) => {
      for (const { id } of users)
        await audit(tx, caller, now, {
          action: 'order_search',
          subject: { type: 'user', id },
          detail: { by },
        });
    });
  }
  const named = new Map(users.map((user) => [user.id, nameOf(user)]));
  return orders.map((summary) => ({ summary, customerName: named.get(summary.userId) }));
}

const nameOf = ({ firstName, lastName }: UserName): string =>
  lastName === null ? firstName : `${firstName} ${lastName}`;

/** The ways in which the number may be stored; none if the text is no phone number. */
function phonesOf(text: string): string[] {
  const digits = text.replace(/\D/g, '');
  if (!phoneCharacters.test(text) || digits.length < 7 || digits.length > 15) return [];
  return [...new Set([text, digits, `+${digits}`])];
}

/** SQLite ignores the case of ASCII letters only. */
const casesOf = (text: string): string[] => {
  const lower = text.toLowerCase();
  const capitalized = lower.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
  return [...new Set([text, lower, capitalized])];
};
