/** Retailers that anyone can create, in development. */
import { limits } from '@aislechat/contract';
import type { RetailerRow, Store } from '../../storage/store.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../errors.ts';
import { insertBanner } from '../retailers/banners.ts';
import { insertNewRetailer, type NewRetailer, type RetailerSettings } from '../retailers/retailers.ts';

/**
 * @param slugs of the banners of an organization, two or more; none for a retailer without banners
 * @returns the first retailer with its application, and the retailers of all banners
 * @throws InvalidParameters @throws Refusal limit_reached
 */
export function createSandboxRetailer(
  store: Store,
  clock: Clock,
  settings: Partial<RetailerSettings>,
  slugs: readonly string[] = [],
): Promise<NewRetailer & { banners: RetailerRow[] }> {
  return store.write(async (tx) => {
    if ((await tx.retailers.count()) + Math.max(slugs.length, 1) > limits.sandboxRetailers)
      throw new Refusal('limit_reached', 'retailers');
    const created = await insertNewRetailer(tx, clock, settings);
    const [own, ...others] = slugs;
    const banners: RetailerRow[] = [];
    for (const banner of others) {
      const { first, added } = await insertBanner(tx, created.retailer, { own, banner }, settings);
      banners.push(...(banners.length === 0 ? [first, added] : [added]));
    }
    return { ...created, banners };
  });
}
