/** One request to a provider of text messages, and the meaning of its answer. */
import { limits } from '@aislechat/contract';
import type { ChannelResult } from '../../domain/notifications/notifications.ts';
import { errorOf, retryAfterMs } from '../attempt.ts';
import type { Answer, Call } from '../call.ts';

export type Send = (call: Call) => Promise<Answer>;

/** @returns the answer, or why there is none */
export const callProvider = (send: Send, call: Omit<Call, 'reads' | 'signal'>) =>
  send({ ...call, reads: 'all', signal: AbortSignal.timeout(limits.callbackAnswerMs) }).catch(errorOf);

/** @param idMember where the answer has the provider's ID @param now real time */
export function resultOf(
  answer: Awaited<ReturnType<typeof callProvider>>,
  idMember: 'sid' | 'id',
  now: number,
): ChannelResult {
  if (typeof answer === 'string') {
    return { isTaken: false, reason: answer, isTemporary: answer !== 'destination_forbidden' };
  }
  const { status, text } = answer;
  const body = membersOf(text);
  if (status >= 200 && status < 300) {
    const providerId = body[idMember];
    return { isTaken: true, ...(typeof providerId === 'string' && { providerId }) };
  }
  const code = typeof body.code === 'number' ? body.code : status;
  return {
    isTaken: false,
    reason: `sms ${code}`,
    isTemporary: status === 429 || status >= 500,
    retryAfterMs: retryAfterMs(answer.retryAfter, now),
  };
}

/** A copy that is not there any more is gone, too. */
export const isGone = (answer: Awaited<ReturnType<typeof callProvider>>): boolean =>
  typeof answer !== 'string' && ((answer.status >= 200 && answer.status < 300) || answer.status === 404);

function membersOf(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
