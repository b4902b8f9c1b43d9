/** Pages of rows in a fixed order: rows added while a client is paging neither shift nor repeat others. */
export interface Page<Position> {
  /** Position of the last row of the previous page; undefined to start with the first row. */
  after: Position | undefined;
  limit: number;
}

/** Position of a row in a list that is newest first by ID. */
export interface IdPosition {
  id: number;
}

export interface PageOf<Row, Position> {
  rows: Row[];
  /** The `after` of the next page; undefined on the last page. */
  next: Position | undefined;
}

/** @param read returns up to `limit` rows after a position */
export async function readPage<Row extends Position, Position>(
  { after, limit }: Page<Position>,
  read: (after: Position | undefined, limit: number) => Promise<Row[]>,
): Promise<PageOf<Row, Position>> {
  // One extra row shows whether there is another page.
  const found = await read(after, limit + 1);
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? rows.at(-1) : undefined };
}
