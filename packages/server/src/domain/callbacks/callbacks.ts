/** What the domain needs from outside to send callbacks. */
import type { AttemptError } from '@aislechat/contract';
import type { CallbackDeliveryRow, CallbackEndpointRow } from '../../storage/store.ts';
import type { SecretBox } from '../access/secret-box.ts';

/** The outcome of one attempt: a response, or the reason there was none. */
export interface AttemptResult {
  durationMs: number;
  status?: number;
  error?: AttemptError;
  /** The beginning of the response, without secrets. */
  answer?: string;
  /** The delay the receiver asked for, in milliseconds from its response. */
  retryAfterMs?: number;
}

/** What an attempt sends. A sample is sent without a row in the outbox. */
export type SentCallback = Pick<CallbackDeliveryRow, 'orderId' | 'seq' | 'eventName' | 'metadata' | 'at'>;

export interface Callbacks {
  /** Undefined when the server has no key; then it has no endpoints either. */
  readonly box: SecretBox | undefined;
  /** Whether a URL is allowed, judged by its text alone; the address it resolves to is checked at each call. */
  accepts(url: string): boolean;
  attempt(endpoint: CallbackEndpointRow, callback: SentCallback): Promise<AttemptResult>;
}

export const isTaken = ({ status }: AttemptResult): boolean =>
  status !== undefined && status >= 200 && status < 300;
