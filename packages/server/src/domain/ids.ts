import { limits } from '@aislechat/contract';
import type { Writer } from '../storage/store.ts';
import { Refusal } from './errors.ts';

/**
 * The retailer's next number, for whatever gets an ID. Take it last: it holds up the retailer's other writes until the
 * commit.
 * @throws Refusal limit_reached when IDs of messages would leave the range that JSON keeps exactly
 */
export async function nextId(tx: Writer, retailerId: number): Promise<number> {
  const id = await tx.retailers.nextId(retailerId);
  if (id > limits.recordsPerRetailer) throw new Refusal('limit_reached', 'records');
  return id;
}
