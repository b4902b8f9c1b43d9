/** In SQLite, the texts of evidence are copies in `message_texts`, where erasing overwrites them in place like any other. */
import { DamagedText } from '../tables/messages.ts';
import type { EvidenceTexts, StoredEvidence } from '../tables/report-evidence.ts';
import { checksumOf } from './message-texts.ts';

type CheckedEvidence = StoredEvidence & { body: string; checksum: number };

export const evidenceTexts: EvidenceTexts = {
  columns: 't.body, e.checksum',
  join: 'JOIN message_texts t ON t.id = e.text_id',

  async insert(sql, evidence) {
    await sql.acrossRetailers.run('INSERT INTO message_texts (body, image) VALUES ($1, NULL)', evidence.body);
    await sql.send(
      `INSERT INTO report_evidence (retailer_id, order_id, report_id, seq, sender_type, sender_id, sent_at, has_image,
         held_since, held_until, checksum, text_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, last_insert_rowid())`,
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
      checksumOf({ body: evidence.body, image: null }),
    );
  },

  async opened(row) {
    const { body, checksum, seq } = row as CheckedEvidence;
    if (checksumOf({ body, image: null }) !== checksum)
      throw new DamagedText(`The stored text of evidence ${seq} of an order is damaged`);
    return body;
  },

  async erase(sql, condition, values) {
    await sql.send(
      `UPDATE message_texts
       SET body = zeroblob(octet_length(body))
       WHERE id IN (SELECT text_id FROM report_evidence WHERE ${condition})`,
      ...values,
    );
    await sql.send(`DELETE FROM report_evidence WHERE ${condition}`, ...values);
  },
};
