import { limits } from '@aislechat/contract';
import type { Writer } from '../storage/store.ts';
import { Refusal } from './errors.ts';

/**
 * The retailer's next ID, for any kind of row. Take it last: it holds up the retailer's other writes until the
 * commit.
 * @throws Refusal limit_reached when message IDs would leave the range that JSON represents exactly
 */
export async function nextId(tx: Writer, retailerId: number): Promise<number> {
  const id = await tx.retailers.nextId(retailerId);
  if (id > limits.recordsPerRetailer) throw new Refusal('limit_reached', 'records');
  return id;
}
