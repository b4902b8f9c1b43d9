import type { ReportReason } from '@aislechat/contract';
import type { Sql } from '../sql.ts';
import type { Party } from './messages.ts';
import type { Holding } from './report-evidence.ts';

/** A report about the chat of an order. It names messages by their numbers and holds no text. */
export interface OrderReportRow {
  retailerId: number;
  orderId: number;
  id: number;
  reportedBy: Party;
  reason: ReportReason;
  /** The numbers of the messages that the report is about. */
  messages: number[];
  createdAt: number;
  resolvedAt: number | null;
}

/** A report with what a queue shows of its order. */
export type OrderReportOfList = OrderReportRow & {
  orderExternalId: string;
  expiresAt: number | null;
  chatClosedAt: number | null;
  /** How many of its messages are held as evidence, and until when at the latest. */
  held: number;
  heldUntil: number | null;
};

type Stored = Omit<OrderReportOfList, 'messages'> & { messages: string };

/** What is held of a report, and not hidden by an erasure. */
const evidence = `FROM report_evidence e
      WHERE e.retailer_id = r.retailer_id AND e.order_id = r.order_id AND e.report_id = r.id
        AND e.held_until > $4 AND e.held_since > $5 AND e.seq > COALESCE(o.erasing_to, 0)`;

/** @param condition selects among the reports: all, or those dealt with or not */
const newest = (condition: string) => `
  SELECT
    r.retailer_id AS "retailerId",
    r.order_id AS "orderId",
    r.id,
    r.reported_by AS "reportedBy",
    r.reason,
    r.messages,
    r.created_at AS "createdAt",
    r.resolved_at AS "resolvedAt",
    o.external_id AS "orderExternalId",
    o.expires_at AS "expiresAt",
    o.chat_closed_at AS "chatClosedAt",
    (SELECT COUNT(*) ${evidence}) AS held,
    (
      SELECT MAX(CASE WHEN e.held_until < e.held_since + $6 THEN e.held_until ELSE e.held_since + $6 END) ${evidence}
    ) AS "heldUntil"
  FROM order_reports r
  JOIN orders o ON o.retailer_id = r.retailer_id AND o.id = r.order_id
  WHERE r.retailer_id = $1 AND r.id < $2 ${condition}
  ORDER BY r.id DESC
  LIMIT $3`;
const conditions = { all: '', open: 'AND r.resolved_at IS NULL', resolved: 'AND r.resolved_at IS NOT NULL' };

export const orderReportReader = (sql: Sql) => ({
  /** At most `limit` reports after one, newest first. */
  async list(
    retailerId: number,
    which: keyof typeof conditions,
    { now, mostMs }: Holding,
    after: { id: number } = { id: Number.MAX_SAFE_INTEGER },
    limit: number,
  ): Promise<OrderReportOfList[]> {
    const text = newest(conditions[which]);
    const rows = await sql.all<Stored>(text, retailerId, after.id, limit, now, now - mostMs, mostMs);
    return rows.map((row) => ({ ...row, messages: JSON.parse(row.messages) }));
  },
});

export const orderReportWriter = (sql: Sql) => ({
  /** The report of this side for this reason that nobody has dealt with. */
  async findOpen({
    retailerId,
    orderId,
    reportedBy,
    reason,
  }: Pick<OrderReportRow, 'retailerId' | 'orderId' | 'reportedBy' | 'reason'>): Promise<
    Pick<OrderReportRow, 'id' | 'messages'> | undefined
  > {
    const row = await sql.one<{ id: number; messages: string }>(
      `SELECT id, messages
       FROM order_reports
       WHERE retailer_id = $1 AND order_id = $2 AND reported_by = $3 AND reason = $4 AND resolved_at IS NULL`,
      retailerId,
      orderId,
      reportedBy,
      reason,
    );
    return row && { id: row.id, messages: JSON.parse(row.messages) };
  },

  async setMessages({
    retailerId,
    orderId,
    id,
    messages,
  }: Pick<OrderReportRow, 'retailerId' | 'orderId' | 'id' | 'messages'>): Promise<void> {
    await sql.send(
      'UPDATE order_reports SET messages = $4 WHERE retailer_id = $1 AND order_id = $2 AND id = $3',
      retailerId,
      orderId,
      id,
      JSON.stringify(messages),
    );
  },

  async insert(report: OrderReportRow): Promise<void> {
    await sql.send(
      `INSERT INTO order_reports (retailer_id, order_id, id, reported_by, reason, messages, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      report.retailerId,
      report.orderId,
      report.id,
      report.reportedBy,
      report.reason,
      JSON.stringify(report.messages),
      report.createdAt,
    );
  },

  /** Marks the reports about an order that nobody has dealt with; returns how many. */
  resolve(retailerId: number, orderId: number, at: number): Promise<number> {
    return sql.run(
      `UPDATE order_reports
       SET resolved_at = $3
       WHERE retailer_id = $1 AND order_id = $2 AND resolved_at IS NULL`,
      retailerId,
      orderId,
      at,
    );
  },
});
