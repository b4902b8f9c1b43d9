/** Pages of rows in descending ID order: rows added while a client is paging neither shift nor repeat others. */
export interface Page {
  /** Rows with a smaller ID; undefined to start with the newest. */
  before: number | undefined;
  limit: number;
}

export interface PageOf<Row> {
  rows: Row[];
  /** The `before` of the next page; undefined on the last page. */
  next: number | undefined;
}

export async function pageOf<Row extends { id: number }>(
  { before = Number.MAX_SAFE_INTEGER, limit }: Page,
  read: (before: number, limit: number) => Promise<Row[]>,
): Promise<PageOf<Row>> {
  // One extra row shows whether there is another page.
  const found = await read(before, limit + 1);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? rows.at(-1)!.id : undefined };
}
