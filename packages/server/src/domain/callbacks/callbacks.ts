/** What sending callbacks takes of the world outside the domain. */
import type { AttemptError } from '@aislechat/contract';
import type { CallbackDeliveryRow, CallbackEndpointRow } from '../../storage/store.ts';
import type { SecretBox } from '../access/secret-box.ts';

/** How one attempt went: an answer, or why there was none. */
export interface AttemptResult {
  durationMs: number;
  status?: number;
  error?: AttemptError;
  /** What the receiver asked for, milliseconds from its answer. */
  retryAfterMs?: number;
}

/** What an attempt sends; a sample is no row of the outbox. */
export type SentCallback = Pick<CallbackDeliveryRow, 'orderId' | 'seq' | 'eventName' | 'metadata' | 'at'>;

export interface Callbacks {
  /** Undefined: the server has no key, and so no endpoints. */
  readonly box: SecretBox | undefined;
  /** Whether a URL may be called, as far as it shows; who answers there is looked at when it is called. */
  accepts(url: string): boolean;
  attempt(endpoint: CallbackEndpointRow, callback: SentCallback): Promise<AttemptResult>;
}

export const isTaken = ({ status }: AttemptResult): boolean =>
  status !== undefined && status >= 200 && status < 300;
