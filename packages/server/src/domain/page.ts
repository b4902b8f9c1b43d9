/** Pages of rows by falling ID: what is added while a client turns pages neither shifts nor doubles a row. */
export interface Page {
  /** Rows with a smaller ID; undefined from the newest. */
  before: number | undefined;
  limit: number;
}

export interface PageOf<Row> {
  rows: Row[];
  /** The `before` of the next page; undefined on the last. */
  next: number | undefined;
}

export async function pageOf<Row extends { id: number }>(
  { before = Number.MAX_SAFE_INTEGER, limit }: Page,
  read: (before: number, limit: number) => Promise<Row[]>,
): Promise<PageOf<Row>> {
  // One row more tells whether there is another page.
  const found = await read(before, limit + 1);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? rows.at(-1)!.id : undefined };
}
