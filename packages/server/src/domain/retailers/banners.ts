/**
 * Banners: the retailers of one organization. They share its applications and nothing else. A slug selects the banner
 * of a request, and never changes.
 */
import { isBannerSlug, limits } from '@aislechat/contract';
import type { ApplicationRow, RetailerRow, Store, Writer } from '../../storage/store.ts';
import { type Clock, retailerNow } from '../clock.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { nextId } from '../ids.ts';
import { audit, commandLine } from '../operate/audit.ts';
import { insertRetailer, type RetailerSettings } from './retailers.ts';

export interface NewBanner {
  banner: string;
  /** The slug that the organization's first retailer gets with its second banner. */
  own?: string | undefined;
}

/**
 * Creates a retailer beside another one, with its applications. From now on, requests with their tokens must name a
 * banner. Tokens that were issued before do not reach the new one.
 * @throws InvalidParameters @throws Refusal limit_reached
 */
export function addBanner(
  { store, clock }: { store: Store; clock: Clock },
  beside: RetailerRow,
  slugs: NewBanner,
  settings: Partial<RetailerSettings>,
): Promise<RetailerRow> {
  return store.write(async (tx) => {
    const { first, added } = await insertBanner(tx, beside, slugs, settings);
    const changed = beside.banner === null ? [first, added] : [added];
    for (const retailer of changed) {
      const subject = { type: 'retailer', id: retailer.id } as const;
      const detail = { banner: retailer.banner };
      const now = retailerNow(clock, retailer);
      await audit(tx, commandLine(retailer), now, { action: 'settings_change', subject, detail });
    }
    return added;
  });
}

/** @throws InvalidParameters @throws Refusal limit_reached */
export async function insertBanner(
  tx: Writer,
  beside: RetailerRow,
  { banner, own }: NewBanner,
  settings: Partial<RetailerSettings>,
): Promise<{ first: RetailerRow; added: RetailerRow }> {
  const first = await becomeBanner(tx, (await tx.retailers.lock(beside.organizationId ?? beside.id))!, own);
  const all = await tx.retailers.bannersOf(first.id);
  assertSlug('banner', banner);
  if (all.some((other) => other.banner === banner)) {
    throw new InvalidParameters({ key: 'banner', problem: 'taken' });
  }
  if (all.length >= limits.banners) throw new Refusal('limit_reached', 'banners');
  const added = await insertRetailer(tx, settings, { organizationId: first.id, banner });
  for (const application of await tx.applications.list(first.id)) {
    await shareApplication(tx, application, added.id);
  }
  return { first, added };
}

/** Gives the organization's first retailer its slug, unless it has one. @throws InvalidParameters */
async function becomeBanner(
  tx: Writer,
  retailer: RetailerRow,
  own: string | undefined,
): Promise<RetailerRow> {
  if (retailer.banner !== null) {
    if (own === undefined || own === retailer.banner) return retailer;
    throw new InvalidParameters({ key: 'own', problem: 'invalid' });
  }
  if (own === undefined) throw new InvalidParameters({ key: 'own', problem: 'blank' });
  assertSlug('own', own);
  const changed = { ...retailer, organizationId: retailer.id, banner: own };
  await tx.retailers.update(changed);
  tx.changed({ retailerId: retailer.id });
  return changed;
}

/** Gives another banner of the organization an application, under a number of its own. */
export async function shareApplication(
  tx: Writer,
  application: ApplicationRow,
  retailerId: number,
): Promise<void> {
  const id = await nextId(tx, retailerId);
  const homeId = application.homeId ?? application.retailerId;
  await tx.applications.insert({ ...application, retailerId, id, homeId });
  for (const key of await tx.assertionKeys.list(application.retailerId, application.id)) {
    await tx.assertionKeys.insert({ ...key, retailerId, applicationId: id });
  }
}

/** @throws InvalidParameters */
function assertSlug(key: string, slug: string): void {
  if (!isBannerSlug(slug)) throw new InvalidParameters({ key, problem: 'invalid' });
}
