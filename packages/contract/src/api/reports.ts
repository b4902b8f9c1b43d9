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
  text,
} from '../schema-kinds.ts';
import { visibleCharacter } from '../text.ts';
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

export const ReportResolution = object(
  {
    erase_evidence: optional(
      Flag(
        'Whether the messages of the reports that are held as evidence are erased now; by default they are not',
      ),
    ),
  },
  'How the reports about a chat were dealt with',
);

export const Evidence = object(
  {
    messages: Type.Array(
      object(
        {
          id: Id('ID of the message'),
          report_id: Id('ID of the report for which it is held'),
          sender_type: described(Party, 'Who wrote it: `user` is the customer, `driver` the shopper'),
          created_at: Timestamp('When it was sent'),
          body: Text('The text'),
          has_image: Flag('Whether a picture was in the message; pictures are not held'),
          held_until: Timestamp('When it is erased'),
        },
        'A reported message that is held as evidence',
      ),
      { description: 'In the order in which they were sent' },
    ),
  },
  'The reported messages of an order that are held as evidence',
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
    held_messages: Integer('Messages of the report that are held as evidence'),
    held_until: optional(Timestamp('When the last of these is erased; missing if there are none')),
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
    description: `Reports the chat of an order to the retailer, with up to ${limits.messagesPerReport} messages by ID. The callback \`aislechat.chat_reported\` tells the retailer’s systems. No text is kept with the report. While a report of the same side for the same reason is open, another one only adds its messages to it, up to ${limits.messagesPerOpenReport} in all.`,
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
      'Returns the reports of the retailer, newest first, each with the time until its text is gone and what is held of it as evidence.',
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
    description:
      'Removes the reports about the chat of this order from the queue. Messages that are held as evidence stay until their time is over, unless `erase_evidence` ends it now.',
    body: ReportResolution,
    answer: Success,
    errors: ['invalid_parameters', 'resource_not_found'],
  },
  getEvidence: {
    ...bySupport,
    tag: 'Reports',
    method: 'GET',
    path: '/v1/orders/{order_id}/reports/evidence',
    summary: 'Get the reported messages that are held as evidence',
    description:
      'Returns the messages of this order that somebody reported, as long as the retailer holds them as evidence: `report_evidence_days` from the report, also when the chat has expired. A reason is required, and the audit log records it with the agent’s name. Pictures are not held.',
    internalIds: true,
    query: object({
      reason: Type.String({
        maxLength: limits.reasonCharacters,
        pattern: visibleCharacter,
        description: `The reason for reading the messages, 1 to ${limits.reasonCharacters} characters`,
      }),
      agent: optional(
        text(
          'Name of the agent; ignored with a support agent’s token, which contains the name',
          limits.nameCharacters,
        ),
      ),
    }),
    answer: Evidence,
    errors: ['invalid_parameters', 'shopper_pii', 'resource_not_found'],
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
