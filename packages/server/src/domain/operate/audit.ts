/** The audit log: what operators viewed or changed, and why. It is append-only. */
import type { AuditAction, AuditSubject } from '@aislechat/contract';
import type { AuditEntryOfList, OrderReference, RetailerRow, Writer } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { type IdPosition, type Page, type PageOf, readPage } from '../page.ts';

export interface Audited {
  action: AuditAction;
  subject: { type: AuditSubject; id: number };
  /**
   * Who is acting, according to the operator's system. For a support agent the token's own name is used and cannot
   * be overridden.
   */
  agent?: string | undefined;
  reason?: string | undefined;
  /** What was changed, and to what. */
  detail?: Record<string, unknown> | undefined;
}

/** The actor an entry names. */
export type AuditedCaller = Pick<Caller, 'retailer' | 'applicationId'> & { readonly agent?: string };

/** The machine's owner, who acts for no application and has no restrictions. */
export const commandLine = (retailer: RetailerRow): AuditedCaller => ({
  retailer,
  applicationId: 0,
  agent: 'command line',
});

export const isCommandLine = ({ applicationId }: AuditedCaller): boolean => applicationId === 0;

/**
 * Appends an entry, and returns its ID. Call it last: the number it takes holds up the retailer's other writes until the
 * commit.
 */
export async function audit(tx: Writer, caller: AuditedCaller, at: number, entry: Audited): Promise<number> {
  const retailerId = caller.retailer.id;
  const id = await nextId(tx, retailerId);
  await tx.auditEntries.insert({
    retailerId,
    id,
    at,
    applicationId: caller.applicationId,
    action: entry.action,
    subject: `${entry.subject.type}:${entry.subject.id}`,
    agent: caller.agent ?? entry.agent ?? null,
    reason: entry.reason ?? null,
    detail: entry.detail ? detailText(entry.detail) : null,
  });
  return id;
}

const detailText = (detail: Record<string, unknown>): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');

/** A support agent sees the entries of one order, never the whole log. @throws Refusal */
export async function listAudit(
  { store }: Context,
  caller: Caller,
  { reference, action }: { reference?: OrderReference | undefined; action?: AuditAction | undefined },
  page: Page<IdPosition>,
): Promise<PageOf<AuditEntryOfList, IdPosition>> {
  const retailerId = caller.retailer.id;
  if (!reference && caller.kind === 'support') throw new Refusal('insufficient_scope');
  const order = reference && (await store.read.orders.find(retailerId, reference));
  if (reference && !order) throw new Refusal('resource_not_found');
  const filter = { ...(order && { subject: `order:${order.id}` }), ...(action && { action }) };
  return readPage(page, (after, limit) => store.read.auditEntries.list(retailerId, filter, after, limit));
}
