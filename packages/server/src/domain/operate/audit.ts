/** The audit log: what operators looked at or changed, and why. It is only ever appended to. */
import type { AuditAction } from '@aislechat/contract';
import type { AuditEntryOfList, OrderReference, Writer } from '../../storage/store.ts';
import type { Caller } from '../access.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { type Page, type PageOf, pageOf } from './page.ts';

export interface Audited {
  action: AuditAction;
  subject: { type: 'order' | 'user'; id: number };
  agent?: string | undefined;
  reason?: string | undefined;
}

/** Appends an entry. Call it last: the number it takes holds up the retailer's other writes until the commit. */
export async function audit(tx: Writer, caller: Caller, at: number, entry: Audited): Promise<void> {
  const retailerId = caller.retailer.id;
  await tx.auditEntries.insert({
    retailerId,
    id: await tx.retailers.nextId(retailerId),
    at,
    applicationId: caller.applicationId,
    action: entry.action,
    subject: `${entry.subject.type}:${entry.subject.id}`,
    agent: entry.agent ?? null,
    reason: entry.reason ?? null,
  });
}

/** @throws Refusal resource_not_found */
export async function listAudit(
  { store }: Context,
  caller: Caller,
  reference: OrderReference | undefined,
  page: Page,
): Promise<PageOf<AuditEntryOfList>> {
  const retailerId = caller.retailer.id;
  const order = reference && (await store.read.orders.find(retailerId, reference));
  if (reference && !order) throw new Refusal('resource_not_found');
  const subject = order && `order:${order.id}`;
  return pageOf(page, (before, limit) => store.read.auditEntries.list(retailerId, subject, before, limit));
}
