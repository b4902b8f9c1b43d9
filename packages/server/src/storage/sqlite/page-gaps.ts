/**
 * The unused parts of a page of a SQLite file (https://www.sqlite.org/fileformat2.html#b_tree_pages). When SQLite moves
 * rows to other pages, `secure_delete` does not reach the copies that it leaves in the gap between the pointers of a page
 * and its rows. Nothing refers to those bytes, so they may be overwritten.
 */

/** The kinds of pages with rows or keys, by their first byte: all others are left alone. */
const interiorKinds = [2, 5];
const leafKinds = [10, 13];
/** The first page begins with the header of the file. */
export const fileHeaderBytes = 100;
const freeblockHeaderBytes = 4;

/**
 * With more pages, the first bytes of a page that continues a long value could look like a kind. It is 128 GiB at 4 KiB a
 * page.
 */
export const mostPages = 2 ** 25 - 1;

export interface Gap {
  from: number;
  to: number;
}

/** @returns undefined for a page of another kind, or one that does not add up */
export function gapsOf(page: Buffer, number: number, usableBytes: number): Gap[] | undefined {
  const start = number === 1 ? fileHeaderBytes : 0;
  const kind = page[start]!;
  const isInterior = interiorKinds.includes(kind);
  if (!isInterior && !leafKinds.includes(kind)) return undefined;
  const cells = page.readUInt16BE(start + 3);
  // 0 stands for 65,536.
  const content = page.readUInt16BE(start + 5) || 65_536;
  const pointersEnd = start + (isInterior ? 12 : 8) + 2 * cells;
  if (pointersEnd > content || content > usableBytes) return undefined;
  const gaps: Gap[] = [{ from: pointersEnd, to: content }];
  for (let at = page.readUInt16BE(start + 1), last = content; at !== 0; ) {
    if (at < last || at + freeblockHeaderBytes > usableBytes) return undefined;
    const bytes = page.readUInt16BE(at + 2);
    if (bytes < freeblockHeaderBytes || at + bytes > usableBytes) return undefined;
    gaps.push({ from: at + freeblockHeaderBytes, to: at + bytes });
    last = at + bytes;
    at = page.readUInt16BE(at);
  }
  return gaps;
}

/** Overwrites the gaps of a page with zeros. @returns those that were not empty */
export function clearGaps(page: Buffer, gaps: Gap[]): Gap[] {
  const full = gaps.filter(({ from, to }) => page.subarray(from, to).some((byte) => byte !== 0));
  for (const { from, to } of full) page.fill(0, from, to);
  return full;
}
