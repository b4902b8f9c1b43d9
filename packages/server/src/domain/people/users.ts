/** Customers. Connect: Fulfillment "Create user". */
import type { UserRow, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';

export interface UserInput {
  externalId: string;
  firstName: string;
  lastName: string | null;
  phoneNumber: string | null;
  locale: string | null;
  /** Set by operators only; an empty text removes it. */
  avatarUrl?: string;
}

/** Creating an existing user changes the given fields, so a client may repeat the request. */
export function createUser(context: Context, caller: Caller, input: UserInput): Promise<UserRow> {
  return context.store.write((tx) => putUser(context, tx, caller, input));
}

/** Like `createUser`, but the first name is optional for an existing user. @throws InvalidParameters */
export function nameUser(
  context: Context,
  caller: Caller,
  externalId: string,
  input: Omit<UserInput, 'externalId' | 'firstName'> & { firstName?: string },
): Promise<UserRow> {
  return context.store.write(async (tx) => {
    const existing = await tx.users.lockByExternalId(caller.retailer.id, externalId);
    const firstName = input.firstName ?? existing?.firstName;
    if (firstName === undefined) throw new InvalidParameters({ key: 'first_name', problem: 'blank' });
    return putUser(context, tx, caller, { ...input, externalId, firstName });
  });
}

async function putUser({ clock }: Context, tx: Writer, caller: Caller, input: UserInput): Promise<UserRow> {
  const retailerId = caller.retailer.id;
  const activeAt = retailerNow(clock, caller.retailer);
  const existing = await tx.users.lockByExternalId(retailerId, input.externalId);
  if (existing) {
    const user: UserRow = {
      ...existing,
      firstName: input.firstName,
      lastName: input.lastName ?? existing.lastName,
      phoneNumber: input.phoneNumber ?? existing.phoneNumber,
      locale: input.locale ?? existing.locale,
      avatarUrl: input.avatarUrl ?? existing.avatarUrl,
      activeAt,
    };
    await tx.users.update(user);
    if (user.firstName !== existing.firstName || user.avatarUrl !== existing.avatarUrl) {
      await tx.orders.raiseVersionsOfUser(retailerId, user.id);
    }
    return user;
  }
  const id = await nextId(tx, retailerId);
  const user: UserRow = { avatarUrl: '', ...input, retailerId, id, activeAt };
  await tx.users.insert(user);
  return user;
}

/** @throws Refusal user_not_found */
export async function findUser(context: Context, caller: Caller, externalId: string): Promise<UserRow> {
  const user = await context.store.read.users.findByExternalId(caller.retailer.id, externalId);
  if (!user) throw new Refusal('user_not_found');
  return user;
}
