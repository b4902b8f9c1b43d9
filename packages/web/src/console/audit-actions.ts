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
  user_export: 9,
  user_erasure: 10,
  shopper_export: 11,
  shopper_erasure: 12,
  chat_erasure: 13,
  settings_change: 14,
  application_creation: 15,
  application_change: 16,
  secret_rotation: 17,
  token_revocation: 18,
  callback_endpoint_creation: 19,
  callback_endpoint_change: 20,
  callback_endpoint_deletion: 21,
  support_link: 22,
  support_session: 23,
} satisfies Record<AuditAction, number>;

export const auditActions = Object.keys(positions) as AuditAction[];
