/**
 * Moves a data folder to PostgreSQL: tables in foreign-key order, rows in primary-key order, in transactions of
 * limited size. A later run resumes an unfinished one. Afterwards both sides are read again and compared value by
 * value, and the images are encrypted; servers may start on the copy only after that.
 */
import type { EpochKeys } from '../keys/epochs.ts';
import { MoveTarget, type Position, unequal } from '../postgres/move-target.ts';
import { MoveSource } from '../sqlite/move-source.ts';
import { type MovedImages, sealImages } from './images.ts';
import { batchesOf, keyOf, type Row, type Table } from './table.ts';

export interface MoveStep {
  doing: 'copy' | 'compare' | 'encrypt';
  table: string;
  rows: number;
  total: number;
}

export interface MoveOptions {
  folder: string;
  url: string;
  /** The keys that the texts are encrypted with in the target. */
  epochs: EpochKeys;
  images: MovedImages;
  onProgress(step: MoveStep): void;
}

export interface MoveReport {
  /** Whether this run resumed an earlier one. */
  resumed: boolean;
  /** Rows per table, copied and verified. */
  tables: Record<string, number>;
}

/** @throws Error with a message for the operator */
export async function move({ folder, url, epochs, images, onProgress }: MoveOptions): Promise<MoveReport> {
  const source = new MoveSource(folder);
  try {
    const target = await MoveTarget.connect(url, epochs);
    try {
      target.assertSameColumns(source.tables);
      const position = await target.begin(source.fingerprint());
      await copyAll(source, target, position, onProgress);
      for (const { table, last } of source.sequences()) {
        await target.setSequence(source.tables.find(({ name }) => name === table)!, last);
      }
      const tables = await compareAll(source, target, onProgress);
      const keys = await sealImages(source.images(), images, epochs, (rows, total) =>
        onProgress({ doing: 'encrypt', table: 'images', rows, total }),
      );
      await target.finish(keys);
      return { resumed: position !== undefined, tables };
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

type OnProgress = MoveOptions['onProgress'];

/** The parts a table is copied in: one per retailer, or the whole table at once. */
const partsOf = (table: Table, source: MoveSource): number[] =>
  table.isPerRetailer ? source.retailerIds() : [0];

async function copyAll(
  source: MoveSource,
  target: MoveTarget,
  position: Position | undefined,
  onProgress: OnProgress,
): Promise<void> {
  const start = position ? source.tables.findIndex(({ name }) => name === position.table) : 0;
  for (const table of source.tables.slice(start)) {
    const from = table.name === position?.table ? position : undefined;
    const total = source.count(table.name);
    let rows = from?.rows ?? 0;
    onProgress({ doing: 'copy', table: table.name, rows, total });
    for (const retailerId of partsOf(table, source)) {
      if (from && retailerId < from.retailerId) continue;
      const after = retailerId === from?.retailerId ? from.key : undefined;
      for (const batch of batchesOf(source.rows(table, retailerId, after))) {
        rows += batch.length;
        await target.insert(table, batch, {
          table: table.name,
          retailerId,
          key: keyOf(table, batch.at(-1)!),
          rows,
        });
        onProgress({ doing: 'copy', table: table.name, rows, total });
      }
    }
  }
}

/** Returns the number of rows of each table, all verified. */
async function compareAll(
  source: MoveSource,
  target: MoveTarget,
  onProgress: OnProgress,
): Promise<Record<string, number>> {
  const tables: Record<string, number> = {};
  for (const table of source.tables) {
    const total = source.count(table.name);
    let rows = 0;
    onProgress({ doing: 'compare', table: table.name, rows, total });
    for (const retailerId of partsOf(table, source)) {
      const moved = target.read(table, retailerId);
      for (const batch of batchesOf(source.rows(table, retailerId, undefined))) {
        const copies = await moved.next(batch.length);
        for (const [n, row] of batch.entries()) assertEqual(table, row, copies[n]);
        rows += batch.length;
        onProgress({ doing: 'compare', table: table.name, rows, total });
      }
      const [extra] = await moved.next(1);
      if (extra) throw unequal(`${nameOf(table, extra)} is there and should not be`);
      await moved.end();
    }
    tables[table.name] = rows;
  }
  return tables;
}

function assertEqual(table: Table, row: Row, copy: Row | undefined): void {
  if (!copy) throw unequal(`${nameOf(table, row)} is missing`);
  const different = table.columns.find((_, n) => row[n] !== copy[n]);
  if (different === undefined) return;
  throw unequal(
    table.key.includes(different)
      ? `${nameOf(table, row)} is not where it belongs`
      : `${nameOf(table, row)} has another ${different}`,
  );
}

const nameOf = (table: Table, row: Row): string => `the row ${keyOf(table, row).join(', ')} of ${table.name}`;
