/** Support agents: how they sign in, and what they may read. These operations are ours. */
import { Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { byOperator, bySupport, define } from '../route.ts';
import { object, optional, Text, Timestamp, text } from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
import { supportScope } from '../workflow.ts';
import { Success } from './answers.ts';
import { ChatMessagesMetadata, LifecycleMessage, Message } from './chat.ts';
import { OrderSummary } from './orders.ts';

export const SupportConversation = object(
  {
    order: OrderSummary,
    chat_messages: Type.Array(Message, { description: 'Oldest first; empty once the chat has expired' }),
    lifecycle_messages: Type.Array(LifecycleMessage, { description: 'Automated notices, oldest first' }),
    metadata: ChatMessagesMetadata,
  },
  'The conversation of an order, for support',
);

export const SupportLinkRequest = object(
  {
    agent: Type.String({
      description: 'The agent’s name, for the audit log',
      maxLength: limits.nameCharacters,
      pattern: visibleCharacter,
    }),
  },
  'The agent who will sign in',
);

export const SupportLink = object(
  {
    support_code: Text(
      'The code, shown only once; the agent’s link is `/console#support_code=` followed by it',
    ),
    agent: Text('The agent’s name'),
    expires_at: Timestamp('15 minutes after it was created'),
  },
  'A sign-in code for one support agent',
);

export const SupportSessionRequest = object(
  { support_code: Type.String({ minLength: 1, maxLength: 255, description: 'The code of a support link' }) },
  'The code to exchange for a token',
);

export const SupportSession = object(
  {
    access_token: Type.String({
      minLength: 43,
      maxLength: 43,
      description: 'Send it as `Authorization: Bearer`',
    }),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Number({ description: 'Lifetime in seconds' }),
    created_at: Type.Number({ description: 'Seconds since the epoch' }),
    scope: Type.Literal(supportScope),
    agent: Text('The agent’s name'),
    timezone: Text('Time zone of the retailer'),
  },
  'An access token of a support agent',
);

const byOperators = { ...byOperator, tag: 'Support' } as const;
const byAgents = { ...bySupport, tag: 'Support' } as const;

export const supportRoutes = define({
  getSupportConversation: {
    ...byAgents,
    method: 'GET',
    path: '/v1/orders/{order_id}/conversation',
    summary: 'Get the conversation of an order for support',
    description:
      'Returns the order with its messages and automated notices. A reason is required, and the audit log records it with the agent’s name. A request that sends the `ETag` of an earlier answer to the same reader, with the same reason, continues that reading: for 15 minutes it adds no entry, whether the conversation has changed or not.',
    internalIds: true,
    conditional: true,
    query: object({
      reason: Type.String({
        maxLength: limits.reasonCharacters,
        pattern: visibleCharacter,
        description: `The reason for reading the conversation, 1 to ${limits.reasonCharacters} characters`,
      }),
      agent: optional(
        text(
          'Name of the agent; ignored with a support agent’s token, which contains the name',
          limits.nameCharacters,
        ),
      ),
    }),
    answer: SupportConversation,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
  },
  createSupportLink: {
    ...byOperators,
    method: 'POST',
    path: '/v1/support-links',
    summary: 'Create a sign-in code for a support agent',
    description: `Returns a code with which one agent can sign in, once, within 15 minutes. Only its hash is stored. A retailer has up to ${limits.supportLinks} unused codes.`,
    body: SupportLinkRequest,
    answer: SupportLink,
    errors: ['invalid_parameters', 'limit_reached'],
  },
  createSupportSession: {
    ...byOperators,
    identity: 'anyone',
    method: 'POST',
    path: '/v1/support-sessions',
    summary: 'Sign in as a support agent',
    description:
      'Exchanges the code of a support link for an access token that is valid for eight hours. Unknown, used and expired codes get the same answer.',
    body: SupportSessionRequest,
    answer: SupportSession,
    errors: ['invalid_parameters', 'token_invalid', 'too_many_requests'],
  },
  endSession: {
    ...byAgents,
    method: 'DELETE',
    path: '/v1/session',
    summary: 'End the session',
    description: 'Revokes the token that the request carries.',
    answer: Success,
    errors: [],
  },
});
