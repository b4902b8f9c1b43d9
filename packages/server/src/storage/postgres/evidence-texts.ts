/** In PostgreSQL, the text of a piece of evidence is encrypted with a key of its own, which goes with its row. */
import type { EpochKeys } from '../keys/epochs.ts';
import { seal, unseal } from '../keys/sealing.ts';
import { DamagedText } from '../tables/messages.ts';
import type { EvidenceRow, EvidenceTexts, StoredEvidence } from '../tables/report-evidence.ts';
import { type KeyedTable, makeRowKey, unwrapRowKey, type WrappedKey } from './row-keys.ts';

export const evidenceTable: KeyedTable = {
  name: 'report_evidence',
  of: 'evidence',
  key: ['order_id', 'report_id', 'seq'],
};

/** Which piece of evidence it is. */
export type EvidencePlace = Pick<EvidenceRow, 'retailerId' | 'orderId' | 'reportId' | 'seq'>;

/** What a row holds besides its clear columns. */
export type SealedEvidence = WrappedKey & { sealed: Uint8Array };

const numbersOf = ({ retailerId, orderId, reportId, seq }: EvidencePlace) => [
  retailerId,
  orderId,
  reportId,
  seq,
];
const placeOf = (place: EvidencePlace) => `evidence ${numbersOf(place).join('/')}`;

/** @throws StorageUnavailable */
export async function sealEvidence(
  epochs: EpochKeys,
  place: EvidencePlace,
  body: string,
): Promise<SealedEvidence> {
  const { key, stored } = await makeRowKey(epochs, evidenceTable, numbersOf(place));
  return { ...stored, sealed: seal(key, Buffer.from(body), placeOf(place)) };
}

/** @throws DamagedText @throws StorageUnavailable */
export async function unsealEvidence(
  epochs: EpochKeys,
  place: EvidencePlace,
  { sealed, ...stored }: SealedEvidence,
): Promise<string> {
  const key = await unwrapRowKey(epochs, evidenceTable, numbersOf(place), stored);
  const body = key && unseal(key, sealed, placeOf(place));
  if (!body) throw new DamagedText(`The stored text of evidence ${place.seq} of an order is damaged`);
  return body.toString();
}

export const sealedEvidence = (epochs: EpochKeys): EvidenceTexts => ({
  columns: 'e.sealed, e.key_epoch AS epoch, e.wrapped_key AS wrapped',
  join: '',

  async insert(sql, evidence) {
    const { sealed, epoch, wrapped } = await sealEvidence(epochs, evidence, evidence.body);
    await sql.send(
      `INSERT INTO report_evidence (retailer_id, order_id, report_id, seq, sender_type, sender_id, sent_at, has_image,
         held_since, held_until, sealed, key_epoch, wrapped_key)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      evidence.retailerId,
      evidence.orderId,
      evidence.reportId,
      evidence.seq,
      evidence.senderType,
      evidence.senderId,
      evidence.sentAt,
      evidence.hasImage,
      evidence.heldSince,
      evidence.heldUntil,
      sealed,
      epoch,
      wrapped,
    );
  },

  opened: (row) => unsealEvidence(epochs, row, row as StoredEvidence & SealedEvidence),

  async erase(sql, condition, values) {
    await sql.send(`DELETE FROM report_evidence WHERE ${condition}`, ...values);
  },
});
