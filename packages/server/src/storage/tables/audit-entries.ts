import type { AuditAction } from '@aislechat/contract';
import type { Sql, Value } from '../sql.ts';

/**
 * Who viewed or changed what, and why. No statement here changes a row, and on PostgreSQL the server role has no right
 * to. Old rows are deleted; on PostgreSQL a policy allows that only for those the retailer keeps no longer.
 */
export interface AuditEntryRow {
  retailerId: number;
  id: number;
  at: number;
  /** 0 when the actor was not an application. */
  applicationId: number;
  action: AuditAction;
  /** `order:` or `user:` and our numeric ID. */
  subject: string;
  agent: string | null;
  reason: string | null;
  /** What was changed, as `name: value`; null when the order's own log records it. */
  detail: string | null;
}

export type AuditEntryOfList = Omit<AuditEntryRow, 'retailerId' | 'applicationId'> & {
  clientId: string | null;
};

export interface AuditFilter {
  subject?: string;
  action?: AuditAction;
}

export const auditEntryReader = (sql: Sql) => ({
  find(retailerId: number, id: number): Promise<AuditEntryRow | undefined> {
    return sql.one(
      `SELECT retailer_id AS "retailerId", id, at, application_id AS "applicationId", action, subject, agent, reason,
         detail
       FROM audit_entries
       WHERE retailer_id = $1 AND id = $2`,
      retailerId,
      id,
    );
  },

  /** At most `limit` entries after one, newest first. */
  list(
    retailerId: number,
    { subject, action }: AuditFilter,
    after: { id: number } = { id: Number.MAX_SAFE_INTEGER },
    limit: number,
  ): Promise<AuditEntryOfList[]> {
    const values: Value[] = [];
    const only = (column: string, value: string | undefined): string =>
      value === undefined ? '' : `AND e.${column} = $${values.push(value) + 3}`;
    return sql.all(
      `SELECT e.id, e.at, a.client_id AS "clientId", e.action, e.subject, e.agent, e.reason, e.detail
       FROM audit_entries e
       LEFT JOIN applications a ON a.retailer_id = e.retailer_id AND a.id = e.application_id
       WHERE e.retailer_id = $1 AND e.id < $2 ${only('subject', subject)} ${only('action', action)}
       ORDER BY e.id DESC
       LIMIT $3`,
      retailerId,
      after.id,
      limit,
      ...values,
    );
  },
});

export const auditEntryWriter = (sql: Sql) => ({
  async insert(entry: AuditEntryRow): Promise<void> {
    await sql.send(
      `INSERT INTO audit_entries (retailer_id, id, at, application_id, action, subject, agent, reason, detail)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      entry.retailerId,
      entry.id,
      entry.at,
      entry.applicationId,
      entry.action,
      entry.subject,
      entry.agent,
      entry.reason,
      entry.detail,
    );
  },

  /**
   * Deletes the entries among the `limit` oldest that were written before `before`; returns how many. IDs rise with
   * time.
   */
  deleteOld(retailerId: number, before: number, limit: number): Promise<number> {
    return sql.run(
      `DELETE FROM audit_entries
       WHERE retailer_id = $1 AND at < $2 AND id IN (
         SELECT id FROM audit_entries WHERE retailer_id = $1 ORDER BY id LIMIT $3
       )`,
      retailerId,
      before,
      limit,
    );
  },
});
