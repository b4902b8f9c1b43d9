/** Every action of the audit log, to choose from. The type keeps the list equal to the contract's. */
import type { AuditAction } from '@aislechat/client';

const positions = {
  assignment: 0,
  state_change: 1,
  link_change: 2,
  chat_closing: 3,
  chat_reopening: 4,
  keep_apart: 5,
  report_resolution: 6,
  order_search: 7,
  conversation_read: 8,
  evidence_read: 9,
  user_export: 10,
  user_erasure: 11,
  shopper_export: 12,
  shopper_erasure: 13,
  chat_erasure: 14,
  settings_change: 15,
  application_creation: 16,
  application_change: 17,
  secret_rotation: 18,
  token_revocation: 19,
  callback_endpoint_creation: 20,
  callback_endpoint_change: 21,
  callback_endpoint_deletion: 22,
  support_link: 23,
  support_session: 24,
} satisfies Record<AuditAction, number>;

export const auditActions = Object.keys(positions) as AuditAction[];
