/** A retailer's settings, changed by its own operator. */
import type { RetailerRow } from '../../storage/store.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { type AuditedCaller, audit } from '../operate/audit.ts';
import { changeRetailer, type RetailerSettings } from './retailers.ts';

/** @throws InvalidParameters */
export function changeSettings(
  { store, clock }: Pick<Context, 'store' | 'clock'>,
  caller: AuditedCaller,
  changes: Partial<RetailerSettings>,
  /** The same settings, as the caller named them. */
  detail: Record<string, unknown>,
): Promise<RetailerRow> {
  const { id } = caller.retailer;
  return changeRetailer(store, id, changes, async (tx) => {
    if (Object.keys(changes).length === 0) return;
    const subject = { type: 'retailer', id } as const;
    const now = retailerNow(clock, caller.retailer);
    await audit(tx, caller, now, { action: 'settings_change', subject, detail });
  });
}
