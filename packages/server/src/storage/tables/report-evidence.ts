/**
 * Reported messages that a retailer holds as evidence: copies, each for one report, that outlive the chat
 * (docs/decisions/evidence.md).
 */
import type { Query, Sql } from '../sql.ts';
import type { EventRange, Party } from './messages.ts';

export interface EvidenceRow {
  retailerId: number;
  orderId: number;
  reportId: number;
  /** The number of the message. */
  seq: number;
  senderType: Party;
  senderId: number;
  sentAt: number;
  /** 1 if a picture was in the message, else 0. */
  hasImage: number;
  heldSince: number;
  /** Until when it is held at most. */
  heldUntil: number;
  body: string;
}

/** A row as the engine stores it; only the engine reads its text. */
export type StoredEvidence = Omit<EvidenceRow, 'body'>;

/** What is still held: by the time, and by the longest that the retailer holds anything now. */
export interface Holding {
  now: number;
  mostMs: number;
}

/** Which of an order's evidence an erasure reaches: all that it does not leave out. */
export interface EvidenceRange extends Partial<EventRange> {
  /** Only what is held no longer. */
  ended?: Holding;
}

/** Where the texts of evidence are stored: like those of messages, in the way of each engine. */
export interface EvidenceTexts {
  /** What a SELECT from `report_evidence e` returns besides its columns, and what it joins, for `opened`. */
  readonly columns: string;
  readonly join: string;
  insert(sql: Sql, evidence: EvidenceRow): Promise<void>;
  /** The text of a selected row. @throws DamagedText @throws StorageUnavailable */
  opened(row: StoredEvidence): Promise<string>;
  /** Deletes the rows that meet the condition, and makes their texts permanently unreadable. */
  erase(sql: Sql, condition: string, values: Query['values']): Promise<void>;
}

const columns = `
  e.retailer_id AS "retailerId",
  e.order_id AS "orderId",
  e.report_id AS "reportId",
  e.seq,
  e.sender_type AS "senderType",
  e.sender_id AS "senderId",
  e.sent_at AS "sentAt",
  e.has_image AS "hasImage",
  e.held_since AS "heldSince",
  e.held_until AS "heldUntil"`;

/** Since this time a message must have been reported to be held now. */
const since = ({ now, mostMs }: Holding): number => now - mostMs;

export const reportEvidenceReader = (sql: Sql, texts: EvidenceTexts) => ({
  /** What is held of an order, in sequence, after number `after`. @throws DamagedText @throws StorageUnavailable */
  async list(retailerId: number, orderId: number, holding: Holding, after: number): Promise<EvidenceRow[]> {
    const rows = await sql.all<StoredEvidence>(
      `SELECT ${columns}, ${texts.columns}
       FROM report_evidence e ${texts.join}
       WHERE e.retailer_id = $1 AND e.order_id = $2 AND e.held_until > $3 AND e.held_since > $4 AND e.seq > $5
       ORDER BY e.seq, e.report_id`,
      retailerId,
      orderId,
      holding.now,
      since(holding),
      after,
    );
    const opened: EvidenceRow[] = [];
    for (const row of rows) opened.push({ ...row, body: await texts.opened(row) });
    return opened;
  },

  /** How many messages of an order are held, and until when at the latest. */
  async held(
    retailerId: number,
    orderId: number,
    holding: Holding,
  ): Promise<{ messages: number; until: number | null }> {
    const row = await sql.one<{ messages: number; until: number | null }>(
      `SELECT COUNT(DISTINCT seq) AS messages,
         MAX(CASE WHEN held_until < held_since + $5 THEN held_until ELSE held_since + $5 END) AS until
       FROM report_evidence
       WHERE retailer_id = $1 AND order_id = $2 AND held_until > $3 AND held_since > $4`,
      retailerId,
      orderId,
      holding.now,
      since(holding),
      holding.mostMs,
    );
    return row!;
  },

  /**
   * At most `limit` orders with evidence that is held no longer, or that ended before `endedBefore`, by their number
   * after `after`.
   */
  async ordersWithEnded(
    retailerId: number,
    holding: Holding,
    endedBefore: number,
    limit: number,
    after: number,
  ): Promise<number[]> {
    const rows = await sql.all<{ id: number }>(
      `SELECT order_id AS id FROM report_evidence
       WHERE retailer_id = $1 AND held_until <= $2 AND order_id > $6
       UNION
       SELECT order_id FROM report_evidence
       WHERE retailer_id = $1 AND held_since <= $3 AND order_id > $6
       UNION
       SELECT e.order_id
       FROM orders o
       JOIN report_evidence e ON e.retailer_id = o.retailer_id AND e.order_id = o.id
       WHERE o.retailer_id = $1 AND o.ended_at < $4 AND o.id > $6
       ORDER BY 1
       LIMIT $5`,
      retailerId,
      holding.now,
      since(holding),
      endedBefore,
      limit,
      after,
    );
    return rows.map(({ id }) => id);
  },

  /** When the evidence ended that should have been erased first; undefined if none should have been. */
  async oldestEnd(retailerId: number, holding: Holding): Promise<number | undefined> {
    const row = await sql.one<{ until: number | null; since: number | null }>(
      `SELECT
         (SELECT MIN(held_until) FROM report_evidence WHERE retailer_id = $1 AND held_until <= $2) AS until,
         (SELECT MIN(held_since) FROM report_evidence WHERE retailer_id = $1 AND held_since <= $3) AS since`,
      retailerId,
      holding.now,
      since(holding),
    );
    const ends = [row!.until, row!.since === null ? null : row!.since + holding.mostMs];
    const known = ends.filter((end) => end !== null);
    return known.length === 0 ? undefined : Math.min(...known);
  },
});

const inRange = `retailer_id = $1 AND order_id = $2 AND seq > $3 AND seq <= $4
  AND (CAST($5 AS BIGINT) IS NULL OR sender_id = $5)
  AND (held_until <= $6 OR held_since <= $7)`;

export const reportEvidenceWriter = (sql: Sql, texts: EvidenceTexts) => ({
  insert: (evidence: EvidenceRow): Promise<void> => texts.insert(sql, evidence),

  /** Erases evidence of an order; returns of how many messages. */
  async erase(
    retailerId: number,
    orderId: number,
    { after = 0, upTo = Number.MAX_SAFE_INTEGER, senderId, ended }: EvidenceRange = {},
  ): Promise<number> {
    const always = Number.MAX_SAFE_INTEGER;
    const values: Query['values'] = [
      retailerId,
      orderId,
      after,
      upTo,
      senderId ?? null,
      ended ? ended.now : always,
      ended ? since(ended) : always,
    ];
    const row = await sql.one<{ messages: number }>(
      `SELECT COUNT(DISTINCT seq) AS messages FROM report_evidence WHERE ${inRange}`,
      ...values,
    );
    if (row!.messages > 0) await texts.erase(sql, inRange, values);
    return row!.messages;
  },
});
