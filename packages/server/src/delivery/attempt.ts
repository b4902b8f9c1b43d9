/** One attempt to deliver a callback: token, signature, one POST, and the meaning of the response. */
import {
  type AttemptError,
  eventId,
  limits,
  revealsShopper,
  signatureHeaders,
  signCallback,
} from '@aislechat/contract';
import type { Agent } from 'undici';
import type { Access } from '../domain/access/access.ts';
import type { SecretBox } from '../domain/access/secret-box.ts';
import type { AttemptResult, Callbacks, SentCallback } from '../domain/callbacks/callbacks.ts';
import { clientSecretOf, signingSecrets } from '../domain/callbacks/endpoints.ts';
import type { CallbackDetails } from '../domain/callbacks/record.ts';
import { type Clock, retailerNow } from '../domain/clock.ts';
import type { CallbackEndpointRow, Store } from '../storage/store.ts';
import { envelopeOf } from '../wire/envelope.ts';
import { type Answer, type Call, post } from './call.ts';
import { DestinationForbidden, type Destinations, NameNotFound } from './destinations.ts';
import { excerptOf } from './excerpt.ts';
import { CallbackTokens, TokenFailed } from './tokens.ts';

/** Sends over connections whose addresses are checked, and keeps them open. */
export interface GuardedSender {
  send(call: Call): Promise<Answer>;
  close(): void;
}

export function guardedSender(destinations: Destinations): GuardedSender {
  // Loaded only with the first call.
  let agent: Promise<Agent> | undefined;
  return {
    async send(call) {
      agent ??= import('./guarded-agent.ts').then(({ guardedAgent }) => guardedAgent(destinations));
      return post(await agent, call);
    },
    close: () => void agent?.then((opened) => opened.destroy()),
  };
}

export interface AttemptParts {
  store: Store;
  clock: Clock;
  access: Access;
  /** Undefined when the server has no key; then it has no endpoints either. */
  box: SecretBox | undefined;
  destinations: Destinations;
  send: GuardedSender['send'];
}

export function createSender({ store, clock, access, box, destinations, send }: AttemptParts): Callbacks {
  const tokens = box && new CallbackTokens(box, send);

  async function attempt(
    endpoint: CallbackEndpointRow,
    callback: SentCallback,
  ): Promise<Answer | AttemptError> {
    const retailer = await access.retailer(endpoint.retailerId);
    if (retailer.shopperInformationRemoval && revealsShopper(callback.eventName)) {
      return 'shopper_information_removed';
    }
    const signal = AbortSignal.timeout(limits.callbackAnswerMs);
    const body = envelopeOf(callback, await shopperNameOf(store, endpoint.retailerId, callback));
    const id = String(eventId(callback.orderId, callback.seq));
    // Receivers check the signature against real time.
    const timestamp = String(Math.floor(clock.now() / 1000));
    const signing = signingSecrets(box!, endpoint, retailerNow(clock, retailer));
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'user-agent': 'aislechat',
      [signatureHeaders.id]: id,
      [signatureHeaders.timestamp]: timestamp,
      [signatureHeaders.signature]: await signCallback(signing, { id, timestamp, body }),
      // Our own header: the event's number in the order's log.
      'aislechat-order-seq': String(callback.seq),
    };
    const call = async (...usedTokens: string[]) => {
      const token = usedTokens.at(-1);
      const answer = await send({
        url: new URL(endpoint.url),
        headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
        body,
        reads: 'start',
        signal,
      });
      const secrets = [...usedTokens, ...signing];
      if (endpoint.tokenSource) secrets.push(clientSecretOf(box!, endpoint));
      return { ...answer, text: excerptOf(answer, secrets) };
    };
    if (endpoint.tokenSource === null) return call();
    const token = await tokens!.tokenFor(endpoint, signal);
    const answer = await call(token);
    if (answer.status !== 401) return answer;
    await tokens!.forget(endpoint, token);
    return call(token, await tokens!.tokenFor(endpoint, signal));
  }

  return {
    box,
    accepts: (url) => destinations.accepts(url),
    async attempt(endpoint, callback): Promise<AttemptResult> {
      const startedMs = performance.now();
      const outcome = await attempt(endpoint, callback).catch(errorOf);
      const durationMs = Math.round(performance.now() - startedMs);
      if (typeof outcome === 'string') return { durationMs, error: outcome };
      const retryAfter = retryAfterMs(outcome.retryAfter, clock.now());
      return {
        durationMs,
        status: outcome.status,
        ...(outcome.text !== '' && { answer: outcome.text }),
        ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
      };
    },
  };
}

async function shopperNameOf(store: Store, retailerId: number, { metadata }: SentCallback) {
  const { shopperId } = JSON.parse(metadata) as CallbackDetails;
  return shopperId === undefined
    ? undefined
    : (await store.read.shoppers.find(retailerId, shopperId))?.displayName;
}

/** @throws the error itself if it is our fault rather than the receiver's */
export function errorOf(error: unknown): AttemptError {
  if (error instanceof DestinationForbidden) return 'destination_forbidden';
  if (error instanceof NameNotFound) return 'name_not_found';
  if (error instanceof TokenFailed) return 'token_failed';
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout';
  if (code === undefined) throw error;
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/.test(code)) return 'tls_failed';
  return 'connection_failed';
}

/** An HTTP date in the current form or one of the two obsolete ones (RFC 9110, 5.6.7). */
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). `Date.parse` alone accepts many other texts. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (!httpDate.test(value)) return undefined;
  const at = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
