/** Converts the sandbox's values to the contract's shapes. */

import type { schemas } from '@aislechat/contract';
import { wireTime } from '@aislechat/contract';
import type { ActiveRule } from '../../domain/sandbox/faults.ts';
import type { Scenario } from '../../domain/sandbox/scenario.ts';
import type { LoggedRequest } from './request-log.ts';

export function wireLoggedRequest(logged: LoggedRequest): schemas.LoggedRequest {
  const { id, at, method, path, route, status, ms, requestBody, answerBody } = logged;
  const wire: schemas.LoggedRequest = { id, at: wireTime(at), method, path, route, status, ms };
  if (requestBody !== undefined) wire.request_body = requestBody;
  if (answerBody !== undefined) wire.answer_body = answerBody;
  return wire;
}

export const wireFaults = (rules: readonly ActiveRule[]): schemas.Faults => ({
  rules: rules.map(({ rule, matched, struck }) => ({ ...rule, matched, struck })),
});

export function wireScenario(scenario: Scenario): schemas.Scenario {
  const { id, name, pace, seed, state, position, dueAt, problem } = scenario;
  return {
    id,
    name,
    pace,
    seed,
    state,
    order_id: scenario.orderExternalId,
    position,
    steps: scenario.script.steps.length,
    ...(dueAt !== undefined && { due_at: wireTime(dueAt) }),
    done: scenario.done.map(({ at, senderType, ...done }) => ({
      ...done,
      at: wireTime(at),
      ...(senderType !== undefined && { sender_type: senderType }),
    })),
    ...(problem && { problem }),
  };
}
