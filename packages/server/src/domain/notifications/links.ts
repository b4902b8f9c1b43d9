/** Where a person finds their order. */
import type { OrderRow, Party } from '../../storage/store.ts';

/**
 * The address of an order for its shopper: this server's shopper page. A customer has none: their chat is on the
 * retailer's own pages.
 */
export function orderLink(
  base: string,
  { externalId }: Pick<OrderRow, 'externalId'>,
  person: Party,
): string | null {
  if (person === 'user') return null;
  return `${base}/shopper#${new URLSearchParams({ order: externalId })}`;
}
