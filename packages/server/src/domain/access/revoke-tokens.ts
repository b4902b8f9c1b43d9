/**
 * Revokes every valid token of an application, a user, a shopper or a support agent. There may be many, so they are
 * revoked in slices of one transaction each; a client whose request is cut short simply repeats it. A token
 * obtained after the request began may survive.
 */
import type { ShopperReference, TokenSubject, UserReference, Writer } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { type Audited, type AuditedCaller, audit } from '../operate/audit.ts';

/** The subset of the context that the command line has. */
type Needs = Pick<Context, 'store' | 'clock'>;

/** Tokens revoked in one transaction. */
const tokensPerSlice = 1000;

/** Revokes one slice and updates the cache. @returns how many were revoked, and whether there may be more */
export async function revokeSlice(
  tx: Writer,
  retailerId: number,
  subject: TokenSubject,
  at: number,
): Promise<{ revoked: number; hasMore: boolean }> {
  await tx.signIns.deleteOf(retailerId, subject);
  const revoked = await tx.tokens.revokeOf(retailerId, subject, at, tokensPerSlice);
  tx.changed({ retailerId, revokedOf: subject });
  return { revoked, hasMore: revoked === tokensPerSlice };
}

/** Revokes what is left after the first slice. @returns how many */
export async function revokeRest(
  { store, clock }: Needs,
  { retailer }: Pick<AuditedCaller, 'retailer'>,
  subject: TokenSubject,
): Promise<number> {
  let total = 0;
  for (;;) {
    const { revoked, hasMore } = await store.write((tx) =>
      revokeSlice(tx, retailer.id, subject, retailerNow(clock, retailer)),
    );
    total += revoked;
    if (!hasMore) return total;
  }
}

/** @throws Refusal user_not_found */
export async function revokeTokensOfUser(
  context: Needs,
  caller: AuditedCaller,
  reference: UserReference,
): Promise<number> {
  const user = await context.store.read.users.findUnerased(caller.retailer.id, reference);
  if (!user) throw new Refusal('user_not_found');
  const subject = { type: 'user', id: user.id } as const;
  return revokeAll(context, caller, { userId: user.id }, { action: 'token_revocation', subject });
}

/** @throws Refusal resource_not_found */
export async function revokeTokensOfShopper(
  context: Needs,
  caller: AuditedCaller,
  reference: ShopperReference,
): Promise<number> {
  const shopper = await context.store.read.shoppers.findByReference(caller.retailer.id, reference);
  if (!shopper) throw new Refusal('resource_not_found');
  const subject = { type: 'shopper', id: shopper.id } as const;
  return revokeAll(context, caller, { shopperId: shopper.id }, { action: 'token_revocation', subject });
}

/**
 * Also deletes the agent's unused links. An agent is only a name, so any name is accepted, with tokens or without.
 */
export function revokeTokensOfAgent(context: Needs, caller: AuditedCaller, agent: string): Promise<number> {
  const subject = { type: 'retailer', id: caller.retailer.id } as const;
  const entry: Audited = { action: 'token_revocation', subject, detail: { 'support agent': agent } };
  return revokeAll(context, caller, { agent }, entry);
}

async function revokeAll(
  context: Needs,
  caller: AuditedCaller,
  subject: TokenSubject,
  entry: Audited,
): Promise<number> {
  const { store, clock } = context;
  const { retailer } = caller;
  const first = await store.write(async (tx) => {
    const now = retailerNow(clock, retailer);
    if ('agent' in subject) await tx.supportLinks.deleteOf(retailer.id, subject);
    // A device that was lost must not be notified any more.
    if ('userId' in subject || 'shopperId' in subject) {
      await tx.pushSubscriptions.deleteOf(retailer.id, subject);
    }
    const slice = await revokeSlice(tx, retailer.id, subject, now);
    await audit(tx, caller, now, entry);
    return slice;
  });
  return first.revoked + (first.hasMore ? await revokeRest(context, caller, subject) : 0);
}
