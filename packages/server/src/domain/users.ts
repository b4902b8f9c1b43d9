/** Customers. Connect: Fulfillment "Create user". */
import type { UserRow } from '../storage/store.ts';
import type { Caller } from './access.ts';
import type { Context } from './context.ts';
import { Refusal } from './errors.ts';

export interface UserInput {
  externalId: string;
  firstName: string;
  lastName: string | null;
  phoneNumber: string | null;
  locale: string | null;
  /** Only an operator gives one; empty takes it away. */
  avatarUrl?: string;
}

/** Creating a user that exists changes what is given, so a client may repeat itself. */
export function createUser(context: Context, caller: Caller, input: UserInput): Promise<UserRow> {
  const retailerId = caller.retailer.id;
  return context.store.write(async (tx) => {
    const existing = await tx.users.lockByExternalId(retailerId, input.externalId);
    if (existing) {
      const user: UserRow = {
        ...existing,
        firstName: input.firstName,
        lastName: input.lastName ?? existing.lastName,
        phoneNumber: input.phoneNumber ?? existing.phoneNumber,
        locale: input.locale ?? existing.locale,
        avatarUrl: input.avatarUrl ?? existing.avatarUrl,
      };
      await tx.users.update(user);
      if (user.firstName !== existing.firstName || user.avatarUrl !== existing.avatarUrl) {
        await tx.orders.raiseVersionsOfUser(retailerId, user.id);
      }
      return user;
    }
    const id = await tx.retailers.nextId(retailerId);
    const user: UserRow = { avatarUrl: '', ...input, retailerId, id };
    await tx.users.insert(user);
    return user;
  });
}

/** @throws Refusal user_not_found */
export async function findUser(context: Context, caller: Caller, externalId: string): Promise<UserRow> {
  const user = await context.store.read.users.findByExternalId(caller.retailer.id, externalId);
  if (!user) throw new Refusal('user_not_found');
  return user;
}
