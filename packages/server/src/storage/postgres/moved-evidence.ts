/** The evidence of a move: it comes in the clear, is encrypted before it is sent, and decrypted again to be compared. */
import type { EpochKeys } from '../keys/epochs.ts';
import type { Row } from '../move/table.ts';
import { DamagedText } from '../tables/messages.ts';
import { type EvidencePlace, sealEvidence, unsealEvidence } from './evidence-texts.ts';
import type { SealedRows, SealedTable } from './moved-texts.ts';

const clear = 'body';

const placeOf = (columns: string[], row: Row): EvidencePlace => {
  const cell = (name: string) => Number(row[columns.indexOf(name)]);
  return {
    retailerId: cell('retailer_id'),
    orderId: cell('order_id'),
    reportId: cell('report_id'),
    seq: cell('seq'),
  };
};

export class MovedEvidence implements SealedTable {
  readonly sealedColumns = { sealed: 'bytea', key_epoch: 'bigint', wrapped_key: 'bytea' };
  readonly clearColumns = [clear];
  readonly from = 'report_evidence m';
  readonly #epochs: EpochKeys;

  constructor(epochs: EpochKeys) {
    this.#epochs = epochs;
  }

  async seal(columns: string[], rows: Row[]): Promise<SealedRows> {
    const sealed: Row[] = [];
    for (const row of rows) {
      const body = String(row[columns.indexOf(clear)]);
      const made = await sealEvidence(this.#epochs, placeOf(columns, row), body);
      sealed.push([...row.filter((_, n) => columns[n] !== clear), made.sealed, made.epoch, made.wrapped]);
    }
    const kept = columns.filter((name) => name !== clear);
    return { columns: [...kept, ...Object.keys(this.sealedColumns)], rows: sealed, keys: [] };
  }

  select(columns: string[]): string {
    const own = columns.map((name) => (name === clear ? 'NULL' : `m.${name}`));
    return [...own, 'm.sealed', 'm.key_epoch', 'm.wrapped_key'].join(', ');
  }

  async open(columns: string[], selected: Row): Promise<Row> {
    const row = selected.slice(0, columns.length);
    const [sealed, epoch, wrapped] = selected.slice(columns.length) as [Uint8Array, number, Uint8Array];
    try {
      const place = placeOf(columns, row);
      row[columns.indexOf(clear)] = await unsealEvidence(this.#epochs, place, { sealed, epoch, wrapped });
    } catch (error) {
      if (!(error instanceof DamagedText)) throw error;
    }
    return row;
  }
}
