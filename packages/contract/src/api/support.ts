/** Support agents: their sign-in and what they may read. Ours. */
import { Type } from 'typebox';
import { limits } from '../limits.ts';
import { byOperator, bySupport, define } from '../route.ts';
import { object, optional, Timestamp, text } from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { supportScope } from '../workflow.ts';
import { Success } from './answers.ts';
import { ChatMessagesMetadata, LifecycleMessage, Message } from './chat.ts';
import { OrderSummary } from './orders.ts';

export const SupportQuery = object({
  reason: Type.String({ maxLength: limits.reasonCharacters, pattern: visibleCharacter }),
  agent: optional(text('Who looks', limits.nameCharacters)),
});

export const SupportConversation = object({
  order: OrderSummary,
  chat_messages: Type.Array(Message),
  lifecycle_messages: Type.Array(LifecycleMessage),
  metadata: ChatMessagesMetadata,
});

export const SupportLinkRequest = object({
  agent: Type.String({
    description: 'The agent’s name, for the audit log',
    maxLength: limits.nameCharacters,
    pattern: visibleCharacter,
  }),
});

export const SupportLink = object({
  support_code: Type.String({ description: 'Shown once; the link is `/console#support_code=` and this' }),
  agent: Type.String(),
  expires_at: Timestamp('15 minutes after it was made'),
});

export const SupportSessionRequest = object({
  support_code: Type.String({ minLength: 1, maxLength: 255 }),
});

export const SupportSession = object({
  access_token: Type.String({ minLength: 43, maxLength: 43 }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Number(),
  created_at: Type.Number({ description: 'Epoch seconds' }),
  scope: Type.Literal(supportScope),
  agent: Type.String(),
});

const byOperators = { ...byOperator, tag: 'Support' } as const;
const byAgents = { ...bySupport, tag: 'Support' } as const;

export const supportRoutes = define({
  getSupportConversation: {
    ...byAgents,
    method: 'GET',
    path: '/v1/orders/{order_id}/conversation',
    summary: 'The conversation, for support: only with a reason, which the audit log keeps',
    internalIds: true,
    query: {
      reason: `Why, 1 to ${limits.reasonCharacters} characters`,
      agent: 'Who looks; a support agent’s token says so itself',
    },
    requiredQuery: ['reason'],
    answer: SupportConversation,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  createSupportLink: {
    ...byOperators,
    method: 'POST',
    path: '/v1/support-links',
    summary: 'A code for one support agent to sign in with, once, within 15 minutes',
    body: SupportLinkRequest,
    answer: SupportLink,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  createSupportSession: {
    ...byOperators,
    identity: 'anyone',
    method: 'POST',
    path: '/v1/support-sessions',
    summary: 'Exchange such a code for the agent’s access token',
    body: SupportSessionRequest,
    answer: SupportSession,
    errors: ['invalid_parameters', 'token_invalid', 'too_many_requests'],
  },
  endSession: {
    ...byAgents,
    method: 'DELETE',
    path: '/v1/session',
    summary: 'Revoke the token of this request',
    answer: Success,
    errors: [],
  },
});
