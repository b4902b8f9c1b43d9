/** The receipts of a retailer's erasures, newest first. */
import type { ErasureReceiptOfList, ReceiptPosition } from '../../storage/store.ts';
import type { Caller } from '../access/access.ts';
import type { Context } from '../context.ts';
import { type Page, type PageOf, readPage } from '../page.ts';

export function listReceipts(
  { store: { read } }: Context,
  caller: Caller,
  page: Page<ReceiptPosition>,
): Promise<PageOf<ErasureReceiptOfList, ReceiptPosition>> {
  return readPage(page, (after, limit) => read.erasureReceipts.newest(caller.retailer.id, after, limit));
}
