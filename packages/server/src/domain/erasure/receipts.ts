/** The receipts of a retailer's erasures, newest first. */
import type { ErasureReceiptOfList, ReceiptPosition } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';

export async function listReceipts(
  { store: { read } }: Context,
  caller: Caller,
  after: ReceiptPosition | undefined,
  limit: number,
): Promise<{ rows: ErasureReceiptOfList[]; next: ReceiptPosition | undefined }> {
  // One extra row shows whether there is another page.
  const found = await read.erasureReceipts.newest(caller.retailer.id, after, limit + 1);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? rows.at(-1) : undefined };
}
