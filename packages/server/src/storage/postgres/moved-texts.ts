/**
 * The texts of a move: they come in the clear, as columns `body` and `image`, are encrypted before they are sent, and
 * are decrypted again to be compared.
 */

import type { EpochKeys } from '../keys/epochs.ts';
import type { Row } from '../move/table.ts';
import { DamagedText } from '../tables/messages.ts';
import { sealText, unsealText } from './message-texts.ts';
import { makeKey, type OrderKey, type OrderKeyRow, unwrap } from './order-keys.ts';

/** How the texts of a table are moved. */
export interface SealedTable {
  /** The columns that hold the texts in PostgreSQL, and their type. */
  readonly sealedColumns: Record<string, string>;
  /** The columns of a moved row in their place. */
  readonly clearColumns: readonly string[];
  /** @param rows in the order of their keys */
  seal(columns: string[], rows: Row[]): Promise<SealedRows>;
  /** The SELECT list of a row, for `open`, from the table as `m`. */
  select(columns: string[]): string;
  readonly from: string;
  /** A row in the clear; without its text if that does not open. */
  open(columns: string[], selected: Row): Promise<Row>;
}

export interface SealedRows {
  columns: string[];
  rows: Row[];
  /** The keys that are not in the database yet. */
  keys: OrderKeyRow[];
}

/** What a row of `messages` is called by. */
const cells = (columns: string[], row: Row) => {
  const cell = (name: string) => row[columns.indexOf(name)]!;
  return {
    retailerId: Number(cell('retailer_id')),
    orderId: Number(cell('order_id')),
    seq: Number(cell('seq')),
  };
};

export class MovedTexts implements SealedTable {
  readonly sealedColumns = { sealed: 'bytea', key_seq: 'bigint', has_image: 'bigint' };
  readonly clearColumns = ['body', 'image'];
  readonly #epochs: EpochKeys;
  /** Looks for the key of an order whose first messages have been copied before. */
  readonly #find: (retailerId: number, orderId: number) => Promise<OrderKeyRow | undefined>;

  constructor(
    epochs: EpochKeys,
    find: (retailerId: number, orderId: number) => Promise<OrderKeyRow | undefined>,
  ) {
    this.#epochs = epochs;
    this.#find = find;
  }

  async seal(columns: string[], rows: Row[]): Promise<SealedRows> {
    const sealed: SealedRows = {
      columns: [
        ...columns.filter((name) => !this.clearColumns.includes(name)),
        ...Object.keys(this.sealedColumns),
      ],
      rows: [],
      keys: [],
    };
    let last: { orderId: number; key: OrderKey } | undefined;
    for (const row of rows) {
      const kept = row.filter((_, n) => !this.clearColumns.includes(columns[n]!));
      const [body, image] = this.clearColumns.map((name) => row[columns.indexOf(name)] as string | null);
      if (body === null) {
        sealed.rows.push([...kept, null, null, 0]);
        continue;
      }
      const place = cells(columns, row);
      if (last?.orderId !== place.orderId)
        last = { orderId: place.orderId, key: await this.#keyOf(place, sealed) };
      const text = sealText(last.key.key, { ...place, body: body!, image: image! });
      sealed.rows.push([...kept, text, last.key.firstSeq, image === null ? 0 : 1]);
    }
    return sealed;
  }

  async #keyOf(
    { retailerId, orderId, seq }: { retailerId: number; orderId: number; seq: number },
    sealed: SealedRows,
  ): Promise<OrderKey> {
    // Only the first order of a batch can have messages in an earlier one.
    const found = sealed.keys.length === 0 ? await this.#find(retailerId, orderId) : undefined;
    const known = found && (await unwrap(this.#epochs, found));
    if (known) return { firstSeq: found.firstSeq, key: known };
    const { row, key } = await makeKey(this.#epochs, { retailerId, orderId, firstSeq: seq });
    sealed.keys.push(row);
    return { firstSeq: seq, key };
  }

  select(columns: string[]): string {
    return [
      ...columns.map((name) => (this.clearColumns.includes(name) ? 'NULL' : `m.${name}`)),
      'm.sealed',
      'k.first_seq',
      'k.epoch',
      'k.wrapped',
    ].join(', ');
  }

  readonly from = `messages m
       LEFT JOIN order_keys k
         ON k.retailer_id = m.retailer_id AND k.order_id = m.order_id AND k.first_seq = m.key_seq`;

  async open(columns: string[], selected: Row): Promise<Row> {
    const row = selected.slice(0, columns.length);
    const [sealed, firstSeq, epoch, wrapped] = selected.slice(columns.length);
    if (sealed === null || wrapped === null) return row;
    const place = cells(columns, row);
    const { retailerId, orderId, seq } = place;
    try {
      const key = await unwrap(this.#epochs, {
        retailerId,
        orderId,
        firstSeq: Number(firstSeq),
        epoch: Number(epoch),
        wrapped: wrapped as Uint8Array,
      });
      const text = unsealText(key, sealed as Uint8Array, retailerId, orderId, seq);
      for (const name of this.clearColumns) row[columns.indexOf(name)] = text[name as 'body' | 'image'];
    } catch (error) {
      if (!(error instanceof DamagedText)) throw error;
    }
    return row;
  }
}
