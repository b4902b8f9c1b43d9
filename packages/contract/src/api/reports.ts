/** Reports about chats, and what an operator does about them. These operations are ours. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { byOperator, byParticipant, bySupport, define } from '../route.ts';
import {
  choice,
  described,
  Flag,
  Id,
  Integer,
  object,
  optional,
  SafeId,
  Text,
  Timestamp,
} from '../schema-kinds.ts';
import { reportReasons } from '../workflow.ts';
import { NextPage, pageQuery, Success } from './answers.ts';
import { Party } from './enumerations.ts';

export const ReportReason = choice(reportReasons, 'Why the chat is reported');

export const ReportRequest = object(
  {
    reason: ReportReason,
    message_ids: optional(
      Type.Array(SafeId('ID of a message'), {
        maxItems: limits.messagesPerReport,
        description: `Up to ${limits.messagesPerReport} messages of the chat that the report is about`,
      }),
    ),
  },
  'A report about a chat; it holds no text',
);

export const Report = object(
  {
    id: Id('ID of the report'),
    order_id: Text('The retailer’s own ID of the order'),
    reported_by: described(Party, 'Who reports: `user` is the customer, `driver` the shopper'),
    reason: ReportReason,
    message_ids: Type.Array(Id('ID of a message'), { description: 'The messages that the report is about' }),
    created_at: Timestamp('When it was reported'),
    chat_closed: Flag('Whether an operator has closed the chat'),
    text_until: optional(Timestamp('When the text is gone; missing while the order is active')),
    text_seconds_left: optional(
      Integer('Seconds until then, on the retailer’s clock; 0 if the text is gone'),
    ),
    resolved_at: optional(Timestamp('When somebody dealt with it')),
  },
  'A report about a chat',
);
export type Report = Static<typeof Report>;

export const Reports = object(
  { reports: Type.Array(Report, { description: 'Newest first' }), next: NextPage },
  'A page of reports',
);

const byOperators = { ...byOperator, tag: 'Reports', internalIds: true } as const;

export const reportRoutes = define({
  reportChat: {
    ...byParticipant,
    tag: 'Reports',
    method: 'POST',
    path: '/v1/orders/{order_id}/reports',
    summary: 'Report a chat',
    description: `Reports the chat of an order to the retailer, with up to ${limits.messagesPerReport} messages by ID. The callback \`aislechat.chat_reported\` tells the retailer’s systems. No text is kept with the report. While a report of the same side for the same reason is open, another one only adds its messages to it, of which the last ${limits.messagesPerReport} are kept.`,
    body: ReportRequest,
    answer: Success,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found', 'limit_reached'],
  },
  listReports: {
    ...bySupport,
    tag: 'Reports',
    method: 'GET',
    path: '/v1/reports',
    summary: 'List reports about chats',
    description:
      'Returns the reports of the retailer, newest first, each with the time until its text is gone.',
    query: object({
      resolved: optional(Flag('`false`: only those that nobody has dealt with; `true`: only the others')),
      ...pageQuery('Reports'),
    }),
    answer: Reports,
    errors: ['invalid_parameters'],
  },
  resolveReports: {
    ...byOperators,
    method: 'POST',
    path: '/v1/orders/{order_id}/reports/resolution',
    summary: 'Mark the reports about a chat as dealt with',
    description: 'Removes the reports about the chat of this order from the queue.',
    answer: Success,
    errors: ['resource_not_found'],
  },
  closeChat: {
    ...byOperators,
    method: 'POST',
    path: '/v1/orders/{order_id}/chat/closing',
    summary: 'Close the chat of an order',
    description:
      'Nobody can send messages any more, and both sides see a notice. What was written can still be read until it expires.',
    answer: Success,
    errors: ['resource_not_found'],
  },
  reopenChat: {
    ...byOperators,
    method: 'DELETE',
    path: '/v1/orders/{order_id}/chat/closing',
    summary: 'Open a closed chat again',
    description: 'Messages can be sent again, as far as the state of the order allows.',
    answer: Success,
    errors: ['resource_not_found'],
  },
  keepApart: {
    ...byOperators,
    method: 'POST',
    path: '/v1/orders/{order_id}/keep-apart',
    summary: 'Ask for a customer and a shopper to be kept apart',
    description:
      'Sends the callback `aislechat.keep_apart` with the IDs of the customer and the current shopper, so that the retailer’s systems do not bring them together again. The audit log records it.',
    answer: Success,
    errors: ['resource_not_found'],
  },
});
