/** The channel to browsers: one encrypted message to a push service (RFC 8030), and the meaning of its answer. */
import { limits } from '@aislechat/contract';
import type { Clock } from '../../domain/clock.ts';
import type {
  ChannelResult,
  PushChannel,
  PushMessage,
  PushTarget,
} from '../../domain/notifications/notifications.ts';
import type { Log } from '../../wiring/log.ts';
import { errorOf, retryAfterMs } from '../attempt.ts';
import type { Answer, Call } from '../call.ts';
import type { Destinations } from '../destinations.ts';
import { encryptPush } from './push-encryption.ts';
import type { Vapid } from './vapid.ts';

/** How long a push service keeps a message for a device that is off. Later it is news no longer. */
const lifetimeSeconds = 15 * 60;

export interface PushParts {
  vapid: Vapid;
  destinations: Destinations;
  /** Sends over connections whose addresses are checked. */
  send(call: Call): Promise<Answer>;
  clock: Clock;
  log: Log;
}

export function createPushChannel({ vapid, destinations, send, clock, log }: PushParts): PushChannel {
  async function attempt(target: PushTarget, message: PushMessage): Promise<Answer> {
    const url = new URL(target.endpoint);
    return send({
      url,
      headers: {
        'content-type': 'application/octet-stream',
        'content-encoding': 'aes128gcm',
        'user-agent': 'aislechat',
        authorization: vapid.authorization(url.origin, clock.now()),
        ttl: String(lifetimeSeconds),
        urgency: 'high',
        topic: message.topic,
      },
      body: encryptPush(target, JSON.stringify(payloadOf(message))),
      reads: 'nothing',
      signal: AbortSignal.timeout(limits.callbackAnswerMs),
    });
  }

  return {
    publicKey: vapid.publicKey,
    accepts: (endpoint) => destinations.accepts(endpoint),
    async send(target, message): Promise<ChannelResult> {
      const answer = await attempt(target, message).catch(errorOf);
      if (typeof answer === 'string') {
        // Another attempt finds the same address forbidden.
        return { isTaken: false, reason: answer, isTemporary: answer !== 'destination_forbidden' };
      }
      const { status, retryAfter } = answer;
      if (status >= 200 && status < 300) return { isTaken: true };
      // The push service does not accept our key or our subject, which an operator must know.
      if (status === 401 || status === 403) log.warn('push_refused', { status });
      return {
        isTaken: false,
        reason: `push ${status}`,
        isTemporary: status === 429 || status >= 500,
        isGone: status === 404 || status === 410,
        retryAfterMs: retryAfterMs(retryAfter, clock.now()),
      };
    },
  };
}

/** The declarative form (`web_push`), which browsers show by themselves; the service worker reads the same. */
function payloadOf({ title, body, language, link, topic, badge, orderId }: PushMessage) {
  return {
    web_push: 8030,
    notification: {
      title,
      lang: language,
      ...(body !== undefined && { body }),
      navigate: link,
      tag: topic,
      silent: false,
      ...(badge !== undefined && { app_badge: String(badge) }),
      data: { order_id: orderId },
    },
  };
}
