/** Enumerations that several features use in bodies. */

import { Type } from '../json-schema.ts';
import { choice } from '../schema-kinds.ts';
import {
  auditActions,
  auditSubjects,
  batchTypes,
  cancellationReasons,
  erasedKinds,
  fulfillmentTypes,
  itemStatuses,
  lifecycleTypes,
  orderEventTypes,
  replacementAnswers,
  replacementStatuses,
  scopes,
  simulatedCallbacks,
  workflowStates,
} from '../workflow.ts';

export const WorkflowState = choice(workflowStates, 'State of an order');

export const FulfillmentType = choice(fulfillmentTypes, 'How the groceries reach the customer');

export const CancellationReason = choice(cancellationReasons, 'Why the order was canceled');

export const LifecycleType = choice(lifecycleTypes, 'The subject of an automated notice');

export const OrderEventType = choice(orderEventTypes, 'Kind of event in an order’s log');

export const ItemStatus = choice(itemStatuses, 'The status of an ordered item');

export const ReplacementAnswer = choice(replacementAnswers, 'The customer’s answer to a replacement');

export const ReplacementStatus = choice(
  replacementStatuses,
  'The status of the customer’s decision on a replacement',
);

export const Party = choice(
  ['user', 'driver'],
  'Side of a conversation: `user` is the customer, `driver` is any shopper',
);

export const ErasedKinds = Type.Array(
  choice(erasedKinds, 'Kinds of personal data that were erased, as far as they were stored'),
  { description: 'What was erased' },
);

export const ErasureReason = choice(
  ['expired', 'requested', 'evidence'],
  '`expired`: the chat’s 24 hours were over; `requested`: an operator requested it; `evidence`: messages were held as evidence no longer',
);

export const AuditAction = choice(auditActions, 'What was done');

export const AuditSubjectType = choice(auditSubjects, 'Type of the record that an action affected');

export const ApplicationScope = choice(scopes, 'Scope that an application may have');

export const BatchType = choice(batchTypes, 'Type of a batch, which decides the states it passes through');

export const SimulatedCallback = choice(simulatedCallbacks, 'The event to simulate');
